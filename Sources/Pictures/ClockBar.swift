package import CivilTime
package import Clocks

/// How far a clock has run, as a bar with marks at its warnings.
package struct ClockBar: Sendable {
    private let clock: Clock
    private let now: Instant

    package init(_ clock: Clock, at now: Instant) {
        self.clock = clock
        self.now = now
    }

    /// From 0 to 1; `nil` where nothing bounds the clock or it has not begun.
    package var share: Double? {
        guard clock.state != .notStarted else { return nil }
        if let target = clock.targetSeconds, target > 0 {
            return min(1, Double(max(0, clock.elapsedSeconds)) / Double(target))
        }
        guard let due = clock.due else { return nil }
        let whole = due.seconds(since: clock.anchor)
        guard whole > 0 else { return nil }
        return min(1, Double(max(0, now.seconds(since: clock.anchor))) / Double(whole))
    }

    private static let width = 600
    private static let height = 12.0

    /// The bar alone; the page that holds it brings the style.
    package var svg: String {
        var svg = SVG(width: Self.width)
        let whole = Double(Self.width)
        svg.rectangle(
            Frame(x: 0, y: 0, width: whole, height: Self.height),
            class: "track",
            radius: 6
        )
        if let share {
            let frame = Frame(x: 0, y: 0, width: max(whole * share, 6), height: Self.height)
            svg.rectangle(frame, class: "fill-\(tone)", radius: 6)
        }
        if clock.targetSeconds != nil {
            for mark in [0.5, 0.75, 0.9] {
                svg.line((whole * mark, 2), (whole * mark, Self.height - 2), class: "mark")
            }
        }
        let percent =
            share.map { "\(Int(($0 * 100).rounded(.down))) percent used" } ?? "not counting"
        return svg.document(
            height: Self.height,
            title: "\(clock.name.rawValue) clock",
            description: percent,
            style: nil,
            class: "bar"
        )
    }

    private var tone: String {
        switch clock.state {
        case .breached: "late"
        case .met: "met"
        case .paused, .notStarted: "paused"
        case .running: (share ?? 0) >= 0.75 ? "soon" : "running"
        }
    }
}
