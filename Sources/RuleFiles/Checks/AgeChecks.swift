import CivilTime

/// Whether what the rules rest on is still fresh: lists of holidays, the zone data.
struct AgeChecks {
    let compiled: Compilation
    let zones: Zones
    let horizon: Horizon
    let findings: Findings

    func run() {
        checkHolidays()
        checkZones()
    }

    private func checkHolidays() {
        let end = Zone.utc.civil(at: horizon.end).date
        for list in compiled.holidays.values where list.isWhole {
            guard let path = list.path, let last = list.dates.max(), last < end else { continue }
            findings.warn(
                .holidayFileEnds,
                at: list.place,
                "\(path) ends \(last.written), the horizon is \(end.written)",
                fix: "Renew it"
            )
        }
    }

    /// A release such as `2025b` names its year; its letter says how far into the year, roughly.
    private func checkZones() {
        let version = zones.version.unicodeScalars.prefix(5)
        guard version.count == 5,
            let year = digits(String(String.UnicodeScalarView(version.prefix(4)))),
            let letter = version.last, ("a"..."z").contains(letter),
            let released = CivilDate(
                year: year,
                month: min(12, Int(letter.value - 97) * 2 + 1),
                day: 1
            )
        else { return }
        let today = Zone.utc.civil(at: horizon.start).date
        guard today.daysSinceEpoch - released.daysSinceEpoch > 365 else { return }
        findings.warn(
            .tzdataOld,
            at: Place(file: "/usr/share/zoneinfo", line: 1, column: 1, endColumn: 2),
            "zone data \(zones.version) is older than 12 months",
            fix: "Update the package tzdata, then reload"
        )
    }
}
