import Foundation
import Paging
import Store
import StoreSQLite
import TestSupport
import Testing

/// Copies of a database in each of which a few bytes are not what was written.
@Suite("A damaged byte is found, or it does no harm")
struct FlipTests {
    static let copies = rounds("FLIPS", usually: 300)

    /// What a page is made of, and where it goes.
    private struct Reading: Hashable {
        var cases: [Case] = []
        var sent: [String] = []
        var bodies: [[UInt8]] = []
    }

    @Test("No copy sends other words, or to another place, and none brings the process down")
    func flipped() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/tocsin.db"
        try fill(path)
        let bytes = try Data(contentsOf: URL(filePath: path))
        let sound = try reading(of: path)
        #expect(sound.sent.count == 60)
        var random = Dice(seed: 5)
        var (refused, harmless) = (0, 0)
        for copy in 0..<Self.copies {
            var damaged = bytes
            for _ in 0...(random.next() % 4) {
                let at = Int(random.next() % UInt64(damaged.count))
                damaged[at] ^= UInt8(truncatingIfNeeded: 1 + random.next() % 255)
            }
            let place = directory.path + "/copy.db"
            for end in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: place + end)
            }
            try damaged.write(to: URL(filePath: place))
            let found: Reading?
            do { found = try reading(of: place) } catch is StoreError { found = nil }
            guard let found else {
                refused += 1
                continue
            }
            harmless += 1
            // Where an index leads to another case, the check of a copy finds it; what leaves is
            // the same.
            let leavesSame = found.sent == sound.sent && found.bodies == sound.bodies
            let isSame = found == sound || leavesSame && !isSound(place)
            #expect(isSame, "copy \(copy): \(found.sent.count) sent, \(found.cases.count) cases")
        }
        // Most of a database is what somebody will read.
        #expect(refused > Self.copies / 3, "\(refused) refused, \(harmless) read as they were")
    }

    /// What the check that is made a minute after the start and each hour says.
    private func isSound(_ path: String) -> Bool {
        guard let database = try? SQLiteDatabase(path: path) else { return false }
        defer { try? database.close() }
        return (try? database.backup(to: path + ".checked")) != nil
    }

    /// Sixty open cases with pages on their way.
    private func fill(_ path: String) throws {
        let database = try SQLiteDatabase(path: path)
        let store = try CaseStore(database)
        for number in 1...60 {
            try store.keep(cases: number)
            var page = StoredNotification.sample("key \(number)", of: number)
            page.body = Array(repeating: UInt8(number), count: 700)
            _ = try store.enqueue(page)
        }
        try database.close()
    }

    /// As a start of the daemon reads it, and then its outbox.
    private func reading(of path: String) throws -> Reading {
        let database = try SQLiteDatabase(path: path)
        defer { try? database.close() }
        let store = try CaseStore(database)
        try database.quickCheck()
        return try store.transaction { tx throws(StoreError) in
            try tx.checkSums()
            var reading = Reading()
            reading.cases = try tx.cases(limit: 500).cases.map(\.value)
            let claimed = try tx.claimDue(before: .max, limit: 500) { _ in 1 }
            reading.sent = claimed.map { "\($0.key) \($0.notification.contact.address)" }
            reading.bodies = claimed.map(\.body)
            return reading
        }
    }
}

/// A generator that can be replayed.
private struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
