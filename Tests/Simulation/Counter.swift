import Synchronization

/// Numbers from 1, for ids that are the same in every run of a seed.
final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
