import CivilTime
import Shapes

/// A stretch of another system's final schedule: who answers, in its own words.
struct ImportedShift {
    var start: Instant
    var end: Instant
    /// A name, a login or a mail address.
    var who: String

    /// What was read, and what of it could not be.
    struct Reading {
        var shifts: [ImportedShift] = []
        var faults: [String] = []

        mutating func add(_ start: Instant?, _ end: Instant?, _ who: String?, _ place: String) {
            guard let start, let end, let who, !who.isEmpty else {
                return faults.append("\(place) has no start, no end or nobody")
            }
            guard start < end else { return faults.append("\(place) ends before it begins") }
            shifts.append(ImportedShift(start: start, end: end, who: who))
        }

        mutating func add(_ entry: JSON, _ start: String, _ end: String, _ who: String?, _ n: Int) {
            let place = "entry \(n + 1)"
            let times = [start, end].map { entry[$0]?.string.flatMap { Instant(rfc3339: $0) } }
            add(times[0], times[1], who, place)
        }
    }

    enum Source: String {
        case ics, csv, opsgenie, pagerduty
        case grafanaOnCall = "grafana-oncall"
    }

    /// `nil` where the text has not the form of its source at all.
    static func reading(_ text: String, of source: Source, zones: Zones, zone: Zone) -> Reading? {
        switch source {
        case .ics: return calendar(text, zones, zone)
        case .csv: return table(text)
        case .opsgenie, .pagerduty, .grafanaOnCall:
            guard let json = parsed(text) else { return nil }
            return rendered(json, source)
        }
    }

    private static func parsed(_ text: String) -> JSON? {
        do throws(JSONFault) {
            return try JSON(parsing: Array(text.utf8))
        } catch {
            return nil
        }
    }

    /// The final schedule as each product's API answers it.
    private static func rendered(_ json: JSON, _ source: Source) -> Reading? {
        var reading = Reading()
        switch source {
        case .pagerduty:
            // GET /schedules/{id}?since=&until=
            let final = json["schedule"]?["final_schedule"]
            guard let list = final?["rendered_schedule_entries"]?.array else { return nil }
            for (n, entry) in list.enumerated() {
                let user = entry["user"]
                let who = user?["email"]?.string ?? user?["summary"]?.string
                reading.add(entry, "start", "end", who, n)
            }
        case .opsgenie:
            // GET /v2/schedules/{name}/timeline?expand=base,forwarding,override
            let timeline = json["data"]?["finalTimeline"]
            guard let rotations = timeline?["rotations"]?.array else { return nil }
            let periods = rotations.flatMap { $0["periods"]?.array ?? [] }
            for (n, entry) in periods.enumerated() {
                reading.add(
                    entry,
                    "startDate",
                    "endDate",
                    entry["recipient"]?["name"]?.string,
                    n
                )
            }
        case .grafanaOnCall:
            // GET /api/v1/schedules/{id}/final_shifts?start_date=&end_date=
            guard let list = json["results"]?.array ?? json.array else { return nil }
            for (n, entry) in list.enumerated() {
                let who = entry["user_email"]?.string ?? entry["user_username"]?.string
                reading.add(entry, "shift_start", "shift_end", who, n)
            }
        case .ics, .csv: return nil
        }
        return reading
    }

    // MARK: CSV

    private static func table(_ text: String) -> Reading? {
        var lines = text.split(whereSeparator: \.isNewline).map(fields)
        guard !lines.isEmpty else { return nil }
        let header = lines.removeFirst().map { $0.lowercased() }
        func column(_ names: String...) -> Int? { header.firstIndex { names.contains($0) } }
        guard let start = column("start", "from"), let end = column("end", "to", "until"),
            let who = column("people", "person", "user", "name", "email")
        else { return nil }
        var reading = Reading()
        for (n, line) in lines.enumerated() {
            func field(_ index: Int) -> String? { line.indices.contains(index) ? line[index] : nil }
            // A stretch that nobody covers is nothing to take over.
            if field(who)?.isEmpty == true { continue }
            reading.add(
                field(start).flatMap { Instant(rfc3339: $0) },
                field(end).flatMap { Instant(rfc3339: $0) },
                field(who),
                "line \(n + 2)"
            )
        }
        return reading
    }

    private static func fields(_ line: Substring) -> [String] {
        var fields = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields.map { String($0.drop { $0 == " " }) }
    }

    // MARK: iCalendar

    private static func calendar(_ text: String, _ zones: Zones, _ zone: Zone) -> Reading? {
        guard text.contains("BEGIN:VCALENDAR") else { return nil }
        var lines: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            if line.first == " " || line.first == "\t", let last = lines.indices.last {
                lines[last] += line.dropFirst()
            } else {
                lines.append(String(line))
            }
        }
        var reading = Reading()
        var event: [String: (parameters: String, value: String)]?
        var count = 0
        for line in lines {
            if line == "BEGIN:VEVENT" { event = [:] }
            if line == "END:VEVENT", let found = event {
                count += 1
                add(found, "event \(count)", zones, zone, to: &reading)
                event = nil
            }
            guard event != nil, let colon = line.firstIndex(of: ":") else { continue }
            let head = line[..<colon].split(separator: ";", maxSplits: 1).map(String.init)
            guard let name = head.first?.uppercased() else { continue }
            let value = String(line[line.index(after: colon)...])
            if event?[name] == nil { event?[name] = (head.count > 1 ? head[1] : "", value) }
        }
        return reading
    }

    private static func add(
        _ event: [String: (parameters: String, value: String)],
        _ place: String,
        _ zones: Zones,
        _ zone: Zone,
        to reading: inout Reading
    ) {
        guard event["RRULE"] == nil else {
            return reading.faults.append("\(place) repeats; export single events")
        }
        func time(_ name: String) -> Instant? {
            event[name].flatMap { instant($0.value, $0.parameters, zones, zone) }
        }
        let mail = event["ATTENDEE"]?.value.lowercased()
        let who = mail.map { $0.hasPrefix("mailto:") ? String($0.dropFirst(7)) : $0 }
        reading.add(time("DTSTART"), time("DTEND"), who ?? event["SUMMARY"]?.value, place)
    }

    /// `20261224T090000Z`, the same without `Z` in a zone, or a day.
    private static func instant(
        _ value: String,
        _ parameters: String,
        _ zones: Zones,
        _ zone: Zone
    ) -> Instant? {
        let digits = Array(value)
        guard digits.count >= 8 else { return nil }
        let date = String(digits[0..<4]) + "-" + String(digits[4..<6]) + "-" + String(digits[6..<8])
        guard digits.count >= 15 else {
            return CivilDateTime("\(date)T00:00").map { zone.first(of: $0) }
        }
        let hour = String(digits[9..<11])
        let time = "\(hour):\(String(digits[11..<13])):\(String(digits[13..<15]))"
        if digits.last == "Z" { return Instant(rfc3339: "\(date)T\(time)Z") }
        let named = parameters.split(separator: ";").first { $0.hasPrefix("TZID=") }
            .map { $0.dropFirst(5).filter { $0 != "\"" } }
        var own: Zone? = zone
        if let named {
            own = zones.zone(named: named)
        }
        guard let own else { return nil }
        return CivilDateTime("\(date)T\(time)").map { own.first(of: $0) }
    }
}
