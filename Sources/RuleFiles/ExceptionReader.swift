import CivilTime
import OnCall

/// `overrides:` and `away:` to values.
struct ExceptionReader {
    let names: Names
    let findings: Findings

    struct OverrideDraft {
        var override: Override
        var place: Place
        var scope: FileScope
        var insteadOfPlace: Place?
        var zone: Zone
    }

    func overrides(_ definitions: [Definition]) -> [OverrideDraft] {
        definitions.compactMap { override($0) }
    }

    /// The rotations with an override that `drafts` does not have, for it could not be read.
    func unread(_ definitions: [Definition], _ drafts: [OverrideDraft]) -> Set<String> {
        let read = Set(drafts.map(\.place))
        let unread = definitions.filter { !read.contains($0.place) }.compactMap { definition in
            definition.value.entriesIfMap?.first { $0.key == "rotation" }?.value.plain
        }
        return Set(unread)
    }

    private func override(_ definition: Definition) -> OverrideDraft? {
        guard let fields = Fields(definition.value, as: .override),
            let zone = zone(definition, "an override")
        else { return nil }
        let rotation = fields.required("rotation", "NAME").flatMap { names.rotation($0) }
        let origin = definition.scope.zonePlace
        let start = fields.required("from", "2026-12-24T09:00")?
            .instant(in: zone, zonePlace: origin)
        let end = fields.required("to", "2026-12-24T17:00")?.instant(in: zone, zonePlace: origin)
        let people =
            fields.required("person", "NAME")?
            .listOrOne("a person or a list of people").compactMap { names.person($0) } ?? []
        guard let rotation, let start, let end, !people.isEmpty else { return nil }
        guard start < end else {
            emptySpan(fields["to"], "`to` is not after `from`")
            return nil
        }
        let override = Override(
            rotation: rotation,
            start: start,
            end: end,
            people: people,
            insteadOf: fields["instead_of"].flatMap { names.person($0) },
            reason: fields.text("reason", "a reason"),
            source: SourceLine(definition.place)
        )
        return OverrideDraft(
            override: override,
            place: definition.place,
            scope: definition.scope,
            insteadOfPlace: fields["instead_of"]?.place,
            zone: zone
        )
    }

    func away(_ definitions: [Definition]) -> [Away] {
        definitions.compactMap { definition in
            guard let fields = Fields(definition.value, as: .absence),
                let zone = zone(definition, "an absence")
            else { return nil }
            let person = fields.required("person", "NAME").flatMap { names.person($0) }
            let from = fields.required("from", "2026-11-30")?.date()
            let until = fields.required("until", "2026-12-11")?.date()
            guard let person, let from, let until else { return nil }
            guard from <= until else {
                emptySpan(fields["until"], "`until` is before `from`; it is the last day away")
                return nil
            }
            let next = CivilDateTime(date: until.adding(days: 1), time: .midnight)
            return Away(
                person: person,
                start: zone.first(of: CivilDateTime(date: from, time: .midnight)),
                end: zone.first(of: next),
                source: SourceLine(definition.place)
            )
        }
    }

    private func emptySpan(_ value: Value?, _ text: String) {
        value?.error(.emptySpan, text, fix: "Swap the two, or mend the date")
    }

    private func zone(_ definition: Definition, _ what: String) -> Zone? {
        if let zone = definition.scope.zone { return zone }
        if definition.scope.zonePlace == nil {
            findings.error(
                .zoneMissing,
                at: definition.place,
                "\(what) has local times, but the file has no timezone",
                fix: "Write `timezone: Europe/Berlin` at the top of the file"
            )
        }
        return nil
    }
}
