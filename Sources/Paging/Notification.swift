package import CivilTime
package import OnCall

/// One message to one person over one contact, as decided; how it is worded and sent is Delivery's.
package struct Notification: Hashable, Sendable {
    /// What is asked of the person; `page` alone demands an acknowledgement.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case page, reminder, notice, warning, breach
    }

    /// Where a page stands in its ladder.
    package struct Page: Hashable, Sendable {
        /// Identity: case, cycle, step, round and person; the same for each of the person's
        /// contacts.
        package var id: String
        /// From 1; the highest step it stands for.
        package var step: Int
        /// Every step it stands for, ascending.
        package var steps: [Int]
        /// How many times the ladder has started for this case, from 1.
        package var cycle: Int
        /// Repeats after the last step, from 0.
        package var round: Int
        package var isDrill: Bool

        package init(id: String, step: Int, steps: [Int], cycle: Int, round: Int, isDrill: Bool) {
            self.id = id
            self.step = step
            self.steps = steps
            self.cycle = cycle
            self.round = round
            self.isDrill = isDrill
        }
    }

    /// What made it, unique in the case; an `Occasion` as text, such as `page.c1.s2.r0`.
    package var occasion: String
    package var kind: Kind
    /// The event it tells of; the webhook's type is `case.` and its raw value.
    package var event: CaseEvent.Name
    /// `nil` where the address belongs to nobody in the files, such as a customer's contact.
    package var person: PersonID?
    package var contact: Contact
    package var dueAt: Instant
    /// The earliest instant of its first attempt: `dueAt` plus the wait of the person's page rule.
    package var notBefore: Instant
    /// One sentence for the person: what this is about and what is wanted.
    package var summary: String
    /// Why this person, now: promise, step, rotation file and line, layer or override.
    package var why: String
    package var page: Page?
    /// The short hash of the rulebook that decided it; `nil` where that was not kept.
    package var rulebook: String?

    package init(
        occasion: String,
        kind: Kind,
        event: CaseEvent.Name,
        person: PersonID?,
        contact: Contact,
        dueAt: Instant,
        notBefore: Instant,
        summary: String,
        why: String,
        page: Page?
    ) {
        self.occasion = occasion
        self.kind = kind
        self.event = event
        self.person = person
        self.contact = contact
        self.dueAt = dueAt
        self.notBefore = notBefore
        self.summary = summary
        self.why = why
        self.page = page
    }

    /// The idempotency key, the same for every attempt; built of indexes, never of instants
    /// (reliability 2.6).
    package func key(caseID: String) -> String {
        "\(caseID).\(occasion).\(person ?? "to").\(contact.name)"
    }
}

extension Case {
    /// Whether a notification that did not arrive still has a reason to be tried again.
    ///
    /// A page has while nobody has the case and its ladder runs, or while its person may take the
    /// case over from whoever has it; a reminder or warning has while the case is open, and a
    /// notice always.
    package func wants(_ notification: Notification) -> Bool {
        if notification.kind == .notice || notification.page?.isDrill == true { return true }
        guard notification.kind == .page, let page = notification.page else { return isOpen }
        guard isOpen, progress.cycle == page.cycle else { return false }
        if acknowledgement == nil {
            // An answer ends the ladder; an escalation by hand goes on.
            if progress.isAnswered, case .page = Occasion(notification.occasion) { return false }
            return true
        }
        return notification.person.map { progress.offered.contains($0) } ?? false
    }
}
