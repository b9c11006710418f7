import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Work handed to one thread by any other, taken in one piece: the engine's in one a turn.
///
/// A condition variable on the monotonic clock: a door wakes the thread in tens of microseconds,
/// and whoever comes while a turn commits shares the next commit.
package final class Inbox<Work: Sendable>: @unchecked Sendable {
    // Unchecked: every access to `waiting` and `isClosed` is under `mutex`.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var waiting: [Work] = []
    private var isClosed = false

    package init() {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Adds work; `false` where it was closed and nobody will take it.
    package func add(_ work: Work) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !isClosed else { return false }
        waiting.append(work)
        // The thread only sleeps while nothing waits, so the first entry alone must wake it.
        if waiting.count == 1 { pthread_cond_signal(condition) }
        return true
    }

    /// Refuses all further work and wakes the thread.
    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Everything that waits; sleeps up to `milliseconds` for it where there is nothing.
    package func take(waitingUpTo milliseconds: Int) -> (work: [Work], isClosed: Bool) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if waiting.isEmpty, !isClosed, milliseconds > 0 {
            var until = timespec()
            clock_gettime(CLOCK_MONOTONIC, &until)
            let nanoseconds = until.tv_nsec + (milliseconds % 1_000) * 1_000_000
            until.tv_sec += milliseconds / 1_000 + nanoseconds / 1_000_000_000
            until.tv_nsec = nanoseconds % 1_000_000_000
            while waiting.isEmpty, !isClosed {
                if pthread_cond_timedwait(condition, mutex, &until) == ETIMEDOUT { break }
            }
        }
        var taken: [Work] = []
        swap(&taken, &waiting)
        return (taken, isClosed)
    }
}
