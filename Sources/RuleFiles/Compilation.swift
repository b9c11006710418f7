import CivilTime
import Clocks
import OnCall
import Paging

/// Every section read into its type, with the places that checks point at.
struct Compilation {
    let sections: Sections
    let names: Names
    let channels: Set<String>?
    let people: [PeopleReader.Draft]
    let holidays: [String: HolidayList]
    let calendars: [String: BusinessCalendar]
    private(set) var ladders: [LadderReader.Draft]
    private(set) var rotations: [RotationReader.Draft]
    private(set) var overrides: [ExceptionReader.OverrideDraft]
    /// Rotations with an override that could not be read.
    let unreadOverrides: Set<RotationID>
    let away: [Away]
    let policies: [PolicyReader.Draft]
    /// People whose `page` list names no contact that could reach them (rule 9).
    private(set) var unreachable: Set<PersonID>

    init(
        sections: Sections,
        files: [SourceText],
        configDirectory: String,
        zones: ZoneNames,
        findings: Findings
    ) {
        self.sections = sections
        let names = Names(sections)
        self.names = names
        channels = sections.settings.map { settings in
            // A channel with a fault of its own is no unknown one.
            let names = settings.fields["channels"]?.entriesIfMap?.map(\.key) ?? []
            return Set(names + (settings.fields["mail"] == nil ? [] : ["email"]))
        }
        people = PeopleReader(zones: zones, findings: findings, channels: channels)
            .people(sections["people"])
        let calendarReader = CalendarReader(
            files: files,
            configDirectory: configDirectory,
            zones: zones,
            findings: findings
        )
        holidays = calendarReader.holidays(sections["holidays"])
        calendars = calendarReader.calendars(
            sections["calendars"],
            holidays: holidays,
            known: names.holidays
        )
        ladders = LadderReader(calendars: calendars, names: names, findings: findings)
            .ladders(sections["ladders"])
        rotations = RotationReader(
            calendars: calendarReader,
            holidays: holidays,
            names: names,
            zones: zones,
            findings: findings
        ).rotations(sections["rotations"])
        let exceptions = ExceptionReader(names: names, findings: findings)
        overrides = exceptions.overrides(sections["overrides"])
        unreadOverrides = exceptions.unread(sections["overrides"], overrides)
        away = exceptions.away(sections["away"])
        let calendarNames = CalendarNames(calendars: calendars, names: names)
        policies = PolicyReader(
            calendars: calendarNames,
            alternatives: AlternativeReader(
                calendars: calendarNames,
                calendarReader: calendarReader,
                holidays: holidays,
                findings: findings
            ),
            names: names,
            findings: findings
        ).policies(sections["policies"])
        unreachable = Self.unreachable(people, channels)
    }

    private static func unreachable(
        _ people: [PeopleReader.Draft],
        _ channels: Set<String>?
    )
        -> Set<PersonID>
    {
        // Of someone whose contacts could not be read nothing is known.
        let ids = people.filter(\.isWhole).map(\.person).filter { person in
            !person.page.contains { rule in
                person.contacts.contains { contact in
                    contact.name == rule.use && (channels?.contains(contact.channel) ?? true)
                }
            }
        }
        return Set(ids.map(\.id))
    }

    /// The part that can be asked who is on call: rotations that were read whole, lead to such
    /// only and never round in circles, and the ladders that page no others.
    ///
    /// Everyone counts as reachable in it: who is not is a finding of its own.
    func sound(without circular: Set<RotationID>) -> Compilation {
        var broken = circular.union(unreadOverrides)
        for draft in rotations where !draft.isWhole || !hasHolidays(draft) {
            broken.insert(draft.rotation.id)
        }
        let read = Set(rotations.map(\.rotation.id))
        broken.formUnion(names.rotations.subtracting(read))
        while true {
            let countBefore = broken.count
            for draft in rotations where !broken.contains(draft.rotation.id) {
                let other = draft.rotation.distinctFrom
                let isLost = other.map { broken.contains($0) || !read.contains($0) } ?? false
                if isLost || !broken.isDisjoint(with: draft.rotation.ifNobody) {
                    broken.insert(draft.rotation.id)
                }
            }
            if broken.count == countBefore { break }
        }
        var sound = self
        sound.rotations.removeAll { broken.contains($0.rotation.id) }
        sound.overrides.removeAll { broken.contains($0.override.rotation) }
        sound.ladders.removeAll { draft in
            let ladder = draft.ladder
            let targets = ladder.steps.flatMap(\.page) + ladder.leadership + ladder.lastResort
            return !draft.isWhole || !broken.isDisjoint(with: targets)
        }
        sound.unreachable = []
        return sound
    }

    private func hasHolidays(_ draft: RotationReader.Draft) -> Bool {
        draft.layers.flatMap(\.holidays).allSatisfy { holidays[$0]?.isWhole == true }
    }

    /// Who is on call; without `overrides`, who would have been.
    func resolver(overrides isOverridden: Bool = true) -> Rotations {
        Rotations(
            rotations: rotations.map(\.rotation),
            overrides: isOverridden ? overrides.map(\.override) : [],
            away: away,
            unreachable: unreachable
        )
    }

    func rulebook(hash: String, zoneDataVersion: String) -> Rulebook {
        var ladders = ladders.map(\.ladder)
        var policies = policies.map(\.policy)
        if policies.isEmpty {
            let unwritten = UnwrittenPolicy(rotations: rotations.map(\.rotation), people: people)
            ladders.append(unwritten.ladder)
            policies.append(unwritten.policy)
        }
        return Rulebook(
            people: Dictionary(people.map { ($0.person.id, $0.person) }) { first, _ in first },
            rotations: resolver(),
            calendars: calendars,
            ladders: Dictionary(ladders.map { ($0.id, $0) }) { first, _ in first },
            policies: Dictionary(policies.map { ($0.id, $0) }) { first, _ in first },
            hash: hash,
            zoneDataVersion: zoneDataVersion
        )
    }
}
