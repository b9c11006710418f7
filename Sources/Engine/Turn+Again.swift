import CivilTime
import Delivery
import Paging
import Store

/// Pages whose links died of wrong numbers.
extension Turn {
    /// How often a case's page goes out to one person again with a link; after that a machine
    /// answers their messages.
    static let againMax = 2
    private static let againMilliseconds: Milliseconds = 30 * 86_400_000

    /// What the pages sent again to `person` are counted by.
    static func again(_ caseID: String, _ person: String?) -> String {
        "again:\(caseID):\(person ?? "")"
    }

    /// The page with this key once more, where it is still wanted: under a new link, or where that
    /// has not helped twice, without one and on the person's next channel as well.
    mutating func sendAgain(_ key: String) throws(StoreError) {
        guard let old = try tx.notification(key: key),
            let stored = try tx.storedCase(id: old.caseID), stored.value.isOpen,
            !loop.quarantined.contains(stored.value.number),
            stored.value.wants(old.notification)
        else { return }
        setting.marker.begin(.watched(stored.value.number))
        defer { setting.marker.end(.watched(stored.value.number)) }
        let person = old.notification.person
        let count = try tx.count(
            link: Self.again(old.caseID, person),
            at: milliseconds,
            expiresAt: milliseconds + Self.againMilliseconds
        )
        var page = old.notification
        // The key is another one by this, the way is the same.
        let name = page.contact.name.split(separator: "~").first.map(String.init)
        page.contact.name = "\(name ?? page.contact.name)~\(count)"
        page.dueAt = now
        page.notBefore = now
        try enqueue(
            page,
            of: stored,
            clocks: stored.value.clocks(rulebook: rulebook, at: now),
            isNew: false
        )
        guard count > Self.againMax else { return }
        if let id = page.page?.id {
            let waiting = try tx.notifications(pageID: id)
                .first { $0.state == .pending && $0.attempts == 0 }
            if let waiting { _ = try tx.makeDue(waiting.id, at: milliseconds) }
        }
        try alarm(
            "A machine answers pages",
            "Wrong numbers were typed behind every link that went to \(person ?? "nobody") by"
                + " \(page.contact.channel) for case \(stored.value.number). No link is sent to"
                + " them for it any more: they can reply, or use the command line."
        )
    }
}
