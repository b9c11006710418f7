import Glibc

/// A thread of the system's own, for what blocks.
enum SystemThread {
    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    static func start(_ run: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run))
        let status = pthread_create(
            &thread,
            nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            },
            body.toOpaque()
        )
        precondition(status == 0, "the system gives no thread (\(status))")
        pthread_detach(thread)
    }
}

/// Set once; whoever waits goes on.
final class DoneFlag: @unchecked Sendable {
    // Unchecked: a semaphore is made to be shared, and its memory lives as long as this does.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func set() { sem_post(semaphore) }

    func wait() {
        while sem_wait(semaphore) != 0, errno == EINTR {}
    }

    /// Whether it was set within that time; asks again and again, as the wall clock may step.
    func wait(milliseconds: Int64) -> Bool {
        let end = WallClock.monotonic() + milliseconds
        while sem_trywait(semaphore) != 0 {
            guard WallClock.monotonic() < end else { return false }
            usleep(5_000)
        }
        return true
    }
}
