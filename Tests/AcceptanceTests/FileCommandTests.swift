import Foundation
import Testing

@Suite("What stands in the files is checked, laid out, described and shown", .serialized)
struct FileCommandTests {
    @Test("A fault is told with file, line, column, code and fix, the same in every form")
    func faults() throws {
        let files = try RuleFolder()
        let whole = files.workspace.text("rotations/support.yaml")
        try files.workspace.write(
            "rotations/support.yaml",
            whole.replacingOccurrences(of: "order: [ben, marcus]", with: "order: [bne, marcus]")
                .replacingOccurrences(of: "title: Support", with: "titel: Support")
        )

        let text = try files.tocsin("check")
        #expect(text.exit == 1)
        let unknown = "rotations/support.yaml:19:40: error[person-unknown]: `bne` is not in people"
        #expect(text.output.contains(unknown), "\(text.output)")
        #expect(text.output.contains("= fix: Did you mean `ben`?"))
        #expect(text.output.contains("rotations/support.yaml:6:5: error[key-unknown]"))

        let json = try files.tocsin("check -o json")
        #expect(json.exit == 1)
        let errors = json.json.items.filter { $0["severity"].string == "error" }
        let lines = errors.compactMap { $0["line"].int }
        #expect(lines == lines.sorted())
        let finding = try #require(errors.first { $0["code"].string == "person-unknown" })
        #expect(
            finding.keys
                == ["code", "column", "end_column", "file", "fix", "line", "message", "severity"]
        )
        #expect(finding["file"].string == "rotations/support.yaml")
        #expect(
            [finding["line"].int, finding["column"].int, finding["end_column"].int] == [19, 40, 43]
        )

        let github = try files.tocsin("check -o github")
        #expect(github.exit == 1)
        let annotation = "::error file=rotations/support.yaml,line=19,col=40,endColumn=43,"
        #expect(github.output.contains(annotation), "\(github.output)")

        // Every command that reads the files says the same place.
        let who = try files.tocsin("who")
        #expect(who.exit == 1)
        #expect(who.errors.contains("rotations/support.yaml:19:40"))
        #expect(try files.tocsin("who -o json").error["code"].string == "files-faulty")
    }

    @Test("Warnings alone are exit 0, and 3 under --strict")
    func strict() throws {
        let files = try RuleFolder()
        let plain = try files.tocsin("check")
        #expect(plain.exit == 0, "\(plain.output)")
        #expect(plain.output.contains(": 0 errors, "))
        let strict = try files.tocsin("check --strict -o json")
        #expect(strict.exit == 3)
        #expect(!strict.json.items.isEmpty)
        #expect(strict.json.items.allSatisfy { $0["severity"].string == "warning" })
    }

    @Test("The layout keeps comments, changes nothing twice, and says which files it would change")
    func layout() throws {
        let files = try RuleFolder()
        let untidy = """
            format:   1   # the first
            timezone: Europe/Berlin
            # before the rotations
            rotations:
                  spare:
                      layers:
                      - name:   all
                        handoff:  {every: 1 week,day: monday,   at: "09:00"} # on Mondays
                        members: [ {from: 2026-01-05, order: [anna],first: anna} ]
            """
        try files.workspace.write("rotations/spare.yaml", untidy)
        let listed = try files.tocsin("fmt")
        #expect(listed.exit == 1)
        #expect(listed.output.split(separator: "\n").contains("rotations/spare.yaml"))
        #expect(files.workspace.text("rotations/spare.yaml") == untidy, "only -w writes")

        let printed = try files.tocsin("fmt rotations/spare.yaml").output
        #expect(try files.tocsin("fmt -w").exit == 0)
        let tidy = files.workspace.text("rotations/spare.yaml")
        #expect(printed == tidy)
        #expect(tidy != untidy)
        for comment in ["# the first", "# before the rotations", "# on Mondays"] {
            #expect(tidy.contains(comment), "\(tidy)")
        }
        let again = try files.tocsin("fmt")
        #expect(again.exit == 0 && again.output.isEmpty, "\(again.output)")
        #expect(try files.tocsin("who spare --at 2026-03-02T09:00:00Z").output.contains("Anna"))

        #expect(try files.tocsin("fmt nowhere.yaml").exit == 5)
        try files.workspace.write("broken.yaml", "a: [1\n")
        let broken = try files.tocsin("fmt broken.yaml")
        #expect(broken.exit == 1)
        #expect(broken.errors.contains("broken.yaml:"), "\(broken.errors)")
    }

    @Test("The schemas take every shipped file, and refuse a misspelt key")
    func schema() throws {
        let files = try RuleFolder()
        for kind in ["rotation", "policy", "people", "settings"] {
            let schema = try files.tocsin("schema \(kind)")
            #expect(schema.exit == 0)
            try files.workspace.write("\(kind).json", schema.output)
        }
        #expect(try files.tocsin("schema roster").exit == 64)
        let script = """
            import glob, json, sys, yaml, jsonschema
            root = sys.argv[1]
            read = lambda path: yaml.load(open(path), Loader=yaml.BaseLoader)
            def faults(kind, value):
                schema = json.load(open(kind + ".json"))
                jsonschema.Draft202012Validator.check_schema(schema)
                return list(jsonschema.Draft202012Validator(schema).iter_errors(value))
            count = 0
            for kind, pattern in [("rotation", "rotations/*.yaml"),
                                  ("people", "config/people.yaml"),
                                  ("policy", "config/policies/*.yaml"),
                                  ("policy", "config/calendars.yaml"),
                                  ("policy", "config/ladders.yaml"),
                                  ("settings", "config/tocsin.yaml")]:
                for path in glob.glob(root + "/" + pattern):
                    count += 1
                    for fault in faults(kind, read(path)):
                        print(path, fault.json_path, fault.message)
            rotation = read("rotations/support.yaml")
            rotation["rotations"]["desk"]["layers"][0]["handof"] = "x"
            assert faults("rotation", rotation)
            print(count)
            """
        let ran = try files.python(script, Workspace.repository.path)
        #expect(ran.exit == 0, "\(ran.errors)")
        #expect(ran.output == "10\n", "\(ran.output)")
    }

    @Test("Who is on call, by which line, until when and who is next; exit 8 for nobody")
    func who() throws {
        let files = try RuleFolder()
        let ran = try files.tocsin("who support-primary --at 2026-03-04T12:00:00Z -o json")
        #expect(ran.exit == 0)
        #expect(ran.json["at"].string == "2026-03-04T12:00:00Z")
        let entry = ran.json["rotations"][0]
        for key in ["layer", "next", "override", "people", "rotation", "source", "until"] {
            #expect(entry.keys.contains(key), "\(key) in \(entry)")
        }
        #expect(entry["people"].strings == ["anna"])
        #expect(entry["layer"].string == "week")
        #expect(entry["override"] == .bool(false))
        #expect(entry["until"].string == "2026-03-09T08:00:00Z")
        #expect(entry["next"]["people"].strings == ["ben"])
        #expect(entry["next"]["from"].string == "2026-03-09T08:00:00Z")
        #expect(files.line(entry["source"].string ?? "").contains("order: [anna, ben]"))

        let atNight = try files.tocsin("who desk --at 2026-03-04T22:00:00Z -o json")
        #expect(atNight.exit == 8)
        #expect(atNight.json["rotations"][0]["people"] == .array([]))
        #expect(atNight.json["rotations"][0]["next"]["people"].strings == ["anna"])
        let all = try files.tocsin("who --at 2026-03-04T22:00:00Z -o json")
        #expect(all.exit == 0, "somebody is on call somewhere")
        #expect(
            all.json["rotations"].items.compactMap { $0["rotation"].string }
                == ["desk", "leadership", "specialists", "support-primary", "support-secondary"]
        )
        let unknown = try files.tocsin("who suport-primary -o json")
        #expect(unknown.exit == 5)
        #expect(unknown.error["exit"].int == 5)
        #expect(unknown.error["fix"].string?.contains("support-primary") == true)
        let wrong = try files.tocsin("who --at never -o json")
        #expect(wrong.exit == 64)
        #expect(wrong.error["message"].string?.contains("never") == true)
    }

    @Test("The lines that put someone on call are named, and those that did not, with their reason")
    func explained() throws {
        let files = try RuleFolder()
        let json = try files.tocsin("explain support-primary --at 2026-03-04T12:00:00Z -o json")
        #expect(json.exit == 0)
        #expect(json.json["people"].strings == ["anna"])
        let source = json.json["source"].string ?? ""
        #expect(source == "rotations/support.yaml:12")
        #expect(files.line(source).contains("order: [anna, ben]"))
        let text = try files.tocsin("explain support-primary --at 2026-03-04T12:00:00Z").output
        #expect(text.contains("rotations/support.yaml:12") && text.contains("Anna Keller (anna)"))

        let atNight = try files.tocsin("explain desk --at 2026-03-04T22:00:00Z -o json")
        #expect(atNight.exit == 8)
        #expect(atNight.json["considered"][0]["outcome"].string == "outside_hours")
        #expect(try files.tocsin("explain dekk").exit == 5)
    }

    @Test("A policy is shown with its promises, its ladder and each reading beside the other one")
    func policy() throws {
        let files = try RuleFolder()
        let json = try files.tocsin("policy quik -o json").json
        #expect(json["policy"].string == "quik")
        #expect(
            json["priorities"].items.compactMap { $0["priority"].string }
                == ["P1", "P2", "P3", "P4"]
        )
        #expect(json["priorities"][0]["steps"].items.count == 5)
        let daily = try #require(json["readings"].items.first { $0["line"].int == 46 })
        let compared = daily["alternative"]["clocks"][0]
        #expect(compared["clock"].string == "update")
        #expect(compared["due"].string != compared["instead_due"].string)
        #expect(files.line(daily["file"].string ?? "").contains("about: Daily"))
        let text = try files.tocsin("policy quik").output
        for words in ["quik-business", "again every 2 h, 3 times", "maintenance 24 h before"] {
            #expect(text.contains(words), "\(words) in \(text)")
        }
        #expect(try files.tocsin("policy quick").exit == 5)
    }
}

