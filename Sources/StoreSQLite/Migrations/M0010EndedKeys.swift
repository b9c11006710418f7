import Store

extension Migration {
    /// The last case of a sender's key, for a sender that raises again what it has just ended.
    ///
    /// Written when a case ends; opening one costs a look.
    static let m0010EndedKeys = Migration(
        number: 10,
        script: """
            CREATE INDEX cases_ended_key ON cases (intake, key, number)
                WHERE is_open = 0 AND key IS NOT NULL;
            """
    )
}
