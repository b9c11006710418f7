import CivilTime
import Clocks
import OnCall
import Paging

/// What the tags of a template may name.
enum TemplateWords {
    /// The tags, by their paths; inside a section the last part alone will do.
    private static let paths = [
        "state", "subject", "title", "text", "summary", "why", "kind", "event", "at", "key",
        "base_url", "case.id", "case.number", "case.customer", "case.title", "case.details",
        "case.policy", "case.priority", "case.status", "case.owner", "case.opened_at",
        "person.id", "person.name", "to.contact", "to.channel", "to.address", "page.id",
        "page.step", "page.round", "page.cycle", "page.drill", "acknowledge.url",
        "acknowledge.number", "clocks.clock", "clocks.state", "clocks.due", "links.url",
    ]

    static let names = Set(
        paths.flatMap { path in
            let parts = path.split(separator: ".").map(String.init)
            return [path] + parts
        }
    )

    /// `escaped` makes a text safe in the format that the template makes.
    static func words(
        of briefing: Briefing,
        escaped: (String) -> String
    ) -> [String: Any] {
        let message = Message(briefing)
        let value = briefing.value
        var words: [String: Any] = [
            "state": escaped(message.state), "subject": escaped(message.subject),
            "title": escaped(message.title), "text": escaped(Wording.text(of: message.blocks)),
            "summary": escaped(PlainText.line(briefing.notification.summary)),
            "why": escaped(PlainText.line(briefing.notification.why)),
            "kind": briefing.notification.kind.rawValue,
            "event": briefing.notification.event.rawValue, "at": "\(briefing.at)",
            "key": escaped(briefing.key), "base_url": escaped(briefing.baseURL ?? ""),
            "case": [
                "id": escaped(value.id), "number": "\(value.number)",
                "customer": escaped(PlainText.line(value.customer)),
                "title": escaped(PlainText.line(value.title)),
                "details": escaped(value.details), "policy": escaped(value.policy),
                "priority": escaped(value.priority), "status": value.status.rawValue,
                "owner": escaped(value.owner ?? ""), "opened_at": "\(value.openedAt)",
            ],
            "to": [
                "contact": escaped(briefing.notification.contact.name),
                "channel": escaped(briefing.notification.contact.channel),
                "address": escaped(briefing.notification.contact.address),
            ],
            "clocks": briefing.clocks.map { clock in
                [
                    "clock": clock.name.rawValue, "state": clock.state.rawValue,
                    "due": clock.due.map { "\($0)" } ?? "",
                ]
            },
            "links": value.links.map { ["url": escaped(PlainText.line($0))] },
        ]
        if let person = briefing.person {
            words["person"] = ["id": escaped(person.id), "name": escaped(person.name)]
        }
        if let page = briefing.notification.page {
            words["page"] = [
                "id": escaped(page.id), "step": "\(page.step)", "round": "\(page.round)",
                "cycle": "\(page.cycle)", "drill": page.isDrill,
            ]
        }
        if let url = briefing.acknowledgeURL {
            words["acknowledge"] = [
                "url": escaped(url), "number": briefing.acknowledgeNumber ?? "",
            ]
        }
        return words
    }

    /// A page with everything, and a notice with as little as a notification can have.
    static let samples: [Briefing] = [sample(isPage: true), sample(isPage: false)]

    private static func sample(isPage: Bool) -> Briefing {
        let at = Instant(secondsSinceEpoch: 1_799_053_800)
        let contact = Contact(name: "chat", channel: "chat", address: "ops & \"night\"")
        let person = Person(
            id: "anna",
            name: "Anna \"Ann\" Müller",
            role: nil,
            zone: .utc,
            contacts: [contact],
            page: [],
            source: SourceLine(file: "people.yaml", line: 1)
        )
        var value = Case(
            id: "01hq3sample",
            number: 4711,
            policy: "sample",
            priority: "P1",
            customer: "Northwind & Sons",
            title: "checkout \"returns\" 502 {{subject}} </b>",
            openedAt: at.adding(seconds: -600)
        )
        if isPage {
            value.details = "Every checkout fails.\n\tC:\\logs \u{1}\"quoted\""
            value.links = ["https://wiki.example.com/checkout?a=1&b=2"]
        }
        let page = Notification.Page(
            id: "01hq3sample.c1.s1.r0.anna",
            step: 1,
            steps: [1],
            cycle: 1,
            round: 0,
            isDrill: true
        )
        return Briefing(
            notification: Notification(
                occasion: "page.c1.s1.r0",
                kind: isPage ? .page : .notice,
                event: isPage ? .paged : .resolved,
                person: isPage ? "anna" : nil,
                contact: contact,
                dueAt: at,
                notBefore: at,
                summary: "This is a sample: \"nothing\" is wrong.",
                why: "tocsin check",
                page: isPage ? page : nil
            ),
            value: value,
            clocks: [],
            nextDueAt: nil,
            person: isPage ? person : nil,
            policyTitle: "Sample",
            baseURL: "https://pager.example.com",
            acknowledgeURL: isPage ? "https://pager.example.com/a/01hq3sample.token" : nil,
            acknowledgeNumber: isPage ? "123" : nil,
            rulebook: "sample",
            sequence: 1,
            at: at
        )
    }
}
