import CivilTime
import OnCall

/// `rotations:` to `Rotation` values.
struct RotationReader {
    static let layersMax = 100
    static let versionsMax = 1_000
    static let orderMax = 1_000

    let calendars: CalendarReader
    let holidays: [String: HolidayList]
    let names: Names
    let zones: ZoneNames
    let findings: Findings

    /// A rotation with the places that its checks point at.
    struct Draft {
        var rotation: Rotation
        var place: Place
        var coveragePlace: Place?
        var ifNobody: [Value]
        var distinctPlace: Place?
        var layers: [LayerDraft]
        /// False where anything of it could not be read: then nothing follows from the rest.
        var isWhole: Bool
    }

    struct LayerDraft {
        var layer: Layer
        var place: Place
        var hoursPlace: Place?
        /// Names under `when: {holiday: ...}`; empty where the layer has no `when`.
        var holidays: [String]
        var ordersPlaces: [[(person: String, place: Place)]]
    }

    func rotations(_ definitions: [Definition]) -> [Draft] {
        definitions.compactMap { draft($0) }
    }

    private func draft(_ definition: Definition) -> Draft? {
        let errorsBefore = findings.errorCount
        guard let fields = Fields(definition.value, as: .rotation) else { return nil }
        let layers = layers(fields, definition)
        guard let zone = definition.scope.zone ?? layers.first?.layer.zone else { return nil }
        let coverage = coverage(fields["require"])
        let ifNobody = fields["if_nobody"]?.listOrOne("people or rotations") ?? []
        let distinct = fields["distinct_from"].flatMap { names.rotation($0) }
        if distinct == definition.name {
            fields["distinct_from"]?.error(
                .cycle,
                "\(definition.name) is distinct from itself",
                fix: "Name another rotation, or remove the line"
            )
        }
        let rotation = Rotation(
            id: definition.name,
            title: fields.text("title", "a title") ?? definition.name,
            zone: zone,
            layers: layers.map(\.layer),
            ifNobody: ifNobody.compactMap {
                names.target($0, "if_nobody of \(definition.name) names")
            },
            distinctFrom: distinct == definition.name ? nil : distinct,
            requiredCoverageSeconds: coverage?.seconds,
            source: SourceLine(definition.place)
        )
        return Draft(
            rotation: rotation,
            place: definition.place,
            coveragePlace: coverage?.place,
            ifNobody: ifNobody,
            distinctPlace: fields["distinct_from"]?.place,
            layers: layers,
            // A layer in a zone of its file that is unknown has no finding of its own.
            isWhole: findings.errorCount == errorsBefore
                && layers.count == fields["layers"]?.listIfList?.count
        )
    }

    private func coverage(_ value: Value?) -> (seconds: Int, place: Place)? {
        guard let value,
            let fields = Fields(value, as: .require),
            let coverage = fields.required("coverage", "24x7"),
            coverage.word("a coverage", of: ["24x7"]) != nil
        else { return nil }
        let seconds = fields["for"]?.seconds("a stretch such as 400d") ?? 400 * 86_400
        // Ten years ahead is more than any line-up is known.
        return (min(seconds, 3_660 * 86_400), coverage.place)
    }

    private func layers(_ fields: Fields, _ definition: Definition) -> [LayerDraft] {
        let example = "[{name: ..., handoff: ..., members: ...}]"
        guard let value = fields.required("layers", example),
            let items = value.list("a list of layers")
        else { return [] }
        if items.isEmpty { fields.missing("layers", example) }
        if items.count > Self.layersMax {
            value.error(.limit, "more than \(Self.layersMax) layers", fix: "Split the rotation")
        }
        var layers: [LayerDraft] = []
        for (index, item) in items.prefix(Self.layersMax).enumerated() {
            guard let layer = layer(item, number: index + 1, definition.scope) else { continue }
            layers.append(layer)
        }
        return layers
    }

    private func layer(_ value: Value, number: Int, _ scope: FileScope) -> LayerDraft? {
        guard let fields = Fields(value, as: .layer) else { return nil }
        let zone = zone(fields, scope, value.place)
        let example = "{every: 1 week, day: monday, at: \"09:00\"}"
        let handoff = fields.required("handoff", example)
            .flatMap { HandoffReader(value: $0).draft() }
        let members = MemberReader(names: names, findings: findings)
            .versions(fields, handoff: handoff)
        var holidayNames: [String] = []
        let dates = fields["when"].flatMap { onDates($0, &holidayNames) }
        let hours = fields["hours"].map { self.hours($0, fields.place(of: "hours")) }
        guard let zone, let handoff, !members.isEmpty else { return nil }
        let layer = Layer(
            name: fields.text("name", "a name") ?? "layer \(number)",
            zone: zone,
            hours: hours,
            onDates: dates,
            handoff: handoff.handoff,
            versions: members.map(\.version).sorted { $0.from < $1.from },
            source: SourceLine(value.place)
        )
        return LayerDraft(
            layer: layer,
            place: value.place,
            hoursPlace: fields["hours"]?.place,
            holidays: holidayNames,
            ordersPlaces: members.map(\.people)
        )
    }

    private func zone(_ fields: Fields, _ scope: FileScope, _ place: Place) -> Zone? {
        if let value = fields["timezone"] { return zones.zone(value) }
        // A misspelt zone of the file is one finding, not one for each layer.
        if scope.zone == nil, scope.zonePlace == nil {
            findings.error(
                .zoneMissing,
                at: place,
                "the layer has no timezone, nor has the file",
                fix: "Write `timezone: Europe/Berlin` at the top of the file, or in the layer"
            )
        }
        return scope.zone
    }

    private func hours(_ value: Value, _ key: Place) -> [HoursWindow] {
        let windows = WindowReader(findings: findings).windows(value, needsDays: true)
        for window in windows where window.to.secondsSinceMidnight == 86_340 {
            findings.warn(
                .windowMinute,
                at: key,
                "the window ends 23:59, leaving one minute a day uncovered",
                fix: "Use `to: \"24:00\"`"
            )
        }
        return windows
    }

    private func onDates(_ value: Value, _ named: inout [String]) -> Set<CivilDate>? {
        guard let fields = Fields(value, as: .when),
            let list = fields.required("holiday", "[NAME]")
        else { return nil }
        var dates: Set<CivilDate> = []
        for item in list.listOrOne("names of holidays") {
            dates.formUnion(calendars.closed(item, holidays, names.holidays))
            if let name = item.plain { named.append(name) }
        }
        return dates
    }
}
