package import CivilTime
package import OnCall
package import Paging

/// A plan: on top every message against time, beneath it one line each, in words.
package struct PlanPicture: Sendable {
    /// One message, or a step that is skipped.
    package struct Mark: Hashable, Sendable {
        package var at: Instant
        package var kind: PlanStep.Kind
        /// The ladder step, from 1, of a page or skip.
        package var step: Int?
        /// Keys of people, or customers' addresses.
        package var to: [PersonID]
        package var why: String

        package init(at: Instant, kind: PlanStep.Kind, step: Int?, to: [PersonID], why: String) {
            self.at = at
            self.kind = kind
            self.step = step
            self.to = to
            self.why = why
        }
    }

    /// More marks than this stand in the upper part alone.
    package static let linesMax = 80

    var title: String
    var marks: [Mark]
    var opened: Instant
    var end: Instant
    var zone: Zone
    var names: [PersonID: String]

    /// `end` is where the axis ends, later than `opened`; times are told in `zone`.
    package init(
        title: String,
        marks: [Mark],
        opened: Instant,
        end: Instant,
        zone: Zone,
        names: [PersonID: String]
    ) {
        self.title = title
        self.marks = marks
        self.opened = opened
        self.end = max(end, opened.adding(seconds: 60), marks.last?.at ?? opened)
        self.zone = zone
        self.names = names
    }

    package init(
        title: String,
        plan: Plan,
        opened: Instant,
        end: Instant,
        zone: Zone,
        names: [PersonID: String]
    ) {
        self.init(
            title: title,
            marks: plan.steps.map { step in
                Mark(
                    at: step.at,
                    kind: step.kind,
                    step: step.step,
                    to: step.to.map(\.person),
                    why: step.why
                )
            },
            opened: opened,
            end: end,
            zone: zone,
            names: names
        )
    }

    static let width = 960
    static let margin = 24.0
    private static let labels = 92.0
    private static let laneHeight = 26.0
    private static let lineHeight = 42.0

    /// The picture; without style where the page that holds it takes in `PictureStyle.css`.
    package func svg(withStyle: Bool = true) -> String {
        var svg = SVG(width: Self.width)
        let shown = Lettering.fitted(title, width: 880, size: 21)
        svg.text(shown, at: (Self.margin, 42), class: "heading")
        svg.text(
            "opened \(zone.spoken(opened))  ·  if nobody acts",
            at: (Self.margin, 64),
            class: "lead muted"
        )
        var y = axis(&svg, top: 84)
        y = lines(&svg, top: y + 28)
        return svg.document(
            height: y + Self.margin,
            title: "\(title): what would be sent",
            description: "\(marks.count) messages from \(zone.spoken(opened)) on",
            style: withStyle ? PictureStyle.css : nil
        )
    }

    private var kinds: [PlanStep.Kind] {
        let all: [PlanStep.Kind] = [.page, .reminder, .notice, .warning, .breach, .skip]
        let used = Set(marks.map(\.kind))
        return all.filter(used.contains)
    }

    private var timeAxis: TimeAxis {
        let right = Double(Self.width) - Self.margin - 10
        return TimeAxis(
            start: opened,
            end: end,
            left: Self.margin + Self.labels,
            right: right
        )
    }

    /// A lane for each kind of message; answers where it ends.
    private func axis(_ svg: inout SVG, top: Double) -> Double {
        let bottom = top + 22 + Double(max(1, kinds.count)) * Self.laneHeight
        let axis = timeAxis
        for tick in axis.ticks(atMost: 8) {
            svg.line((tick.x, top + 16), (tick.x, bottom), class: "rule")
            svg.text(tick.text, at: (tick.x, top + 10), class: "small muted middle")
        }
        for (index, kind) in kinds.enumerated() {
            let y = top + 22 + (Double(index) + 0.5) * Self.laneHeight
            let right = Self.margin + Self.labels - 16
            svg.text(Self.word(kind), at: (right, y + 4), class: "label end")
            svg.line((axis.left, y), (axis.right, y), class: "rule")
            for mark in marks where mark.kind == kind {
                let center = (axis.x(of: mark.at), y)
                let caption = "\(heading(of: mark)), \(zone.spoken(mark.at))"
                svg.circle(
                    center,
                    radius: mark.step == nil ? 5 : 8,
                    class: kind.rawValue,
                    title: caption
                )
                guard let step = mark.step else { continue }
                svg.text("\(step)", at: (center.0, y + 3.6), class: "small on-mark middle")
            }
        }
        return bottom
    }

    /// A line for each message: when, what, to whom, why; answers where they end.
    private func lines(_ svg: inout SVG, top: Double) -> Double {
        let shown = marks.prefix(Self.linesMax)
        let rail = Self.margin + 176
        var y = top + 8
        if shown.count > 1 {
            let bottom = y + Double(shown.count - 1) * Self.lineHeight
            svg.line((rail, y), (rail, bottom), class: "rail")
        }
        var previous: Instant?
        for mark in shown {
            if mark.at != previous {
                let elapsed = mark.at.seconds(since: opened)
                let after = elapsed == 0 ? "at once" : "+\(TimeAxis.elapsed(elapsed))"
                svg.text(zone.short(mark.at), at: (rail - 18, y + 1), class: "label end")
                svg.text(after, at: (rail - 18, y + 15), class: "small muted end")
            }
            previous = mark.at
            svg.circle((rail, y), radius: 6.5, class: mark.kind.rawValue)
            let space = Double(Self.width) - Self.margin - rail - 20
            svg.text(
                Lettering.fitted(heading(of: mark), width: space, size: 12.5),
                at: (rail + 18, y + 1),
                class: mark.kind == .skip ? "body muted" : "strong"
            )
            svg.text(
                Lettering.fitted(mark.why, width: space, size: 11),
                at: (rail + 18, y + 16),
                class: "label muted"
            )
            y += Self.lineHeight
        }
        if marks.isEmpty {
            svg.text("Nothing would be sent.", at: (Self.margin, y), class: "body muted")
            y += Self.lineHeight
        } else if marks.count > shown.count {
            let rest = "and \(marks.count - shown.count) more"
            svg.text(rest, at: (rail + 18, y), class: "body muted")
            y += Self.lineHeight
        }
        return y - Self.lineHeight + 16
    }

    /// `Page, step 2: Dana Whitaker`.
    private func heading(of mark: Mark) -> String {
        let step = mark.step.map { ", step \($0)" } ?? ""
        let people = mark.to.map { names[$0] ?? $0 }.joined(separator: ", ")
        return "\(Self.word(mark.kind))\(step)\(people.isEmpty ? "" : ": \(people)")"
    }

    private static func word(_ kind: PlanStep.Kind) -> String {
        switch kind {
        case .page: "Page"
        case .reminder: "Reminder"
        case .notice: "Notice"
        case .warning: "Warning"
        case .breach: "Breach"
        case .skip: "Skipped"
        }
    }
}
