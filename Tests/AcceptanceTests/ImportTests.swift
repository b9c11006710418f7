import Foundation
import Testing

/// Final schedules of other systems, in the shapes that their APIs and exports have.
@Suite("Schedules of other systems become overrides", .serialized)
struct ImportTests {
    struct Export: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let command: String
        /// Ben on 24 December 2026 from 8 to 16 UTC, and a stranger after him.
        let text: String
    }

    static let exports = [
        Export(
            testDescription: "Opsgenie's timeline",
            command: "opsgenie",
            text: """
                {"data":{"_parent":{"id":"d87e","name":"ops","enabled":true},
                "startDate":"2026-12-21T00:00:00Z","endDate":"2026-12-28T00:00:00Z",
                "finalTimeline":{"rotations":[{"id":"a7fd","name":"Rot1","order":1.0,"periods":[
                {"startDate":"2026-12-24T08:00:00Z","endDate":"2026-12-24T16:00:00Z",
                "type":"default","recipient":{"id":"b5","type":"user","name":"ben@example.com"}},
                {"startDate":"2026-12-24T16:00:00Z","endDate":"2026-12-24T20:00:00Z",
                "type":"default","recipient":{"id":"b6","type":"user","name":"zoe@example.com"}}
                ]}]}},"took":0.04,"requestId":"x"}
                """
        ),
        Export(
            testDescription: "PagerDuty's schedule",
            command: "pagerduty",
            text: """
                {"schedule":{"id":"PI7DH85","type":"schedule","name":"Daily","time_zone":"UTC",
                "final_schedule":{"name":"Final Schedule","rendered_schedule_entries":[
                {"start":"2026-12-24T09:00:00+01:00","end":"2026-12-24T17:00:00+01:00",
                "user":{"id":"PXPGF42","type":"user_reference","summary":"Ben Ortiz"}},
                {"start":"2026-12-24T17:00:00+01:00","end":"2026-12-24T21:00:00+01:00",
                "user":{"id":"PXPGF43","type":"user_reference","summary":"zoe@example.com"}}
                ],"rendered_coverage_percentage":100.0}}}
                """
        ),
        Export(
            testDescription: "Grafana OnCall's final shifts",
            command: "grafana-oncall",
            text: """
                {"count":2,"next":null,"previous":null,"results":[
                {"user_pk":"UC2","user_email":"ben@example.com","user_username":"ben",
                "shift_start":"2026-12-24T08:00:00Z","shift_end":"2026-12-24T16:00:00Z"},
                {"user_pk":"UC3","user_email":"zoe@example.com","user_username":"zoe",
                "shift_start":"2026-12-24T16:00:00Z","shift_end":"2026-12-24T20:00:00Z"}]}
                """
        ),
        Export(
            testDescription: "an iCalendar file",
            command: "ics",
            text: """
                BEGIN:VCALENDAR\r
                VERSION:2.0\r
                BEGIN:VEVENT\r
                UID:1\r
                DTSTART;TZID=Europe/Berlin:20261224T090000\r
                DTEND:20261224T160000Z\r
                SUMMARY:Ben \r
                 Ortiz\r
                END:VEVENT\r
                BEGIN:VEVENT\r
                UID:2\r
                DTSTART:20261224T160000Z\r
                DTEND:20261224T200000Z\r
                SUMMARY:On call\r
                ATTENDEE;CN=Zoe:mailto:zoe@example.com\r
                END:VEVENT\r
                END:VCALENDAR\r

                """
        ),
        Export(
            testDescription: "a table",
            command: "csv",
            text: """
                start,end,people,layer
                2026-12-24T08:00:00Z,2026-12-24T16:00:00Z,"ben",week
                2026-12-24T16:00:00Z,2026-12-24T20:00:00Z,zoe@example.com,week
                2026-12-24T20:00:00Z,2026-12-25T20:00:00Z,,

                """
        ),
    ]

    private func folder() throws -> RuleFolder {
        let folder = try RuleFolder()
        let people = folder.workspace.text("config/people.yaml")
        try folder.workspace.write(
            "config/people.yaml",
            people.replacing("{terminal: ben}", with: "{terminal: ben@example.com}")
        )
        return folder
    }

    @Test("Each says who is on, in files that check takes", arguments: exports)
    func taken(_ export: Export) throws {
        let folder = try folder()
        try folder.workspace.write("export", export.text)
        let words = [
            "import", export.command, "export", "--rotation", "support-secondary",
            "--from", "2026-12-01T00:00:00Z",
        ]
        let partly = try folder.workspace.run(Workspace.binary.path, words)
        #expect(partly.exit == 1)
        #expect(partly.errors.contains("`zoe@example.com` is nobody in people"))
        let whole = try folder.workspace.run(
            Workspace.binary.path,
            words + ["--person", "zoe@example.com=lena"]
        )
        #expect(whole.exit == 0, "\(whole.errors)")
        try folder.workspace.write(
            "rotations/imported.yaml",
            "format: 1\ntimezone: Europe/Berlin\n" + whole.output
        )
        for (at, person) in [
            ("2026-12-24T08:00:00Z", "ben"), ("2026-12-24T15:59:59Z", "ben"),
            ("2026-12-24T16:00:00Z", "lena"), ("2026-12-24T19:59:59Z", "lena"),
        ] {
            let who = try folder.tocsin("who support-secondary --at \(at) -o json")
            let rotation = who.json["rotations"][0]
            #expect(rotation["people"].strings == [person], "\(at) \(who.errors)")
            #expect(rotation["override"] == .bool(true))
        }
    }

    @Test("What is no such export is refused, and an event that repeats is told")
    func refused() throws {
        let folder = try folder()
        try folder.workspace.write("export", "{\"schedule\":{}}")
        for command in ["opsgenie", "pagerduty", "grafana-oncall", "ics", "csv"] {
            let ran = try folder.tocsin("import \(command) export --rotation support-secondary")
            #expect(ran.exit == 1)
            #expect(ran.errors.contains("is no schedule in the form of \(command)"))
        }
        try folder.workspace.write(
            "export",
            """
            BEGIN:VCALENDAR
            BEGIN:VEVENT
            DTSTART:20261224T080000Z
            DTEND:20261224T160000Z
            RRULE:FREQ=WEEKLY
            SUMMARY:ben
            END:VEVENT
            END:VCALENDAR
            """
        )
        let ran = try folder.tocsin("import ics export --rotation support-secondary")
        #expect(ran.exit == 1)
        #expect(ran.errors.contains("event 1 repeats"))
        #expect(ran.output.contains("overrides: []"))
    }
}
