import CivilTime
import OnCall
import Paging
import Shapes

/// Who answers for each rotation, by files or by what a daemon says.
protocol Schedule {
    var rotationNames: [RotationID] { get }
    /// Contiguous over `[start, end)`; `nil` where there is no such rotation.
    func shifts(_ rotation: RotationID, from start: Instant, to end: Instant) -> [Shift]?
    /// `nil` where it is not known.
    func zone(of rotation: RotationID) -> Zone?
    /// Their names for people; `nobody` for an empty list.
    func names(of people: [PersonID]) -> String
}

extension Rulebook: Schedule {
    var rotationNames: [RotationID] { Array(rotations.rotations.keys) }

    func shifts(_ rotation: RotationID, from start: Instant, to end: Instant) -> [Shift]? {
        rotations.rotations[rotation].map { _ in
            rotations.shifts(rotation, from: start, to: end)
        }
    }

    func zone(of rotation: RotationID) -> Zone? { rotations.rotations[rotation]?.zone }

    func names(of people: [PersonID]) -> String { names(people) }
}

/// What a running daemon has in force, asked for once.
struct ScheduleInForce: Schedule {
    private var shifts: [RotationID: [Shift]] = [:]

    init(
        _ connection: Connection,
        from start: Instant,
        to end: Instant
    ) throws(CommandFailure) {
        let names = try connection.get("/v1/oncall").json["rotations"]?.array ?? []
        for name in names.compactMap({ $0["rotation"]?.string }) {
            let answer = try connection.get(
                "/v1/rotations/\(Connection.escaped(name))/shifts",
                [("from", start.rfc3339), ("to", end.rfc3339)]
            )
            shifts[name] = (answer.json["shifts"]?.array ?? []).compactMap { Shift(json: $0) }
        }
    }

    var rotationNames: [RotationID] { Array(shifts.keys) }

    func shifts(_ rotation: RotationID, from start: Instant, to end: Instant) -> [Shift]? {
        shifts[rotation]
    }

    func zone(of rotation: RotationID) -> Zone? { nil }

    func names(of people: [PersonID]) -> String {
        people.isEmpty ? "nobody" : people.joined(separator: ", ")
    }
}

extension Shift {
    /// As `/v1/rotations/{name}/shifts` has it, which names no line of a file.
    fileprivate init?(json: JSON) {
        guard let start = json["start"]?.string.flatMap({ Instant(rfc3339: $0) }),
            let end = json["end"]?.string.flatMap({ Instant(rfc3339: $0) })
        else { return nil }
        let answer = Answer(
            people: (json["people"]?.array ?? []).compactMap(\.string),
            layer: json["layer"]?.string,
            isOverride: json["override"]?.bool ?? false,
            isGap: json["gap"]?.bool ?? false,
            source: SourceLine(file: "", line: 0)
        )
        self.init(start: start, end: end, answer: answer)
    }
}
