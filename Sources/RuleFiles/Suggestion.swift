/// The name that the author probably meant, or `nil` where none is near.
///
/// Ties go to the first in sorted order, so that the answer never depends on the order of a set.
func nearest(to word: String, among names: some Sequence<String>) -> String? {
    let lowered = word.lowercased()
    let wordScalars = Array(lowered.unicodeScalars)
    guard (1...64).contains(wordScalars.count) else { return nil }
    let allowed = max(1, min(3, wordScalars.count / 3))
    var best: (distance: Int, name: String)?
    for name in names {
        let scalars = Array(name.lowercased().unicodeScalars)
        guard abs(scalars.count - wordScalars.count) <= allowed else { continue }
        let distance = editDistance(wordScalars, scalars)
        guard distance <= allowed else { continue }
        if let known = best, (known.distance, known.name) <= (distance, name) { continue }
        best = (distance, name)
    }
    return best?.name
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 0..<left.count {
        var current = [row + 1]
        for column in 0..<right.count {
            let cost = left[row] == right[column] ? 0 : 1
            var value = min(last[column + 1] + 1, current[column] + 1, last[column] + cost)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                value = min(value, beforeLast[column - 1] + 1)
            }
            current.append(value)
        }
        beforeLast = last
        last = current
    }
    return last.last ?? 0
}
