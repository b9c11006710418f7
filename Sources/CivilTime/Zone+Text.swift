extension Zone {
    /// The instant for people, zone and all: `Sun 2025-11-02 01:15 PST (-0800)`.
    ///
    /// A zone without words for its time shows its offset once: `Mon 2026-01-05 12:00 +0300`.
    package func spoken(_ instant: Instant) -> String {
        let civil = civil(at: instant)
        let word = abbreviation(at: instant)
        var digits = DigitText()
        for scalar in civil.date.weekday.abbreviation.unicodeScalars { digits.append(scalar) }
        digits.append(" ")
        digits.append(civil.date)
        digits.append(" ")
        digits.append(civil.time, withSeconds: civil.time.secondsSinceMidnight % 60 != 0)
        digits.append(" ")
        let isNumber = word.hasPrefix("+") || word.hasPrefix("-")
        if !isNumber {
            for scalar in word.unicodeScalars { digits.append(scalar) }
            if word == "UTC" { return digits.text }
            digits.append(" ")
            digits.append("(")
        }
        digits.append(offsetSeconds: offsetSeconds(at: instant), separator: nil)
        if !isNumber { digits.append(")") }
        return digits.text
    }
}
