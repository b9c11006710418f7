import TestSupport

/// The rules of one world as plain data, in whole seconds.
///
/// The oracle reads them as they are; for the product they are compiled.
struct PlainRules {
    /// Daily turns in the given order, the first on the given day.
    struct Rotation {
        var order: [String]
        /// Of Berlin where `isInBerlin`, else of UTC.
        var handoffHour: Int
        var isInBerlin: Bool
        /// The hours of each day that are covered, of the same zone; `nil` for all.
        var hours: (from: Int, to: Int)?
        /// A person; `nil` where nobody is named.
        var ifNobody: String?

        /// Whether its turns pass in the hour that Berlin has twice, or not at all.
        var isAtClockChange: Bool { isInBerlin && handoffHour == 2 }
    }

    struct Step {
        var at: Offset
        /// Rotations or people.
        var page: [String]

        enum Offset {
            /// Hundredths of a percent of the response target.
            case share(Int)
            case seconds(Int)
        }
    }

    struct Ladder {
        var steps: [Step]
        var leadership: [String]
        var lastResort: [String]
        var repeatSeconds: Int
        /// For a promise in business hours; one around the clock is repeated without end.
        var repeatTimes: Int
    }

    /// The first is the higher; it counts around the clock, the other in business hours alone.
    struct Priority {
        var name: String
        var responseSeconds: Int
        var isInBusinessHours: Bool
        /// Counted around the clock; `nil` where none is promised.
        var updateSeconds: Int?
        /// Counted around the clock; `nil` where none is promised.
        var resolutionSeconds: Int?
        var ladder: Ladder
    }

    /// The channels of each person, all used at once.
    var people: [String: [String]]
    var rotations: [String: Rotation]
    var priorities: [Priority]

    /// Business hours: Monday to Friday, in UTC.
    static let openingHour = 8
    static let closingHour = 17
    /// The day on which every rotation begins, since 1970-01-01.
    static let firstDay = 20_000

    static func drawn(using random: inout SplitMix64) -> PlainRules {
        var people: [String: [String]] = [:]
        for person in RandomRules.people {
            people[person] = Bool.random(using: &random) ? ["hook"] : ["hook", "bell"]
        }
        var rules = PlainRules(people: people, rotations: [:], priorities: [])
        rules.drawRotations(using: &random)
        rules.priorities = [
            priority("P1", isInBusinessHours: false, using: &random),
            priority("P2", isInBusinessHours: true, using: &random),
        ]
        return rules
    }

    /// Others are on call from now on; promises and ladders stay.
    mutating func drawRotations(using random: inout SplitMix64) {
        for name in ["primary", "secondary", "leadership"] {
            let order = RandomRules.people.shuffled(using: &random)
                .prefix(Int.random(in: 1...4, using: &random))
            rotations[name] = Rotation(
                order: Array(order),
                // Two o'clock is the hour that Berlin has twice, or not at all.
                handoffHour: [2, 9, 9, 17].randomElement(using: &random) ?? 9,
                isInBerlin: Bool.random(using: &random),
                hours: Int.random(in: 0..<3, using: &random) == 0 ? (6, 20) : nil,
                ifNobody: Bool.random(using: &random) ? "marcus" : nil
            )
        }
    }

    private static func priority(
        _ name: String,
        isInBusinessHours: Bool,
        using random: inout SplitMix64
    ) -> Priority {
        let minutes = Int.random(in: 10...240, using: &random)
        var steps: [Step] = []
        var share = 0
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let page = ["primary", "secondary", "leadership", "lena"]
                .shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random))
            // One target a policy may write as minutes; it is the same instant.
            let isShare = Bool.random(using: &random)
            steps.append(
                Step(
                    at: isShare ? .share(share) : .seconds(minutes * 60 * share / 10_000),
                    page: Array(page)
                )
            )
            // Now and then two steps fall due together.
            if Int.random(in: 0..<5, using: &random) > 0 {
                share += 250 * Int.random(in: 1...12, using: &random)
            }
        }
        return Priority(
            name: name,
            responseSeconds: minutes * 60,
            isInBusinessHours: isInBusinessHours,
            updateSeconds: Bool.random(using: &random)
                ? nil : Int.random(in: 30...300, using: &random) * 60,
            resolutionSeconds: Bool.random(using: &random)
                ? nil : minutes * 60 * Int.random(in: 2...6, using: &random),
            ladder: Ladder(
                steps: steps,
                leadership: ["leadership"],
                lastResort: ["marcus"],
                repeatSeconds: ([10, 15, 30, 60, 90].randomElement(using: &random) ?? 30) * 60,
                repeatTimes: Int.random(in: 0...3, using: &random)
            )
        )
    }
}
