/// The name that the writer of `word` probably meant, or `nil` where none is near.
///
/// Near is one slip for every three letters, three at most; capitals are no slip. Ties go to the
/// first in sorted order, so the answer never depends on the order of a set.
package func nearest(to word: String, in names: some Sequence<String>) -> String? {
    let wanted = Array(word.lowercased().unicodeScalars)
    // Longer is nobody's name, and the comparison costs the product of the lengths.
    guard (1...64).contains(wanted.count) else { return nil }
    let slipsMax = max(1, min(3, wanted.count / 3))
    var best: (slips: Int, name: String)?
    for name in names {
        let scalars = Array(name.lowercased().unicodeScalars)
        guard abs(scalars.count - wanted.count) <= slipsMax else { continue }
        let slips = slips(from: wanted, to: scalars)
        guard slips <= slipsMax else { continue }
        if let best, (best.slips, best.name) <= (slips, name) { continue }
        best = (slips, name)
    }
    return best?.name
}

/// Letters to insert, drop, replace, or swap with their neighbour.
private func slips(from left: [Unicode.Scalar], to right: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        for column in right.indices {
            let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
            var count = min(last[column + 1] + 1, current[column] + 1, replaced)
            let isSwap =
                row > 0 && column > 0 && left[row] == right[column - 1]
                && left[row - 1] == right[column]
            if isSwap { count = min(count, beforeLast[column - 1] + 1) }
            current.append(count)
        }
        (beforeLast, last) = (last, current)
    }
    return last.last ?? 0
}
