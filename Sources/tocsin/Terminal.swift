import Daemon
import Glibc

/// Where results and messages go.
enum Terminal {
    /// A result, to standard output; a reader that is gone ends the program quietly.
    static func say(_ text: String) {
        if !SystemFile.write(text.utf8.last == 0x0A ? text : text + "\n", to: 1) { exit(0) }
    }

    /// A message, to standard error.
    static func complain(_ text: String) {
        SystemFile.write(text, to: 2)
    }

    /// `text` in bold where `descriptor` is a terminal and NO_COLOR does not forbid it.
    static func bold(_ text: String, on descriptor: CInt = 1) -> String {
        guard isatty(descriptor) == 1, getenv("NO_COLOR").map({ $0.pointee == 0 }) ?? true else {
            return text
        }
        return "\u{1B}[1m\(text)\u{1B}[0m"
    }

    /// `text` without what a terminal would obey: cases carry what anybody sent.
    static func harmless(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : scalar
                }
            )
        )
    }
}

/// Columns of text, as wide as their widest cell; the last one is never padded.
struct Table {
    var header: [String]
    var rows: [[String]] = []

    var text: String {
        let all = [header] + rows
        var widths = [Int](repeating: 0, count: header.count)
        for row in all {
            for (column, cell) in row.enumerated() where column < widths.count {
                widths[column] = max(widths[column], cell.unicodeScalars.count)
            }
        }
        let lines = all.enumerated().map { index, row in
            let cells = row.enumerated().map { column, cell in
                let isLast = column == row.count - 1
                let width = widths.indices.contains(column) ? widths[column] : 0
                let padding = isLast ? 0 : width - cell.unicodeScalars.count
                return cell + String(repeating: " ", count: max(0, padding))
            }
            let line = cells.joined(separator: "  ")
            return index == 0 ? Terminal.bold(line) : line
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
