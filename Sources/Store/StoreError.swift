/// Why the store could not do it, in the terms a caller must tell apart.
///
/// Never carries bound values: no customer's words reach a log by way of an error.
package enum StoreError: Error, Hashable, Sendable {
    /// Another daemon holds the file; its process id where the lock file tells it.
    case locked(path: String, by: Int32?)
    case newerSchema(found: Int, known: Int)
    case notADatabase(path: String)
    /// The file or its directory could not be made or opened; `reason` is the system's word.
    case cannotOpen(path: String, reason: String)
    /// There is no database, and `left` lies where a restore that was not finished put it.
    case restoreUnfinished(path: String, left: String)
    /// A setting that durability rests on did not hold when it was read back.
    case settingLost(name: String, found: String)
    /// Somebody else held the database for longer than the wait.
    case busy
    case full
    /// The disk failed; the same commit must not be tried again in place.
    case io(code: Int32)
    /// There was no memory for a change; the process ends and begins with its own anew.
    case noMemory
    case corrupt(String)
    /// A constraint or trigger of the schema refused: a defect of ours, caught before it was kept.
    case constraint(String)
    /// The database did not understand us: a defect of ours.
    case statement(String)

    /// Whether the same work may succeed later without anybody mending anything else.
    package var isRetryable: Bool {
        switch self {
        case .busy, .full: true
        case .locked, .newerSchema, .notADatabase, .cannotOpen, .restoreUnfinished, .settingLost,
            .io, .noMemory, .corrupt, .constraint, .statement:
            false
        }
    }
}

extension StoreError: CustomStringConvertible {
    /// What is wrong, in one clause.
    package var description: String {
        switch self {
        case .locked(let path, let process):
            "\(path) is in use by another daemon" + (process.map { ", process \($0)" } ?? "")
        case .newerSchema(let found, let known):
            "the database has schema \(found), and this version knows schemas up to \(known)"
        case .notADatabase(let path): "\(path) is not an SQLite database"
        case .cannotOpen(let path, let reason): "cannot open \(path): \(reason)"
        case .restoreUnfinished(let path, let left):
            "\(path) is missing, and a restore that was not finished left \(left)"
        case .settingLost(let name, let found):
            "the database runs with \(name) \(found), which does not keep commits safe"
        case .busy: "the database is busy"
        case .full: "the disk is full"
        case .io(let code): "the disk failed (SQLite code \(code))"
        case .noMemory: "the database got no memory"
        case .corrupt(let detail): "the database is damaged: \(detail)"
        case .constraint(let detail): "the database refused a change: \(detail)"
        case .statement(let detail): "the database did not understand a statement: \(detail)"
        }
    }

    /// What to do about it, in the imperative.
    package var fix: String {
        switch self {
        case .locked: "stop the other daemon, or give this one a database of its own"
        case .newerSchema: "run the version that wrote it, or restore the backup from before"
        case .notADatabase: "name the right file under store: in tocsin.yaml"
        case .cannotOpen: "check the path, its owner and its mode"
        case .restoreUnfinished:
            "run `tocsin db restore` again, or move that file away to begin with an empty database"
        case .settingLost: "use an SQLite that supports it, on a local disk"
        case .busy: "try again; look for another process that holds the file"
        case .full: "free space on the disk; nothing that was accepted is lost"
        case .io: "check the disk and the system log, then start the daemon again"
        case .noMemory: "give the daemon more memory, then start it again; nothing accepted is lost"
        case .corrupt: "restore the newest backup with `tocsin db restore`"
        case .constraint, .statement: "report it with the log line; nothing was kept"
        }
    }
}
