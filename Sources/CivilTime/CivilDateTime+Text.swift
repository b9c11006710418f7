extension CivilDate: CustomStringConvertible {
    /// `2026-01-05`.
    package var description: String {
        var digits = DigitText()
        digits.append(self)
        return digits.text
    }

    /// Reads `2026-01-05` and nothing else.
    package init?(_ text: some StringProtocol) {
        var reader = DigitReader(text)
        guard let date = reader.date(), reader.isAtEnd else { return nil }
        self = date
    }
}

extension WallTime: CustomStringConvertible {
    /// `09:00`, or `09:00:30` where there are seconds.
    package var description: String {
        var digits = DigitText()
        digits.append(self, withSeconds: secondsSinceMidnight % 60 != 0)
        return digits.text
    }

    /// Reads `09:00`, `09:00:30` or `24:00`, and nothing else.
    package init?(_ text: some StringProtocol) {
        var reader = DigitReader(text)
        guard let time = reader.time(), reader.isAtEnd else { return nil }
        self = time
    }
}

extension CivilDateTime: CustomStringConvertible {
    /// `2026-12-24T09:00`, with seconds where there are some.
    package var description: String {
        var digits = DigitText()
        digits.append(date)
        digits.append("T")
        digits.append(time, withSeconds: time.secondsSinceMidnight % 60 != 0)
        return digits.text
    }

    /// Reads `2026-12-24T09:00` or `2026-12-24T09:00:30`; a space may stand for the `T`.
    package init?(_ text: some StringProtocol) {
        var reader = DigitReader(text)
        guard let date = reader.date(), reader.take("T") || reader.take(" "),
            let time = reader.time(), reader.isAtEnd
        else { return nil }
        self.init(date: date, time: time)
    }
}
