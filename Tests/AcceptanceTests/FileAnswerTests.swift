import Foundation
import Testing

@Suite("Cases that never were are answered from the files", .serialized)
struct FileAnswerTests {
    private static let told = "--policy quik --priority P1 --opened 2026-03-02T09:00:00Z"

    @Test("Each clock of a case told here, with the fields that scripts read")
    func clocks() throws {
        let files = try RuleFolder()
        let ran = try files.tocsin(
            "clocks \(Self.told) --event 2026-03-02T09:20:00Z=responded --at 2026-03-02T10:00:00Z"
                + " -o json"
        )
        #expect(ran.exit == 0, "\(ran.errors)")
        let clocks = ran.json["clocks"].items
        #expect(clocks.compactMap { $0["clock"].string } == ["response", "update", "ownership"])
        #expect(
            clocks[0].keys == [
                "clock", "due", "due_latest", "due_local", "elapsed_seconds", "kind", "state",
                "target",
            ]
        )
        #expect(clocks[0]["state"].string == "met")
        #expect(clocks[0]["elapsed_seconds"].int == 1_200)
        #expect(clocks[1]["due"].string == "2026-03-02T11:20:00Z")
        #expect(clocks[2]["due"].isNull)

        #expect(try files.tocsin("clocks --policy quik").exit == 64)
        #expect(try files.tocsin("clocks \(Self.told) --event 2026-03-02=laughed").exit == 64)
        let early = try files.tocsin(
            "clocks --policy quik --priority P1 --opened 2025-01-01T00:00:00Z -o json"
        )
        #expect(early.exit == 5)
        #expect(early.error["code"].string == "policy-not-in-force")
    }

    @Test("A plan has every page with its instant, its people and the lines that chose them")
    func plan() throws {
        let files = try RuleFolder()
        let ran = try files.tocsin("plan \(Self.told) --until 2026-03-02T09:59:00Z -o json")
        #expect(ran.exit == 0)
        let pages = ran.json["steps"].items.filter { $0["kind"].string == "page" }
        #expect(pages[0].keys == ["at", "clock", "kind", "step", "to", "why"])
        #expect(
            pages.compactMap { $0["at"].string?.dropFirst(14).prefix(2) }
                == ["00", "09", "18", "30", "45"]
        )
        #expect(
            pages.map { page in page["to"].items.compactMap { $0["person"].string } }
                == [["anna"], ["anna"], ["ben"], ["anna", "ben"], ["lena"]]
        )
        #expect(pages[0]["to"][0]["channels"].strings == ["terminal"])
        let why = pages[0]["why"].string ?? ""
        #expect(why.contains("rotations/support.yaml:12") && why.contains("config/ladders.yaml:"))
        #expect(
            try files.tocsin("plan --policy quik --priority P9 --opened 2026-03-02T09:00:00Z").exit
                == 5
        )
    }

    @Test("A batch answers line by line in order, and a line that is wrong in its place")
    func batches() throws {
        let files = try RuleFolder()
        try files.workspace.write(
            "who.jsonl",
            """
            {"rotation":"support-primary","at":"2026-03-04T12:00:00Z"}
            {"rotation":"nobody-knows","at":"2026-03-04T12:00:00Z"}
            {"rotation":"desk","at":"2026-03-04T22:00:00Z"}
            this is no JSON
            {"at":"2026-03-11T12:00:00+00:00","rotation":"support-primary"}

            """
        )
        let who = try files.tocsin("who --batch who.jsonl")
        #expect(who.exit == 0)
        let answers = who.jsonLines
        #expect(answers.count == 5)
        #expect(answers.map { $0["error"].isNull } == [true, false, true, false, true])
        #expect(answers[1]["error"]["exit"].int == 5)
        #expect(answers[0]["rotations"][0]["people"].strings == ["anna"])
        #expect(answers[2]["rotations"][0]["people"] == .array([]))
        #expect(answers[4]["rotations"][0]["people"].strings == ["ben"])
        let alone = try files.tocsin("who support-primary --at 2026-03-04T12:00:00Z -o json")
        #expect(alone.json == answers[0])

        let story = """
            {"policy":"quik","priority":"P1","opened":"2026-03-02T09:00:00Z",\
            "events":[{"at":"2026-03-02T09:20:00Z","event":"responded"}],\
            "at":"2026-03-02T10:00:00Z"}
            {"policy":"quick","priority":"P1","opened":"2026-03-02T09:00:00Z"}
            {"policy":"quik","priority":"P1","opened":5}
            {"policy":"quik","priority":"P2","opened":"2026-03-06T19:00:00Z",\
            "at":"2026-03-06T20:00:00Z"}

            """
        try files.workspace.write("cases.jsonl", story)
        for command in ["clocks", "plan"] {
            let ran = try files.workspace.run(
                "/bin/sh",
                ["-c", "\(Workspace.binary.path) \(command) --batch - < cases.jsonl"]
            )
            #expect(ran.exit == 0, "\(ran.errors)")
            #expect(ran.jsonLines.map { $0["error"].isNull } == [true, false, false, true])
            #expect(ran.jsonLines[1]["error"]["message"].string?.contains("quick") == true)
        }
        let clocks = try files.tocsin("clocks --batch cases.jsonl").jsonLines
        #expect(clocks[0]["clocks"][1]["due"].string == "2026-03-02T11:20:00Z")
        #expect(try files.tocsin("clocks --batch nowhere.jsonl").exit == 1)
    }

    @Test("Changed files are told shift by shift and person by person")
    func difference() throws {
        let files = try RuleFolder()
        try files.copy(
            to: "new",
            file: "rotations/support.yaml",
            replacing: "- {from: 2026-01-05, order: [anna, ben], first: anna}\n  support-secondary",
            with: """
                - {from: 2026-01-05, order: [anna, ben], first: anna}
                          - {from: 2026-03-09, order: [lena, anna, ben], first: lena}
                  support-secondary
                """
        )
        let at = "--at 2026-03-04T12:00:00Z --horizon 14d"
        let ran = try files.tocsin("diff . new \(at) -o json")
        #expect(ran.exit == 0, "\(ran.errors)")
        let changes = ran.json["changes"].items
        #expect(changes.map { $0["before"].strings } == [["ben"]])
        #expect(changes.map { $0["after"].strings } == [["lena"]])
        #expect(changes[0]["start"].string == "2026-03-09T08:00:00Z")
        let people = ran.json["people"].items
        #expect(people.compactMap { $0["person"].string } == ["ben", "lena"])
        #expect(people[0]["losses"][0]["rotation"].string == "support-primary")
        #expect(people[1]["gains"][0]["start"].string == "2026-03-09T08:00:00Z")
        #expect(ran.json["changed_now"] == .array([]))

        let text = try files.tocsin("diff . new \(at)").output
        let gained = "Lena Vogt (lena)\n  + Mon 2026-03-09 09:00 CET (+0100)"
        #expect(text.contains(gained), "\(text)")

        let then = try files.tocsin("diff . new --at 2026-03-10T12:00:00Z -o json").json
        #expect(then["changed_now"].strings == ["support-primary"])
        #expect(try files.tocsin("diff . .").output.contains("No shift changes"))
        #expect(try files.tocsin("diff nowhere").exit == 5)
    }

    @Test("A rehearsal finds the next days of 23 and 25 hours and the handoffs that fall into them")
    func rehearsal() throws {
        let files = try RuleFolder()
        let ran = try files.tocsin("rehearse --at 2027-01-01T00:00:00Z --months 12 -o json")
        #expect(ran.exit == 0, "\(ran.output)\(ran.errors)")
        let days = ran.json["clock_changes"].items
        #expect(days.compactMap { $0["date"].string } == ["2027-03-28", "2027-10-31"])
        #expect(days.compactMap { $0["day_seconds"].int } == [82_800, 90_000])
        let moved = days.map { $0["moved"][0] }
        #expect(moved.map { $0["missing"] } == [.bool(true), .bool(false)])
        #expect(
            moved.allSatisfy {
                $0["rotation"].string == "support-secondary" && $0["kind"].string == "handoff"
            }
        )
        #expect(moved[0]["at"].string == "2027-03-28T01:00:00Z", "the first instant after the gap")
        #expect(moved[1]["at"].string == "2027-10-31T00:30:00Z", "the first of the two")
        #expect(files.line(moved[0]["source"].string ?? "").contains("order: [ben, marcus]"))
        let text = try files.tocsin("rehearse --at 2027-01-01T00:00:00Z --months 12").output
        #expect(text.contains("23 h") && text.contains("25 h"), "\(text)")
        #expect(try files.tocsin("rehearse --months 0").exit == 64)
    }

    @Test("A backtest counts pages and breaches, and what changed files would add, take or move")
    func backtest() throws {
        let files = try RuleFolder()
        let kept = """
            {"id":"A-1","policy":"quik","priority":"P1","opened":"2026-03-02T09:00:00Z",\
            "events":[{"at":"2026-03-02T09:20:00Z","event":"acknowledged"},\
            {"at":"2026-03-02T09:30:00Z","event":"responded"},\
            {"at":"2026-03-02T09:50:00Z","event":"resolved"}]}

            """
        let late = """
            {"id":"A-2","policy":"quik","priority":"P1","opened":"2026-03-03T09:00:00Z",\
            "events":[{"at":"2026-03-03T10:05:00Z","event":"responded"},\
            {"at":"2026-03-03T10:06:00Z","event":"resolved"}]}

            """
        try files.workspace.write("cases.jsonl", kept + late)
        let alone = try files.tocsin("backtest --cases cases.jsonl -o json")
        #expect(alone.exit == 0, "\(alone.errors)")
        #expect(alone.json["cases"].int == 2)
        #expect(alone.json["breaches"]["before"].int == 1)

        try files.copy(
            to: "new",
            file: "config/ladders.yaml",
            replacing: "- {at: 15%, page: [support-primary]}\n      - {at: 30%",
            with: "- {at: 20%, page: [support-primary]}\n      - {at: 30%"
        )
        try files.workspace.write("kept.jsonl", kept)
        let ran = try files.tocsin("backtest --cases kept.jsonl --against new -o json")
        #expect(ran.exit == 0, "\(ran.errors)")
        let pages = ran.json["pages"]
        #expect(
            ["before", "after", "added", "removed", "moved"].map { pages[$0].int }
                == [3, 3, 0, 0, 1]
        )
        let change = ran.json["changes"][0]
        #expect(change["id"].string == "A-1")
        #expect(change["moved"][0]["from"].string == "2026-03-02T09:09:00Z")
        #expect(change["moved"][0]["to"].string == "2026-03-02T09:12:00Z")
        #expect(
            ran.json["people"].items.map { [$0["before"].int, $0["after"].int] }
                == [[2, 2], [1, 1]]
        )

        try files.workspace.write("faulty.jsonl", kept + "{\"policy\":\"quick\"}\n")
        let faulty = try files.tocsin("backtest --cases faulty.jsonl -o json")
        #expect(faulty.exit == 1)
        #expect(faulty.json["cases"].int == 1)
        #expect(faulty.json["errors"][0]["line"].int == 2)
        #expect(try files.tocsin("backtest --cases kept.jsonl --against nowhere").exit == 64)
    }

    @Test("The version names the zone data and the hash of the files, which an edit changes")
    func version() throws {
        let files = try RuleFolder()
        let before = try files.tocsin("version -o json").json
        #expect(before.keys == ["rulebook", "version", "zone_data"])
        let whole = files.workspace.text("rotations/support.yaml")
        try files.workspace.write(
            "rotations/support.yaml",
            whole.replacingOccurrences(of: "Support, first", with: "Support, second")
        )
        let after = try files.tocsin("version -o json").json
        #expect(before["rulebook"].string?.count == 64)
        #expect(before["rulebook"] != after["rulebook"])
    }
}
