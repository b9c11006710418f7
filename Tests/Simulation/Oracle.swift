/// A second, naive reading of the design texts (cases.md, clocks.md, rotations.md), by which the
/// product is judged: from what people told and the plain rules it says who must have been paged by
/// when, and who must not.
///
/// It imports nothing, shares no code with the product, and looks at every step and round of every
/// cycle again. Times are whole seconds of the engine's clock. Where a text leaves room, or two
/// things fall into one second, it reads no further (`isBeyond`).
struct Oracle {
    /// What a person or sender said of a case.
    struct Told {
        var at: Int
        var name: String
        var by: String?
        var person: String?
        var priority: String?
        var status: String?
        var reason: String?
        var until: Int?
    }

    /// Everyone paged under one occasion.
    struct Paged {
        var cycle: Int
        /// From 1.
        var step: Int
        var round: Int
        var decidedAt: Int
        var people: Set<String>
        /// When the first message of it was handed over; `nil` where none ever was.
        var leftAt: Int?
        /// When it was first known that it had reached someone; `nil` where it never was.
        var reachedAt: Int?
    }

    /// One case as it was seen from outside.
    struct Story {
        var number: Int
        var told: [Told]
        var pages: [Paged]
        /// By-hand escalations that were paged: when, and whom.
        var escalations: [(at: Int, people: Set<String>)]
        /// Leases that ended, by the instant they ended at.
        var expiries: [Int]
        /// Breach records of the response clock, by the instant they were written.
        var responseBreaches: [Int]
        /// Reminders of an owed update, by the instant they were sent.
        var reminders: [Int]
        /// Up to where the story is told.
        var end: Int
    }

    /// The rules in force from an instant on, in order.
    var rules: [(from: Int, rules: PlainRules)]
    /// Stretches in which the product ran undisturbed, in order.
    var watches: [(from: Int, to: Int)]
    /// How long a page may wait for others to leave with.
    var hold: Int

    /// What is late beyond this is late (V3).
    static let patience = 2
    /// After a restart or a suspension.
    static let wakingPatience = 10

    func rules(at instant: Int) -> PlainRules {
        (rules.last { $0.from <= instant } ?? rules[0]).rules
    }

    /// The rules in force in this second: two where new files came in it.
    func rulesAround(_ instant: Int) -> [PlainRules] {
        let isNew = rules.contains { $0.from == instant }
        return (isNew ? [rules(at: instant - 1)] : []) + [rules(at: instant)]
    }

    /// By when what falls due at `instant` must be done; `nil` where nobody was there to do it.
    func deadline(_ instant: Int, hold: Int = 0) -> Int? {
        for watch in watches {
            // What falls due in the first seconds of a stretch shares its patience.
            let by = max(instant + Self.patience, watch.from + Self.wakingPatience) + hold
            if by <= watch.to { return by }
        }
        return nil
    }

    /// Everything in which the story differs from the texts.
    func faults(of story: Story) -> [String] {
        var reading = Reading(oracle: self, story: story)
        reading.read()
        return reading.faults
    }
}

// MARK: Calendars and rotations

extension Oracle {
    /// Seconds that Berlin is ahead of UTC: two hours from 01:00 UTC of the last Sunday of March to
    /// that of October.
    static func berlinOffset(at instant: Int) -> Int {
        // 400 years have 146,097 days; the first of March of year 0 was day -719,468.
        var year = 1970 + floorDiv(instant, 31_556_952)
        while startOfYear(year + 1) <= instant { year += 1 }
        while startOfYear(year) > instant { year -= 1 }
        let isLeap = startOfYear(year + 1) - startOfYear(year) == 366 * 86_400
        let endOfMarch = startOfYear(year) + ((isLeap ? 91 : 90) - 1) * 86_400
        let endOfOctober = startOfYear(year) + ((isLeap ? 305 : 304) - 1) * 86_400
        let summer = lastSunday(before: endOfMarch) + 3_600
        let winter = lastSunday(before: endOfOctober) + 3_600
        return summer <= instant && instant < winter ? 7_200 : 3_600
    }

    private static func startOfYear(_ year: Int) -> Int {
        let past = year - 1
        let days = past * 365 + past / 4 - past / 100 + past / 400 - 719_162
        return days * 86_400
    }

    private static func lastSunday(before lastDay: Int) -> Int {
        // 1970-01-01 was a Thursday; 0 is Sunday.
        let weekday = (floorDiv(lastDay, 86_400) + 4) % 7
        return lastDay - weekday * 86_400
    }

    static func floorDiv(_ number: Int, _ by: Int) -> Int {
        number >= 0 ? number / by : -((-number + by - 1) / by)
    }

    /// Who answers for a rotation.
    static func onCall(_ rotation: PlainRules.Rotation, at instant: Int) -> [String] {
        let local = instant + (rotation.isInBerlin ? berlinOffset(at: instant) : 0)
        let day = floorDiv(local, 86_400)
        let hour = (local - day * 86_400) / 3_600
        if let hours = rotation.hours, hour < hours.from || hour >= hours.to {
            return rotation.ifNobody.map { [$0] } ?? []
        }
        let turn = (hour >= rotation.handoffHour ? day : day - 1) - PlainRules.firstDay
        return [rotation.order[turn % rotation.order.count]]
    }

    /// Everyone behind rotations and people.
    static func people(_ targets: [String], _ rules: PlainRules, at instant: Int) -> Set<String> {
        var found: Set<String> = []
        for target in targets {
            if let rotation = rules.rotations[target] {
                found.formUnion(onCall(rotation, at: instant))
            } else if rules.people[target] != nil {
                found.insert(target)
            }
        }
        return found
    }

    static func isOpen(_ instant: Int) -> Bool {
        let day = floorDiv(instant, 86_400)
        let second = instant - day * 86_400
        return (day + 3) % 7 < 5 && second >= PlainRules.openingHour * 3_600
            && second < PlainRules.closingHour * 3_600
    }

    /// The first open instant at or after this one.
    static func opening(_ instant: Int) -> Int {
        if isOpen(instant) { return instant }
        var day = floorDiv(instant, 86_400)
        while true {
            let opens = day * 86_400 + PlainRules.openingHour * 3_600
            if opens >= instant, isOpen(opens) { return opens }
            day += 1
        }
    }

    /// The first instant at which so much open time has passed.
    static func after(openSeconds: Int, from instant: Int) -> Int {
        var (at, left) = (instant, openSeconds)
        while left > 0 {
            at = opening(at)
            let closes = floorDiv(at, 86_400) * 86_400 + PlainRules.closingHour * 3_600
            if at + left <= closes { return at + left }
            left -= closes - at
            at = closes
        }
        return at
    }
}
