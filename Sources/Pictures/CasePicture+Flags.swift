import CivilTime

extension CasePicture {
    static let flagHeight = 15.0

    /// A flag with the place of its words: the row, from 0 just above the bands.
    struct PlacedFlag {
        var text: String
        var letters: String
        var line: String
        var x: Double
        var row: Int
        /// Whether its words stand left of its line.
        var isLeft: Bool
    }

    /// Every flag's words in the lowest row where they meet neither words nor a line.
    func flagRows(_ axis: TimeAxis, width: Double) -> [PlacedFlag] {
        var all = flags.map { flag in
            let isBeyond = flag.at > axis.end
            let text = isBeyond ? "\(flag.text) →" : flag.text
            return (at: flag.at, tone: flag.tone.rawValue, text: text)
        }
        if isOpen, end > until { all.append((until, "now", "now")) }
        all.sort { ($0.at, $0.text) > ($1.at, $1.text) }
        var taken: [[ClosedRange<Double>]] = []
        return all.map { flag in
            let x = axis.x(of: flag.at)
            let room = max(width - Self.margin - x - 4, x - Self.margin - 4)
            let text = Lettering.fitted(flag.text, width: room, size: Self.letters)
            let long = Self.width(text)
            let isLeft = x + 4 + long > width - Self.margin
            let place = isLeft ? x - 4 - long...x + 1 : x - 1...x + 4 + long
            var row = 0
            while row < taken.count, taken[row].contains(where: { $0.overlaps(place) }) { row += 1 }
            if row == taken.count { taken.append([]) }
            taken[row].append(place)
            for lower in 0..<row { taken[lower].append(x - 1...x + 1) }
            return PlacedFlag(
                text: text,
                letters: flag.tone == "missed" ? "alarm" : "muted",
                line: flag.tone == "now" ? "now" : "flag-\(flag.tone)",
                x: x,
                row: row,
                isLeft: isLeft
            )
        }
    }

    func draw(
        flags rows: [PlacedFlag],
        bands: Double,
        to bottom: Double,
        _ svg: inout SVG
    ) {
        for flag in rows {
            let y = bands - 4 - Double(flag.row) * Self.flagHeight
            svg.line((flag.x, y - 9), (flag.x, bottom), class: flag.line)
            let x = flag.isLeft ? flag.x - 4 : flag.x + 4
            let name = "small halo \(flag.letters)\(flag.isLeft ? " end" : "")"
            svg.text(flag.text, at: (x, y), class: name)
        }
    }
}
