extension Instant {
    /// The instant that a person names on a command line, at `now`, in `zone`.
    ///
    /// Reads `now`, `+2h`, `-30m`, `+3 days` (the same time on the wall), `today 09:00`,
    /// `tomorrow 09:00`, `yesterday 09:00`, `2026-12-24` (its first instant), `2026-12-24T09:00`,
    /// `2026-12-24 09:00`, and RFC 3339, which carries its own offset.
    package init(moment text: String, now: Instant, in zone: Zone) throws(MomentFault) {
        let fault = MomentFault.unreadable(text: text)
        if let instant = Instant(rfc3339: text) {
            self = instant
        } else if let civil = CivilDateTime(text) {
            self = try zone.only(civil)
        } else if let date = CivilDate(text) {
            self = zone.first(of: CivilDateTime(date: date, time: .midnight))
        } else if text == "now" {
            self = now
        } else if text.hasPrefix("+") || text.hasPrefix("-") {
            guard let span = Span(text.dropFirst().drop { $0 == " " }) else { throw fault }
            self = zone.instant(span, after: now, backwards: text.hasPrefix("-"))
        } else {
            let words = text.split(separator: " ")
            guard let word = words.first, words.count <= 2 else { throw fault }
            let today = zone.civil(at: now).date
            let date: CivilDate
            switch word {
            case "today": date = today
            case "tomorrow": date = today.adding(days: 1)
            case "yesterday": date = today.adding(days: -1)
            default: throw fault
            }
            guard words.count == 2 else {
                self = zone.first(of: CivilDateTime(date: date, time: .midnight))
                return
            }
            guard let time = WallTime(words[1]) else { throw fault }
            self = try zone.only(CivilDateTime(date: date, time: time))
        }
    }
}

extension Zone {
    fileprivate func instant(_ span: Span, after now: Instant, backwards: Bool) -> Instant {
        backwards ? instant(span, before: now) : instant(span, after: now)
    }

    /// The one instant of a local time that a person wrote; who writes must not have to guess.
    fileprivate func only(_ civil: CivilDateTime) throws(MomentFault) -> Instant {
        switch instants(of: civil) {
        case .once(let instant): return instant
        case .missing(let end): throw .missing(civil, zone: self, end: end)
        case .twice(let first, let second):
            throw .twice(civil, zone: self, first: first, second: second)
        }
    }
}
