import CivilTime
import OnCall

/// Rotations that timelines are told about, by name.
enum Examples {
    static func rotations(named name: String) throws -> Rotations? {
        switch name {
        case "support": try support()
        case "support without a safety net": try support(hasSafetyNet: false)
        case "months": try months()
        case "hours": try hoursOnTheWall()
        case "nights": try nights()
        case "covered": try coveredDays()
        case "pairs": try pairs()
        default: nil
        }
    }

    /// The complete example of the rotation file format, as its file compiles.
    static func support(hasSafetyNet: Bool = true) throws -> Rotations {
        let berlin = try zone("Europe/Berlin")
        var primary = rotation(
            "support-primary",
            try safetyNet(berlin),
            try site("asia", zone("Asia/Singapore"), "08:00", "16:00", ["chitra", "wei"]),
            try europe(berlin),
            try site("americas", zone("America/Denver"), "09:00", "17:00", ["dana", "erik"]),
            try holidayDesk(berlin),
            ifNobody: ["lena"]
        )
        if !hasSafetyNet { primary.layers.removeFirst() }
        let secondary = rotation(
            "support-secondary",
            try layer(
                "weeknights and days",
                berlin,
                every: .weeks(1, on: .monday),
                at: "09:00",
                version("2026-01-05", "erik", "wei", "ben")
            ),
            ifNobody: ["lena"],
            distinctFrom: "support-primary"
        )
        let leadership = rotation(
            "leadership",
            try layer(
                "fortnight",
                berlin,
                every: .weeks(2, on: .monday),
                at: "08:00",
                version("2026-01-05", "lena", "marcus")
            ),
            ifNobody: ["marcus"]
        )
        return Rotations(
            primary,
            secondary,
            leadership,
            overrides: [
                try override(
                    "support-primary",
                    "2026-12-24T09:00",
                    "2026-12-24T17:00",
                    berlin,
                    "anna"
                )
            ],
            away: [try away("chitra", "2026-11-30", until: "2026-12-11", berlin)]
        )
    }

    private static func safetyNet(_ zone: Zone) throws -> Layer {
        try layer(
            "safety net",
            zone,
            every: .weeks(1, on: .monday),
            at: "09:00",
            version("2026-01-05", "ben", "anna")
        )
    }

    private static func site(
        _ name: String,
        _ zone: Zone,
        _ from: String,
        _ to: String,
        _ order: [PersonID]
    ) throws -> Layer {
        try layer(
            name,
            zone,
            hours: [hours(everyDay, from, to)],
            every: .weeks(1, on: .monday),
            at: from,
            version("2026-01-05", order.map { [$0] })
        )
    }

    private static func europe(_ zone: Zone) throws -> Layer {
        try layer(
            "europe",
            zone,
            hours: [hours(everyDay, "09:00", "17:00")],
            every: .weeks(1, on: .monday),
            at: "09:00",
            version("2026-01-05", "anna", "ben", line: 41),
            version("2027-03-01", [["anna"], ["ben"], ["lena"]], first: 2, line: 42)
        )
    }

    private static func holidayDesk(_ zone: Zone) throws -> Layer {
        try layer(
            "holiday desk",
            zone,
            hours: [hours(everyDay, "09:00", "17:00")],
            onDates: [
                "2026-01-01", "2026-01-06", "2026-04-03", "2026-04-06", "2026-05-01",
                "2026-05-14", "2026-05-25", "2026-06-04", "2026-08-15", "2026-10-03",
                "2026-11-01", "2026-12-24", "2026-12-25", "2026-12-26", "2026-12-31",
            ],
            every: .days(1),
            at: "09:00",
            covered: true,
            version("2026-01-05", "ben", "anna")
        )
    }

    private static func months() throws -> Rotations {
        let berlin = try zone("Europe/Berlin")
        return Rotations(
            rotation(
                "last day",
                try layer(
                    "monthly",
                    berlin,
                    every: .months(1, day: 31),
                    at: "09:00",
                    version("2027-01-31", "anna", "ben", "chitra")
                )
            ),
            rotation(
                "quarters",
                try layer(
                    "quarterly",
                    berlin,
                    every: .months(3, day: 1),
                    at: "00:00",
                    version("2027-01-01", "anna", "ben")
                )
            )
        )
    }

    private static func hoursOnTheWall() throws -> Rotations {
        let denver = try zone("America/Denver")
        func every(_ count: Int) throws -> Rotation {
            rotation(
                "every \(count) hours",
                try layer(
                    "hours",
                    denver,
                    every: .hours(count),
                    at: "02:30",
                    version("2027-03-12", "anna", "ben", "chitra"),
                    version("2027-11-05", "anna", "ben", "chitra")
                )
            )
        }
        return Rotations(try every(6), try every(10), try every(1))
    }

    private static func nights() throws -> Rotations {
        let berlin = try zone("Europe/Berlin")
        func night(_ name: String, _ window: HoursWindow, _ person: PersonID) throws -> Layer {
            try layer(
                name,
                berlin,
                hours: [window],
                every: .weeks(1, on: .monday),
                at: "09:00",
                version("2027-03-01", person)
            )
        }
        let late = try night("late", hours([.saturday], "22:00", "02:30"), "anna")
        let early = try night("early", hours([.sunday], "02:30", "06:00"), "ben")
        return Rotations(
            rotation("late over early", early, late),
            rotation("early over late", late, early)
        )
    }

    private static func coveredDays() throws -> Rotations {
        let berlin = try zone("Europe/Berlin")
        func days(_ id: RotationID, covered: Bool) throws -> Rotation {
            rotation(
                id,
                try layer(
                    "days",
                    berlin,
                    hours: [hours(weekdays, "09:00", "17:00")],
                    every: .days(1),
                    at: "09:00",
                    covered: covered,
                    version("2027-01-04", "anna", "ben", "chitra")
                )
            )
        }
        return Rotations(
            try days("covered turns", covered: true),
            try days("calendar turns", covered: false)
        )
    }

    private static func pairs() throws -> Rotations {
        let berlin = try zone("Europe/Berlin")
        return Rotations(
            rotation(
                "pairs",
                try layer(
                    "weekly",
                    berlin,
                    every: .weeks(1, on: .monday),
                    at: "09:00",
                    version("2027-01-04", [["anna", "ben"], ["chitra"]])
                ),
                ifNobody: ["lena"]
            ),
            away: [
                try away("anna", "2027-01-05", until: "2027-01-06", berlin),
                try away("ben", "2027-01-06", until: "2027-01-07", berlin),
                try away("chitra", "2027-01-15", until: "2027-01-15", berlin),
            ]
        )
    }
}
