import CivilTime
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import OnCall
import Paging
import Shapes
import Store

extension Routes {
    /// Pages that one answer explains.
    static let pagesExplainedMax = 1_000

    /// Why someone was paged (for a page or each page of a case), or why a person was not (`not`).
    func why(_ request: Request, _ visit: Visit) async throws -> Response {
        let subject = try visit.parameters.require("subject")
        // A page's id, like the key of each of its deliveries, begins with the id of its case.
        let isPage = subject.contains(".")
        let caseName = subject.prefix { $0 != "." }
        let stored = try await stored(named: String(caseName))
        let id = stored.value.id
        let (list, events) = try await engine.reader.read { (snapshot) throws(StoreError) in
            (
                try snapshot.deliveries(caseID: id, limit: Self.pagesExplainedMax).deliveries,
                try snapshot.events(of: id)
            )
        }
        let pages: [StoredDelivery] = list.reversed().filter { delivery in
            let notification = delivery.notification.notification
            guard notification.kind == .page else { return false }
            return !isPage || notification.page?.id == subject
                || delivery.notification.key == subject
        }
        if isPage, pages.isEmpty {
            throw Refusal(
                .notFound,
                "case \(stored.value.number) has no page `\(subject)`",
                fix: "list its pages: tocsin why \(stored.value.number)"
            )
        }
        let person = Query(request: request).text("not")
        if let person, engine.rulebook.people[person] == nil {
            throw Refusal(
                .notFound,
                "`\(person)` is not in people",
                fix: "use a key of people.yaml"
            )
        }
        let notPaged = person.map { absence(of: $0, from: stored.value, pages: pages) }
        return .json { writer in
            writer.beginObject()
            writer.field("case", stored.value.number)
            writer.field("rulebook", engine.rulebook.hash)
            if let notPaged { writer.field("not_paged", notPaged) }
            writer.key("pages")
            writer.beginArray()
            for page in pages { writer.explanation(of: page) }
            writer.endArray()
            writer.key("skipped")
            writer.beginArray()
            for event in events where event.event.name == .stepSkipped {
                writer.value(event.event, recordedAt: event.recordedAt)
            }
            writer.endArray()
            writer.endObject()
        }
    }

    /// One sentence on why `person` has no page for the case, or that there is one.
    private func absence(of person: PersonID, from value: Case, pages: [StoredDelivery]) -> String {
        if let page = pages.first(where: { $0.notification.notification.person == person }) {
            return "\(person) was paged at \(page.notification.notification.dueAt)"
        }
        guard value.isOpen else { return "the case is \(value.status.rawValue): nobody is paged" }
        if engine.setAside.contains(value.number) {
            return "the case is set aside: no ladder runs for it"
        }
        if let acknowledgement = value.acknowledgement {
            return
                "\(acknowledgement.by) has it since \(acknowledgement.at), which stops the ladder"
        }
        let now = engine.now()
        let until = now.adding(seconds: Self.planSeconds)
        let plan = Plan(value, from: now, until: until, rulebook: engine.rulebook)
        let next = plan.steps.first { step in
            step.kind == .page && step.to.contains { $0.person == person }
        }
        if let next { return "their turn has not come: the plan pages them at \(next.at)" }
        return "no step of the ladder reaches \(person) within a day: they are not on call for it"
    }
}

extension JSONWriter {
    fileprivate mutating func explanation(of delivery: StoredDelivery) {
        let notification = delivery.notification.notification
        beginObject()
        field("page", notification.page?.id)
        field("person", notification.person)
        field("at", notification.dueAt)
        field("step", notification.page?.step)
        field("round", notification.page?.round)
        field("cycle", notification.page?.cycle)
        field("channel", notification.contact.channel)
        field("state", delivery.notification.state.rawValue)
        field("summary", notification.summary)
        field("why", notification.why)
        field("rulebook", notification.rulebook)
        endObject()
    }
}
