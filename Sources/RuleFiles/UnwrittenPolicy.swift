import Clocks
import OnCall
import Paging

/// What holds where the files have no policy at all: answer in an hour, page everybody on call.
///
/// Rotations alone are a whole tree for `who` and `shifts`; a case opened on it must page somebody.
struct UnwrittenPolicy {
    static let id = "without-policy"

    let ladder: Ladder
    let policy: Policy

    init(rotations: [Rotation], people: [PeopleReader.Draft]) {
        let ids = rotations.isEmpty ? people.map(\.person.id) : rotations.map(\.id)
        let targets = ids.sorted()
        let source = rotations.first?.source ?? people.first?.person.source
        let place = source ?? SourceLine(file: "config", line: 1)
        ladder = Ladder(
            id: Self.id,
            hours: nil,
            steps: [Ladder.Step(at: .seconds(0), page: targets, source: place)],
            leadership: targets,
            lastResort: targets,
            repeatEverySeconds: nil,
            repeatTimes: nil,
            source: place
        )
        let response = Promise(target: .elapsed(seconds: 3_600), calendar: .always, text: "1 h")
        let priority = Policy.Priority(
            promises: PriorityPromises(name: "P1", response: response),
            title: "Anything",
            also: [],
            urgency: .page,
            ladder: Self.id,
            source: place
        )
        policy = Policy(
            id: Self.id,
            title: "No policy is written",
            sourceText: nil,
            effectiveFrom: nil,
            defaultPriority: ["any": "P1"],
            print: [],
            priorities: [priority],
            customerNotices: [],
            maintenance: nil,
            readings: [],
            source: place
        )
    }
}
