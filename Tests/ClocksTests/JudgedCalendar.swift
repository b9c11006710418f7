import CivilTime
import Clocks

/// A calendar of scripts/calendars-differential.py, by our own hands and read as pandas reads it.
struct JudgedCalendar {
    private let zone: Zone
    private let calendar: BusinessCalendar
    /// For a night: each goes by the date on which it starts, holidays too (against R-30).
    private let wholeNights: BusinessCalendar?
    private let secondsPerDay: Int

    /// From a line `calendar ZONE WEEKDAYS WINDOWS HOLIDAYS`.
    init?(_ line: Substring) {
        let words = line.split(separator: " ").map(String.init)
        guard words.count == 5, let zone = try? ClocksTests.zone(words[1]) else { return nil }
        let days = Set(zip(everyDayInOrder, words[2]).filter { $0.1 == "1" }.map(\.0))
        let pieces = words[3].split(separator: ",").map { piece in
            piece.split(separator: "-").compactMap { Int($0) }
        }
        let windows = pieces.map { piece in
            BusinessCalendar.Window(
                days: days,
                from: WallTime(secondsSinceMidnight: piece[0] * 60) ?? .midnight,
                to: WallTime(secondsSinceMidnight: piece[1] * 60) ?? .endOfDay
            )
        }
        let holidays = Set(words[4].split(separator: ",").compactMap { Int($0) })
        self.zone = zone
        calendar = BusinessCalendar(
            id: "judged",
            zone: zone,
            hours: windows,
            holidays: Set(holidays.map(CivilDate.init(daysSinceEpoch:)))
        )
        secondsPerDay = pieces.reduce(0) { $0 + ($1[1] - $1[0]) * 60 }
        wholeNights =
            pieces[0][1] > pieces[0][0]
            ? nil : Self.wholeNights(windows[0], holidays: holidays, zone: zone)
    }

    private static func wholeNights(
        _ night: BusinessCalendar.Window,
        holidays: Set<Int>,
        zone: Zone
    ) -> BusinessCalendar {
        var dates: [CivilDate: [BusinessCalendar.Window]] = [:]
        func isBusinessDay(_ day: Int) -> Bool {
            night.days.contains(CivilDate(daysSinceEpoch: day).weekday) && !holidays.contains(day)
        }
        for day in date("2024-12-01").daysSinceEpoch..<date("2033-12-31").daysSinceEpoch {
            var pieces: [BusinessCalendar.Window] = []
            if isBusinessDay(day - 1) {
                pieces.append(.init(days: [], from: .midnight, to: night.to))
            }
            if isBusinessDay(day) {
                pieces.append(.init(days: [], from: night.from, to: .endOfDay))
            }
            dates[CivilDate(daysSinceEpoch: day)] = pieces
        }
        return BusinessCalendar(id: "nights", zone: zone, hours: [], dates: dates)
    }

    private func instant(_ wall: Int) -> Instant {
        let day = wall / 86_400
        let time = WallTime(secondsSinceMidnight: wall - day * 86_400) ?? .midnight
        return zone.first(of: CivilDateTime(date: CivilDate(daysSinceEpoch: day), time: time))
    }

    // MARK: Answers

    func hours(from start: Int, count: Int, _ answer: Int) -> Judgement {
        let target = Target.open(seconds: count * hour)
        let expected = instant(answer)
        func judgement(_ calendar: BusinessCalendar) -> Judgement {
            guard let due = calendar.due(target, from: instant(start)) else { return .differs }
            if due == expected { return .agrees }
            // pandas never ends at a closing: it goes on to the next opening.
            let latest = calendar.isClosing(at: due) ? calendar.nextOpening(after: due) : nil
            return latest == expected ? .explained("R-03") : .differs
        }
        return either(judgement)
    }

    func days(from start: Int, count: Int, _ raw: Int, _ rolled: Int) -> Judgement {
        let target = Target.businessDays(count, endOfDay: false)
        func judgement(_ calendar: BusinessCalendar) -> Judgement {
            guard let due = calendar.due(target, from: instant(start)) else { return .differs }
            if due == instant(raw) { return .agrees }
            // pandas counts from the time itself, ours from the next opening.
            let isOpen = calendar.isOpen(at: instant(start))
            return !isOpen && due == instant(rolled) ? .explained("R-08") : .differs
        }
        return either(judgement)
    }

    func span(from start: Int, to end: Int, count: Int) -> Judgement {
        let open = calendar.openSeconds(from: instant(start), to: instant(end))
        return open == count * secondsPerDay ? .agrees : .differs
    }

    /// Ours, or else, of a night, ours with nights read as pandas does.
    private func either(_ judgement: (BusinessCalendar) -> Judgement) -> Judgement {
        let own = judgement(calendar)
        guard case .differs = own, let wholeNights else { return own }
        if case .differs = judgement(wholeNights) { return .differs }
        return .explained("R-30")
    }
}

/// Monday first.
let everyDayInOrder: [Weekday] = [
    .monday, .tuesday, .wednesday, .thursday, .friday, .saturday, .sunday,
]
