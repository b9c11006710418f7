import Paging

extension String {
    /// The text with one space in place of every run of control characters, none at its ends.
    ///
    /// A dialect's text is never refused for them: a refused alert would be a lost page.
    package var plainLine: String {
        // Most texts are plain already, and this is on the busiest path there is.
        if utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), !utf8.contains(0xC2) { return self }
        var result = String.UnicodeScalarView()
        var isPending = false
        for scalar in unicodeScalars {
            if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                isPending = !result.isEmpty
                continue
            }
            if isPending { result.append(" ") }
            isPending = false
            result.append(scalar)
        }
        return String(result)
    }

    /// The text, cut and ended by an ellipsis where it is longer.
    package func shortened(toCharacters limit: Int) -> String {
        isLonger(than: limit) ? prefix(limit - 1) + "…" : self
    }

    /// Cut where it has more bytes than a case's text may have.
    package var shortenedToCase: String {
        guard utf8.count > Case.textBytesMax else { return self }
        var room = Case.textBytesMax - 3
        var result = ""
        for character in self {
            room -= character.utf8.count
            guard room >= 0 else { break }
            result.append(character)
        }
        return result + "…"
    }

    /// Counts characters only where there are enough bytes for them: counting is slow.
    package func isLonger(than characters: Int) -> Bool {
        utf8.count > characters && count > characters
    }

    /// The text without white space at its ends.
    var trimmed: String {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? startIndex
        return start < end ? String(self[start..<end]) : ""
    }
}
