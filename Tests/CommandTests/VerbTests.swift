import ArgumentParser
import CivilTime
import Clocks
import Paging
import Shapes
import Testing

@testable import tocsin

@Suite struct VerbTests {
    @Test(
        "Wrong usage exits 64",
        arguments: [
            ["bogus"], ["ack"], ["clocks", "--nonsense"], ["status", "1", "finished"],
            ["cases", "--limit", "0"], ["cases", "--mine"], ["check", "-o", "xml"],
            ["run", "--rehearsal", "0"], ["update", "1"], ["test", "nothing", "x"], ["shifts"],
        ]
    )
    func wrongUsage(arguments: [String]) {
        do {
            var command = try Tocsin.parseAsRoot(arguments)
            try command.run()
            Issue.record("\(arguments) was taken")
        } catch {
            #expect(Tocsin.exitCode(for: error).rawValue == 64)
        }
    }

    @Test("Every verb that the contract names is there")
    func verbs() {
        for verb in [
            ["run"], ["reload"], ["check"], ["who"], ["shifts", "r"], ["clocks"], ["plan"],
            ["open", "--policy", "p", "--customer", "c", "--title", "t"], ["cases"], ["show", "1"],
            ["ack", "1"], ["unack", "1"], ["respond", "1"], ["update", "1", "--text", "t"],
            ["note", "1", "--text", "t"], ["status", "1", "on_hold", "--until", "+2h"],
            ["priority", "1", "P2"], ["snooze", "1", "--for", "30m"],
            ["escalate", "1", "--reason", "r"], ["reassign", "1", "--to", "anna"],
            ["add-responder", "1", "--to", "anna"], ["resolve", "1"], ["reopen", "1"],
            ["why", "1", "--not", "anna"], ["deliveries", "--failed"], ["test", "person", "anna"],
            ["test", "channel", "terminal"], ["policy", "quik"], ["version"],
        ] {
            #expect(throws: Never.self) { try Tocsin.parseAsRoot(verb) }
        }
    }

    @Test("A time may begin with a sign")
    func signedTimes() throws {
        let who = try #require(try Tocsin.parseAsRoot(["who", "--at", "-30m"]) as? Who)
        #expect(who.at == "-30m")
    }

    @Test(
        "JSON is asked for in each of the ways that flags are written",
        arguments: [
            (["who", "-o", "json"], true), (["who", "-ojson"], true),
            (["who", "--output", "json"], true), (["who", "--output=json"], true),
            (["who", "-o", "text"], false), (["who", "json"], false),
        ]
    )
    func asksForJSON(arguments: [String], isAsked: Bool) {
        #expect(OutputOptions.asksForJSON(arguments) == isAsked)
    }

    @Test("Paths and queries keep nothing that could end them")
    func escapes() {
        #expect(Connection.escaped("a b/ä?&#%") == "a%20b%2F%C3%A4%3F%26%23%25")
        #expect(Connection.escaped("A-z_0.9~") == "A-z_0.9~")
    }

    @Test("Columns are as wide as their widest cell, and lines end without blanks")
    func aligns() {
        let table = Table(header: ["A", "LONG"], rows: [["xyz", "1"], ["", "ää"]])
        #expect(table.text == "A    LONG\nxyz  1\n     ää\n")
    }

    @Test("Nothing that a case carries is obeyed by a terminal")
    func harmless() {
        #expect(Terminal.harmless("a\u{1B}[31mb\u{9B}c\n") == "a [31mb c ")
    }
}

@Suite struct StoryTests {
    private func story() throws -> Story {
        try Story(
            policy: "p",
            priority: "P1",
            opened: "2026-03-02T10:00:00Z",
            times: try Times(isUTC: true)
        )
    }

    @Test(
        "An event of the command line becomes the event of the log",
        arguments: [
            ("responded", CaseEvent.Name.responded), ("updated", .updated),
            ("acknowledged", .acknowledged), ("pending:customer", .statusChanged),
            ("pending:fix", .statusChanged), ("pending:other", .statusChanged),
            ("on_hold:2026-03-03T10:00:00Z", .statusChanged), ("in_progress", .statusChanged),
            ("priority:P2", .priorityChanged), ("diagnosed", .diagnosed), ("delayed", .delayed),
            ("linked_release:2026-04-01T10:00:00Z", .linkedRelease), ("resolved", .resolved),
            ("reopened", .reopened), ("closed", .closed), ("customer_wrote", .customerWrote),
        ]
    )
    func events(text: String, name: CaseEvent.Name) throws {
        var story = try story()
        try story.add("2026-03-02T11:00:00Z=\(text)")
        #expect(story.events.map(\.name) == [name])
        #expect(story.events.first?.at == Instant(secondsSinceEpoch: 1_772_449_200))
    }

    @Test("What an event names is kept")
    func fields() throws {
        var story = try story()
        try story.add("2026-03-02T11:00:00Z=on_hold:2026-03-03T10:00:00Z")
        try story.add("2026-03-02T10:30:00Z=pending:fix")
        #expect(story.events.map(\.status) == [.pending, .onHold])
        #expect(story.events.first?.reason == "fix")
        #expect(story.events.last?.until == Instant(secondsSinceEpoch: 1_772_532_000))
    }

    @Test("Events of one instant keep the order they were told in")
    func order() throws {
        var story = try story()
        for text in ["responded", "updated", "resolved"] {
            try story.add("2026-03-02T11:00:00Z=\(text)")
        }
        #expect(story.events.map(\.name) == [.responded, .updated, .resolved])
    }

    @Test(
        "What is no event is refused",
        arguments: [
            "responded", "x=responded", "2026-03-02T11:00:00Z=", "2026-03-02T11:00:00Z=paged",
            "2026-03-02T11:00:00Z=pending", "2026-03-02T11:00:00Z=pending:lunch",
            "2026-03-02T11:00:00Z=on_hold", "2026-03-02T11:00:00Z=on_hold:soon",
            "2026-03-02T11:00:00Z=priority", "2026-03-02T11:00:00Z=resolved:now",
        ]
    )
    func refuses(text: String) throws {
        var story = try story()
        do throws(CommandFailure) {
            try story.add(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.exit == 64)
        }
    }
}
