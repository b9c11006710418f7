extension Transaction {
    /// Takes a case out of what is decided; `notificationID` is the page that goes out in place of
    /// its ladder (I20).
    package func quarantine(
        caseNumber: Int,
        rulebook: String,
        notificationID: Int64,
        at instant: Milliseconds
    ) throws(StoreError) {
        try connection.execute(
            QuarantineSQL.insert,
            [.int(caseNumber), .int(instant), .text(rulebook), .int(notificationID)]
        )
        try connection.execute(QuarantineSQL.disarm, [.int(caseNumber)])
    }

    /// Takes cases up again that were quarantined under other files; answers their numbers.
    package func releaseQuarantine(
        otherThan rulebook: String,
        nextDue: Milliseconds
    ) throws(StoreError) -> [Int] {
        let numbers = try connection.all(QuarantineSQL.others, [.text(rulebook)]) {
            fields throws(StoreError) in
            try fields.int()
        }
        for number in numbers {
            try connection.execute(QuarantineSQL.rearm, [.int(number), .int(nextDue)])
            try connection.execute(QuarantineSQL.delete, [.int(number)])
        }
        return numbers
    }

    /// Again after every open case was made due.
    package func disarmQuarantine() throws(StoreError) {
        for number in try quarantined() {
            try connection.execute(QuarantineSQL.disarm, [.int(number)])
        }
    }
}

extension Records {
    /// The numbers of the cases that the engine does not decide, ascending.
    package func quarantined() throws(StoreError) -> [Int] {
        try connection.all(QuarantineSQL.all) { fields throws(StoreError) in try fields.int() }
    }
}

private enum QuarantineSQL {
    static let insert = SQL(
        """
        INSERT INTO quarantine (case_number, since, rulebook, notification_id)
        VALUES (?1, ?2, ?3, ?4)
        """
    )
    static let all = SQL("SELECT case_number FROM quarantine ORDER BY case_number")
    static let others = SQL(
        "SELECT case_number FROM quarantine WHERE rulebook <> ?1 ORDER BY case_number"
    )
    static let delete = SQL("DELETE FROM quarantine WHERE case_number = ?1")
    static let disarm = SQL("UPDATE cases SET next_due = NULL WHERE number = ?1")
    static let rearm = SQL("UPDATE cases SET next_due = ?2 WHERE number = ?1")
}
