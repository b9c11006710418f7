package import CivilTime
package import Clocks
package import Paging

extension JSONWriter {
    /// A case as `/v1/cases` shows it.
    ///
    /// `nextDueAt` is when the engine will look at it again; `acknowledgedUntil` the end of the
    /// acknowledgement's lease, where there is one; `clocks` nil leaves that field out.
    package mutating func value(
        _ value: Case,
        nextDueAt: Instant?,
        acknowledgedUntil: Instant?,
        clocks: [Clock]?
    ) {
        beginObject()
        field("id", value.id)
        field("number", value.number)
        field("key", value.key)
        field("intake", value.intake)
        field("customer", value.customer)
        field("title", value.title)
        field("details", value.details)
        field("policy", value.policy)
        field("priority", value.priority)
        field("status", value.status.rawValue)
        field("status_reason", value.statusReason)
        field("status_until", value.statusUntil)
        field("owner", value.owner)
        key("acknowledged")
        self.value(value.acknowledgement, until: acknowledgedUntil)
        field("opened_at", value.openedAt)
        field("next_due_at", nextDueAt)
        if let clocks { field("clocks", clocks) }
        field("links", value.links)
        field("contacts", value.contacts)
        field("tags", value.tags)
        endObject()
    }

    private mutating func value(_ value: Case.Acknowledgement?, until: Instant?) {
        guard let value else { return null() }
        beginObject()
        field("by", value.by)
        field("at", value.at)
        field("expires_at", until)
        endObject()
    }
}

extension JSONWriter {
    /// Clocks as `tocsin clocks` shows them, in the order given.
    package mutating func field(_ name: StaticString, _ clocks: [Clock]) {
        key(name)
        beginArray()
        for clock in clocks { value(clock) }
        endArray()
    }

    /// One clock; `due_local` is `due` on the clocks of its calendar's zone, UTC where it has none.
    package mutating func value(_ clock: Clock) {
        beginObject()
        field("clock", clock.name.rawValue)
        field("kind", clock.kind.rawValue)
        field("state", clock.state.rawValue)
        field("due", clock.due)
        field("due_local", clock.due, in: clock.calendar.zone ?? .utc)
        field("due_latest", clock.dueLatest)
        field("elapsed_seconds", clock.elapsedSeconds)
        field("target", clock.target)
        // Only a split promise has an objective.
        if let objective = clock.objective { field("objective", objective) }
        endObject()
    }
}

extension JSONWriter {
    /// A page as webhooks and the API show it.
    package mutating func value(
        _ page: Notification.Page,
        person: String?,
        why: String,
        acknowledgeURL: String?
    ) {
        beginObject()
        field("id", page.id)
        field("step", page.step)
        key("steps")
        beginArray()
        for step in page.steps { value(step) }
        endArray()
        field("round", page.round)
        field("cycle", page.cycle)
        field("drill", page.isDrill)
        field("person", person)
        field("why", why)
        field("acknowledge_url", acknowledgeURL)
        endObject()
    }
}

extension JSONWriter {
    /// An entry of a case's log: the common fields, then those of its own that it has.
    package mutating func value(_ event: CaseEvent, recordedAt: Instant) {
        beginObject()
        field("event", event.name.rawValue)
        field("at", event.at)
        field("recorded_at", recordedAt)
        field("by", event.by)
        field("way", event.way)
        if let person = event.person { field("person", person) }
        if let text = event.text { field("text", text) }
        if let reason = event.reason { field("reason", reason) }
        if let priority = event.priority { field("priority", priority) }
        if let status = event.status { field("status", status.rawValue) }
        if let until = event.until { field(event.name == .updated ? "next" : "until", until) }
        if let occasion = event.occasion { field("occasion", occasion) }
        endObject()
    }
}
