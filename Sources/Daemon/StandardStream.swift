import Engine
import Glibc
import Store
import Synchronization

/// Standard output or error of a process that must not stop because nobody reads them.
///
/// A pipe, a terminal or the journal takes no more once its reader hangs, and a write waits with
/// its thread. So that is a thread of its own here, and whoever has something to say waits for a
/// moment only.
package final class StandardStream: Sendable {
    package static let output = StandardStream(descriptor: 1)
    package static let error = StandardStream(descriptor: 2)

    /// Within `windowMilliseconds` nobody waits for a slow reader once others did for this long.
    private static let patienceMilliseconds: Milliseconds = 500
    private static let windowMilliseconds: Milliseconds = 10_000
    /// Shorter waits are those for a thread, and allowed where nothing else waits.
    private static let stallMilliseconds: Milliseconds = 20
    /// What waits for the reader at most, in bytes; the rest is lost.
    private static let waitingBytesMax = 65_536

    private final class Text: Sendable {
        let bytes: String
        /// Texts before it that were lost and that it words.
        let gap: Int
        let isTaken = Atomic(false)
        let done = DoneFlag()

        init(_ bytes: String, gap: Int) { (self.bytes, self.gap) = (bytes, gap) }
    }

    private struct State {
        var hasThread = false
        var waitingBytes = 0
        /// Texts that were lost since the last that was not.
        var lost = 0
        /// By the monotonic clock.
        var windowEndsAt: Milliseconds = 0
        var patienceMilliseconds: Milliseconds = 0
    }

    private let descriptor: CInt
    private let state = Mutex(State())
    private let texts = Inbox<Text>()

    init(descriptor: CInt) { self.descriptor = descriptor }

    /// Puts /dev/null in the place of what is closed, so that no connection or file gets it.
    static func takeUp() {
        for descriptor in CInt(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest that is free, which is this one.
            _ = open("/dev/null", O_RDWR)
        }
    }

    /// `false` where it is not known to be taken; it may wait, and yet be.
    ///
    /// `gap` words how many texts before it were lost.
    @discardableResult
    package func write(_ text: String, gap: (Int) -> String = { _ in "" }) -> Bool {
        let start = WallClock.monotonic()
        let (mine, patience) = state.withLock { state -> (Text?, Milliseconds) in
            guard state.waitingBytes < Self.waitingBytesMax else {
                state.lost += 1
                return (nil, 0)
            }
            let before = state.lost == 0 ? "" : gap(state.lost)
            let mine = Text(before + text, gap: state.lost)
            let isFirst = state.waitingBytes == 0
            state.lost = 0
            state.waitingBytes += mine.bytes.utf8.count
            if start >= state.windowEndsAt {
                state.windowEndsAt = start + Self.windowMilliseconds
                state.patienceMilliseconds = Self.patienceMilliseconds
            }
            if !state.hasThread {
                state.hasThread = true
                SystemThread.start { [self] in run() }
            }
            _ = texts.add(mine)
            let patience = state.patienceMilliseconds
            return (mine, isFirst ? max(patience, Self.stallMilliseconds) : patience)
        }
        guard let mine else { return false }
        let isDone = mine.done.wait(milliseconds: Int(patience))
        let waited = WallClock.monotonic() - start
        if waited >= Self.stallMilliseconds {
            state.withLock { state in
                state.patienceMilliseconds = max(0, state.patienceMilliseconds - waited)
            }
        }
        return isDone && mine.isTaken.load(ordering: .acquiring)
    }

    /// Before the process ends: what was written lately is on its way.
    static func drain() {
        for stream in [output, error] where stream.state.withLock({ $0.waitingBytes > 0 }) {
            stream.write("")
        }
    }

    private func run() {
        while true {
            for text in texts.take(waitingUpTo: 60_000).work {
                let isTaken = SystemFile.write(text.bytes, to: descriptor)
                text.isTaken.store(isTaken, ordering: .releasing)
                state.withLock { state in
                    state.waitingBytes -= text.bytes.utf8.count
                    if !isTaken { state.lost += 1 + text.gap }
                }
                text.done.set()
            }
        }
    }
}
