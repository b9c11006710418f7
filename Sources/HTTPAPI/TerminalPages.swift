package import CivilTime
import Synchronization

/// The last pages of the local channel, for the page beside the terminal.
package final class TerminalPages: Sendable {
    struct Page: Sendable {
        var text: String
        var at: Instant
    }

    static let pagesMax = 10

    private let pages = Mutex<[Page]>([])

    package init() {}

    /// What was tried before is not shown again.
    package func add(_ text: String, at instant: Instant) {
        pages.withLock { pages in
            guard !pages.contains(where: { $0.text == text }) else { return }
            pages.append(Page(text: text, at: instant))
            if pages.count > Self.pagesMax { pages.removeFirst() }
        }
    }

    /// The newest first.
    var latest: [Page] { pages.withLock { $0.reversed() } }
}
