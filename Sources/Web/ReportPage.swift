package import CivilTime
import Pictures

/// What was promised and what became of it, and who was paged when.
package struct ReportPage: Sendable {
    /// A clock of a case that has stopped, or run out.
    package struct Measured: Sendable {
        package var number: Int
        package var customer: String
        package var policy: String
        package var priority: String
        /// `response` or `resolution`.
        package var clock: String
        package var openedAt: Instant
        package var dueAt: Instant?
        package var stoppedAt: Instant?
        package var isMet: Bool
        package var seconds: Int
        package var targetSeconds: Int?

        package init(
            number: Int,
            customer: String,
            policy: String,
            priority: String,
            clock: String,
            openedAt: Instant,
            dueAt: Instant?,
            stoppedAt: Instant?,
            isMet: Bool,
            seconds: Int,
            targetSeconds: Int?
        ) {
            self.number = number
            self.customer = customer
            self.policy = policy
            self.priority = priority
            self.clock = clock
            self.openedAt = openedAt
            self.dueAt = dueAt
            self.stoppedAt = stoppedAt
            self.isMet = isMet
            self.seconds = seconds
            self.targetSeconds = targetSeconds
        }
    }

    /// Someone was paged; `name` as people read it, `hour` on their own clock.
    package struct Paged: Sendable {
        package var name: String
        package var hour: Int

        package init(name: String, hour: Int) {
            self.name = name
            self.hour = hour
        }
    }

    struct Row: Sendable {
        var clock: String
        var policy: String
        var priority: String
        var count: Int
        var met: Int
        var missed: Int
        var share: String
        var median: String
    }

    struct PersonRow: Sendable {
        var name: String
        var pages: Int
        var night: Int
    }

    struct Chart: Sendable {
        var name: String
        var svg: String
    }

    struct Week: Sendable {
        var label: String
        var start: Instant
        var end: Instant
    }

    var frame: Frame
    var span: [String]
    var pictures: [Chart]
    var rows: [Row]
    var hasRows: Bool
    var people: [PersonRow]
    var hasPeople: Bool
    var csv: String
    var earlier: String
    var isCut: Bool

    package static let weeks = 12
    /// Local hours in which a page wakes somebody: from 22 to 7.
    private static let night: Set<Int> = [22, 23, 0, 1, 2, 3, 4, 5, 6]

    /// `isCut` where there were more cases than one page reads.
    package init(
        frame: Frame,
        measured: [Measured],
        paged: [Paged],
        from start: Instant,
        to end: Instant,
        zone: Zone,
        isCut: Bool
    ) {
        self.frame = frame
        self.isCut = isCut
        span = ["\(zone.spoken(start)) to", zone.spoken(end)]
        csv = "/reports.csv?from=\(start.rfc3339)&to=\(end.rfc3339)"
        let back = start.seconds(since: end)
        earlier = "/reports?from=\(start.adding(seconds: back).rfc3339)&to=\(start.rfc3339)"
        let weeks = Self.weeks(from: start, to: end, zone: zone)
        pictures = ["response", "resolution"].map { clock in
            Chart(
                name: "\(clock.capitalizedWord) by week",
                svg: Self.chart(clock, measured.filter { $0.clock == clock }, weeks)
            )
        }
        if !paged.isEmpty {
            pictures.append(Chart(name: "Pages by person and hour", svg: Self.hours(paged)))
        }
        rows = Self.rows(measured)
        hasRows = !rows.isEmpty
        people = Dictionary(grouping: paged, by: \.name).map { name, pages in
            PersonRow(
                name: name,
                pages: pages.count,
                night: pages.filter { Self.night.contains($0.hour) }.count
            )
        }.sorted { ($1.pages, $0.name) < ($0.pages, $1.name) }
        hasPeople = !people.isEmpty
    }

    private static func weeks(from start: Instant, to end: Instant, zone: Zone) -> [Week] {
        var weeks: [Week] = []
        var at = start
        while at < end, weeks.count < 60 {
            let next = min(at.adding(seconds: 7 * 86_400), end)
            let date = zone.civil(at: at).date
            weeks.append(Week(label: date.short, start: at, end: next))
            at = next
        }
        return weeks
    }

    private static func chart(_ clock: String, _ rows: [Measured], _ weeks: [Week]) -> String {
        ColumnChart(
            title: "\(clock.capitalizedWord) against target, by week of opening",
            parts: [
                ColumnChart.Part(name: "met", tone: "met"),
                ColumnChart.Part(name: "missed", tone: "missed"),
            ],
            columns: weeks.map { week in
                let own = rows.filter { week.start <= $0.openedAt && $0.openedAt < week.end }
                let met = own.filter(\.isMet).count
                return ColumnChart.Column(label: week.label, counts: [met, own.count - met])
            }
        ).svg(withStyle: false)
    }

    private static func hours(_ paged: [Paged]) -> String {
        let rows = Dictionary(grouping: paged, by: \.name).map { name, pages in
            var counts = Array(repeating: 0, count: 24)
            for page in pages where counts.indices.contains(page.hour) { counts[page.hour] += 1 }
            return HourGrid.Row(name: name, counts: counts)
        }
        return HourGrid(
            title: "Pages per person by hour of day, each on their own clock",
            rows: rows.sorted { $0.name < $1.name },
            night: night
        ).svg(withStyle: false)
    }

    private static func rows(_ measured: [Measured]) -> [Row] {
        Dictionary(grouping: measured) { "\($0.policy) \($0.priority) \($0.clock)" }.values
            .compactMap { own in
                guard let first = own.first else { return nil }
                let met = own.filter(\.isMet).count
                let times = own.filter { $0.stoppedAt != nil }.map(\.seconds).sorted()
                let median = times.isEmpty ? "-" : Moment.span(times[times.count / 2])
                return Row(
                    clock: first.clock,
                    policy: first.policy,
                    priority: first.priority,
                    count: own.count,
                    met: met,
                    missed: own.count - met,
                    share: "\(met * 100 / max(own.count, 1)) %",
                    median: median
                )
            }.sorted {
                ($0.policy, $0.priority, $0.clock) < ($1.policy, $1.priority, $1.clock)
            }
    }

    package var html: String { HTML.page("reports", self) }

    /// The clocks as a table for other programs; what a spreadsheet would run begins with a quote.
    package static func csv(_ measured: [Measured]) -> String {
        var text =
            "case,customer,policy,priority,clock,opened,due,stopped,met,seconds,target_seconds\r\n"
        for row in measured {
            let fields = [
                "\(row.number)", row.customer, row.policy, row.priority, row.clock,
                row.openedAt.rfc3339, row.dueAt?.rfc3339 ?? "", row.stoppedAt?.rfc3339 ?? "",
                "\(row.isMet)", "\(row.seconds)", row.targetSeconds.map { "\($0)" } ?? "",
            ]
            text += fields.map(csvField).joined(separator: ",") + "\r\n"
        }
        return text
    }

    private static func csvField(_ text: String) -> String {
        var text = text
        if let first = text.first, "=+-@\t\r".contains(first) { text = "'" + text }
        guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
        return "\""
            + text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}
