import CivilTime
import Clocks
import Testing

@testable import Pictures

@Suite("Columns and bars are well formed and say what they show")
struct ColumnChartTests {
    @Test("A chart has one rectangle for each count above none, and says the sums")
    func columns() {
        let chart = ColumnChart(
            title: "Response <by> week",
            parts: [
                ColumnChart.Part(name: "met", tone: "met"),
                ColumnChart.Part(name: "missed", tone: "missed"),
            ],
            columns: [
                ColumnChart.Column(label: "1-5", counts: [3, 1]),
                ColumnChart.Column(label: "1-12", counts: [0, 2]),
                ColumnChart.Column(label: "1-19", counts: [0, 0]),
            ]
        )
        let markup = Markup(chart.svg())
        #expect(markup.fault == nil)
        // One of each more stands in the legend.
        #expect(markup.count("rect", class: "met") == 2)
        #expect(markup.count("rect", class: "missed") == 3)
        #expect(markup.texts.contains("3 columns; 3 met, 3 missed."))
        #expect(markup.texts.contains("1-12: 2 missed"))
    }

    @Test("An empty chart is a picture too")
    func empty() {
        let chart = ColumnChart(title: "Nothing", parts: [], columns: [])
        #expect(Markup(chart.svg()).fault == nil)
    }

    @Test(
        "A clock's bar is as long as its share, and never longer than whole",
        arguments: [(0, 0.0), (900, 0.25), (3_600, 1.0), (9_000, 1.0)]
    )
    func bar(elapsed: Int, share: Double) throws {
        let start = try instant("2026-03-02T10:00:00Z")
        let clock = Clock(
            name: .response,
            kind: .commitment,
            state: elapsed > 3_600 ? .breached : .running,
            due: start.adding(seconds: 3_600),
            elapsedSeconds: elapsed,
            target: "1 h",
            anchor: start,
            targetSeconds: 3_600,
            calendar: .always,
            startsAt: start
        )
        let bar = ClockBar(clock, at: start.adding(seconds: elapsed))
        #expect(bar.share == share)
        let markup = Markup(bar.svg)
        #expect(markup.fault == nil)
        #expect(markup.count("rect", class: "fill-late") == (elapsed > 3_600 ? 1 : 0))
    }
}
