import Store

/// What is going to happen, the earliest first; among equals in the order of their entry, so that a
/// seed always tells the same story.
struct Agenda<Happening> {
    private struct Entry {
        var at: Milliseconds
        var order: Int
        var happening: Happening

        func isBefore(_ other: Entry) -> Bool {
            at == other.at ? order < other.order : at < other.at
        }
    }

    private var heap: [Entry] = []
    private var count = 0

    /// By the continuous clock; `nil` where nothing is planned.
    var next: Milliseconds? { heap.first?.at }

    mutating func add(_ happening: Happening, at instant: Milliseconds) {
        count += 1
        heap.append(Entry(at: instant, order: count, happening: happening))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() -> Happening? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first.happening }
        heap[0] = last
        var parent = 0
        while true {
            let left = parent * 2 + 1
            guard left < heap.count else { break }
            let right = left + 1
            let least = right < heap.count && heap[right].isBefore(heap[left]) ? right : left
            guard heap[least].isBefore(heap[parent]) else { break }
            heap.swapAt(least, parent)
            parent = least
        }
        return first.happening
    }
}
