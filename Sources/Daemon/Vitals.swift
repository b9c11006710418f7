import Engine
import Paging
import Store

/// The conditions under which the pager may say that it lives (reliability.md F48).
struct Vitals: Hashable, Sendable {
    /// Ages in real milliseconds; `nil` where there was none yet.
    var turnAge: Milliseconds?
    var commitAge: Milliseconds?
    /// Since the courier's thread last came by; what it was handed nobody else sends.
    var courierAge: Milliseconds?
    /// How long the page that is due the longest has waited.
    var oldestUnattempted: Milliseconds = 0
    var auditAge: Milliseconds?
    var auditFaults: [String] = []
    /// Feeds whose sender has been silent for too long.
    var staleFeeds: [String] = []
    /// Intakes whose sender was to come by itself and has not for too long.
    var silentIntakes: [String] = []
    /// Its own addresses at which nobody answers.
    var deafDoors: [String] = []
    var fatal: String?
    var shortage: String?

    static let turnMax: Milliseconds = 10_000
    static let commitMax: Milliseconds = 30_000
    /// It comes by each second, but what it does meanwhile may take a while.
    static let courierMax: Milliseconds = 30_000
    /// A thread that was gone for longer is not expected back.
    static let hungMax: Milliseconds = 60_000
    static let unattemptedMax: Milliseconds = 60_000
    static let auditMax: Milliseconds = 150_000

    /// What is not as it must be, in clauses; empty where all is well.
    var faults: [String] {
        var faults = [fatal, shortage].compactMap { $0 }
        func age(_ age: Milliseconds?, _ max: Milliseconds, _ what: String) {
            guard let age else { return faults.append("no \(what) yet") }
            if age > max { faults.append("no \(what) for \(age / 1_000) s") }
        }
        age(turnAge, Self.turnMax, "turn of the engine")
        age(commitAge, Self.commitMax, "commit")
        age(courierAge, Self.courierMax, "pass of the courier")
        age(auditAge, Self.auditMax, "audit")
        if oldestUnattempted > Self.unattemptedMax {
            faults.append("a page has waited \(oldestUnattempted / 1_000) s for its first attempt")
        }
        faults += auditFaults
        faults += staleFeeds.map { "nothing has come from \($0)" }
        faults += silentIntakes.map { "nothing has come by intake \($0)" }
        faults += deafDoors.map { "nobody answers at \($0)" }
        return faults
    }
}
