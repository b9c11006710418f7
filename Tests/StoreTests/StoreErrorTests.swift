import Store
import Testing

@testable import StoreSQLite

@Suite("A fault of the store says what is wrong and what to do")
struct StoreErrorTests {
    static let sentences: [(StoreError, String, String)] = [
        (
            .locked(path: "var/t.db", by: 42),
            "var/t.db is in use by another daemon, process 42",
            "stop the other daemon, or give this one a database of its own"
        ),
        (
            .locked(path: "var/t.db", by: nil),
            "var/t.db is in use by another daemon",
            "stop the other daemon, or give this one a database of its own"
        ),
        (
            .newerSchema(found: 9, known: 2),
            "the database has schema 9, and this version knows schemas up to 2",
            "run the version that wrote it, or restore the backup from before"
        ),
        (
            .notADatabase(path: "a"), "a is not an SQLite database",
            "name the right file under store: in tocsin.yaml"
        ),
        (
            .cannotOpen(path: "a", reason: "Permission denied"),
            "cannot open a: Permission denied", "check the path, its owner and its mode"
        ),
        (
            .restoreUnfinished(path: "a", left: "a.part"),
            "a is missing, and a restore that was not finished left a.part",
            "run `tocsin db restore` again, or move that file away to begin with an empty database"
        ),
        (
            .settingLost(name: "synchronous", found: "1"),
            "the database runs with synchronous 1, which does not keep commits safe",
            "use an SQLite that supports it, on a local disk"
        ),
        (
            .busy, "the database is busy",
            "try again; look for another process that holds the file"
        ),
        (
            .full, "the disk is full",
            "free space on the disk; nothing that was accepted is lost"
        ),
        (
            .io(code: 1034), "the disk failed (SQLite code 1034)",
            "check the disk and the system log, then start the daemon again"
        ),
        (
            .noMemory, "the database got no memory",
            "give the daemon more memory, then start it again; nothing accepted is lost"
        ),
        (
            .corrupt("case 7 cannot be read"), "the database is damaged: case 7 cannot be read",
            "restore the newest backup with `tocsin db restore`"
        ),
        (
            .constraint("CHECK"), "the database refused a change: CHECK",
            "report it with the log line; nothing was kept"
        ),
        (
            .statement("near x"), "the database did not understand a statement: near x",
            "report it with the log line; nothing was kept"
        ),
    ]

    @Test("Its sentence and its fix are these")
    func sentence() {
        for (fault, sentence, fix) in Self.sentences {
            #expect(fault.description == sentence)
            #expect(fault.fix == fix)
        }
    }

    @Test("Only what passes by itself is worth another try")
    func retryable() {
        let retryable = Self.sentences.map(\.0).filter(\.isRetryable)
        #expect(retryable == [.busy, .full])
    }

    @Test("Want of memory ends the daemon; it is no defect of the change that was asked for")
    func memory() {
        for code: Int32 in [7, 7 | 1 << 8] {
            #expect(StoreError(code: code, message: "out of memory", path: "a") == .noMemory)
        }
    }
}
