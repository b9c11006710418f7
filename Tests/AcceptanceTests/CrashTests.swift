import Foundation
import TestSupport
import Testing

/// What a trap leaves behind is written by hand: the real daemon holds no case that makes it trap.
@Suite("A case that the daemon dies of is set aside", .serialized)
struct CrashTests {
    @Test("Two deaths over a case: its page is out in bare words, admins know, the others go on")
    func setAside() throws {
        let (workspace, receiver) = try Workspace.alarming()
        let daemon = try TestDaemon(in: workspace)
        var aside: [Int] = []
        for trap in 1...rounds("TRAPS", usually: 1) {
            aside.append(try trapped(trap, daemon, receiver))
            // What was set aside stays so, whatever the process dies of next.
            for _ in 0..<rounds("TRAP_RESTARTS", usually: 1) {
                daemon.kill()
                try daemon.restart()
                for number in aside { try expectAside(number, in: workspace) }
            }
        }
        #expect(daemon.stop() == 0)
    }

    /// Part 0 of the record is the reading of files, part 2 what is asked of them beside the turns.
    @Test(
        "Two deaths over the files: those of before decide, admins know, and mended ones are taken",
        arguments: [0, 2]
    )
    func files(part: Int) throws {
        let (workspace, receiver) = try Workspace.alarming()
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "down")
        let before = try rulebook(asOf: number, in: workspace)
        let isBegun = try becomesTrue(within: 20) { try words(part, in: workspace)[1] != 0 }
        #expect(isBegun)
        let old = try words(part, in: workspace)[1]
        let place = "config/people.yaml"
        let text = workspace.text(place)
        try workspace.write(place, text.replacing("Anna Keller", with: "Anna Fatal"))
        #expect(try workspace.tocsin("reload").exit == 0)
        #expect(try rulebook(asOf: number, in: workspace) != before)
        daemon.kill()
        try daemon.restart()
        let isMarked = try becomesTrue(within: 20) { try words(part, in: workspace)[1] != old }
        #expect(isMarked, "it has begun with the new files")

        daemon.kill()
        // It died of them now, and the process before this one as well.
        let unit = try words(part, in: workspace)[1]
        try write([3, unit, 3, unit, 1], to: part, in: workspace)
        try daemon.restart()
        #expect(try rulebook(asOf: number, in: workspace) == before)
        let isTold = becomesTrue(within: 20) {
            receiver.arrivals.contains { $0.body.contains("The files on disk are not in force") }
        }
        #expect(isTold)
        expectPage(of: try daemon.open(title: "opened since"), at: receiver)
        #expect(try workspace.tocsin("reload").exit != 0, "they stay refused")
        try workspace.write(place, text.replacing("Anna Keller", with: "Anna Mended"))
        #expect(try workspace.tocsin("reload").exit == 0)
        #expect(try rulebook(asOf: number, in: workspace) != before)
        #expect(daemon.stop() == 0)
    }

    private func rulebook(asOf number: Int, in workspace: Workspace) throws -> String {
        let why = try workspace.tocsin("why", "\(number)", "-o", "json")
        return try #require(why.json["rulebook"].string)
    }

    private func words(_ part: Int, in workspace: Workspace) throws -> [Int] {
        let data = try Data(contentsOf: workspace.path("var/files.work"))
        return data.dropFirst(part * 64).prefix(40).withUnsafeBytes { bytes in
            (0..<5).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int.self) }
        }
    }

    private func write(_ words: [Int], to part: Int, in workspace: Workspace) throws {
        let bytes = words.flatMap { word in withUnsafeBytes(of: word) { Array($0) } }
        let record = try FileHandle(forUpdating: workspace.path("var/files.work"))
        try record.seek(toOffset: UInt64(part * 64))
        try record.write(contentsOf: Data(bytes))
        try record.close()
    }

    /// Dies twice over a case of its own beside another, and gives its number.
    private func trapped(_ trap: Int, _ daemon: TestDaemon, _ receiver: Receiver) throws -> Int {
        let workspace = daemon.workspace
        let fatal = try daemon.open(title: "Überlauf", key: "fatal \(trap)")
        let other = try daemon.open(title: "the other", key: "other \(trap)")
        for number in [fatal, other] { expectPage(of: number, at: receiver) }

        try die(daemon, over: fatal)
        #expect(!receiver.arrivals.contains { isBare($0, fatal) }, "once is an accident")
        try die(daemon, over: fatal)
        let isOut = becomesTrue(within: 20) { receiver.arrivals.contains { isBare($0, fatal) } }
        #expect(isOut)
        let isTold = becomesTrue(within: 20) { receiver.arrivals.contains { isAlarm($0, fatal) } }
        #expect(isTold)
        try expectAside(fatal, in: workspace)

        #expect(try workspace.tocsin("ack", "\(other)", "--as", "anna").exit == 0)
        let next = try daemon.open(title: "opened since", key: "since \(trap)")
        expectPage(of: next, at: receiver)
        return fatal
    }

    /// Ends the process as a trap over that case would, and starts the next one.
    private func die(_ daemon: TestDaemon, over number: Int) throws {
        daemon.kill()
        // The kind of unit and its number come first, as CrashRecord keeps them.
        let bytes = [1, number].flatMap { word in
            withUnsafeBytes(of: word) { Array($0) }
        }
        let record = try FileHandle(forUpdating: daemon.workspace.path("var/tocsin.db.work"))
        try record.write(contentsOf: Data(bytes))
        try record.close()
        try daemon.restart()
    }

    private func expectPage(of number: Int, at receiver: Receiver) {
        let isPaged = becomesTrue(within: 20) {
            receiver.arrivals.contains { arrival in
                arrival.json["data"]["case"]["number"].int == number
                    && !arrival.json["data"]["page"].isNull
            }
        }
        #expect(isPaged, "case \(number)")
    }

    private func expectAside(_ number: Int, in workspace: Workspace) throws {
        let refused = try workspace.tocsin("ack", "\(number)", "--as", "anna")
        #expect(refused.exit != 0)
        #expect(refused.errors.contains("set aside"), "\(refused.errors)")
    }

    /// Whatever was in the words of the case, only plain letters leave.
    private func isBare(_ arrival: Arrival, _ number: Int) -> Bool {
        arrival.key.contains(".quarantine.") && arrival.body.contains("??berlauf")
            && arrival.json["data"]["case"]["number"].int == number
    }

    private func isAlarm(_ arrival: Arrival, _ number: Int) -> Bool {
        arrival.body.contains("Case \(number) stopped the daemon twice and is set aside")
    }
}
