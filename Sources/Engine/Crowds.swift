import OnCall
import Paging
import Store

/// Who was paged how often lately, so that a storm does not ring one telephone a thousand times.
///
/// Kept in memory only: after a restart the next two pages to a person leave at once again.
struct Crowds {
    /// The first two pages to a person in this time leave at once (cases.md).
    static let windowSeconds = 60
    private static let aloneMax = 2
    /// The others leave together, at most this long after the oldest of them fell due.
    static let holdSeconds = 10

    private struct Recent {
        var page: String
        var at: Milliseconds
    }

    struct Address: Hashable {
        var person: PersonID
        var channel: String
        var address: String

        /// `nil` where what is sent is no page to a person, or a drill.
        init?(_ notification: Notification) {
            guard notification.kind == .page, let person = notification.person,
                notification.page?.isDrill == false
            else { return nil }
            self.person = person
            channel = notification.contact.channel
            address = notification.contact.address
        }
    }

    private var recent: [PersonID: [Recent]] = [:]
    private var held: [Address: Milliseconds] = [:]

    /// When a page that falls due at `due` leaves; `nil` where it does so at once.
    ///
    /// `window` and `hold` are the two times above in the engine's milliseconds.
    mutating func heldUntil(
        _ page: String,
        to address: Address,
        due: Milliseconds,
        window: Milliseconds,
        hold: Milliseconds
    ) -> Milliseconds? {
        var pages = recent[address.person] ?? []
        let others = pages.count { $0.page != page && due - $0.at < window }
        if !pages.contains(where: { $0.page == page }) {
            pages.append(Recent(page: page, at: due))
            recent[address.person] = Array(pages.suffix(Self.aloneMax + 1))
        }
        guard others >= Self.aloneMax else { return nil }
        if let until = held[address], until >= due, until <= due + hold { return until }
        held[address] = due + hold
        return due + hold
    }
}
