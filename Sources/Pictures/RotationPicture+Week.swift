import CivilTime
import OnCall

extension RotationPicture {
    /// One row of seven days: their names, who is on call, and a band for each layer.
    struct Week {
        let picture: RotationPicture
        let monday: CivilDate
        let top: Double

        private static let headerHeight = 24.0
        private static let lineHeight = 28.0
        private static let bandHeight = 15.0
        private static let bandGap = 3.0

        /// Answers where the next week begins.
        func draw(_ svg: inout SVG) -> Double {
            days(&svg)
            line(&svg)
            for (index, band) in picture.bands.enumerated() { self.band(band, index, &svg) }
            marks(&svg)
            return bottom + 22
        }

        private var lineTop: Double { top + Self.headerHeight }

        private func bandTop(_ index: Int) -> Double {
            lineTop + Self.lineHeight + 6 + Double(index) * (Self.bandHeight + Self.bandGap)
        }

        private var bottom: Double { bandTop(picture.bands.count) }

        private var zone: Zone { picture.rotation.zone }

        private func left(of day: Int) -> Double {
            RotationPicture.margin + RotationPicture.labels + Double(day) * RotationPicture.dayWidth
        }

        /// A day is as wide as any other, however long it is.
        private func x(of instant: Instant) -> Double {
            let days = zone.civil(at: instant).date.daysSinceEpoch - monday.daysSinceEpoch
            let day = min(max(days, 0), 6)
            let date = monday.adding(days: day)
            let start = zone.first(of: date.midnight)
            let length = zone.first(of: date.adding(days: 1).midnight).seconds(since: start)
            let share = Double(instant.seconds(since: start)) / Double(max(1, length))
            return left(of: day) + min(max(share, 0), 1) * RotationPicture.dayWidth
        }

        private var start: Instant { max(picture.start, zone.first(of: monday.midnight)) }
        private var end: Instant {
            min(picture.end, zone.first(of: monday.adding(days: 7).midnight))
        }

        private func frame(_ from: Instant, _ to: Instant, y: Double, height: Double) -> Frame? {
            let (from, to) = (max(from, start), min(to, end))
            guard from < to else { return nil }
            let left = x(of: from)
            let right = right(of: to)
            // A hair of ground parts neighbours.
            return Frame(x: left + 0.5, y: y, width: max(1, right - left - 1), height: height)
        }

        /// The end of a week is its right edge, not the next one's left.
        private func right(of instant: Instant) -> Double {
            let isEnd = instant == zone.first(of: monday.adding(days: 7).midnight)
            return isEnd ? left(of: 7) : x(of: instant)
        }

        private func days(_ svg: inout SVG) {
            let height = bottom - top - Self.bandGap
            for day in 0..<7 {
                let date = monday.adding(days: day)
                let cell = Frame(
                    x: left(of: day),
                    y: top,
                    width: RotationPicture.dayWidth,
                    height: height
                )
                let isOutside =
                    zone.first(of: date.adding(days: 1).midnight) <= picture.start
                    || zone.first(of: date.midnight) >= picture.end
                if isOutside {
                    svg.rectangle(cell, class: "outside")
                } else if day >= 5 {
                    svg.rectangle(cell, class: "weekend")
                }
                svg.text(
                    name(of: date),
                    at: (cell.x + 5, top + 16),
                    class: isOutside ? "day muted" : "day"
                )
                if !isOutside { pill(date, in: cell, &svg) }
            }
            for day in 0...7 {
                svg.line((left(of: day), top), (left(of: day), top + height), class: "rule")
            }
        }

        /// `Mon 29 Mar`, `Tue 30`, `Wed 31`, `Thu 1 Apr`.
        private func name(of date: CivilDate) -> String {
            let isNamed = date == monday || date.day == 1
            return isNamed ? date.withWeekday : "\(date.weekday.abbreviation) \(date.day)"
        }

