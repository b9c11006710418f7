import Foundation
import Testing

@Suite("What happened is recorded, and what is due is found", .serialized)
struct RecordTests {
    @Test("An estimate by whoever TOCSIN_AS names; an instant that is owed is asked for")
    func records() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "checkout returns 502")
        let recorded = try workspace.run(
            "/usr/bin/env",
            [
                "TOCSIN_AS=anna", Workspace.binary.path, "record", "\(number)", "estimate-given",
                "--until", "tomorrow 17:00", "-o", "json",
            ]
        )
        #expect(recorded.exit == 0, "\(recorded.errors)")
        #expect(recorded.json["event"].string == "estimate_given")
        #expect(recorded.json["by"].string == "anna")
        #expect(recorded.json["until"].instant != nil)
        let owed = try workspace.tocsin("record", "\(number)", "linked_release", "--as", "anna")
        #expect(owed.exit == 64)
        #expect(owed.errors.contains("--until"))
        #expect(try workspace.tocsin("record", "\(number)", "diagnosed", "--as", "anna").exit == 0)
        #expect(daemon.stop() == 0)
    }

    @Test("A case that is due soon is found behind any number of newer ones that are not")
    func breaching() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "checkout returns 502")
        for index in 1...51 { _ = try daemon.open(priority: "P4", title: "question \(index)") }
        let found = try workspace.tocsin("cases", "--breaching", "2h", "-o", "json")
        #expect(found.exit == 0, "\(found.errors)")
        #expect(found.json["cases"].items.compactMap { $0["number"].int } == [number])
        #expect(daemon.stop() == 0)
    }

    @Test("Accepting a clock that never stepped changes nothing")
    func acceptsClock() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let accepted = try workspace.tocsin("clock", "accept", "-o", "json")
        #expect(accepted.exit == 0, "\(accepted.errors)")
        let before = try #require(accepted.json["before"].instant)
        let now = try #require(accepted.json["now"].instant)
        #expect(abs(now - before) <= 1)
        #expect(daemon.stop() == 0)
    }
}
