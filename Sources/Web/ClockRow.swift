import CivilTime
import Clocks
import Pictures

/// A clock of a case as a bar with words beside it.
struct ClockRow: Sendable {
    var name: String
    var kind: String
    var target: String
    var state: String
    var isBreached: Bool
    var isMet: Bool
    var isWaiting: Bool
    var due: Moment?
    var latest: String?
    var bar: String

    init(_ clock: Clock, at now: Instant, zone: Zone) {
        name = clock.name.rawValue
        kind = clock.kind.rawValue
        target = clock.target
        isBreached = clock.state == .breached
        isMet = clock.state == .met
        isWaiting = clock.state == .paused || clock.state == .notStarted
        state =
            switch clock.state {
            case .notStarted: "not started"
            case .running: "running"
            case .paused: "paused"
            case .met: "met"
            case .breached: "missed"
            }
        due = clock.isStopped ? nil : clock.due.map { Moment($0, in: zone, at: now) }
        latest = clock.dueLatest.map { zone.spoken($0) }
        bar = ClockBar(clock, at: now).svg
    }
}
