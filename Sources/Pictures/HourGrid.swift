/// Who was paged at which hour of the day: a row for each person, a cell for each hour.
package struct HourGrid: Sendable {
    package struct Row: Hashable, Sendable {
        package var name: String
        /// 24 counts, the first from midnight; none negative.
        package var counts: [Int]

        package init(name: String, counts: [Int]) {
            self.name = name
            self.counts = counts
        }
    }

    package var title: String
    package var rows: [Row]
    /// Hours with a darker ground.
    package var night: Set<Int>

    package init(title: String, rows: [Row], night: Set<Int>) {
        self.title = title
        self.rows = rows
        self.night = night
    }

    private static let width = 720
    private static let left = 132.0
    private static let top = 62.0
    private static let cell = 24.0
    private static let rowHeight = 26.0
    /// Rows that are drawn; the table beneath has them all.
    package static let rowsMax = 20

    /// The picture; without style where the page that holds it takes in `PictureStyle.css`.
    package func svg(withStyle: Bool = true) -> String {
        var svg = SVG(width: Self.width)
        let shown = rows.prefix(Self.rowsMax)
        let bottom = Self.top + Double(shown.count) * Self.rowHeight
        let most = max(1, shown.flatMap(\.counts).max() ?? 0)
        svg.text(title, at: (16, 24), class: "day")
        for hour in 0..<24 {
            let x = Self.left + Double(hour) * Self.cell
            if night.contains(hour) {
                let height = bottom - Self.top
                let frame = Frame(x: x, y: Self.top, width: Self.cell, height: height)
                svg.rectangle(frame, class: "weekend")
            }
            guard hour % 3 == 0 else { continue }
            let name = hour < 10 ? "0\(hour)" : "\(hour)"
            svg.text(name, at: (x + Self.cell / 2, Self.top - 8), class: "label muted middle")
        }
        for (index, row) in shown.enumerated() {
            draw(row, y: Self.top + Double(index) * Self.rowHeight, most: most, &svg)
        }
        return svg.document(
            height: bottom + 16,
            title: title,
            description: description,
            style: withStyle ? PictureStyle.css : nil
        )
    }

    private func draw(_ row: Row, y: Double, most: Int, _ svg: inout SVG) {
        let name = Lettering.fitted(row.name, width: Self.left - 28, size: 11)
        svg.text(name, at: (Self.left - 10, y + 17), class: "label end")
        for (hour, count) in row.counts.prefix(24).enumerated() where count > 0 {
            let x = Self.left + Double(hour) * Self.cell
            svg.rectangle(
                Frame(x: x + 1, y: y + 1, width: Self.cell - 2, height: Self.rowHeight - 2),
                class: "page heat\(Self.heat(count, most))",
                radius: 3,
                title: "\(row.name): \(count) from \(hour) to \(hour + 1)"
            )
            let text = count > 999 ? "999+" : "\(count)"
            svg.text(text, at: (x + Self.cell / 2, y + 17), class: "small middle")
        }
        let right = Self.left + 24 * Self.cell
        svg.line((Self.left, y + Self.rowHeight), (right, y + Self.rowHeight), class: "rule")
    }

    /// From 1 to 4.
    private static func heat(_ count: Int, _ most: Int) -> Int {
        min(4, 1 + Int(Double(count) / Double(most) * 3.99))
    }

    private var description: String {
        let all = rows.map { row in
            "\(row.name) \(row.counts.reduce(0) { $0.addingReportingOverflow($1).partialValue })"
        }
        return all.isEmpty ? "Nobody." : all.joined(separator: ", ") + "."
    }
}
