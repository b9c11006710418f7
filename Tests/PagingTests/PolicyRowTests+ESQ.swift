import CivilTime
import Clocks
import OnCall
import Testing

@testable import Paging

/// The rows of the fifth policy that a notifier acts on, by their line numbers in the text.
@Suite("S4 ESQ, row by row") struct ESQRows {
    let zone = "America/New_York"
    /// A Tuesday.
    let opened = "2025-11-18T10:00:00-05:00"
    let night = "2025-11-22T03:00:00-05:00"

    private func taken(_ priority: String, people: [String: [String]] = [:]) -> Run {
        var run = Run("esq", priority, at: opened, people: people)
        run.act(.acknowledged, at: "2025-11-18T10:05:00-05:00")
        run.act(.responded, at: "2025-11-18T10:10:00-05:00")
        return run
    }

    @Test("S4 1: a mail without a priority is timed until someone chooses one, or answers")
    func triage() {
        var run = Run("esq", "3", at: "2025-11-18T16:45:00-05:00", channel: "mail", isDefault: true)
        #expect(run.value.isUnassessed)
        run.advance(to: "2025-11-19T09:45:00-05:00")
        #expect(run.wall(zone, .triage) == ["2025-11-19T09:45 reminder anna"])
        run.act(.responded, at: "2025-11-19T09:50:00-05:00")
        run.advance(to: "2025-11-21T09:45:00-05:00")
        #expect(run.wall(zone, .triage).count == 1)
        let chosen = Run("esq", "3", at: opened, channel: "phone")
        #expect(!chosen.value.isUnassessed)
    }

    @Test(
        "S4 1: a mail at night that says `down` goes to the person on call as possible System Down"
    )
    func possibleSystemDown() {
        let run = Run(
            "esq",
            "3",
            at: night,
            channel: "mail",
            title: "Terminals are DOWN in all branches",
            isDefault: true
        )
        #expect(run.wall(zone, .page) == ["2025-11-22T03:00 page anna"])
        #expect(run.sent[0].notification.summary.contains("possibly System Down"))
        let quiet = Run("esq", "3", at: night, channel: "mail", isDefault: true)
        #expect(quiet.wall(zone, .page) == [])
    }

    @Test("S4 1: the analyst may change the priority with the customer (R-14)")
    func raised() {
        var run = Run("esq", "3", at: night, channel: "mail", isDefault: true)
        run.act(.priorityChanged, at: "2025-11-22T03:20:00-05:00", priority: "1")
        #expect(run.wall(zone, .page) == ["2025-11-22T03:20 page anna"])
        let due = run.value.clocks(rulebook: run.rulebook, at: run.now).first?.due
        #expect(due == Office.at("2025-11-22T04:20:00-05:00"))
    }

    @Test("S4 9-11: System Down is paged at minute 0 at any hour, phoned in or not")
    func systemDown() {
        for channel in ["phone", "web"] {
            let run = Run("esq", "1", at: night, channel: channel)
            #expect(run.wall(zone, .page) == ["2025-11-22T03:00 page anna"])
        }
    }

    @Test("S4 11: continuous work: a shift that ends hands over or pages both")
    func continuousWork() {
        // The week passes on Monday at 09:00 in Los Angeles.
        var run = Run(
            "esq",
            "1",
            at: "2025-11-24T11:30:00-05:00",
            people: ["support-primary": ["dana", "anna"]]
        )
        run.act(.acknowledged, at: "2025-11-24T11:35:00-05:00")
        run.act(.responded, at: "2025-11-24T11:40:00-05:00")
        run.advance(to: "2025-11-24T12:00:00-05:00")
        #expect(
            run.wall(zone, .handover) == [
                "2025-11-24T12:00 page dana", "2025-11-24T12:00 page anna",
            ]
        )
    }

    @Test("S4 11: a customer who cannot be reached is chased each 30 min, and nothing falls silent")
    func unreachable() {
        var run = taken("1")
        run.act(
            .statusChanged,
            at: "2025-11-18T10:20:00-05:00",
            status: .pending,
            reason: "customer"
        )
        run.advance(to: "2025-11-18T11:25:00-05:00")
        #expect(
            run.wall(zone, .chase) == [
                "2025-11-18T10:50 reminder anna", "2025-11-18T11:20 reminder anna",
            ]
        )
        #expect(run.wall(zone, .page).last == "2025-11-18T11:20 page anna")
    }

    @Test("S4 11: the 48 h start with the diagnosis; until then a reminder asks for it at 24 h")
    func diagnosis() {
        var run = taken("2")
        run.advance(to: "2025-11-19T10:00:00-05:00")
        #expect(run.wall(zone, .diagnosis) == ["2025-11-19T10:00 reminder anna"])
        run.advance(to: "2025-11-20T10:00:00-05:00")
        #expect(run.wall(zone, .diagnosis).last == "2025-11-20T10:00 reminder anna")
        var down = taken("1")
        #expect(down.value.clocks(rulebook: down.rulebook, at: down.now)[2].state == .notStarted)
        down.act(.diagnosed, at: "2025-11-18T12:00:00-05:00")
        down.act(.diagnosed, at: "2025-11-18T15:00:00-05:00")
        let resolution = down.value.clocks(rulebook: down.rulebook, at: down.now)[2]
        #expect(resolution.due == Office.at("2025-11-20T12:00:00-05:00"))
        #expect(resolution.kind == .goal)
        down.advance(to: "2025-11-20T12:00:00-05:00")
        #expect(down.wall(zone, .diagnosis) == [])
    }

    @Test(
        "S4 13-23: levels 2 to 4 wait for the desk and count its hours",
        arguments: [
            ("2", "2025-11-24T13:00:00-05:00"), ("3", "2025-11-24T17:00:00-05:00"),
            ("4", "2025-11-26T17:00:00-05:00"),
        ]
    )
    func levels(name: String, due: String) {
        var run = Run("esq", name, at: night)
        let response = run.value.clocks(rulebook: run.rulebook, at: run.now).first
        #expect(response?.due == Office.at(due))
        run.advance(to: "2025-11-24T09:00:00-05:00")
        #expect(run.wall(zone, .page) == ["2025-11-24T09:00 page anna"])
    }

    @Test("S4 11 g: an internal reminder every 2 h, which leadership never hears of")
    func internalUpdates() {
        var run = taken("1")
        run.act(.noted, at: "2025-11-18T11:00:00-05:00", text: "x")
        run.act(.noted, at: "2025-11-18T11:50:00-05:00", text: "x")
        run.act(.noted, at: "2025-11-18T12:30:00-05:00", text: "x")
        run.advance(to: "2025-11-18T13:20:00-05:00")
        #expect(run.wall(zone, .reminder).contains("2025-11-18T12:10 reminder anna"))
        #expect(!run.wall(zone, .notice).contains { $0.hasSuffix("lena") })
    }
}
