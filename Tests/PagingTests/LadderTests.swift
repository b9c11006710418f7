import CivilTime
import Clocks
import OnCall
import Testing

@testable import Paging

@Suite("The ladder") struct LadderTests {
    let opened = Office.at("2025-11-23T03:00:00Z")

    @Test(
        "A P1 nobody takes is paged at 0, 9, 18, 30 and 45 min, then all each 15 min for ever"
    )
    func climbs() {
        var run = Run(Office.value(at: opened))
        run.advance(to: opened.adding(seconds: 5_400))
        #expect(
            run.lines(.page) == [
                "0 page anna", "9 page anna", "18 page ben", "30 page anna", "30 page ben",
                "45 page lena", "60 page anna", "60 page ben", "60 page lena", "75 page anna",
                "75 page ben", "75 page lena", "90 page anna", "90 page ben", "90 page lena",
            ]
        )
    }

    @Test("The page to leadership says who was tried, in the reader's own zone")
    func tried() {
        var run = Run(Office.value(at: opened))
        run.advance(to: opened.adding(seconds: 45 * 60))
        let page = run.sent.map(\.notification).first { $0.person == "lena" && $0.kind == .page }
        #expect(page?.summary.contains("ANNA at Sat 2025-11-22 19:00 PST (-0800)") == true)
        #expect(page?.summary.contains("BEN at Sat 2025-11-22 19:18 PST (-0800)") == true)
    }

    @Test("An acknowledgement ends the pages and tells the others to stand down")
    func acknowledge() {
        var run = Run(Office.value(at: opened))
        let at = opened.adding(seconds: 20 * 60)
        run.act(CaseEvent(.acknowledged, at: at, by: "anna", way: "cli"), at: at)
        run.advance(to: opened.adding(seconds: 49 * 60))
        #expect(run.lines(.page) == ["0 page anna", "9 page anna", "18 page ben"])
        #expect(run.lines(.notice) == ["20 notice ben"])
        #expect(run.value.owner == "anna")
    }

    @Test("The lease ends when the response falls due, and the ladder starts again at the owner")
    func leaseEnds() {
        var run = Run(Office.value(at: opened))
        let at = opened.adding(seconds: 20 * 60)
        run.act(CaseEvent(.acknowledged, at: at, by: "ben", way: "cli"), at: at)
        run.advance(to: opened.adding(seconds: 70 * 60))
        #expect(run.lines(.page).suffix(2) == ["60 page ben", "69 page anna"])
        #expect(run.lines(.notice) == ["20 notice anna", "50 notice ben"])
        #expect(run.value.progress.cycle == 2)
    }

    @Test("An acknowledgement taken back lets the ladder go on where it stood, in one page")
    func takenBack() {
        var run = Run(Office.value(at: opened))
        act(.acknowledged, by: "anna", minute: 8, in: &run)
        act(.unacknowledged, by: "anna", minute: 18, in: &run)
        #expect(run.lines(.page) == ["0 page anna", "18 page ben"])
        #expect(run.log.filter { $0.name == .caughtUp }.count == 1)
        act(.acknowledged, by: "anna", minute: 19, in: &run)
        act(.unacknowledged, by: "anna", minute: 25, in: &run)
        run.advance(to: opened.adding(seconds: 45 * 60))
        #expect(
            run.lines(.page).suffix(3) == ["30 page anna", "30 page ben", "45 page lena"]
        )
        #expect(run.lines(.notice) == ["19 notice ben", "25 notice ben"])
        let last = run.sent.map(\.notification).last { $0.kind == .notice }
        #expect(last?.summary.contains("ANNA gave case 4711 back; its ladder goes on at") == true)
        #expect(run.value.progress.cycle == 1)
    }

    @Test("What was held for longer, by whomever, or answered, is handed back: the ladder restarts")
    func handedBack() {
        var late = Run(Office.value(at: opened))
        act(.acknowledged, by: "anna", minute: 5, in: &late)
        act(.acknowledged, by: "ben", minute: 14, in: &late)
        act(.unacknowledged, by: "ben", minute: 16, in: &late)
        late.advance(to: opened.adding(seconds: 26 * 60))
        #expect(late.lines(.page) == ["0 page anna", "16 page anna", "25 page anna"])
        var answered = Run(Office.value(at: opened))
        act(.acknowledged, by: "anna", minute: 5, in: &answered)
        act(.responded, by: "anna", minute: 6, in: &answered)
        act(.unacknowledged, by: "anna", minute: 7, in: &answered)
        #expect(answered.lines(.page) == ["0 page anna", "7 page anna"])
        #expect(answered.value.progress.cycle == 2)
    }

    @Test("A ladder at its end says so again where its acknowledgement is taken back")
    func takenBackAtTheEnd() {
        var ladder = Office.workingHours
        ladder.repeatTimes = 0
        var run = Run(
            Office.value("P2", at: Office.at("2025-11-24T16:00:00Z")),
            rulebook: Office.rulebook(ladders: [Office.critical, ladder])
        )
        let end = Office.at("2025-11-26T17:00:00Z")
        run.act(at: end)
        for (name, seconds) in [(CaseEvent.Name.acknowledged, 60), (.unacknowledged, 120)] {
            let at = end.adding(seconds: seconds)
            run.act(CaseEvent(name, at: at, by: "lena", way: "cli"), at: at)
        }
        #expect(run.log.filter { $0.name == .exhausted }.count == 2)
    }

    private func act(_ name: CaseEvent.Name, by person: String, minute: Int, in run: inout Run) {
        let at = opened.adding(seconds: minute * 60)
        run.act(CaseEvent(name, at: at, by: person, way: "cli"), at: at)
    }

    @Test("A step whose rotation has a gap is skipped at once and if_nobody is paged")
    func gap() {
        let rulebook = Office.rulebook(rotations: [
            Office.rotation("primary", [], ifNobody: ["marcus"]),
            Office.rotation("secondary", ["ben"]), Office.rotation("leadership", ["lena"]),
        ])
        let run = Run(Office.value(at: opened), rulebook: rulebook)
        #expect(run.lines(.page) == ["0 page marcus"])
        #expect(run.log.contains { $0.name == .stepSkipped && $0.person == "marcus" })
    }

    @Test("A ladder without rounds pages its last step after an absence, and only then gives up")
    func absenceWithoutRounds() {
        var ladder = Office.workingHours
        ladder.repeatTimes = 0
        let monday = Office.at("2025-11-24T16:00:00Z")
        var run = Run(
            Office.value("P2", at: monday),
            rulebook: Office.rulebook(ladders: [Office.critical, ladder])
        )
        run.act(at: Office.at("2025-11-26T17:00:00Z"))
        #expect(run.lines(.page) == ["0 page anna", "2940 page lena"])
        #expect(run.log.last { $0.name == .paged || $0.name == .exhausted }?.name == .exhausted)
    }

    @Test("A ladder at its end tells the last resort where leadership is nobody")
    func exhaustedToNobody() {
        var ladder = Office.workingHours
        (ladder.repeatTimes, ladder.lastResort) = (0, ["marcus"])
        let rulebook = Office.rulebook(
            rotations: [
                Office.rotation("primary", ["anna"]), Office.rotation("secondary", ["ben"]),
                Office.rotation("leadership", []),
            ],
            ladders: [Office.critical, ladder]
        )
        let monday = Office.at("2025-11-24T16:00:00Z")
        var run = Run(Office.value("P2", at: monday), rulebook: rulebook)
        run.act(at: Office.at("2025-11-26T17:00:00Z"))
        let told = run.sent.map(\.notification).filter { $0.event == .exhausted }
        #expect(told.map(\.person) == ["marcus"])
    }

    @Test("An escalation by hand that finds nobody in leadership pages the last resort")
    func escalationToNobody() {
        let rulebook = Office.rulebook(rotations: [
            Office.rotation("primary", ["anna"]), Office.rotation("secondary", ["ben"]),
            Office.rotation("leadership", []),
        ])
        var run = Run(Office.value(at: opened), rulebook: rulebook)
        let at = opened.adding(seconds: 60)
        run.act(CaseEvent(.escalated, at: at, by: "anna", way: "cli", reason: "big"), at: at)
        #expect(run.lines(.page) == ["0 page anna", "1 page marcus"])
    }

    @Test("An escalation by hand that reaches nobody holds no step of the ladder back")
    func escalationUnreached() {
        let rulebook = Office.rulebook(rotations: [
            Office.rotation("primary", ["anna"]), Office.rotation("secondary", ["ben"]),
            Office.rotation("leadership", ["anna"]),
        ])
        var run = Run(Office.value(at: opened), rulebook: rulebook)
        let at = opened.adding(seconds: 15)
        run.act(CaseEvent(.escalated, at: at, by: "ben", way: "cli", reason: "big"), at: at)
        let later = at.adding(seconds: 20)
        let occasion = Occasion.escalation(1).text
        run.act(CaseEvent(.undelivered, at: later, person: "anna", occasion: occasion), at: later)
        #expect(run.lines(.page) == ["0 page anna", "0:15 page anna", "0:35 page ben"])
    }

    @Test("A priority that is lowered leaves the acknowledgement standing (R-15)")
    func loweredLease() {
        func priority(_ name: String, update: Cadence?) -> Policy.Priority {
            Policy.Priority(
                promises: PriorityPromises(
                    name: name,
                    response: Office.p1.promises.response,
                    update: update
                ),
                title: name,
                also: [],
                urgency: .page,
                ladder: "critical",
                source: Office.here
            )
        }
        let often = Cadence(every: .elapsed(seconds: 5_100), calendar: .always, text: "85 min")
        let rulebook = Office.rulebook(priorities: [
            priority("P1", update: nil), priority("P2", update: often),
        ])
        var run = Run(Office.value(at: opened), rulebook: rulebook)
        func act(_ name: CaseEvent.Name, minute: Int, priority: String? = nil) {
            let at = opened.adding(seconds: minute * 60)
            run.act(CaseEvent(name, at: at, by: "anna", way: "cli", priority: priority), at: at)
        }
        act(.acknowledged, minute: 5)
        act(.responded, minute: 20)
        act(.noted, minute: 60)
        // Under P2 an update was owed at minute 105.
        act(.priorityChanged, minute: 108, priority: "P2")
        run.advance(to: opened.adding(seconds: 120 * 60))
        #expect(run.value.acknowledgement?.by == "anna")
        #expect(!run.log.contains { $0.name == .ackExpired })
    }

    @Test("A ladder that resolves to nobody pages the last resort at once")
    func lastResort() {
        let rulebook = Office.rulebook(rotations: [
            Office.rotation("primary", []), Office.rotation("secondary", []),
            Office.rotation("leadership", []),
        ])
        let run = Run(Office.value(at: opened), rulebook: rulebook)
        #expect(run.lines(.page) == ["0 page marcus"])
    }

    @Test("A person not reached on any channel brings the next step forward, not those after it")
    func broughtForward() {
        var run = Run(Office.value(at: opened))
        let at = opened.adding(seconds: 30)
        let occasion = Occasion.page(cycle: 1, step: 1, round: 0).text
        run.act(CaseEvent(.undelivered, at: at, person: "anna", occasion: occasion), at: at)
        run.advance(to: opened.adding(seconds: 20 * 60))
        // Step 2 names anna again, who could not be reached a moment ago.
        #expect(run.lines(.page) == ["0 page anna", "0:30 page ben"])
        #expect(run.log.contains { $0.name == .stepSkipped })
    }

    @Test(
        "After an absence one page stands for the steps missed, and they are recorded as caught up"
    )
    func catchUp() {
        var run = Run(Office.value(at: opened))
        run.act(at: opened.adding(seconds: 40 * 60))
        #expect(run.lines(.page) == ["0 page anna", "40 page anna", "40 page ben"])
        #expect(
            run.sent.last { $0.notification.kind == .page }?.notification.page?.steps == [2, 3, 4]
        )
        #expect(run.log.filter { $0.name == .caughtUp }.count == 2)
    }

    @Test("However long nobody watched, one round stands for all that was missed")
    func longAbsence() {
        for days in [1, 400, 3_000] {
            var run = Run(Office.value(at: opened))
            run.act(at: opened.adding(seconds: days * 86_400 + 420))
            let pages = run.sent.map(\.notification).filter { $0.kind == .page }
            #expect(pages.map(\.person) == ["anna", "anna", "ben", "lena"], "after \(days) days")
            #expect(pages.last?.page?.steps == [1, 2, 3, 4, 5])
            #expect(pages.last?.summary.contains("7 min late") == true)
        }
    }

    @Test("A working-hours ladder keeps to its hours and is exhausted after its repeats")
    func workingHours() {
        // Friday 14:30 in Los Angeles; the response is due Monday 10:30.
        let friday = Office.at("2025-11-21T22:30:00Z")
        var run = Run(Office.value("P2", at: friday))
        run.advance(to: friday.adding(seconds: 7 * 86_400))
        let times = run.sent.filter { $0.notification.kind == .page }.map {
            Office.losAngeles.civil(at: $0.at).description
        }
        #expect(
            times == [
                "2025-11-21T14:30", "2025-11-24T07:30", "2025-11-24T09:30", "2025-11-24T11:30",
                "2025-11-24T11:30", "2025-11-24T11:30", "2025-11-24T13:30", "2025-11-24T13:30",
                "2025-11-24T13:30", "2025-11-25T07:30", "2025-11-25T07:30", "2025-11-25T07:30",
            ]
        )
        #expect(run.value.progress.isExhausted)
        #expect(run.sent.last?.notification.event == .exhausted)
    }

    @Test("A share rounded up to a second after a step listed later comes along with it")
    func roundedUp() {
        var ladder = Office.critical
        ladder.steps = [
            Office.step(.seconds(0), "primary"),
            // 1,199.88 s.
            Office.step(.share(basisPoints: 3_333), "secondary"),
            Office.step(.seconds(1_199), "leadership"),
        ]
        var run = Run(
            Office.value(at: opened),
            rulebook: Office.rulebook(ladders: [ladder, Office.workingHours])
        )
        run.advance(to: opened.adding(seconds: 1_300))
        #expect(run.lines(.page) == ["0 page anna", "19:59 page ben", "19:59 page lena"])
        #expect(!run.log.contains { $0.name == .caughtUp })
    }

    @Test("Whoever was not reached is paged anew once the repeats of that page are over")
    func pagedAnew() {
        for minutes in [4, 10] {
            var ladder = Office.critical
            ladder.steps = [
                Office.step(.seconds(0), "primary", "secondary"),
                Office.step(.seconds(minutes * 60), "empty"),
                Office.step(.seconds(1_200), "primary"),
                Office.step(.seconds(2_400), "leadership"),
            ]
            let rulebook = Office.rulebook(
                rotations: [
                    Office.rotation("primary", ["anna"]), Office.rotation("secondary", ["ben"]),
                    Office.rotation("leadership", ["lena"]), Office.rotation("empty", []),
                ],
                ladders: [ladder, Office.workingHours]
            )
            var run = Run(Office.value(at: opened), rulebook: rulebook)
            let at = opened.adding(seconds: 20)
            let occasion = Occasion.page(cycle: 1, step: 1, round: 0).text
            run.act(CaseEvent(.undelivered, at: at, person: "anna", occasion: occasion), at: at)
            run.advance(to: opened.adding(seconds: minutes * 60))
            let next = minutes < 5 ? "\(minutes) page lena" : "\(minutes) page anna"
            #expect(run.lines(.page) == ["0 page anna", "0 page ben", next])
        }
    }
}
