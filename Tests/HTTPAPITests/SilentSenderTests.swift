import Store
import Synchronization
import Testing

@testable import HTTPAPI

@Suite("A sender that is to come by itself and does not is known")
struct SilentSenderTests {
    private final class Clock: Sendable {
        let now = Mutex<Milliseconds>(7)

        func set(_ instant: Milliseconds) { now.withLock { $0 = 7 + instant } }
    }

    private let clock = Clock()

    private func senders(_ names: [String], every seconds: Int? = 60) -> Intakes.Senders {
        var senders = Intakes.Senders()
        for name in names {
            senders.alertmanager["key of \(name)"] = Intakes.Entry(
                name: name,
                policy: "quick",
                customer: nil,
                priorities: [:],
                expectSeconds: seconds
            )
        }
        return senders
    }

    private func intakes(_ senders: Intakes.Senders) -> Intakes {
        let clock = clock
        return Intakes(senders, monotonic: { clock.now.withLock { $0 } })
    }

    @Test("After twice as long as it was to come, and not a millisecond sooner")
    func twice() {
        let intakes = intakes(senders(["a", "b"]))
        #expect(intakes.silent(at: 7 + 120_000) == [])
        #expect(intakes.silent(at: 7 + 120_001) == ["a", "b"])
        clock.set(100_000)
        #expect(intakes.entry(\.alertmanager, key: "key of b")?.name == "b")
        #expect(intakes.entry(\.alertmanager, key: "a wrong key") == nil)
        #expect(intakes.silent(at: 7 + 120_001) == ["a"])
        #expect(intakes.silent(at: 7 + 220_000) == ["a"])
        #expect(intakes.silent(at: 7 + 220_001) == ["a", "b"])
    }

    @Test("One of every dialect, each by its own key")
    func dialects() {
        let entry = { (name: String) in
            Intakes.Entry(
                name: name,
                policy: "quick",
                customer: nil,
                priorities: [:],
                expectSeconds: 1
            )
        }
        var senders = Intakes.Senders()
        senders.pagerduty = ["k": entry("pagerduty")]
        senders.alertmanager = ["k": entry("alertmanager")]
        senders.alertmanagerAPI = ["k": entry("api")]
        senders.opsgenie = ["k": entry("opsgenie")]
        senders.mail = ["k": entry("mail")]
        let intakes = intakes(senders)
        let all = ["alertmanager", "api", "mail", "opsgenie", "pagerduty"]
        #expect(intakes.silent(at: 7 + 2_001) == all)
        clock.set(2_001)
        #expect(intakes.pagerduty(routingKey: "k") != nil)
        #expect(intakes.entry(\.mail, key: "k") != nil)
        #expect(intakes.silent(at: 7 + 2_001) == ["alertmanager", "api", "opsgenie"])
    }

    @Test("Nothing is awaited of one that comes only when something is wrong")
    func unexpected() {
        let intakes = intakes(senders(["a"], every: nil))
        #expect(intakes.entry(\.alertmanager, key: "key of a") != nil)
        #expect(intakes.silent(at: .max) == [])
    }

    @Test(
        "A reload keeps when it was heard of; of a new one the wait begins, of a gone one it ends"
    )
    func reloaded() {
        let intakes = intakes(senders(["a", "b"]))
        clock.set(100_000)
        intakes.replace(senders(["b", "c"]))
        #expect(intakes.silent(at: 7 + 120_001) == ["b"])
        #expect(intakes.silent(at: 7 + 220_001) == ["b", "c"])
    }
}
