import CivilTime
import Clocks
import OnCall
import Testing

@testable import Paging

@Suite("What a case does not allow") struct RefusalTests {
    let opened = Office.at("2025-11-23T03:00:00Z")

    private func refusal(_ event: CaseEvent, _ change: (inout Case) -> Void = { _ in }) -> Refusal?
    {
        var value = Office.value(at: opened)
        change(&value)
        do {
            try value.admit(event, rulebook: Office.rulebook(), at: opened.adding(seconds: 600))
            return nil
        } catch {
            return error
        }
    }

    private func event(_ name: CaseEvent.Name, by: String? = "anna") -> CaseEvent {
        CaseEvent(name, at: opened.adding(seconds: 600), by: by, way: "cli")
    }

    @Test("A second person's acknowledgement is a conflict that says who has the case")
    func lateAcknowledge() {
        let refused = refusal(event(.acknowledged)) {
            $0.acknowledgement = Case.Acknowledgement(by: "ben", at: opened)
        }
        #expect(refused?.code == .conflict)
        #expect(refused?.message == "BEN (ben) has case 4711 since 2025-11-23T03:00:00Z")
    }

    @Test("The same person's acknowledgement again is a repeat, not a fault")
    func repeated() {
        var value = Office.value(at: opened)
        value.acknowledgement = Case.Acknowledgement(by: "anna", at: opened)
        #expect(value.isRepeat(event(.acknowledged)))
    }

    @Test(
        "Each missing part is asked for",
        arguments: [
            (CaseEvent.Name.acknowledged, "who acknowledges is missing"),
            (.noted, "the note's text is missing"), (.updated, "the update's text is missing"),
            (.escalated, "the reason is missing"), (.reassigned, "whom is missing"),
            (.statusChanged, "the status is missing or unknown"),
        ]
    )
    func missing(name: CaseEvent.Name, words: String) {
        let refused = refusal(event(name, by: nil))
        #expect(refused?.code == .invalid)
        #expect(refused?.message == words)
    }

    @Test("Nothing happens to a case before it is opened, and no hold ends before it begins")
    func impossibleTimes() {
        let value = Office.value(at: opened)
        func told(_ event: CaseEvent) -> String? {
            do {
                try value.admitTimes(of: event)
                return nil
            } catch {
                return error.message
            }
        }
        func responded(after seconds: Int) -> CaseEvent {
            CaseEvent(.responded, at: opened.adding(seconds: seconds), way: "cli")
        }
        // Senders' clocks may differ by a minute.
        #expect(told(responded(after: -60)) == nil)
        #expect(
            told(responded(after: -61)) == "2025-11-23T02:58:59Z is before the case was opened at"
                + " 2025-11-23T03:00:00Z"
        )
        func held(for seconds: Int) -> CaseEvent {
            var event = event(.statusChanged)
            event.status = .onHold
            event.until = event.at.adding(seconds: seconds)
            return event
        }
        #expect(told(held(for: 1)) == nil)
        #expect(
            told(held(for: -600)) == "on_hold until 2025-11-23T03:00:00Z ends before it begins at"
                + " 2025-11-23T03:10:00Z"
        )
        #expect(told(held(for: 0)) != nil)
    }

    @Test("A resolved case takes no verb but a note or a reopening")
    func resolved() {
        #expect(refusal(event(.acknowledged)) { $0.status = .resolved }?.code == .conflict)
        #expect(refusal(event(.reopened)) { $0.status = .resolved } == nil)
        #expect(refusal(event(.reopened))?.code == .conflict)
    }

    @Test("On hold needs its end, pending its reason")
    func statuses() {
        var hold = event(.statusChanged)
        hold.status = .onHold
        #expect(refusal(hold)?.code == .invalid)
        var pending = event(.statusChanged)
        pending.status = .pending
        pending.reason = "weather"
        #expect(refusal(pending)?.code == .invalid)
    }

    @Test("Someone who is not in people, a time ahead and a time before the opening are refused")
    func strangers() {
        #expect(refusal(event(.acknowledged, by: "zoe"))?.code == .notFound)
        var ahead = event(.noted)
        ahead.text = "x"
        ahead.at = opened.adding(seconds: 7_200)
        #expect(refusal(ahead)?.code == .invalid)
        ahead.at = opened.adding(seconds: -7_200)
        #expect(refusal(ahead)?.code == .invalid)
    }

    @Test("A snooze may not pass the next promise")
    func snooze() {
        var snooze = event(.snoozed)
        snooze.until = opened.adding(seconds: 3_000)
        #expect(refusal(snooze) == nil)
        snooze.until = opened.adding(seconds: 4_000)
        #expect(refusal(snooze)?.code == .conflict)
    }
}
