package import CivilTime
package import OnCall

/// What became of a case, on one axis of time: its phases, who had it, marks for what happened,
/// flags where its clocks are due.
package struct CasePicture: Sendable {
    package enum Lane: String, CaseIterable, Sendable {
        case course, team, pages, messages
    }

    /// How a mark or a flag is coloured.
    package enum Tone: String, Sendable {
        case plain = "notice"
        case quiet = "skip"
        case good = "met"
        case bad = "missed"
    }

    package struct Mark: Hashable, Sendable {
        package var at: Instant
        package var lane: Lane
        package var tone: Tone
        /// Its kind in a word, `paged`; marks that stand together are counted by it.
        package var word: String
        /// The whole of it, for who points at the mark.
        package var text: String

        package init(at: Instant, lane: Lane, tone: Tone, word: String, text: String) {
            self.at = at
            self.lane = lane
            self.tone = tone
            self.word = word
            self.text = text
        }
    }

    package enum Phase: String, Sendable {
        case open, acknowledged, responded, waiting, ended
    }

    package enum Holder: Hashable, Sendable {
        case person(PersonID)
        /// While somebody should have it.
        case nobody
        /// An ended case needs nobody.
        case noneNeeded
    }

    /// From when something is so, until the next stretch begins.
    package struct Stretch<Value: Hashable & Sendable>: Hashable, Sendable {
        package var start: Instant
        package var value: Value
        package var text: String

        package init(start: Instant, value: Value, text: String) {
            self.start = start
            self.value = value
            self.text = text
        }
    }

    /// Where a clock is due.
    package struct Flag: Hashable, Sendable {
        package var at: Instant
        /// `plain` while it is ahead.
        package var tone: Tone
        package var text: String

        package init(at: Instant, tone: Tone, text: String) {
            self.at = at
            self.tone = tone
            self.text = text
        }
    }

    package var title: String
    package var opened: Instant
    /// Now, or when the last of an ended case happened.
    package var until: Instant
    package var isOpen: Bool
    package var zone: Zone
    package var names: [PersonID: String]
    package var marks: [Mark] = []
    /// In order; what lies after `until` is not drawn.
    package var phases: [Stretch<Phase>] = []
    package var holders: [Stretch<Holder>] = []
    package var flags: [Flag] = []

    /// `names` are those of everybody, so that a person has one colour in all pictures.
    package init(
        title: String,
        opened: Instant,
        until: Instant,
        isOpen: Bool,
        zone: Zone,
        names: [PersonID: String]
    ) {
        self.title = title
        self.opened = opened
        // An ended case fills its axis, however short it was.
        self.until = max(until, isOpen ? opened : opened.adding(seconds: 1))
        self.isOpen = isOpen
        self.zone = zone
        self.names = names
    }

    /// What happened takes at least half of the axis; what is due later stands at its end.
    var end: Instant {
        let length = max(until.seconds(since: opened), isOpen ? 60 : 1)
        let ahead = flags.map(\.at).filter { $0.seconds(since: opened) <= length * 2 }
        return max(ahead.max() ?? until, opened.adding(seconds: length))
    }

    package static let narrowest = 320
    static let margin = 12.0
    static let labels = 74.0
    /// The last phase has room for a word of its own even where it began at the end.
    static let room = 10.0

    /// The picture at `width`, in pixels; without style where the page that holds it takes in
    /// `PictureStyle.css`.
    package func svg(width: Int, withStyle: Bool = true) -> String {
        var svg = SVG(width: max(width, Self.narrowest))
        let right = Double(svg.width) - Self.margin - Self.room
        let left = Self.margin + Self.labels
        let axis = TimeAxis(start: opened, end: end, left: left, right: right)
        let rows = flagRows(axis, width: Double(svg.width))
        let bands = 14 + Double((rows.map(\.row).max() ?? -1) + 1) * Self.flagHeight
        let used = Lane.allCases.filter { lane in marks.contains { $0.lane == lane } }
        let top = bands + 2 * Self.bandHeight + 8
        let bottom = top + Double(used.count) * Self.laneHeight
        draw(axis, from: bands, to: bottom, &svg)
        draw(phases: axis, y: bands, &svg)
        draw(holders: axis, y: bands + Self.bandHeight, &svg)
        draw(flags: rows, bands: bands, to: bottom, &svg)
        for (index, lane) in used.enumerated() {
            let y = top + (Double(index) + 0.5) * Self.laneHeight
            draw(lane, axis, y: y, &svg)
        }
        return svg.document(
            height: bottom + 46,
            title: title,
            description: description,
            style: withStyle ? PictureStyle.css : nil
        )
    }

    /// The ticks, and beneath them in words where the axis begins and ends.
    private func draw(
        _ axis: TimeAxis,
        from top: Double,
        to bottom: Double,
        _ svg: inout SVG
    ) {
        let count = min(8, Int((axis.right - axis.left) / 80))
        for tick in axis.ticks(atMost: max(1, count)) {
            svg.line((tick.x, top), (tick.x, bottom), class: "rule")
            let half = Lettering.width(tick.text, size: Self.letters) / 2
            let x = min(tick.x, Double(svg.width) - 4 - half)
            svg.text(tick.text, at: (x, bottom + 14), class: "small muted middle")
        }
        let width = (Double(svg.width) - 2 * Self.margin) / 2 - 6
        let first = Lettering.fitted("from \(zone.short(opened))", width: width, size: Self.letters)
        svg.text(first, at: (Self.margin, bottom + 34), class: "small muted")
        let words = "\(end > until ? "until" : isOpen ? "now" : "ended") \(zone.short(end))"
        let last = Lettering.fitted(words, width: width, size: Self.letters)
        svg.text(last, at: (Double(svg.width) - Self.margin, bottom + 34), class: "small muted end")
    }

    private var description: String {
        let course = phases.map(\.text).joined(separator: ", ")
        var parts = ["From \(zone.spoken(opened)) to \(zone.spoken(until)): \(course)."]
        let all = Self.counted(marks)
        parts.append(all.isEmpty ? "Nothing has happened yet." : "\(all).")
        parts += flags.map { "\($0.text), \(zone.spoken($0.at))." }
        return parts.joined(separator: " ")
    }

    /// Small letters are 10 pixels high and measured as larger: the widest of fonts is in use too.
    static let letters = 11.0

    static func width(_ text: String) -> Double { Lettering.width(text, size: letters) }

    /// `2 paged, acknowledged`, in order of appearance.
    static func counted(_ marks: some Collection<Mark>) -> String {
        var words: [String] = []
        var counts: [String: Int] = [:]
        for mark in marks {
            if counts[mark.word] == nil { words.append(mark.word) }
            counts[mark.word, default: 0] += 1
        }
        return words.map { word in
            let count = counts[word] ?? 1
            return count == 1 ? word : "\(count) \(word)"
        }.joined(separator: ", ")
    }
}
