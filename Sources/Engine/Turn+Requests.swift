import CivilTime
import Delivery
import OnCall
package import Paging
import Store

/// Requests of people and senders.
extension Turn {
    /// Seconds for which an idempotency key is kept.
    static let idempotencySeconds = 86_400

    mutating func open(_ request: OpenRequest) throws(StoreError) -> Result<Outcome, Refusal> {
        if let key = request.idempotencyKey,
            let id = try tx.recalled(scope: request.intake, key: key, at: milliseconds),
            let stored = try tx.storedCase(id: id)
        {
            return .success(Outcome(value: stored.value, events: [], isNew: false))
        }
        if let key = request.key,
            let stored = try tx.storedCase(openKey: key, intake: request.intake)
        {
            try renew(stored, until: request.expiresAt)
            return .success(Outcome(value: stored.value, events: [], isNew: false))
        }
        if let shortage = loop.engine.health.shortage {
            return .failure(
                Refusal(.unavailable, shortage, fix: "try again later; nothing was recorded")
            )
        }
        setting.marker.begin(request.unit)
        defer { setting.marker.end(request.unit) }
        if request.unit == setting.marker.poison {
            return .failure(try refusePoison(request))
        }
        let admitted: Admitted
        do { admitted = try admit(request) } catch { return .failure(error) }
        if let ended = try ended(for: request) {
            return .success(try raise(ended.stored, by: ended.event, request, admitted.priority))
        }
        let number = try tx.nextNumber()
        var value = Case(
            id: setting.newID(milliseconds),
            number: number,
            policy: request.policy,
            priority: admitted.priority,
            customer: request.customer,
            title: request.title,
            openedAt: admitted.openedAt,
            phaseMilliseconds: Int(milliseconds - now.milliseconds)
        )
        value.key = request.key
        value.intake = request.intake
        value.channel = request.channel
        value.details = request.details
        value.links = request.links
        value.contacts = request.contacts
        value.tags = request.tags
        value.expiresAt = request.expiresAt
        let opened = CaseEvent(
            .opened,
            at: admitted.openedAt,
            by: request.by,
            way: request.way,
            reason: request.priority == nil ? Case.defaultPriority : nil,
            priority: admitted.priority
        )
        let decision = value.decision(after: [opened], rulebook: rulebook, at: now)
        let stored = try commit(
            decision,
            over: StoredCase(value: value, nextDue: nil),
            isNew: true
        )
        try remember(request, as: value.id)
        return .success(Outcome(value: stored.value, events: decision.events, isNew: true))
    }

    func remember(_ request: OpenRequest, as caseID: String) throws(StoreError) {
        guard let key = request.idempotencyKey else { return }
        try tx.remember(
            scope: request.intake,
            key: key,
            caseID: caseID,
            expiresAt: milliseconds + Milliseconds(Self.idempotencySeconds * 1_000)
        )
    }

    private struct Admitted {
        var priority: String
        var openedAt: Instant
    }

