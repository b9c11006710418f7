import Foundation
import Glibc
import TestSupport
import Testing

/// Copies that somebody puts back, and the daemon's own where its database is damaged.
@Suite("A copy takes the place of the database", .serialized)
struct DatabaseCopyTests {
    @Test("A copy is made at work, put back only when nobody works, and told in one digest")
    func restored() throws {
        let (workspace, receiver) = try Workspace.alarming()
        let daemon = try TestDaemon(in: workspace)
        var random = Dice(seed: 12)
        for round in 0..<rounds("RESTORES", usually: 1) {
            let kept = try daemon.open(title: "in copy \(round)")
            #expect(try workspace.tocsin("db", "backup", "copy.db").exit == 0)
            let copy = workspace.path("copy.db").path
            let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions]
            #expect(mode as? Int == 0o600)
            let lost = try daemon.open(title: "after the copy")
            let refused = try workspace.tocsin("db", "restore", "copy.db")
            #expect(refused.exit == 6, "\(refused.errors)")
            #expect(becomesTrue(within: 10) { !receiver.arrivals(of: lost).isEmpty })
            // Each copy but the first is of another age when it is put back.
            if round > 0 { usleep(UInt32(random.next() % 10_000_000)) }
            #expect(daemon.stop() == 0)

            #expect(try workspace.tocsin("db", "restore", "copy.db").exit == 0)
            let migrated = try workspace.tocsin("db", "migrate", "-o", "json")
            #expect(migrated.json["before"] == migrated.json["after"])
            let pages = receiver.pages(of: kept).count
            let before = digests(receiver).count
            try daemon.restart()
            #expect(becomesTrue(within: 10) { digests(receiver).count > before })
            usleep(2_000_000)
            #expect(digests(receiver).count == before + 1, "round \(round)")
            let hasNamed = digests(receiver).last?.body.contains("in copy \(round)")
            #expect(hasNamed == true, "round \(round)")
            #expect(receiver.pages(of: kept).count == pages, "nothing is sent one by one")
            let list = try workspace.tocsin("cases", "-o", "json").json["cases"].items
            #expect(list.compactMap { $0["number"].int } == [kept], "round \(round)")
            #expect(try workspace.tocsin("resolve", "\(kept)", "--as", "anna").exit == 0)
        }
        #expect(daemon.stop() == 0)
        // Offline, the same command copies the file itself.
        #expect(try workspace.tocsin("db", "backup", "again.db").exit == 0)
    }

    /// What anna was told of copies that were put back.
    private func digests(_ receiver: Receiver) -> [Arrival] {
        receiver.arrivals(with: "Restored from a backup").filter { arrival in
            arrival.json["data"]["notification"]["person"].string == "anna"
        }
    }

    /// Writes noise over pages of the database of a daemon that does not run.
    private func damage(_ workspace: Workspace, pages: Range<Int>) {
        let descriptor = open(workspace.path("var/tocsin.db").path, O_RDWR)
        for page in pages {
            pwrite(descriptor, Self.noise, Self.noise.count, off_t(page) * 4_096)
        }
        close(descriptor)
    }

    private static let noise = [UInt8](repeating: 0xa5, count: 4_096)

    /// The damaged databases that were moved aside, by name.
    private func keptDamaged(_ workspace: Workspace) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: workspace.path("var").path)
            .filter { $0.hasPrefix("tocsin.db.damaged-") && !$0.contains("-wal") }
            .filter { !$0.contains("-shm") }
    }

    @Test(
        "A damaged database makes way for its copy: told once, one digest, and paging goes on",
        arguments: [0..<1, 2..<12]
    )
    func mended(pages: Range<Int>) throws {
        let (workspace, receiver) = try Workspace.alarming()
        let first = try TestDaemon(in: workspace)
        let number = try first.open(title: "logins hang")
        func pagesOut() -> Int {
            receiver.arrivals(of: number)
                .count { $0.json["data"]["notification"]["kind"].string == "page" }
        }
        #expect(becomesTrue(within: 10) { pagesOut() > 0 })
        let gasp = "var/tocsin.db.last-gasp"
        #expect(becomesTrue(within: 30) { workspace.text(gasp).contains("logins hang") })
        // As the daemon does it by itself a minute after its start and each hour.
        #expect(try workspace.tocsin("db", "backup", "var/tocsin.db.good").exit == 0)
        #expect(first.stop() == 0)
        damage(workspace, pages: pages)
        let before = pagesOut()

        // The quarter of an hour in which nothing is sent takes fifteen seconds.
        let daemon = try TestDaemon(in: workspace, speed: 60)
        let digest = eventually(within: 10) { digests(receiver).last }
        #expect(digest?.body.contains("logins hang") == true)
        #expect(
            becomesTrue(within: 10) {
                !receiver.arrivals(with: "is kept as tocsin.db.damaged-").isEmpty
            }
        )
        #expect(becomesTrue(within: 60) { pagesOut() > before }, "the open case is paged")
        #expect(digests(receiver).count == 1)
        let gasps = receiver.arrivals(with: "Tocsin's database was damaged")
        #expect(gasps.count == 1)
        #expect(gasps.last?.body.contains("Anna Keller") == true, "and who is on call")
        #expect(receiver.arrivals(with: "Tocsin cannot start").isEmpty)

        let kept = try keptDamaged(workspace)
        #expect(kept.count == 1, "\(kept)")
        let bytes = try Data(contentsOf: workspace.path("var/\(kept.first ?? "")"))
        let page = bytes.dropFirst(pages.lowerBound * 4_096).prefix(4_096)
        #expect(Array(page) == Self.noise, "the damaged file as it was")
        #expect(daemon.stop() == 0)
    }

    @Test("A checked copy is kept beside the database from a minute after the start, restorable")
    func keepsCopy() throws {
        let (workspace, _) = try Workspace.alarming()
        let daemon = try TestDaemon(in: workspace, speed: 60)
        let copy = workspace.path("var/tocsin.db.good").path
        #expect(becomesTrue(within: 20) { access(copy, F_OK) == 0 })
        let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        #expect(daemon.stop() == 0)
        #expect(try workspace.tocsin("db", "restore", "var/tocsin.db.good").exit == 0)
    }

    @Test("A daemon that finds its database damaged at work ends, and the next start puts it right")
    func condemned() throws {
        let (workspace, receiver) = try Workspace.alarming()
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "logins hang")
        #expect(try workspace.tocsin("db", "backup", "var/tocsin.db.good").exit == 0)
        #expect(daemon.stop() == 0)
        // An entry of the index over is_open and opened_at that fits no row any more: no usual
        // start compares that, the copy a minute later does.
        let script = """
            data = bytearray(open("var/tocsin.db", "rb").read())
            entry, at, found = bytes([4, 9, 5, \(number == 1 ? 9 : 1)]), 0, 0
            while (at := data.find(entry, at)) >= 0:
                data[at + 9] ^= 1
                at, found = at + 10, found + 1
            open("var/tocsin.db", "r+b").write(data)
            print(found)
            """
        let bent = try workspace.run(Python.executable, ["-c", script])
        #expect((Int(bent.output.filter(\.isNumber)) ?? 0) > 0, "\(bent.output)\(bent.errors)")
        try daemon.restart()
        #expect(daemon.stop() == 0)
        #expect(
            receiver.arrivals(with: "Tocsin's database was damaged").isEmpty,
            "no start compares indexes"
        )
        // What a daemon leaves whose copy was found damaged.
        try workspace.write("var/tocsin.db.condemned", "damaged\n")
        try daemon.restart()
        #expect(
            becomesTrue(within: 10) {
                !receiver.arrivals(with: "Tocsin's database was damaged").isEmpty
            }
        )
        #expect(try keptDamaged(workspace).count == 1)
        #expect(access(workspace.path("var/tocsin.db.condemned").path, F_OK) != 0)
        #expect(daemon.stop() == 0)
    }

    @Test("A damaged database is not served: the last gasp tells what was open, and it exits")
    func damaged() throws {
        let (workspace, receiver) = try Workspace.alarming()
        let daemon = try TestDaemon(in: workspace)
        for title in ["checkout returns 502", "logins hang"] { _ = try daemon.open(title: title) }
        let gasp = "var/tocsin.db.last-gasp"
        #expect(becomesTrue(within: 30) { workspace.text(gasp).contains("logins hang") })
        #expect(daemon.stop() == 0)
        damage(workspace, pages: 2..<12)
        // A copy that was made meanwhile, or one that is damaged as well, is of no use.
        try workspace.write("var/tocsin.db.good", String(repeating: "x", count: 5_000))

        let ran = try workspace.tocsin("run")
        #expect(ran.exit == 1, "\(ran.errors)")
        #expect(try keptDamaged(workspace) == [], "the database stays where it is")
        unlink(workspace.path("var/tocsin.db.good").path)
        let last = try #require(
            eventually(within: 5) {
                receiver.arrivals(with: "Tocsin cannot start").first
            }
        )
        #expect(last.body.contains("logins hang"), "the open cases")
        #expect(last.body.contains("Anna Keller"), "and who is on call: \(last.body)")
        let again = try workspace.tocsin("run")
        #expect(again.exit == 1)
        let count = receiver.arrivals(with: "Tocsin cannot start").count
        #expect(count == 1, "a supervisor that starts it again and again makes no flood")
    }
}
