import CivilTime
import Clocks
import OnCall

/// Closed dates under a name.
struct HolidayList {
    var dates: Set<CivilDate>
    var name: String
    var place: Place
    /// The file they came from, or `nil` where they stand in the section itself.
    var path: String?
    /// False where a date could not be read.
    var isWhole = true
}

/// `holidays:` and `calendars:` to dates and `BusinessCalendar` values.
struct CalendarReader {
    static let windowsMax = 64

    let files: [SourceText]
    let configDirectory: String
    let zones: ZoneNames
    let findings: Findings

    func holidays(_ definitions: [Definition]) -> [String: HolidayList] {
        var result: [String: HolidayList] = [:]
        for definition in definitions { result[definition.name] = list(definition) }
        return result
    }

    private func list(_ definition: Definition) -> HolidayList? {
        guard let entries = definition.value.entries("dates, or {file: holidays/NAME.csv}") else {
            return nil
        }
        var list = HolidayList(dates: [], name: definition.name, place: definition.place)
        let countBefore = findings.errorCount
        if let file = entries.first(where: { $0.key == "file" }) {
            let fields = Fields(definition.value, as: .holidayFile)
            guard fields != nil, let path = file.value.text("a path") else { return nil }
            guard let source = source(path) else {
                file.value.error(
                    .fileMissing,
                    "`\(path)` is not in \(configDirectory)/",
                    fix: "Create it with one line `date,name` a day"
                )
                return nil
            }
            list.path = path
            list.place = file.value.place
            list.dates = dates(source)
            checkDates(&list, countBefore)
            return list
        }
        for entry in entries where !entry.key.hasPrefix("x-") {
            if let date = CivilDate(written: entry.key) {
                list.dates.insert(date)
            } else {
                Value.complain(aboutDate: entry.key, at: entry.keyPlace, findings)
            }
        }
        checkDates(&list, countBefore)
        return list
    }

    /// A name without dates would promise days off that nobody gets.
    private func checkDates(_ list: inout HolidayList, _ countBefore: Int) {
        // Dates that cannot be read are findings of their own.
        list.isWhole = findings.errorCount == countBefore
        guard list.dates.isEmpty, list.isWhole else { return }
        findings.error(
            .holidaysEmpty,
            at: list.place,
            "`\(list.name)` has no dates" + (list.path.map { " in \($0)" } ?? ""),
            fix: "List them, one line `date,name` a day, or write `holidays: none` in the calendar"
        )
    }

    private func source(_ path: String) -> SourceText? {
        let full = configDirectory.isEmpty ? path : "\(configDirectory)/\(path)"
        return files.first { $0.path == full } ?? files.first { $0.path.hasSuffix("/" + path) }
    }

    private func dates(_ source: SourceText) -> Set<CivilDate> {
        let start = Place(file: source.path, line: 1, column: 1, endColumn: 2)
        guard source.byteCount <= Document.bytesMax else {
            findings.error(
                .tooLarge,
                at: start,
                "the file has \(source.byteCount) bytes; at most \(Document.bytesMax) are read",
                fix: "Keep the years that matter"
            )
            return []
        }
        guard let text = PlainText(source, findings: findings) else { return [] }
        var dates: Set<CivilDate> = []
        for number in 1...text.lineCount {
            let line = text.line(number).trimmed
            guard !line.isEmpty, !line.hasPrefix("#"), line != "date,name" else { continue }
            let word = line.split(separator: ",", omittingEmptySubsequences: false)[0]
            if let date = CivilDate(written: word) {
                dates.insert(date)
            } else {
                let place = text.place(number, 1, length: word.unicodeScalars.count)
                Value.complain(aboutDate: String(word.prefix(80)), at: place, findings)
            }
        }
        return dates
    }

    func calendars(
        _ definitions: [Definition],
        holidays: [String: HolidayList],
        known: Set<String>
    )
        -> [String: BusinessCalendar]
    {
        var result: [String: BusinessCalendar] = [:]
        for definition in definitions {
            result[definition.name] = calendar(definition, holidays, known)
        }
        return result
    }

    private func calendar(
        _ definition: Definition,
        _ holidays: [String: HolidayList],
        _ known: Set<String>
    ) -> BusinessCalendar? {
        if definition.value.plain == "24x7" {
            return BusinessCalendar(id: definition.name, zone: nil, hours: nil)
        }
        guard let fields = Fields(definition.value, as: .calendar),
            let hours = fields.required("hours", "24x7")
        else { return nil }
        // A calendar has its own zone or its file's; never the machine's (R-32).
        let zone = fields["timezone"].map { zones.zone($0) } ?? definition.scope.zone
        if zone == nil, fields["timezone"] == nil {
            findings.error(
                .zoneMissing,
                at: definition.place,
                "calendar `\(definition.name)` has no timezone",
                fix: "Write `timezone: Europe/Berlin`, or the zone its hours are meant in"
            )
        }
        // Whatever stands on a calendar without its zone would be a finding of its own.
        guard let zone else { return nil }
        return BusinessCalendar(
            id: definition.name,
            zone: zone,
            hours: hours.plain == "24x7" ? nil : windows(hours),
            dates: dates(fields["dates"]),
            holidays: closedDates(fields["holidays"], holidays, known)
        )
    }

    func closedDates(
        _ value: Value?,
        _ holidays: [String: HolidayList],
        _ known: Set<String>
    ) -> Set<CivilDate> {
        guard let value, value.plain != "none" else { return [] }
        var dates: Set<CivilDate> = []
        for item in value.listOrOne("names of holidays") {
            dates.formUnion(closed(item, holidays, known))
        }
        return dates
    }

    private func dates(_ value: Value?) -> [CivilDate: [BusinessCalendar.Window]] {
        var dates: [CivilDate: [BusinessCalendar.Window]] = [:]
        for entry in value?.entries("dates") ?? [] {
            guard let date = CivilDate(written: entry.key) else {
                Value.complain(aboutDate: entry.key, at: entry.keyPlace, findings)
                continue
            }
            dates[date] = entry.value.plain == "closed" ? [] : onDate(entry.value)
        }
        return dates
    }

    /// Windows of the week, which may touch, never overlap.
    func windows(_ value: Value) -> [BusinessCalendar.Window] {
        let reader = WindowReader(findings: findings)
        let windows = reader.windows(value, needsDays: true)
        reader.checkOverlap(windows, at: value.place)
        return windows.map { WindowReader.business($0) }
    }

    private func onDate(_ value: Value) -> [BusinessCalendar.Window] {
        let reader = WindowReader(findings: findings)
        let windows = reader.windows(value, needsDays: false)
        for window in windows where window.to <= window.from {
            value.error(
                .emptySpan,
                "a window of one date goes from \(window.from.written) to \(window.to.written)",
                fix: "End it at 24:00 at the latest, and open the next date from 00:00"
            )
        }
        reader.checkOverlap(windows, at: value.place)
        return windows.map { WindowReader.business($0) }
    }

    /// The dates of the holidays that `item` names.
    func closed(
        _ item: Value,
        _ holidays: [String: HolidayList],
        _ known: Set<String>
    )
        -> Set<CivilDate>
    {
        guard let name = item.text("the name of holidays") else { return [] }
        if !known.contains(name) {
            item.error(
                .holidaysUnknown,
                "`\(name)` is not in holidays",
                fix: nearest(to: name, among: known).map { "Did you mean `\($0)`?" }
                    ?? "Define it under `holidays:`"
            )
        }
        return holidays[name]?.dates ?? []
    }
}
