import CivilTime
import Clocks
import OnCall
import Testing

@testable import Paging

@Suite("Reminders, warnings and stand-down") struct ReminderTests {
    let opened = Office.at("2025-11-23T03:00:00Z")

    private func after(_ minutes: Int) -> Instant { opened.adding(seconds: minutes * 60) }

    private func answered() -> Run {
        var run = Run(Office.value(at: opened))
        run.act(CaseEvent(.acknowledged, at: after(5), by: "anna", way: "cli"), at: after(5))
        run.act(CaseEvent(.responded, at: after(10), by: "anna", way: "cli"), at: after(10))
        return run
    }

    @Test(
        "An update is owed each 2 h: before, at due, then each quarter; leadership at 3 h"
    )
    func updates() {
        var run = answered()
        for minutes in stride(from: 50, through: 250, by: 40) {
            let at = after(minutes)
            run.act(CaseEvent(.noted, at: at, by: "anna", way: "cli", text: "on it"), at: at)
        }
        #expect(
            run.lines(.reminder) == [
                "120 reminder anna", "130 reminder anna", "160 reminder anna", "190 reminder anna",
                "220 reminder anna", "250 reminder anna",
            ]
        )
        #expect(run.lines(.notice).contains("190 notice lena"))
    }

    /// Minutes between messages of a kind, of those after the opening's tenth hour.
    private func gaps(_ run: Run, _ kind: Notification.Kind) -> Set<Int> {
        var instants = run.sent.filter { $0.notification.kind == kind }.map(\.at)
        instants.removeAll { $0 < after(600) }
        return Set(zip(instants, instants.dropFirst()).map { $1.seconds(since: $0) / 60 })
    }

    private func wait(_ run: inout Run, reason: String) {
        var event = CaseEvent(.statusChanged, at: after(610), by: "anna", way: "cli")
        (event.status, event.reason) = (.pending, reason)
        run.act(event, at: after(610))
    }

    @Test("A case that comes to wait for a fix after many hours is reminded of each fourth time")
    func waitsLate() {
        var run = Run(Office.value(at: opened))
        run.act(CaseEvent(.responded, at: after(10), by: "anna", way: "cli"), at: after(10))
        wait(&run, reason: "fix")
        run.advance(to: after(2_000))
        #expect(gaps(run, .reminder) == [120])
        // Once it goes on, each time again.
        var event = CaseEvent(.statusChanged, at: after(2_005), by: "anna", way: "cli")
        event.status = .inProgress
        run.act(event, at: after(2_005))
        let before = run.sent.count
        run.advance(to: after(2_200))
        let later = run.sent.dropFirst(before).filter { $0.notification.kind == .reminder }
        #expect(
            later.map { $0.at.seconds(since: opened) / 60 } == [
                2_020, 2_050, 2_080, 2_110, 2_140, 2_170, 2_200,
            ]
        )
    }

    @Test("Rounds of a ladder that nobody answers come each fourth time too, never days apart")
    func roundsLate() {
        var run = Run(Office.value(at: opened))
        wait(&run, reason: "other")
        run.advance(to: after(2_000))
        #expect(gaps(run, .page).subtracting([0]) == [60])
    }

    @Test("An update starts the interval anew")
    func update() {
        var run = answered()
        let at = after(60)
        run.act(CaseEvent(.updated, at: at, by: "anna", way: "cli", text: "working"), at: at)
        run.act(
            CaseEvent(.noted, at: after(115), by: "anna", way: "cli", text: "x"),
            at: after(115)
        )
        run.act(
            CaseEvent(.noted, at: after(170), by: "anna", way: "cli", text: "x"),
            at: after(170)
        )
        run.advance(to: after(171))
        #expect(run.lines(.reminder) == ["170 reminder anna"])
    }

    @Test("The response clock warns at 50, 75 and 90 percent and tells leadership when it runs out")
    func warnings() {
        var run = Run(Office.value(at: opened))
        run.advance(to: after(61))
        #expect(
            run.lines(.warning, .breach) == [
                "30 warning anna", "30 warning ben", "45 warning lena", "54 warning lena",
                "60 breach anna", "60 breach ben", "60 breach lena",
            ]
        )
        #expect(run.log.last { $0.name == .breached }?.at == after(60).adding(seconds: 1))
    }

    @Test("Each warning of a lease's end is a notice of its own, also within one cycle")
    func leaseWarnings() {
        var run = answered()
        for minutes in [65, 120, 175] {
            let at = after(minutes)
            run.act(CaseEvent(.noted, at: at, by: "anna", way: "cli", text: "on it"), at: at)
        }
        let keys = run.sent.map { $0.notification.key(caseID: "case") }
        #expect(run.sent.filter { $0.notification.event == .ackExpired }.count > 1)
        #expect(Set(keys).count == keys.count)
    }

    @Test("Resolving stops everything and tells everyone paged but the actor")
    func resolve() {
        var run = Run(Office.value(at: opened))
        run.act(CaseEvent(.resolved, at: after(20), by: "ben", way: "cli"), at: after(20))
        #expect(run.nextDue == nil)
        #expect(run.lines(.notice) == ["20 notice anna"])
    }

    @Test("Customers hear once of an escalation to leadership")
    func customers() {
        var value = Office.value(at: opened)
        value.contacts = ["it@northwind.example"]
        var run = Run(value)
        run.advance(to: after(100))
        #expect(run.lines(.notice) == ["45 notice it@northwind.example"])
    }

    @Test("A hold agreed with the customer is quiet until its end, then its owner is reminded")
    func hold() {
        var run = answered()
        var event = CaseEvent(.statusChanged, at: after(15), by: "anna", way: "cli")
        event.status = .onHold
        event.until = after(600)
        run.act(event, at: after(15))
        run.advance(to: after(600))
        #expect(run.lines(.reminder) == ["600 reminder anna"])
        #expect(run.value.status == .inProgress)
    }
}
