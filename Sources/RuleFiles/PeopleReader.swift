import CivilTime
import OnCall
import Paging

/// `people:` to `Person` values.
struct PeopleReader {
    static let contactsMax = 20

    let zones: ZoneNames
    let findings: Findings
    /// Channels of tocsin.yaml, `email` among them where mail is set up; `nil` without that file.
    let channels: Set<String>?

    /// A person with the places that checks point at.
    struct Draft {
        var person: Person
        var place: Place
        /// The `page` key, or the person's name where there is none.
        var pagePlace: Place
        /// False where a contact or a rule could not be read.
        var isWhole: Bool
    }

    func people(_ definitions: [Definition]) -> [Draft] {
        definitions.compactMap { draft($0) }
    }

    private func draft(_ definition: Definition) -> Draft? {
        let errorsBefore = findings.errorCount
        guard let fields = Fields(definition.value, as: .person) else { return nil }
        let zone = fields["timezone"].map { zones.zone($0) } ?? definition.scope.zone
        let contacts = contacts(fields["contacts"])
        let person = Person(
            id: definition.name,
            name: fields.text("name", "a name") ?? definition.name,
            role: fields.text("role", "a role"),
            zone: zone ?? .utc,
            contacts: contacts,
            page: page(fields, contacts),
            source: SourceLine(definition.place)
        )
        let pagePlace = fields["page"] == nil ? definition.place : fields.place(of: "page")
        return Draft(
            person: person,
            place: definition.place,
            pagePlace: pagePlace,
            isWhole: findings.errorCount == errorsBefore
        )
    }

    private func contacts(_ value: Value?) -> [Contact] {
        guard let entries = value?.entries("contacts such as `email: anna@example.com`") else {
            return []
        }
        return entries.prefix(Self.contactsMax).compactMap { contact($0) }
    }

    private func contact(_ entry: Value.Entry) -> Contact? {
        if let inner = entry.value.entriesIfMap {
            guard inner.count == 1, let only = inner.first else {
                entry.value.complain("one `CHANNEL: ADDRESS`")
                return nil
            }
            guard let address = address(only.value) else { return nil }
            return Contact(name: entry.key, channel: only.key, address: address)
        }
        guard let address = address(entry.value) else { return nil }
        return Contact(name: entry.key, channel: entry.key, address: address)
    }

    private func address(_ value: Value) -> String? {
        guard let text = value.text("an address") else { return nil }
        if case .text(_, false) = value.content, text.hasPrefix("+"),
            text.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber })
        {
            value.warn(
                .phoneBare,
                "`\(text)` reads as a number in other YAML tools",
                fix: "Quote it: \"\(text)\""
            )
        }
        return text
    }

    private func page(_ fields: Fields, _ contacts: [Contact]) -> [PageRule] {
        guard let items = fields["page"]?.list("a list such as [{use: email}]") else { return [] }
        var rules: [PageRule] = []
        for item in items.prefix(Self.contactsMax) {
            guard let rule = Fields(item, as: .pageRule),
                let name = rule.required("use", "email")?.text("the name of a contact")
            else { continue }
            let wait = rule["after"]?.seconds("a wait such as 3 min") ?? 0
            rules.append(PageRule(use: name, afterSeconds: wait))
            guard let contact = contacts.first(where: { $0.name == name }) else { continue }
            checkChannel(of: contact, at: rule["use"]?.place ?? item.place)
        }
        return rules
    }

    private func checkChannel(of contact: Contact, at place: Place) {
        guard let channels, !channels.contains(contact.channel) else { return }
        let suggestion = nearest(to: contact.channel, among: channels)
        findings.warn(
            .channelUnknown,
            at: place,
            contact.channel == "email"
                ? "`email` is used, but tocsin.yaml has no `mail`"
                : "`\(contact.channel)` is no channel of tocsin.yaml",
            fix: suggestion.map { "Did you mean `\($0)`?" }
                ?? "Add it to tocsin.yaml, or page by another contact"
        )
    }
}

extension SourceLine {
    init(_ place: Place) {
        self.init(file: place.file, line: place.line)
    }
}
