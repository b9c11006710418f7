package import CivilTime
package import OnCall

/// Someone who can be paged or told.
package struct Person: Hashable, Sendable {
    package var id: PersonID
    package var name: String
    package var role: String?
    /// Shown next to times in their own mails.
    package var zone: Zone
    package var contacts: [Contact]
    /// Tried in this order until they acknowledge; waits count from the page's due instant.
    package var page: [PageRule]
    package var source: SourceLine

    package init(
        id: PersonID,
        name: String,
        role: String?,
        zone: Zone,
        contacts: [Contact],
        page: [PageRule],
        source: SourceLine
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.zone = zone
        self.contacts = contacts
        self.page = page
        self.source = source
    }
}

/// One way to reach someone.
package struct Contact: Hashable, Sendable {
    /// The key under `contacts`, such as `push`; what `page` rules name.
    package var name: String
    /// `email`, or the name of one of the daemon's channels.
    package var channel: String
    package var address: String

    package init(name: String, channel: String, address: String) {
        self.name = name
        self.channel = channel
        self.address = address
    }
}

/// One line of a person's `page` list.
package struct PageRule: Hashable, Sendable {
    /// The contact's name.
    package var use: String
    /// Seconds after the page's due instant; 0 where the file names no wait.
    package var afterSeconds: Int

    package init(use: String, afterSeconds: Int) {
        self.use = use
        self.afterSeconds = afterSeconds
    }
}

extension Person {
    /// Whether a page goes anywhere.
    package var isReachable: Bool {
        page.contains { rule in contacts.contains { $0.name == rule.use } }
    }

    /// The first of `waits`.
    var firstContact: (Contact, Int)? {
        for rule in page {
            if let contact = contacts.first(where: { $0.name == rule.use }) {
                return (contact, rule.afterSeconds)
            }
        }
        return nil
    }

    /// The contacts of the `page` list in its order, each with its wait in seconds.
    package var waits: [(Contact, Int)] {
        page.compactMap { rule in
            contacts.first { $0.name == rule.use }.map { ($0, rule.afterSeconds) }
        }
    }
}
