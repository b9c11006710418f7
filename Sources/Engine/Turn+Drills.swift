import CivilTime
import Delivery
import OnCall
import Paging
import Store

/// Test pages: the same path as a real page, marked, with a case of their own that nobody watches.
extension Turn {
    mutating func send(_ drill: Work.Drill) throws(StoreError) -> Result<[String], Refusal> {
        let person: Person?
        let ways: [(Contact, Int)]
        switch drill {
        case .person(let id):
            guard let found = rulebook.people[id] else {
                return .failure(
                    Refusal(.notFound, "`\(id)` is not in people", fix: "use a key of people.yaml")
                )
            }
            person = found
            ways = found.waits
        case .channel(let name, let address):
            guard setting.channels.contains(name) else {
                let known = setting.channels.sorted().joined(separator: ", ")
                return .failure(
                    Refusal(.notFound, "there is no channel `\(name)`", fix: "use one of: \(known)")
                )
            }
            person = nil
            ways = [(Contact(name: name, channel: name, address: address), 0)]
        }
        guard !ways.isEmpty else {
            return .failure(
                Refusal(
                    .conflict,
                    "that person has no contact to page",
                    fix: "add one to their `page`"
                )
            )
        }
        return .success(try send(drillTo: person, ways: ways))
    }

    private mutating func send(
        drillTo person: Person?,
        ways: [(Contact, Int)]
    ) throws(StoreError) -> [String] {
        let stored = try putClosedCase(title: "Test page, no action needed", intake: "drill")
        var keys: [String] = []
        for (contact, wait) in ways {
            let notification = Notification(
                occasion: Occasion.page(cycle: 1, step: 1, round: 0).text,
                kind: .page,
                event: .paged,
                person: person?.id,
                contact: contact,
                dueAt: now,
                notBefore: now.adding(seconds: wait),
                summary: "This is a test of the way to you; nothing is wrong.",
                why: "tocsin test",
                page: Notification.Page(
                    id: "\(stored.value.id).drill",
                    step: 1,
                    steps: [1],
                    cycle: 1,
                    round: 0,
                    isDrill: true
                )
            )
            keys.append(notification.key(caseID: stored.value.id))
            try put(notification, aboutClosed: stored, person: person)
        }
        return keys
    }
}