@Suite("The schedule is the same in every form", .serialized)
struct ShiftFormTests {
    private static let span = "--from 2026-03-20T00:00:00Z --to 2026-04-20T00:00:00Z"

    @Test("As JSON and CSV: shifts end where the next begins, and nobody is an empty list")
    func tables() throws {
        let files = try RuleFolder()
        let ran = try files.tocsin("shifts support-primary \(Self.span) -o json")
        #expect(ran.exit == 0)
        #expect(ran.json["rotation"].string == "support-primary")
        let shifts = ran.json["shifts"].items
        #expect(shifts[0].keys == ["end", "gap", "layer", "override", "people", "start"])
        #expect(shifts.first?["start"].string == "2026-03-20T00:00:00Z")
        #expect(shifts.last?["end"].string == "2026-04-20T00:00:00Z")
        #expect(
            shifts.compactMap { $0["start"].string }.dropFirst()
                == shifts.compactMap { $0["end"].string }.dropLast()
        )
        // 09:00 in Berlin, before and after the clocks went forward.
        #expect(shifts[1]["start"].string == "2026-03-23T08:00:00Z")
        #expect(shifts[2]["start"].string == "2026-03-30T07:00:00Z")
        #expect(
            shifts.map { $0["people"].strings } == [["anna"], ["ben"], ["anna"], ["ben"], ["anna"]]
        )

        let csv = try files.tocsin("shifts support-primary \(Self.span) -o csv").output
        let rows = csv.components(separatedBy: "\r\n").dropLast()
        #expect(rows.first == "start,end,people,layer,override,gap")
        #expect(rows[2] == "2026-03-23T08:00:00Z,2026-03-30T07:00:00Z,ben,week,false,false")
        #expect(rows.count == shifts.count + 1)

        let desk = "shifts desk --from 2026-03-04T00:00:00Z --to 2026-03-05T00:00:00Z -o json"
        let day = try files.tocsin(desk).json["shifts"].items
        #expect(day.map { $0["people"].strings } == [[], ["anna"], []])
        #expect(try files.tocsin("shifts dekk").exit == 5)
        let backwards = "shifts desk --from 2026-03-05T00:00:00Z --to 2026-03-04T00:00:00Z"
        #expect(try files.tocsin(backwards).exit == 64)
    }

    @Test("As iCalendar, read by two libraries, it has the same people at the same times")
    func calendar() throws {
        let files = try RuleFolder()
        let json = try files.tocsin("shifts support-primary \(Self.span) -o json")
        let calendar = try files.tocsin("shifts support-primary \(Self.span) -o ics")
        #expect(calendar.exit == 0)
        try files.workspace.write("shifts.ics", calendar.output)
        let script = """
            import datetime, icalendar, json, recurring_ical_events
            calendar = icalendar.Calendar.from_ical(open("shifts.ics", "rb").read())
            assert not calendar.errors, calendar.errors
            utc = datetime.timezone.utc
            start = datetime.datetime(2026, 3, 20, tzinfo=utc)
            end = datetime.datetime(2026, 4, 20, tzinfo=utc)
            events = recurring_ical_events.of(calendar).between(start, end)
            for event in sorted(events, key=lambda event: event.start):
                text = lambda at: at.astimezone(utc).strftime("%Y-%m-%dT%H:%M:%SZ")
                print(json.dumps([text(event.start), text(event.end),
                                  str(event["X-TOCSIN-PERSON"]), str(event["TRANSP"])]))
            """
        let read = try files.python(script)
        #expect(read.exit == 0, "\(read.errors)")
        let wanted = json.json["shifts"].items.map { shift in
            JSONValue.array([
                shift["start"], shift["end"], shift["people"][0], .string("TRANSPARENT"),
            ])
        }
        #expect(read.jsonLines == wanted)
        #expect(wanted.count == 5)
    }

    @Test("As a picture it is well-formed, and so is a plan's")
    func pictures() throws {
        let files = try RuleFolder()
        let shifts = try files.tocsin("shifts support-primary \(Self.span) -o svg")
        let plan = try files.tocsin(
            "plan --policy quik --priority P1 --opened 2026-03-02T09:00:00Z -o svg"
        )
        try files.workspace.write("shifts.svg", shifts.output)
        try files.workspace.write("plan.svg", plan.output)
        let script = """
            import sys, xml.etree.ElementTree as tree
            for path in sys.argv[1:]:
                root = tree.parse(path).getroot()
                space = "{http://www.w3.org/2000/svg}"
                print(root.tag == space + "svg", root.get("role"),
                      bool(root.find(space + "title").text), len(list(root.iter())) > 30)
            """
        let read = try files.python(script, "shifts.svg", "plan.svg")
        #expect(read.exit == 0, "\(read.errors)")
        #expect(read.output == "True img True True\nTrue img True True\n", "\(read.output)")
        #expect(shifts.output.contains("Anna Keller") && plan.output.contains("P1 under quik"))
    }
}
