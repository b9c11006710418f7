package import CivilTime
package import OnCall

/// A rotation over some weeks: who is on call, and beneath it what each layer says by itself.
///
/// A row of days for each week, Monday first, in the rotation's zone. Overrides are hatched, gaps
/// red, and days on which clocks change say how long they are.
package struct RotationPicture: Sendable {
    /// The longest stretch that is drawn; a longer one is cut there.
    package static let daysMax = 420

    let rotation: Rotation
    let start: Instant
    let end: Instant
    let now: Instant?
    let shifts: [Shift]
    /// The last layer of the file, which wins, first.
    let bands: [Band]
    let changes: [ClockChange]
    let cast: Cast

    /// `nil` where there is no such rotation or `end` is not after `start`.
    ///
    /// `names` are those of all people, so that each keeps a colour; `now` draws a line.
    package init?(
        _ rotation: RotationID,
        in rotations: Rotations,
        names: [PersonID: String],
        from start: Instant,
        to end: Instant,
        now: Instant? = nil
    ) {
        guard let found = rotations.rotations[rotation], start < end else { return nil }
        self.rotation = found
        self.start = start
        self.end = min(end, start.adding(seconds: Self.daysMax * 86_400))
        self.now = now
        shifts = rotations.shifts(rotation, from: start, to: self.end)
        bands = rotations.bands(rotation, from: start, to: self.end).reversed()
        let zones = Set(found.layers.map(\.zone)).union([found.zone])
        changes = rotations.clockChanges(from: start, to: self.end)
            .filter { zones.contains($0.zone) }
        cast = Cast(names: names, others: shifts.flatMap(\.answer.people))
    }

    static let width = 1_120
    static let margin = 24.0
    static let labels = 130.0
    static var dayWidth: Double { (Double(width) - 2 * margin - labels) / 7 }

    /// The picture; without style where the page that holds it takes in `PictureStyle.css`.
    package func svg(withStyle: Bool = true) -> String {
        var svg = SVG(width: Self.width)
        var y = heading(&svg)
        for monday in mondays {
            y = Week(picture: self, monday: monday, top: y).draw(&svg)
        }
        return svg.document(
            height: y + Self.margin - 14,
            title: "\(rotation.title): who is on call",
            description: description,
            style: withStyle ? PictureStyle.css : nil
        )
    }

    private var zone: Zone { rotation.zone }

    private var mondays: [CivilDate] {
        let first = zone.civil(at: start).date
        let last = zone.civil(at: end.adding(seconds: -1)).date
        var monday = first.adding(days: 1 - first.weekday.rawValue)
        var mondays: [CivilDate] = []
        while monday <= last, mondays.count <= Self.daysMax {
            mondays.append(monday)
            monday = monday.adding(days: 7)
        }
        return mondays
    }

    /// In words, for those who do not see it.
    private var description: String {
        let gaps = shifts.filter(\.answer.isGap).count
        return "\(shifts.count) shifts in \(span), times of \(zone.name); "
            + (gaps == 0 ? "no gap." : "\(gaps) \(gaps == 1 ? "gap" : "gaps").")
    }

    private var span: String {
        let (from, to) = (zone.civil(at: start).date, zone.civil(at: end.adding(seconds: -1)).date)
        let year = from.year == to.year ? "" : " \(from.year)"
        return "\(from.withWeekday)\(year) – \(to.withWeekday) \(to.year)"
    }

    /// Title, span and legend; answers where the first week begins.
    private func heading(_ svg: inout SVG) -> Double {
        let title = Lettering.fitted(rotation.title, width: 1_000, size: 21)
        svg.text(title, at: (Self.margin, 42), class: "heading")
        svg.text(
            "\(rotation.id)  ·  \(span)  ·  times of \(zone.name)",
            at: (Self.margin, 64),
            class: "lead muted"
        )
        svg.raw(
            """
            <defs><pattern id="\(hatch)" width="9" height="9" patternUnits="userSpaceOnUse" \
            patternTransform="rotate(45)"><line class="hatch" x1="4" y1="0" x2="4" y2="9"/>\
            </pattern></defs>

            """
        )
        return legend(&svg, top: 80) + 18
    }

    /// Unique on a page that shows several rotations.
    var hatch: String {
        let plain = rotation.id.unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                ? String(scalar) : "-\(scalar.value)-"
        }
        return "hatch-\(plain.joined())"
    }

    private func legend(_ svg: inout SVG, top: Double) -> Double {
        var (x, y) = (Self.margin, top)
        func place(_ text: String) -> Frame {
            let width = 16 + Lettering.width(text, size: 11) + 18
            if x + width > Double(Self.width) - Self.margin { (x, y) = (Self.margin, y + 20) }
            defer { x += width }
            return Frame(x: x, y: y, width: 12, height: 12)
        }
        let people = (shifts.map(\.answer.people) + bands.flatMap(\.stretches).map(\.people))
        for person in Set(people.joined()).sorted() {
            let name = Lettering.fitted(cast.name(person), width: 200, size: 11)
            let frame = place(name)
            svg.rectangle(frame, class: "tone\(cast.tone(of: person))", radius: 3)
            svg.text(name, at: (frame.x + 17, frame.y + 10), class: "label")
        }
        if shifts.contains(where: \.answer.isOverride) {
            let frame = place("override")
            svg.rectangle(frame, class: "weekend", radius: 3)
            svg.rectangle(frame, class: "cover", radius: 3, fill: "url(#\(hatch))")
            svg.text("override", at: (frame.x + 17, frame.y + 10), class: "label")
        }
        if shifts.contains(where: \.answer.isGap) {
            let frame = place("gap")
            svg.rectangle(frame, class: "gap", radius: 3)
            svg.text("gap", at: (frame.x + 17, frame.y + 10), class: "label")
        }
        return y + 12
    }

    /// For a pointer that rests on a shift: who, from when to when, and by which rule.
    func caption(_ people: [PersonID], _ start: Instant, _ end: Instant, by rule: String) -> String
    {
        let names = people.isEmpty ? "Nobody" : people.map(cast.name).joined(separator: ", ")
        return "\(names), \(zone.spoken(start)) – \(zone.spoken(end)), \(rule)"
    }
}