    private func admit(_ request: OpenRequest) throws(Refusal) -> Admitted {
        guard let policy = rulebook.policies[request.policy] else {
            throw Refusal(
                .notFound,
                "there is no policy `\(request.policy)`",
                fix: "use one of: \(rulebook.policies.keys.sorted().joined(separator: ", "))"
            )
        }
        let named =
            request.priority
            ?? request.channel.flatMap { policy.defaultPriority[$0] }
            ?? policy.defaultPriority["any"]
        guard let priority = named.flatMap({ policy.priority(named: $0) }) else {
            let names = policy.priorities.map(\.name).joined(separator: ", ")
            throw Refusal(
                named == nil ? .invalid : .notFound,
                named.map { "policy \(policy.id) has no priority `\($0)`" }
                    ?? "policy \(policy.id) has no default priority, and none is given",
                fix: "use one of: \(names)"
            )
        }
        for (what, text) in [("customer", request.customer), ("title", request.title)] {
            guard text.contains(where: { !$0.isWhitespace }) else {
                throw Refusal(.invalid, "the \(what) is empty", fix: "say it in a few words")
            }
        }
        for text in [request.customer, request.title, request.details, request.key ?? ""]
        where text.utf8.count > Case.textBytesMax {
            throw Refusal(
                .invalid,
                "a text has \(text.utf8.count) bytes, the limit is \(Case.textBytesMax)",
                fix: "shorten it, or link to the rest"
            )
        }
        for address in request.contacts where MailAddress(address) == nil {
            throw Refusal(
                .invalid,
                "the contact `\(address)` is no mail address",
                fix: "write it as name@example.com; customers are told by mail"
            )
        }
        let openedAt = request.openedAt ?? now
        guard openedAt.seconds(since: now) <= Case.aheadSecondsMax else {
            throw Refusal(
                .invalid,
                "\(openedAt.rfc3339) lies ahead of the clock, which stands at \(now.rfc3339)",
                fix: "give the time it was opened, or leave it out for now"
            )
        }
        if let person = request.by, rulebook.people[person] == nil {
            throw Refusal(
                .notFound,
                "`\(person)` is not in people",
                fix: "use a key of people.yaml"
            )
        }
        return Admitted(priority: priority.name, openedAt: openedAt)
    }

    mutating func act(_ request: VerbRequest) throws(StoreError) -> Result<Outcome, Refusal> {
        guard let stored = try storedCase(request.reference) else {
            return .failure(
                Refusal(
                    .notFound,
                    "there is no case \(request.reference)",
                    fix: "list the open ones: tocsin cases"
                )
            )
        }
        if let answer = try conditions(request, on: stored) { return answer }
        let number = stored.value.number
        guard !loop.quarantined.contains(number) else {
            return .failure(.setAside(number))
        }
        setting.marker.begin(.watched(number))
        defer { setting.marker.end(.watched(number)) }
        var event = request.event.canonical
        if event.name == .priorityChanged, let name = event.priority {
            let policy = rulebook.policy(for: stored.value)
            event.priority = policy.priority(named: name)?.name ?? name
        }
        if stored.value.isRepeat(event) {
            return .success(Outcome(value: stored.value, events: [], isNew: false))
        }
        do {
            try stored.value.admit(event, rulebook: rulebook, at: now)
        } catch {
            return .failure(error)
        }
        if event.name == .reopened, let key = stored.value.key,
            let other = try tx.storedCase(openKey: key, intake: stored.value.intake)
        {
            return .failure(
                Refusal(
                    .conflict,
                    "case \(other.value.number) is open under the same key `\(key)`",
                    fix: "go on with case \(other.value.number), or resolve it first"
                )
            )
        }
        let decision = decision(on: stored, after: [event])
        try commit(decision, over: stored)
        try remember(request, after: stored)
        return .success(Outcome(value: decision.value, events: decision.events, isNew: true))
    }

    private func storedCase(_ reference: CaseReference) throws(StoreError) -> StoredCase? {
        switch reference {
        case .id(let id): try tx.storedCase(id: id)
        case .number(let number): try tx.storedCase(number: number)
        case .key(let key, let intake): try tx.storedCase(openKey: key, intake: intake)
        }
    }

    mutating func retry(_ id: Int64) throws(StoreError) -> Result<Void, Refusal> {
        guard let stored = try tx.notification(id: id) else {
            return .failure(
                Refusal(
                    .notFound,
                    "there is no delivery \(id)",
                    fix: "list them: tocsin deliveries"
                )
            )
        }
        guard stored.state == .pending else {
            return .failure(
                Refusal(
                    .conflict,
                    "delivery \(id) is \(stored.state.rawValue)",
                    fix: "only a pending delivery can be brought forward"
                )
            )
        }
        _ = try tx.makeDue(id, at: milliseconds)
        return .success(())
    }
}

extension Refusal {
    /// Of whatever would have to decide about a case that two processes died of.
    package static func setAside(_ number: Int) -> Refusal {
        Refusal(
            .conflict,
            "case \(number) is set aside: the daemon failed at it twice",
            fix: "work on it by hand; it is taken up again once other files are in force"
        )
    }
}
