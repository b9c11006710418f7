#if canImport(Glibc)
import Glibc
#endif

/// A thread of the system's own, so that blocking work never sits on the cooperative pool.
package enum SystemThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    package static func start(_ run: @escaping @Sendable () -> Void) {
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
package final class DoneFlag: Sendable {
    private let inbox = Inbox<Void>()

    package init() {}

    package func set() { inbox.close() }

    package func wait() {
        while !inbox.take(waitingUpTo: 1_000).isClosed {}
    }

    /// Whether it was set within that time, by a clock that never steps.
    package func wait(milliseconds: Int) -> Bool {
        inbox.take(waitingUpTo: milliseconds).isClosed
    }
}
