import CivilTime
import Foundation
import OnCall
import Testing

/// A zone of the machine that runs the test.
func zone(_ name: String) throws -> Zone {
    let file = URL(fileURLWithPath: "/usr/share/zoneinfo").appendingPathComponent(name)
    return try Zone(name: name, tzif: [UInt8](Data(contentsOf: file)))
}

/// Every zone of the machine, one of those whose files are the same.
func everyZone() throws -> [Zone] {
    let folder = "/usr/share/zoneinfo"
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    var seen: Set<Data> = []
    return paths.compactMap { path in
        let isTwin = path.hasPrefix("posix") || path.hasPrefix("right")
        guard !isTwin, let bytes = FileManager.default.contents(atPath: "\(folder)/\(path)"),
            bytes.starts(with: Data("TZif".utf8)), seen.insert(bytes).inserted
        else { return nil }
        return try? Zone(name: path, tzif: [UInt8](bytes))
    }
}

/// A date from `2026-03-29`.
func date(_ text: String) throws -> CivilDate {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    try #require(parts.count == 3)
    return try #require(CivilDate(year: parts[0], month: parts[1], day: parts[2]))
}

/// A time on the wall from `09:00`.
func wall(_ text: String) throws -> WallTime {
    let parts = text.split(separator: ":").compactMap { Int($0) }
    try #require(parts.count == 2)
    return try #require(WallTime(hour: parts[0], minute: parts[1]))
}

/// An instant from local `2026-03-29T09:00`; the first where it happens twice.
func instant(_ text: String, _ zone: Zone) throws -> Instant {
    let parts = text.split(separator: "T").map { String($0) }
    try #require(parts.count == 2)
    return zone.first(of: CivilDateTime(date: try date(parts[0]), time: try wall(parts[1])))
}

/// Local `2026-03-29T09:00`, with seconds only where there are some.
func text(_ instant: Instant, _ zone: Zone) -> String {
    let civil = zone.civil(at: instant)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (year, month, day) = civil.date.components
    let seconds = civil.time.secondsSinceMidnight
    let clock = "\(two(seconds / 3600)):\(two(seconds / 60 % 60))"
    let rest = seconds % 60 == 0 ? "" : ":\(two(seconds % 60))"
    return "\(year)-\(two(month))-\(two(day))T\(clock)\(rest)"
}

let everyDay = Set(Weekday.allCases)
let weekdays: Set<Weekday> = [.monday, .tuesday, .wednesday, .thursday, .friday]
let weekend: Set<Weekday> = [.saturday, .sunday]
let someLine = SourceLine(file: "rotations/test.yaml", line: 1)

func hours(_ days: Set<Weekday>, _ from: String, _ to: String) throws -> HoursWindow {
    HoursWindow(days: days, from: try wall(from), to: try wall(to))
}

func version(
    _ from: String,
    _ order: [[PersonID]],
    first: Int = 0,
    line: Int = 1
) throws -> MemberVersion {
    MemberVersion(
        from: try date(from),
        order: order,
        first: first,
        source: SourceLine(file: "rotations/test.yaml", line: line)
    )
}

func version(_ from: String, _ order: PersonID..., line: Int = 1) throws -> MemberVersion {
    try version(from, order.map { [$0] }, line: line)
}

func layer(
    _ name: String,
    _ zone: Zone,
    hours: [HoursWindow]? = nil,
    onDates: [String]? = nil,
    every: Handoff.Interval,
    at: String,
    covered: Bool = false,
    _ versions: MemberVersion...
) throws -> Layer {
    Layer(
        name: name,
        zone: zone,
        hours: hours,
        onDates: try onDates.map { Set(try $0.map(date)) },
        handoff: Handoff(every: every, at: try wall(at), countsCoveredTurnsOnly: covered),
        versions: versions,
        source: someLine
    )
}

func rotation(
    _ id: RotationID,
    _ layers: Layer...,
    ifNobody: [String] = [],
    distinctFrom: RotationID? = nil
) -> Rotation {
    Rotation(
        id: id,
        title: id,
        zone: .utc,
        layers: layers,
        ifNobody: ifNobody,
        distinctFrom: distinctFrom,
        requiredCoverageSeconds: nil,
        source: SourceLine(file: "rotations/test.yaml", line: 99)
    )
}

func away(_ person: PersonID, _ from: String, until: String, _ zone: Zone) throws -> Away {
    Away(
        person: person,
        start: try instant(from + "T00:00", zone),
        end: try instant(until + "T24:00", zone),
        source: someLine
    )
}

func override(
    _ rotation: RotationID,
    _ from: String,
    _ to: String,
    _ zone: Zone,
    _ people: PersonID...,
    line: Int = 50
) throws -> Override {
    Override(
        rotation: rotation,
        start: try instant(from, zone),
        end: try instant(to, zone),
        people: people,
        insteadOf: nil,
        reason: nil,
        source: SourceLine(file: "rotations/test.yaml", line: line)
    )
}

extension Rotations {
    init(
        _ rotations: Rotation...,
        overrides: [Override] = [],
        away: [Away] = [],
        unreachable: Set<PersonID> = []
    ) {
        self.init(
            rotations: rotations,
            overrides: overrides,
            away: away,
            unreachable: unreachable
        )
    }

    /// The shifts as lines `from to people layer`, local times of `zone`.
    func timeline(
        _ rotation: RotationID,
        _ from: String,
        _ to: String,
        _ zone: Zone
    ) throws -> [String] {
        shifts(rotation, from: try instant(from, zone), to: try instant(to, zone)).map { shift in
            let answer = shift.answer
            let people = answer.people.isEmpty ? "-" : answer.people.joined(separator: "+")
            let by = answer.isGap ? "gap" : answer.isOverride ? "override" : answer.layer ?? "?"
            return "\(text(shift.start, zone)) \(text(shift.end, zone)) \(people) \(by)"
        }
    }

    /// Whoever answers, joined by `+`; `-` for nobody.
    func who(_ rotation: RotationID, _ at: String, _ zone: Zone) throws -> String {
        try who(rotation, at: instant(at, zone))
    }

    func who(_ rotation: RotationID, at instant: Instant) throws -> String {
        let people = try #require(answer(rotation, at: instant)).people
        return people.isEmpty ? "-" : people.joined(separator: "+")
    }
}
