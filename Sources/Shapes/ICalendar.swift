package import CivilTime
package import OnCall

/// Shifts as a calendar that other programs subscribe to (RFC 5545).
///
/// The same shifts give the same bytes: nothing in it depends on when it was written.
package struct ICalendar: Sendable {
    /// One shift of a rotation.
    package struct Entry: Hashable, Sendable {
        package var rotation: RotationID
        package var title: String
        package var shift: Shift
        /// Where the shift really began, also where `shift` is clipped; part of its identity, so
        /// that a feed that moves on keeps the event.
        package var begunAt: Instant

        package init(rotation: RotationID, title: String, shift: Shift, begunAt: Instant) {
            self.rotation = rotation
            self.title = title
            self.shift = shift
            self.begunAt = begunAt
        }
    }

    package var name: String
    package var entries: [Entry]
    /// People's names by their keys; a key without one stands for itself.
    package var names: [PersonID: String]

    package init(name: String, entries: [Entry], names: [PersonID: String]) {
        self.name = name
        self.entries = entries
        self.names = names
    }

    /// How far back the beginning of a shift that is clipped is looked for.
    private static let lookbackSeconds = 60 * 86_400

    /// The shifts of `rotation` in `[start, end)`; those of `person` alone where one is named.
    ///
    /// Empty where there is no such rotation.
    package static func entries(
        of rotation: RotationID,
        in rotations: Rotations,
        from start: Instant,
        to end: Instant,
        person: PersonID? = nil
    ) -> [Entry] {
        guard let title = rotations.rotations[rotation]?.title else { return [] }
        let shifts = rotations.shifts(rotation, from: start, to: end)
        let begunAt = rotations.shifts(
            rotation,
            from: start.adding(seconds: -lookbackSeconds),
            to: start.adding(seconds: 1)
        ).last?.start
        return shifts.enumerated().compactMap { index, shift in
            if let person, !shift.answer.people.contains(person) { return nil }
            return Entry(
                rotation: rotation,
                title: title,
                shift: shift,
                begunAt: index == 0 ? begunAt ?? shift.start : shift.start
            )
        }
    }

    /// The whole file, lines ended by CRLF and folded at 75 octets.
    package var text: String {
        var lines = ICalendarLines()
        lines.add("BEGIN", "VCALENDAR")
        lines.add("VERSION", "2.0")
        lines.add("PRODID", "-//\(Product.name)//\(Product.name) \(Product.version)//EN")
        lines.add("CALSCALE", "GREGORIAN")
        lines.add("METHOD", "PUBLISH")
        lines.add("NAME", escaped: name)
        lines.add("X-WR-CALNAME", escaped: name)
        lines.add("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
        lines.add("X-PUBLISHED-TTL", "PT1H")
        for entry in entries { add(entry, to: &lines) }
        lines.add("END", "VCALENDAR")
        return lines.text
    }

    private func add(_ entry: Entry, to lines: inout ICalendarLines) {
        let (shift, answer) = (entry.shift, entry.shift.answer)
        let people = answer.people.map { names[$0] ?? $0 }.joined(separator: ", ")
        lines.add("BEGIN", "VEVENT")
        lines.add("UID", escaped: uid(of: entry))
        lines.add("DTSTAMP", Self.time(entry.begunAt))
        lines.add("SEQUENCE", "0")
        lines.add("DTSTART", Self.time(shift.start))
        lines.add("DTEND", Self.time(shift.end))
        lines.add("SUMMARY", escaped: "\(people.isEmpty ? "Nobody" : people): \(entry.title)")
        lines.add("DESCRIPTION", escaped: description(of: entry))
        lines.add("CATEGORIES", escaped: entry.rotation)
        lines.add("STATUS", "CONFIRMED")
        lines.add("TRANSP", "TRANSPARENT")
        lines.add("X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
        for person in answer.people { lines.add("X-TOCSIN-PERSON", escaped: person) }
        lines.add("END", "VEVENT")
    }

    private func uid(of entry: Entry) -> String {
        let people = entry.shift.answer.people.joined(separator: "+")
        return "\(Self.time(entry.begunAt))-\(entry.rotation)-\(people)@\(Product.name)"
    }

    private func description(of entry: Entry) -> String {
        let answer = entry.shift.answer
        if answer.isOverride { return "Override" }
        if let layer = answer.layer { return "Layer \(layer)" }
        return answer.people.isEmpty
            ? "Nobody is on call" : "Stands in where no layer has anyone"
    }

    /// `20261224T080000Z`.
    private static func time(_ instant: Instant) -> String {
        String(instant.rfc3339.filter { $0 != "-" && $0 != ":" })
    }
}

/// Content lines while they are written.
private struct ICalendarLines {
    private var bytes: [UInt8] = []

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// RFC 5545 counts octets, the line's end left out.
    private static let octetsMax = 75

    mutating func add(_ name: String, escaped text: String) {
        var value = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", ";", ",": value += "\\\(scalar)"
            case "\n": value += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: value += " "
            default: value.unicodeScalars.append(scalar)
            }
        }
        add(name, value)
    }

    /// Folds without cutting a character.
    mutating func add(_ name: String, _ value: String) {
        var length = 0
        for scalar in "\(name):\(value)".unicodeScalars {
            let utf8 = UTF8.encode(scalar).map { Array($0) } ?? []
            if length + utf8.count > Self.octetsMax {
                bytes += [0x0D, 0x0A, 0x20]
                length = 1
            }
            bytes += utf8
            length += utf8.count
        }
        bytes += [0x0D, 0x0A]
    }
}
