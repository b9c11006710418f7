import Delivery
import Paging
import Store

extension Turn {
    /// Puts the link and the number of a page under seal into its briefing.
    ///
    /// Nothing but a page of an open case is acknowledged, and nothing but the daily check of a
    /// channel is confirmed, where that is asked for.
    ///
    /// Pages shown where the daemon runs lead to the daemon itself, others only where `base_url`
    /// says how people reach it.
    ///
    /// A person whose links were answered by a machine gets none any more for that case; a new case
    /// is not looked up.
    func addLink(to briefing: inout Briefing, isNew: Bool) throws(StoreError) {
        let notification = briefing.notification
        guard let links = setting.acknowledgeLinks,
            notification.isAcknowledged || isConfirmed(notification)
        else { return }
        let isLocal = setting.localChannels.contains(notification.contact.channel)
        guard let base = isLocal ? links.localBase : links.base else { return }
        let again = Self.again(briefing.value.id, notification.person)
        if !isNew, try tx.linkCount(again) > Self.againMax { return }
        let id = briefing.key
        briefing.acknowledgeURL = links.key.sealedURL(of: id, base: base)
        briefing.acknowledgeNumber = links.key.seal(of: id).number
    }

    private func isConfirmed(_ notification: Notification) -> Bool {
        notification.kind == .notice && notification.occasion == Self.canary
            && setting.confirmSeconds[notification.contact.channel] != nil
    }
}

extension Notification {
    fileprivate var isAcknowledged: Bool { kind == .page && page?.isDrill == false }
}
