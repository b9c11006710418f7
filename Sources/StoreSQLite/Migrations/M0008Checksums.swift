import Store

extension Migration {
    /// What SQLite does not notice: a byte that the disk gave back as another one.
    ///
    /// Rows of before have none, and are believed.
    static let m0008Checksums = Migration(
        number: 8,
        script: """
            ALTER TABLE cases ADD COLUMN checksum INTEGER;
            ALTER TABLE notifications ADD COLUMN checksum INTEGER;
            """
    )
}
