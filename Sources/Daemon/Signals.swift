import Engine
import Glibc

/// Signals taken one by one on a thread of their own, never in the middle of something.
enum Signals {
    /// Keeps the signals of the daemon's life from every thread started after this.
    ///
    /// A reader that goes away must not end the daemon, so SIGPIPE is ignored.
    static func hold() {
        var held = set()
        pthread_sigmask(SIG_BLOCK, &held, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Calls `take` with each signal as it comes.
    static func listen(_ take: @escaping @Sendable (CInt) -> Void) {
        SystemThread.start {
            var held = set()
            while true {
                var number: CInt = 0
                if sigwait(&held, &number) == 0 { take(number) }
            }
        }
    }

    private static func set() -> sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, number) }
        return signals
    }
}
