import OnCall
import Paging

/// Whether everyone who may be paged can be reached.
struct ContactChecks {
    let compiled: Compilation
    let uses: Uses
    let findings: Findings

    func run() {
        let roles = roles()
        for draft in compiled.people {
            checkRules(draft, role: roles[draft.person.id])
            checkReach(draft, role: roles[draft.person.id])
        }
        checkKinds()
    }

    /// The first use of each person, as `is in support-primary`.
    private func roles() -> [PersonID: String] {
        var roles: [PersonID: String] = [:]
        func note(_ person: PersonID, _ role: String) {
            if roles[person] == nil { roles[person] = role }
        }
        for draft in compiled.rotations {
            let id = draft.rotation.id
            for layer in draft.layers {
                for entry in layer.ordersPlaces.joined() { note(entry.person, "is in \(id)") }
            }
            for person in draft.rotation.ifNobody where !compiled.names.rotations.contains(person) {
                note(person, "answers if_nobody of \(id)")
            }
        }
        for draft in compiled.overrides {
            for person in draft.override.people {
                note(person, "stands in for \(draft.override.rotation)")
            }
        }
        for draft in compiled.ladders {
            let ladder = draft.ladder
            let targets = ladder.steps.flatMap(\.page) + ladder.leadership + ladder.lastResort
            for target in targets where !compiled.names.rotations.contains(target) {
                note(target, "is paged by ladder \(ladder.id)")
            }
        }
        return roles
    }

    private func checkRules(_ draft: PeopleReader.Draft, role: String?) {
        let person = draft.person
        let known = person.contacts.map(\.name)
        for rule in person.page where !known.contains(rule.use) {
            findings.error(
                .noContact,
                at: draft.pagePlace,
                "\(person.id) \(role.map { "\($0) but their" } ?? "has a") `page` list "
                    + "\(role == nil ? "that " : "")uses `\(rule.use)`, "
                    + "which has no \(rule.use == "phone" ? "number" : "address") in `contacts`",
                fix: nearest(to: rule.use, among: known).map { "Did you mean `\($0)`?" }
                    ?? "Add `\(rule.use)` under `contacts`, or page by another one"
            )
        }
    }

    private func checkReach(_ draft: PeopleReader.Draft, role: String?) {
        guard let role, compiled.unreachable.contains(draft.person.id) else { return }
        let known = Set(draft.person.contacts.map(\.name))
        // Rules without a contact are findings of their own.
        guard draft.person.page.allSatisfy({ known.contains($0.use) }) else { return }
        let example = draft.person.contacts.first?.name ?? "email"
        findings.error(
            .noContact,
            at: draft.pagePlace,
            draft.person.page.isEmpty
                ? "\(draft.person.id) \(role) but has no `page` list"
                : "\(draft.person.id) \(role) but no contact in their `page` list "
                    + "goes by a channel of tocsin.yaml",
            fix: draft.person.page.isEmpty
                ? "Write `page: [{use: \(example)}]`"
                : "Add the channel to tocsin.yaml, or page by another contact"
        )
    }

    /// Nobody should hang on one provider for what is promised around the clock.
    private func checkKinds() {
        var members: [PersonID: String] = [:]
        for draft in compiled.rotations {
            guard let promise = uses.aroundTheClock[draft.rotation.id] else { continue }
            for entry in draft.layers.flatMap(\.ordersPlaces).joined() {
                members[entry.person] =
                    members[entry.person] ?? "\(draft.rotation.id), which \(promise) pages 24x7"
            }
        }
        for draft in compiled.people {
            guard let role = members[draft.person.id] else { continue }
            let kinds = Set(draft.person.contacts.map(\.channel))
            guard kinds.count == 1 else { continue }
            findings.warn(
                .oneContact,
                at: draft.place,
                "\(draft.person.id) is in \(role), but has one kind of contact only",
                fix: "Add a second one, so that a failing provider does not silence the page"
            )
        }
    }
}
