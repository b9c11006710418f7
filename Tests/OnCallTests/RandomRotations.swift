import CivilTime
import OnCall

/// A small random generator whose numbers depend on its seed alone.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Two random rotations around a clock change, with overrides and absences.
///
/// `first` may look to `second` for `distinct_from` and `if_nobody`; both may have layers in any of
/// the zones. Times cluster in the hours in which clocks change.
struct RandomRotations {
    var random: SplitMix64
    let zones: [Zone]
    /// The clock change that everything is near to.
    private(set) var change: Instant
    private(set) var rotations: [Rotation] = []
    private(set) var overrides: [Override] = []
    private(set) var away: [Away] = []
    private(set) var unreachable: Set<PersonID> = []
    private var lines = 0

    static let people = ["anna", "ben", "chitra", "dana", "erik"]

    init(random: SplitMix64, zones: [Zone]) {
        self.random = random
        self.zones = zones
        change = Instant(secondsSinceEpoch: 0)
        change = Self.change(in: zones, using: &self.random)
        rotations = [rotation("first", asks: "second"), rotation("second", asks: nil)]
        unreachable = Set(Self.people.filter { _ in oneIn(12) })
        for person in Self.people where oneIn(3) {
            for _ in 0...number(0...1) {
                let start = change.adding(seconds: 86_400 * number(-8...6) - 3600 * number(0...12))
                let end = start.adding(seconds: 86_400 * number(1...5))
                away.append(Away(person: person, start: start, end: end, source: line()))
            }
        }
        addOverrides()
    }

    /// An instant near the change: at odd seconds, on the hour, or next to the change itself.
    mutating func instant() -> Instant {
        switch number(0...3) {
        case 0: change.adding(seconds: number(-900_000...900_000))
        case 1: change.adding(seconds: 1800 * number(-480...480) - number(0...1))
        case 2: change.adding(seconds: 1800 * number(-8...8) + number(-1...1))
        default: change.adding(seconds: 60 * number(-15_000...15_000))
        }
    }

    private static func change(in zones: [Zone], using random: inout SplitMix64) -> Instant {
        let years = Instant(secondsSinceEpoch: 1_767_225_600)
        let start = years.adding(seconds: 86_400 * Int.random(in: 0...1500, using: &random))
        for zone in zones.shuffled(using: &random) {
            let end = start.adding(seconds: 400 * 86_400)
            if let change = zone.transitions(from: start, to: end).randomElement(using: &random) {
                return change.at
            }
        }
        return start
    }

    private mutating func rotation(_ id: RotationID, asks other: RotationID?) -> Rotation {
        Rotation(
            id: id,
            title: id,
            zone: zones[0],
            layers: (0...number(0...2)).map { layer("\(id) \($0)") },
            ifNobody: [other, oneIn(2) ? "erik" : nil].compactMap { oneIn(2) ? $0 : nil },
            distinctFrom: oneIn(2) ? other : nil,
            requiredCoverageSeconds: nil,
            source: line()
        )
    }

    private mutating func layer(_ name: String) -> Layer {
        let zone = zones[number(0...zones.count - 1)]
        let today = zone.civil(at: change).date
        let every = interval()
        let isByDays =
            switch every {
            case .days, .weeks: true
            case .hours, .months: false
            }
        let handoff = Handoff(
            every: every,
            at: time(upTo: 47),
            countsCoveredTurnsOnly: isByDays && oneIn(3)
        )
        let dates = (-12...12).map { today.adding(days: $0) }.filter { _ in oneIn(2) }
        var versions: [MemberVersion] = []
        var from = today.adding(days: number(-40...2))
        for _ in 0...number(0...2) {
            versions.append(version(from, handoff))
            from = from.adding(days: number(1...20))
        }
        return Layer(
            name: name,
            zone: zone,
            hours: oneIn(3) ? nil : (0...number(0...1)).map { _ in window() },
            onDates: oneIn(4) ? Set(dates) : nil,
            handoff: handoff,
            versions: versions,
            source: line()
        )
    }

    private mutating func version(_ date: CivilDate, _ handoff: Handoff) -> MemberVersion {
        let people = Self.people.shuffled(using: &random)
        var order: [[PersonID]] = []
        for person in people.prefix(number(1...4)) {
            if oneIn(4), let last = order.popLast() {
                order.append(last + [person])
            } else {
                order.append([person])
            }
        }
        // Monthly line-ups begin on their day, as the checker demands.
        var from = date
        if case .months(_, let day) = handoff.every {
            let length = CivilDate.daysInMonth(year: date.year, month: date.month)
            from =
                CivilDate(year: date.year, month: date.month, day: min(day, length)) ?? date
        }
        return MemberVersion(
            from: from,
            order: order,
            first: number(0...order.count - 1),
            source: line()
        )
    }

    private mutating func interval() -> Handoff.Interval {
        switch number(0...6) {
        case 0: .hours([1, 2, 3, 6, 8, 12, 24].randomElement(using: &random) ?? 1)
        case 1: .hours([5, 7, 10, 36, 48].randomElement(using: &random) ?? 5)
        case 2, 3: .days(number(1...5))
        case 4, 5: .weeks(number(1...2), on: .monday)
        default: .months(number(1...2), day: number(26...31))
        }
    }

    private mutating func window() -> HoursWindow {
        let days = Set(Weekday.allCases.filter { _ in !oneIn(3) })
        guard oneIn(3) else {
            return HoursWindow(days: days, from: time(upTo: 47), to: time(upTo: 48))
        }
        // Short enough to vanish when the clocks go forward.
        let from = number(0...5) * 1800
        return HoursWindow(
            days: days,
            from: WallTime(secondsSinceMidnight: from) ?? .midnight,
            to: WallTime(secondsSinceMidnight: from + number(1...2) * 1800) ?? .midnight
        )
    }

    /// A half hour of the day, most often in the small hours.
    private mutating func time(upTo last: Int) -> WallTime {
        let half = oneIn(2) ? number(0...8) : number(0...last)
        return WallTime(secondsSinceMidnight: half * 1800) ?? .midnight
    }

    private mutating func addOverrides() {
        for rotation in ["first", "second"] where oneIn(2) {
            var start = change.adding(seconds: 1800 * number(-300...0))
            for _ in 0...number(0...3) {
                let end = start.adding(seconds: 1800 * number(1...40))
                let people = Self.people.shuffled(using: &random).prefix(number(1...2))
                overrides.append(
                    Override(
                        rotation: rotation,
                        start: start,
                        end: end,
                        people: Array(people),
                        insteadOf: nil,
                        reason: nil,
                        source: line()
                    )
                )
                start = end.adding(seconds: oneIn(2) ? 0 : 1800 * number(1...60))
            }
        }
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &random)
    }

    private mutating func oneIn(_ count: Int) -> Bool { number(1...count) == 1 }

    private mutating func line() -> SourceLine {
        lines += 1
        return SourceLine(file: "rotations/random.yaml", line: lines)
    }
}
