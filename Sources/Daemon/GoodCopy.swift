import CivilTime
import Glibc
import Store
import StoreSQLite

/// The newest checked copy of the database, kept beside it for a start that finds it damaged
/// (docs/decisions/0024).
struct GoodCopy: Sendable {
    /// Where so many damaged databases lie, it is the disk that is to be mended first.
    static let damagedMax = 3

    let path: String
    private let database: String

    /// Of a database at `path`.
    init(of path: String) {
        database = path
        self.path = path + ".good"
    }

    // MARK: What a daemon says of its own database before it ends

    private var verdicts: String { database + ".condemned" }

    /// How many daemons in a row ended because the database was damaged at work.
    var condemnations: Int {
        let bytes = (try? SystemFile.bytes(of: verdicts, upTo: 4_096)) ?? []
        return bytes.count { $0 == UInt8(ascii: "\n") }
    }

    /// The next start reads more of the database than others do.
    func condemn() {
        try? SystemFile.append("damaged\n", to: verdicts)
    }

    /// All of the database was read and is sound.
    func acquit() { unlink(verdicts) }

    // MARK: Putting it back

    /// Whether there is a copy to put in the place of a damaged database, and that has not been
    /// done too often.
    var isAtHand: Bool {
        access(path, R_OK) == 0 && damagedCount < Self.damagedMax
    }

    /// When it was made.
    private var madeAt: Instant? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Instant(secondsSinceEpoch: status.st_mtim.tv_sec)
    }

    /// Puts it in the place of the database; the damaged one is kept as `DATABASE.damaged-INSTANT`.
    ///
    /// It is checked first; where it is damaged too, nothing is moved.
    func putBack(at now: Instant) throws(StoreError) {
        let digits = now.rfc3339.filter { $0 != "-" && $0 != ":" }
        let damaged = "\(damagedPrefix)\(digits)"
        let name = damaged.split(separator: "/").last.map(String.init) ?? damaged
        let made = madeAt.map { " of \($0.rfc3339)" } ?? ""
        try SQLiteDatabase.restore(
            from: path,
            to: database,
            note: "its own copy\(made), as the database was damaged; that is kept as \(name)",
            keepingDamagedAs: damaged
        )
        acquit()
    }

    private var damagedPrefix: String { database + ".damaged-" }

    private var damagedCount: Int {
        let prefix = damagedPrefix
        let end = prefix.lastIndex(of: "/")
        let folder = end.map { String(prefix[..<$0]) } ?? "."
        let name = end.map { String(prefix[prefix.index(after: $0)...]) } ?? prefix
        let entries = (try? SystemFile.entries(of: folder.isEmpty ? "/" : folder)) ?? []
        // The log of one, as in `.damaged-20261122T091500Z-wal`, is no other.
        return entries.count {
            $0.name.hasPrefix(name) && !$0.name.dropFirst(name.count).contains("-")
        }
    }
}
