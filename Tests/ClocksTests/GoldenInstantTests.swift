import CivilTime
import Clocks
import Testing

/// The golden instants of clocks.md, row by row.
@Suite struct GoldenInstantTests {
    enum Desk: Sendable {
        case always, quik, supportGuidelines, userSupport, esq

        var zoneName: String {
            switch self {
            case .always, .quik: "America/Los_Angeles"
            case .supportGuidelines: "America/Denver"
            case .userSupport: "Europe/London"
            case .esq: "America/New_York"
            }
        }

        func calendar() throws -> BusinessCalendar {
            switch self {
            case .always: .always
            case .quik: try Calendars.quik()
            case .supportGuidelines: try Calendars.supportGuidelines()
            case .userSupport: try Calendars.userSupport()
            case .esq: try Calendars.esq()
            }
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var desk: Desk
        var target: Target
        var opened: String
        var due: String
        var latest: String?
        var objective: String?

        init(
            _ desk: Desk,
            _ target: Target,
            _ opened: String,
            _ due: String,
            latest: String? = nil,
            objective: String? = nil
        ) {
            self.desk = desk
            self.target = target
            self.opened = opened
            self.due = due
            self.latest = latest
            self.objective = objective
        }

        var testDescription: String { "\(desk) \(target): \(opened) is due \(due)" }
    }

    static let oneHour = Target.elapsed(seconds: hour)
    static let fourOpen = Target.open(seconds: 4 * hour)
    static let day = Target.businessDays(1, endOfDay: false)
    static let split = Target.split(inHoursSeconds: hour, outsideSeconds: 4 * hour)

    static let changes: [Row] = [
        Row(.always, oneHour, "2025-11-02 00:30 -0700", "2025-11-02 01:30 -0700"),
        Row(.always, oneHour, "2025-11-02 01:15 -0700", "2025-11-02 01:15 -0800"),
        Row(
            .always,
            .elapsed(seconds: 2 * hour),
            "2025-11-02 00:30 -0700",
            "2025-11-02 01:30 -0800"
        ),
        Row(.always, oneHour, "2026-03-08 01:30 -0800", "2026-03-08 03:30 -0700"),
        Row(
            .supportGuidelines,
            .elapsed(seconds: 24 * hour),
            "2025-11-01 12:00 -0600",
            "2025-11-02 11:00 -0700"
        ),
        Row(.supportGuidelines, .days(3), "2025-10-31 10:00 -0600", "2025-11-03 10:00 -0700"),
    ]

    static let quik: [Row] = [
        Row(
            .quik,
            fourOpen,
            "2025-11-21 11:00",
            "2025-11-21 15:00",
            latest: "2025-11-24 07:00"
        ),
        Row(.quik, fourOpen, "2025-11-21 14:59", "2025-11-24 10:59"),
        Row(.quik, fourOpen, "2025-11-21 15:00", "2025-11-24 11:00"),
        Row(.quik, fourOpen, "2025-11-22 12:00", "2025-11-24 11:00"),
        Row(.quik, fourOpen, "2025-11-26 14:00", "2025-11-28 10:00"),
        Row(
            .quik,
            .open(seconds: 5 * hour),
            "2025-11-26 14:00",
            "2025-11-28 11:00",
            latest: "2025-12-01 07:00"
        ),
        Row(.quik, day, "2025-11-18 14:59", "2025-11-19 14:59"),
        Row(.quik, day, "2025-11-18 05:00", "2025-11-19 07:00"),
        Row(.quik, day, "2025-11-18 18:00", "2025-11-20 07:00"),
        Row(.quik, day, "2025-11-22 12:00", "2025-11-25 07:00"),
        Row(.quik, day, "2025-11-26 14:00", "2025-11-28 11:00", latest: "2025-12-01 07:00"),
        Row(
            .quik,
            .businessDays(2, endOfDay: false),
            "2025-11-21 14:00",
            "2025-11-25 14:00"
        ),
        Row(
            .quik,
            .businessDays(5, endOfDay: false),
            "2025-11-25 10:00",
            "2025-12-03 10:00"
        ),
        Row(.quik, .elapsed(seconds: 24 * hour), "2025-11-21 14:30", "2025-11-22 14:30"),
    ]

    static let others: [Row] = [
        Row(
            .supportGuidelines,
            .elapsed(seconds: 24 * hour),
            "2025-11-21 16:55",
            "2025-11-22 16:55"
        ),
        Row(
            .supportGuidelines,
            .open(seconds: 24 * hour),
            "2025-11-21 16:55",
            "2025-11-26 13:55"
        ),
        Row(
            .userSupport,
            split,
            "2025-11-18 17:59",
            "2025-11-18 18:59",
            objective: "2025-11-18 18:59"
        ),
        Row(
            .userSupport,
            split,
            "2025-11-18 18:00",
            "2025-11-18 22:00",
            objective: "2025-11-18 22:00"
        ),
        Row(
            .userSupport,
            split,
            "2025-11-18 08:30",
            "2025-11-18 12:30",
            objective: "2025-11-18 10:00"
        ),
        Row(
            .userSupport,
            split,
            "2025-11-18 08:59",
            "2025-11-18 12:59",
            objective: "2025-11-18 10:00"
        ),
        Row(
            .userSupport,
            split,
            "2025-11-18 09:00",
            "2025-11-18 10:00",
            objective: "2025-11-18 10:00"
        ),
        Row(.always, .elapsed(seconds: 900), "2025-11-22 03:00", "2025-11-22 03:15"),
        Row(.userSupport, fourOpen, "2025-11-21 17:30", "2025-11-24 12:30"),
        Row(.esq, .open(seconds: 24 * hour), "2025-11-18 10:00", "2025-11-21 10:00"),
        Row(.esq, .elapsed(seconds: 48 * hour), "2025-11-18 10:00", "2025-11-20 10:00"),
    ]

    @Test("A case opened then is due at the golden instant", arguments: changes + quik + others)
    func golden(row: Row) throws {
        let zone = try zone(row.desk.zoneName)
        func instant(_ text: String) -> Instant {
            text.split(separator: " ").count == 3 ? at(text) : at(text, in: zone)
        }
        let promise = Promise(
            target: row.target,
            calendar: try row.desk.calendar(),
            text: "target"
        )
        let opened = instant(row.opened)
        let clocks = CaseClocks(
            priorities: [PriorityPromises(name: "P", response: promise)],
            priority: "P",
            openedAt: opened,
            records: []
        )
        let clock = try #require(clocks.clock(.response, at: opened))
        #expect(clock.due == instant(row.due))
        #expect(clock.dueLatest == row.latest.map(instant))
        #expect(clock.objective == row.objective.map(instant))
    }

    @Test("A range warns at its lower bound and is due at its upper")
    func range() throws {
        let calendar = try Calendars.userSupport()
        let london = try zone("Europe/London")
        let promise = Promise(
            target: .businessDays(3, endOfDay: false),
            bestBy: .businessDays(2, endOfDay: false),
            kind: .goal,
            calendar: calendar,
            text: "2-3 business days"
        )
        let opened = at("2025-11-21 17:00", in: london)
        let clocks = CaseClocks(
            priorities: [PriorityPromises(name: "Low", resolution: promise)],
            priority: "Low",
            openedAt: opened,
            records: []
        )
        let clock = try #require(clocks.clock(.resolution, at: opened))
        #expect(clock.bestBy == at("2025-11-25 17:00", in: london))
        #expect(clock.due == at("2025-11-26 17:00", in: london))
    }
}
