import CivilTime

/// What a promise or a cadence says, in the form that every clock counts by.
struct Term {
    var target: Target?
    var bestBy: Target?
    var kind: Promise.Kind
    var calendar: BusinessCalendar
    var text: String
    /// Whether a linked release sets its due.
    var isEventBound: Bool
    var isCadence: Bool
    var pausedBy: PauseReasons

    init(_ promise: Promise, pausedBy: PauseReasons) {
        target = promise.target
        bestBy = promise.bestBy
        kind = promise.kind
        calendar = promise.calendar
        text = promise.text
        isEventBound = promise.orEvent != nil
        isCadence = false
        self.pausedBy = pausedBy
    }

    init(_ cadence: Cadence, pausedBy: PauseReasons) {
        target = cadence.every
        kind = cadence.kind
        calendar = cadence.calendar
        text = cadence.text
        isEventBound = false
        isCadence = true
        self.pausedBy = pausedBy
    }
}

/// Reasons as a set of bits, with the one that no policy names: the case was resolved or closed.
struct PauseReasons: OptionSet {
    let rawValue: UInt8

    static let caseStopped = PauseReasons(rawValue: 1 << 7)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ reason: PauseReason) {
        switch reason {
        case .pendingCustomer: rawValue = 1 << 0
        case .pendingFix: rawValue = 1 << 1
        case .pendingOther: rawValue = 1 << 2
        case .onHold: rawValue = 1 << 3
        }
    }

    init(_ reasons: Set<PauseReason>) {
        self = reasons.reduce(into: .caseStopped) { $0.formUnion(PauseReasons($1)) }
    }
}