        /// How long the day is where the clocks change, and where, if not in the rotation's zone.
        private func pill(_ date: CivilDate, in cell: Frame, _ svg: inout SVG) {
            let changes = picture.changes.filter { zone.civil(at: $0.at).date == date }
            guard let change = changes.first(where: { $0.zone == zone }) ?? changes.first else {
                return
            }
            var text = Span.text(seconds: change.daySeconds)
            if change.zone != zone {
                let city = change.zone.name.split(separator: "/").last.map(String.init) ?? ""
                text += " \(String(city.map { $0 == "_" ? " " : $0 }))"
            }
            if changes.count > 1 { text += " +\(changes.count - 1)" }
            let space = cell.width - 14 - Lettering.width(name(of: date), size: 12)
            text = Lettering.fitted(text, width: space - 14, size: 10)
            let width = Lettering.width(text, size: 10) + 12
            let box = Frame(
                x: cell.x + cell.width - width - 4,
                y: top + 4,
                width: width,
                height: 16
            )
            let title = changes.map { change in
                "clocks change in \(change.zone.name) at \(change.zone.spoken(change.at))"
            }
            svg.rectangle(box, class: "pill", radius: 8, title: title.joined(separator: "; "))
            svg.text(text, at: (box.x + 6, top + 15.5), class: "small on-pill")
        }

        private func label(
            _ text: String,
            y: Double,
            class name: String,
            size: Double,
            _ svg: inout SVG
        ) {
            let shown = Lettering.fitted(text, width: RotationPicture.labels - 14, size: size)
            let right = RotationPicture.margin + RotationPicture.labels - 8
            svg.text(shown, at: (right, y), class: "\(name) end")
        }

        private func line(_ svg: inout SVG) {
            label("On call", y: lineTop + 18, class: "strong", size: 12.5, &svg)
            for shift in picture.shifts {
                let box = frame(shift.start, shift.end, y: lineTop, height: Self.lineHeight)
                guard let box else { continue }
                let answer = shift.answer
                let tone = picture.cast.tone(of: answer.people.first)
                let rule =
                    answer.isGap
                    ? "gap" : answer.isOverride ? "override" : "layer \(answer.layer ?? "")"
                svg.rectangle(
                    box,
                    class: answer.isGap ? "gap" : "tone\(tone)",
                    radius: 4,
                    title: picture.caption(answer.people, shift.start, shift.end, by: rule)
                )
                if answer.isOverride {
                    svg.rectangle(box, class: "cover", radius: 4, fill: "url(#\(picture.hatch))")
                }
                let people = answer.people
                let texts = people.isEmpty ? ["nobody"] : picture.cast.labels(people)
                let text = Lettering.firstFitting(texts, width: box.width - 6, size: 11.6)
                svg.text(
                    text,
                    at: (box.x + 3.5, lineTop + 18),
                    class: answer.isGap ? "name on-gap" : "name on-tone\(tone)"
                )
            }
        }

        private func band(_ band: Band, _ index: Int, _ svg: inout SVG) {
            let y = bandTop(index)
            label(band.layer, y: y + 11.5, class: "label muted", size: 11, &svg)
            for stretch in band.stretches {
                let box = frame(stretch.start, stretch.end, y: y, height: Self.bandHeight)
                guard let box else { continue }
                let tone = picture.cast.tone(of: stretch.people.first)
                svg.rectangle(
                    box,
                    class: "tone\(tone) under",
                    radius: 3,
                    title: picture.caption(
                        stretch.people,
                        stretch.start,
                        stretch.end,
                        by: "layer \(band.layer) by itself"
                    )
                )
                let texts = picture.cast.labels(stretch.people)
                let text = Lettering.firstFitting(texts, width: box.width - 6, size: 10)
                svg.text(text, at: (box.x + 4, y + 11), class: "small on-tone\(tone)")
            }
        }

        private func marks(_ svg: inout SVG) {
            for change in picture.changes where start <= change.at && change.at < end {
                let x = x(of: change.at)
                svg.line((x, lineTop - 2), (x, bottom - Self.bandGap), class: "change")
            }
            guard let now = picture.now, start <= now, now < end else { return }
            let x = x(of: now)
            svg.line((x, top), (x, bottom - Self.bandGap), class: "now")
        }
    }
}
