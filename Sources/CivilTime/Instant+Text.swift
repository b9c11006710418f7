extension Instant: CustomStringConvertible {
    package var description: String { rfc3339 }

    /// In UTC, to the second: `2025-11-02T08:30:00Z`.
    package var rfc3339: String {
        let civil = Zone.utc.civil(at: self)
        var digits = DigitText()
        digits.append(civil.date)
        digits.append("T")
        digits.append(civil.time, withSeconds: true)
        digits.append("Z")
        return digits.text
    }

    /// In `zone`, with the offset in force: `2025-11-02T01:15:00-08:00`.
    ///
    /// RFC 3339 has no offsets with seconds, which some zones had long ago; the text then shows
    /// the clock of the offset's whole minutes, so that it still names the same instant.
    package func rfc3339(in zone: Zone) -> String {
        let offset = zone.offsetSeconds(at: self) / 60 * 60
        let civil = CivilDateTime(
            localSeconds: min(max(self, .distantPast), .distantFuture).secondsSinceEpoch + offset
        )
        var digits = DigitText()
        digits.append(civil.date)
        digits.append("T")
        digits.append(civil.time, withSeconds: true)
        digits.append(offsetSeconds: offset, separator: ":")
        return digits.text
    }

    /// Reads RFC 3339, such as `2025-11-02T01:15:00-08:00`; a space may stand for the `T`.
    ///
    /// Fractions of a second are cut off. A leap second, `:60`, is the second after `:59`.
    package init?(rfc3339 text: some StringProtocol) {
        var reader = DigitReader(text)
        guard let date = reader.date(), reader.take("T") || reader.take("t") || reader.take(" "),
            let hour = reader.number(width: 2), reader.take(":"),
            let minute = reader.number(width: 2), reader.take(":"),
            let second = reader.number(width: 2),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        if reader.take("."), !reader.skipDigits() { return nil }
        guard let offset = Self.offset(&reader), reader.isAtEnd else { return nil }
        let local = date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second
        self.init(secondsSinceEpoch: local - offset)
        guard self >= .distantPast, self <= .distantFuture else { return nil }
    }

    private static func offset(_ reader: inout DigitReader) -> Int? {
        if reader.take("Z") || reader.take("z") { return 0 }
        let isWest = reader.take("-")
        guard isWest || reader.take("+"), let hours = reader.number(width: 2), reader.take(":"),
            let minutes = reader.number(width: 2), (0...23).contains(hours),
            (0...59).contains(minutes)
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return isWest ? -seconds : seconds
    }
}
