import CivilTime

extension CivilDate {
    /// `2026-01-05`; `nil` for anything else.
    init?(written text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
            parts[2].utf8.count == 2,
            let year = digits(parts[0]), let month = digits(parts[1]), let day = digits(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    var written: String {
        let (year, month, day) = components
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

extension WallTime {
    /// `09:00` or `24:00`; `nil` for anything else.
    init?(written text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
            let hour = digits(parts[0]), let minute = digits(parts[1])
        else { return nil }
        self.init(hour: hour, minute: minute)
    }

    var written: String {
        "\(padded(secondsSinceMidnight / 3_600, 2)):\(padded(secondsSinceMidnight / 60 % 60, 2))"
    }
}

func digits(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
}

func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Value {
    /// A wall time such as `09:00`, with a finding where it is none.
    func wallTime() -> WallTime? {
        guard let text = text("a time such as \"09:00\"") else { return nil }
        if let time = WallTime(written: text) { return time }
        let repaired = repairedTime(text)
        error(
            .clock,
            "`\(text)`: write \(repaired ?? "a time from 00:00 to 24:00")",
            fix: repaired.map { "Use \"\($0)\"" } ?? "Two digits, a colon, two digits: \"09:00\""
        )
        return nil
    }

    /// `8.00`, `8:00`, `9am` and `0800` as the author meant them.
    private func repairedTime(_ text: String) -> String? {
        var rest = text.lowercased().trimmed
        var added = 0
        if rest.hasSuffix("am") || rest.hasSuffix("pm") {
            added = rest.hasSuffix("pm") ? 12 : 0
            rest = String(rest.dropLast(2)).trimmed
        }
        let parts = rest.split { $0 == ":" || $0 == "." || $0 == "h" }
        var hour = parts.first.flatMap { digits($0) }
        var minute = parts.count > 1 ? digits(parts[1]) : 0
        if parts.count == 1, rest.utf8.count == 4, let all = hour {
            (hour, minute) = (all / 100, all % 100)
        }
        guard parts.count <= 3, var hour, let minute else { return nil }
        if added > 0, hour < 12 { hour += added }
        return WallTime(hour: hour, minute: minute)?.written
    }

    /// A date such as `2026-01-05`, with a finding where it is none.
    func date() -> CivilDate? {
        guard let text = text("a date such as 2026-01-05") else { return nil }
        if let date = CivilDate(written: text) { return date }
        Value.complain(aboutDate: text, at: place, findings)
        return nil
    }

    static func complain(aboutDate text: String, at place: Place, _ findings: Findings) {
        findings.error(
            .date,
            at: place,
            "`\(text)` is not a day of the calendar",
            fix: "Write year, month and day: 2026-01-05"
        )
    }

    /// The instant of a local time without an offset, such as `2026-12-24T09:00`.
    func instant(in zone: Zone, zonePlace: Place?) -> Instant? {
        guard let text = text("a local time such as 2026-12-24T09:00") else { return nil }
        let parts = text.split(maxSplits: 1) { $0 == "T" || $0 == " " }
        guard parts.count == 2, let date = CivilDate(written: parts[0]) else {
            Value.complain(aboutDate: text, at: place, findings)
            return nil
        }
        if let mark = parts[1].firstIndex(where: { "+-Zz".contains($0) }),
            WallTime(written: parts[1][..<mark].prefix(5)) != nil
        {
            let origin = zonePlace.map { " from line \($0.line)" } ?? ""
            error(
                .timeOffset,
                "`\(text)`: write local time without an offset; the zone is \(zone.name)\(origin)",
                fix: "Write \(parts[0])T\(parts[1][..<mark].prefix(5)), as clocks there show it"
            )
            return nil
        }
        let seconds = parts[1].hasSuffix(":00") && parts[1].utf8.count == 8 ? 3 : 0
        guard let time = WallTime(written: parts[1].dropLast(seconds)) else {
            let repaired = repairedTime(String(parts[1])).map { "\(parts[0])T\($0)" }
            error(
                .clock,
                "`\(text)`: write \(repaired ?? "a local time")",
                fix: "Use the form 2026-12-24T09:00"
            )
            return nil
        }
        return instant(of: CivilDateTime(date: date, time: time), written: text, in: zone)
    }

    private func instant(of civil: CivilDateTime, written: String, in zone: Zone) -> Instant? {
        switch zone.instants(of: civil) {
        case .once(let instant):
            return instant
        case .missing(let end):
            let before = end.adding(seconds: -1)
            let from = zone.civil(at: before).time.secondsSinceMidnight + 1
            let to = zone.civil(at: end).time.written
            let start = WallTime(secondsSinceMidnight: from % 86_400)?.written ?? "?"
            error(
                .timeMissing,
                "\(written) does not exist in \(zone.name) (clocks go from \(start) to \(to))",
                fix: "Use \(to)"
            )
        case .twice(let first, let second):
            let fix = Value.repeatedHour(from: first, to: second, in: zone)
            error(.timeTwice, "\(written) happens twice in \(zone.name)", fix: fix)
        }
        return nil
    }

    private static func repeatedHour(
        from first: Instant,
        to second: Instant,
        in zone: Zone
    )
        -> String
    {
        guard let change = zone.transitions(from: first, to: second.adding(seconds: 1)).first else {
            return "Use a time outside the repeated hour, or split the override"
        }
        let length = change.offsetBeforeSeconds - change.offsetAfterSeconds
        let before = zone.civil(at: change.at.adding(seconds: -length - 60)).time.written
        let after = zone.civil(at: change.at.adding(seconds: length)).time.written
        return "Use \(before) or \(after), or split the override"
    }
}
