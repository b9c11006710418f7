/// Columns of counts, one part upon the other: promises kept and missed, pages by hour.
package struct ColumnChart: Sendable {
    package struct Part: Hashable, Sendable {
        package var name: String
        /// Of the style sheet: `met`, `missed`, `page`.
        package var tone: String

        package init(name: String, tone: String) {
            self.name = name
            self.tone = tone
        }
    }

    package struct Column: Hashable, Sendable {
        package var label: String
        /// One count for each part; none negative.
        package var counts: [Int]

        package init(label: String, counts: [Int]) {
            self.label = label
            self.counts = counts
        }

        var sum: Int { counts.reduce(0) { $0.addingReportingOverflow($1).partialValue } }
    }

    package var title: String
    package var parts: [Part]
    package var columns: [Column]

    package init(title: String, parts: [Part], columns: [Column]) {
        self.title = title
        self.parts = parts
        self.columns = columns
    }

    private static let width = 720
    private static let height = 268.0
    private static let left = 44.0
    private static let top = 62.0
    private static let bottom = 228.0

    /// The picture; without style where the page that holds it takes in `PictureStyle.css`.
    package func svg(withStyle: Bool = true) -> String {
        var svg = SVG(width: Self.width)
        let most = max(columns.map(\.sum).max() ?? 0, 1)
        svg.text(title, at: (Self.left, 24), class: "day")
        legend(&svg)
        for share in [0.0, 0.5, 1.0] {
            let y = Self.bottom - (Self.bottom - Self.top) * share
            svg.line((Self.left, y), (Double(Self.width) - 16, y), class: "rule")
            guard share != 0.5 || most % 2 == 0 else { continue }
            let count = Int((Double(most) * share).rounded())
            svg.text("\(count)", at: (Self.left - 8, y + 4), class: "label muted end")
        }
        let step = (Double(Self.width) - 16 - Self.left) / Double(max(columns.count, 1))
        let every = max(1, (columns.count + 11) / 12)
        for (index, column) in columns.enumerated() {
            let x = Self.left + step * Double(index)
            draw(column, x: x, step: step, most: most, &svg)
            guard index % every == 0 else { continue }
            svg.text(column.label, at: (x + step / 2, Self.bottom + 18), class: "label middle")
        }
        return svg.document(
            height: Self.height,
            title: title,
            description: description,
            style: withStyle ? PictureStyle.css : nil
        )
    }

    private func draw(
        _ column: Column,
        x: Double,
        step: Double,
        most: Int,
        _ svg: inout SVG
    ) {
        var y = Self.bottom
        for (part, count) in zip(parts, column.counts) where count > 0 {
            let height = (Self.bottom - Self.top) * Double(count) / Double(most)
            y -= height
            svg.rectangle(
                Frame(x: x + step * 0.15, y: y, width: step * 0.7, height: height),
                class: part.tone,
                title: "\(column.label): \(count) \(part.name)"
            )
        }
    }

    private func legend(_ svg: inout SVG) {
        var x = Self.left
        for part in parts {
            svg.rectangle(
                Frame(x: x, y: 34, width: 12, height: 12),
                class: part.tone,
                radius: 3
            )
            svg.text(part.name, at: (x + 17, 44), class: "label")
            x += Lettering.width(part.name, size: 11) + 32
        }
    }

    private var description: String {
        let sums = parts.indices.map { index in
            let sum = columns.reduce(0) { sum, column in
                index < column.counts.count
                    ? sum.addingReportingOverflow(column.counts[index]).partialValue : sum
            }
            return "\(sum) \(parts[index].name)"
        }
        return "\(columns.count) columns; \(sums.joined(separator: ", "))."
    }
}
