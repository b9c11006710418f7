import CivilTime
import Clocks
import Delivery
import Paging
import Store

/// Many pages to one person at once become few messages (docs/decisions/0014).
extension Turn {
    /// Cases that one message names; more leave in further ones.
    static let bundleMax = 100

    /// When a page leaves with others; `nil` where it leaves alone, at once.
    mutating func heldUntil(_ notification: Notification, due: Milliseconds) -> Milliseconds? {
        guard setting.bundlingChannels.contains(notification.contact.channel),
            let page = notification.page, let address = Crowds.Address(notification)
        else { return nil }
        return crowds.heldUntil(
            page.id,
            to: address,
            due: due,
            window: real(seconds: Crowds.windowSeconds),
            hold: real(seconds: Crowds.holdSeconds)
        )
    }

    /// Pages whose message will not leave any more are due again, on their own, unless their case
    /// was taken meanwhile.
    func releaseStranded() throws(StoreError) {
        guard !setting.bundlingChannels.isEmpty else { return }
        let stranded = try tx.stranded()
        for page in stranded where try !isStillWanted(page) {
            try tx.cancelSending(
                page.id,
                reason: "its case was taken meanwhile",
                causedBy: try tx.eventCount(ofCaseWith: page.id),
                at: milliseconds
            )
        }
        if !stranded.isEmpty { try tx.releaseStranded(at: milliseconds) }
    }

    /// What leaves of claims: each by itself, or one for several.
    mutating func bundled(
        _ claims: [StoredNotification]
    ) throws(StoreError) -> [StoredNotification] {
        guard !setting.bundlingChannels.isEmpty else { return claims }
        var leaving: [StoredNotification] = []
        var groups: [Crowds.Address: [StoredNotification]] = [:]
        for claim in claims {
            if claim.bundle == claim.id {
                // Tried before: the same message again, whoever took a case of it since.
                others[claim.id] = try tx.members(of: claim.id).compactMap { other(of: $0) }
                leaving.append(claim)
            } else if let leader = claim.bundle, try isFollowing(leader) {
                continue
            } else if loop.quarantined.contains(claim.caseNumber) {
                // Nothing is decided about its case, not even who stands beside it.
                leaving.append(try bundle([claim]))
            } else if let address = Crowds.Address(claim.notification),
                setting.bundlingChannels.contains(address.channel),
                claim.isUnsent || claim.bundle != nil
            {
                groups[address, default: []].append(claim)
            } else {
                leaving.append(claim)
            }
        }
        let sorted = groups.values.sorted { ($0.first?.id ?? 0) < ($1.first?.id ?? 0) }
        for group in sorted {
            // Two that did not wait for each other are the two that leave at once.
            let isHeld = group.contains { page in
                let due = max(page.notification.notBefore, page.notification.dueAt).milliseconds
                return milliseconds - due >= real(seconds: Crowds.holdSeconds)
            }
            let parts = group.count > 2 || group.count == 2 && isHeld ? Self.bundleMax : 1
            for start in stride(from: 0, to: group.count, by: parts) {
                leaving.append(try bundle(Array(group.dropFirst(start).prefix(parts))))
            }
        }
        return leaving
    }

    /// Whether the message that named a page before this process began is to be tried again, and
    /// brings it; then its claim lasts as long as that.
    private func isFollowing(_ leader: Int64) throws(StoreError) -> Bool {
        guard let message = try tx.notification(id: leader), message.bundle == leader,
            message.state == .pending || message.state == .sending
        else { return false }
        let next = max(message.nextAttempt ?? milliseconds, milliseconds)
        try tx.holdMembers(of: leader, until: next + real(seconds: Self.leaseSeconds))
        return true
    }

    /// One message for the pages to one address, led by that of the highest priority.
    private mutating func bundle(
        _ pages: [StoredNotification]
    ) throws(StoreError) -> StoredNotification {
        var cases: [(page: StoredNotification, stored: StoredCase)] = []
        for page in pages {
            if let stored = try tx.storedCase(id: page.caseID) { cases.append((page, stored)) }
        }
        let ranks = rulebook.policies.mapValues { policy in
            policy.priorities.enumerated().reduce(into: [:]) { $0[$1.element.name] = $1.offset }
        }
        let rank = { (value: Case) in ranks[value.policy]?[value.priority] ?? .max }
        cases.sort {
            (rank($0.stored.value), $0.page.id) < (rank($1.stored.value), $1.page.id)
        }
        var leader = cases.first?.page ?? pages[0]
        guard let first = cases.first, cases.count > 1 else {
            if leader.bundle != nil { try tx.unbundle(leader.id) }
            leader.bundle = nil
            return leader
        }
        let members = cases.dropFirst()
        setting.marker.begin(.watched(first.stored.value.number))
        defer { setting.marker.end(.watched(first.stored.value.number)) }
        var briefing = briefing(
            of: leader.notification,
            first.stored,
            clocks: first.stored.value.clocks(rulebook: rulebook, at: now)
        )
        try addLink(to: &briefing, isNew: false)
        for (page, stored) in members {
            var own = Briefing(of: page.notification, stored.value, like: briefing)
            try addLink(to: &own, isNew: false)
            briefing.others.append(
                Briefing.Other(
                    value: stored.value,
                    acknowledgeURL: own.acknowledgeURL,
                    acknowledgeNumber: own.acknowledgeNumber
                )
            )
        }
        leader.body = body(of: briefing)
        leader.bundle = leader.id
        try tx.bundle(members.map(\.page.id), behind: leader.id, body: leader.body)
        others[leader.id] = members.compactMap { other(of: $0.page) }
        return leader
    }

    /// Whether a page leaves with others where there are any.
    func isBundled(_ notification: Notification) -> Bool {
        setting.bundlingChannels.contains(notification.contact.channel)
            && Crowds.Address(notification) != nil
    }

    /// Takes apart a message of which nothing left (docs/decisions/0019); answers whether it did.
    ///
    /// Each page then says its own words again and is free to leave in another message.
    func part(
        _ leader: StoredNotification,
        from members: [StoredNotification],
        after report: AttemptReport
    ) throws(StoreError) -> Bool {
        guard report.isBehindBreaker, leader.isUnsent,
            !loop.quarantined.contains(leader.caseNumber),
            let stored = try tx.storedCase(id: leader.caseID)
        else { return false }
        setting.marker.begin(.watched(stored.value.number))
        defer { setting.marker.end(.watched(stored.value.number)) }
        var briefing = briefing(
            of: leader.notification,
            stored,
            clocks: stored.value.clocks(rulebook: rulebook, at: now)
        )
        try addLink(to: &briefing, isNew: false)
        let isFree = try tx.recordUnsent(
            leader.id,
            token: report.attempt,
            body: body(of: briefing)
        )
        guard isFree else { return false }
        for member in members { try tx.unbundle(member.id) }
        return true
    }

    private func other(of page: StoredNotification) -> Parcel.Other? {
        setting.acknowledgeLinks.map { links in
            Parcel.Other(key: page.key, number: links.key.number(of: page.key, in: page.body))
        }
    }
}

extension Briefing {
    /// Another page of the same message, told to the same person.
    fileprivate init(of notification: Notification, _ value: Case, like other: Briefing) {
        self = other
        self.notification = notification
        self.value = value
        acknowledgeURL = nil
        acknowledgeNumber = nil
        others = []
    }
}
