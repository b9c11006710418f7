import Synchronization

/// Where the courier's callers and its thread meet: everything shared, behind one lock.
final class Desk: Sendable {
    private struct State {
        var waiting = Waiting()
        /// Withdrawn, to be reported.
        var withdrawn: [Parcel] = []
        var settings: Courier.Settings?
        var stopGraceMillis: Int?
        /// Whether something was put since the thread last looked.
        var hasNews = false
        var isAsleep = false
        var hasEnded = false
        /// When the thread last looked, by the courier's steady clock.
        var lookedAt: Int64?

        /// Whether the thread must be woken.
        mutating func note() -> Bool {
            hasNews = true
            defer { isAsleep = false }
            return isAsleep
        }
    }

    private let state = Mutex(State())
    /// Held from taking parcels until they have begun, so that `withdraw` comes before or after.
    private let beginning = Mutex(())

    func put(_ parcels: [Parcel]) -> Bool {
        state.withLock { state in
            state.waiting.append(parcels)
            return state.note()
        }
    }

    func put(_ settings: Courier.Settings) -> Bool {
        state.withLock { state in
            state.settings = settings
            return state.note()
        }
    }

    func stop(graceMillis: Int) -> Bool {
        state.withLock { state in
            state.stopGraceMillis = graceMillis
            return state.note()
        }
    }

    /// Waits for what is being begun at the moment; nothing of `ids` begins afterwards.
    func withdraw(_ ids: [Int64]) -> Bool {
        beginning.withLock { _ in
            state.withLock { state in
                state.withdrawn += state.waiting.withdraw(ids)
                return state.withdrawn.isEmpty ? false : state.note()
            }
        }
    }

    /// Said by the thread as the last thing it does.
    func end() { state.withLock { $0.hasEnded = true } }

    var hasEnded: Bool { state.withLock(\.hasEnded) }

    func whileBeginning(_ body: () -> Void) {
        beginning.withLock { _ in body() }
    }

    struct News {
        var settings: Courier.Settings?
        var withdrawn: [Parcel]
        /// Given once the courier is to stop.
        var stopGraceMillis: Int?
    }

    /// What changed since the last call, which is made once in each pass.
    func news(at steady: Int64) -> News {
        state.withLock { state in
            defer { (state.settings, state.withdrawn) = (nil, []) }
            state.lookedAt = steady
            (state.hasNews, state.isAsleep) = (false, false)
            return News(
                settings: state.settings,
                withdrawn: state.withdrawn,
                stopGraceMillis: state.stopGraceMillis
            )
        }
    }

    /// Milliseconds since the thread last looked; `nil` where it never has.
    func passAge(at steady: Int64) -> Int64? {
        state.withLock { state in state.lookedAt.map { steady - $0 } }
    }

    /// Whether the thread may sleep: nothing has been put since `news`, and nothing waits for the
    /// room that just became free.
    func sleeps(roomFreed: Bool) -> Bool {
        state.withLock { state in
            state.isAsleep = !state.hasNews && !(roomFreed && state.waiting.count > 0)
            return state.isAsleep
        }
    }

    func take(
        _ urgency: Parcel.Urgency,
        total: Int,
        free: Int,
        kept: Int,
        room: (_ endpoint: Int) -> Waiting.Room
    ) -> [(endpoint: Int, parcel: Parcel)] {
        state.withLock {
            $0.waiting.take(urgency, total: total, free: free, kept: kept, room: room)
        }
    }

    func drain(endpoint: Int?) -> [Parcel] {
        state.withLock { $0.waiting.drain(endpoint: endpoint) }
    }

    /// The place of each endpoint in `take`'s room, in the order of the names.
    func indices(of names: [String]) -> [Int] {
        state.withLock { state in
            names.map { state.waiting.index(of: $0) }
        }
    }
}
