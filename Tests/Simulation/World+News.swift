import Engine
import Paging
import Store
import TestSupport

/// How far the checks have read the log and the outbox, and what of it they keep in mind.
struct Readings {
    /// The last event by its number among all cases' events, and the last message by its row.
    var event: Int64 = 0
    var message: Int64 = 0
    /// When the last event was recorded.
    var recordedAt = Milliseconds.min
    /// By case and cycle.
    var climbs: [String: Climb] = [:]
    /// The names of all files that were in force since the last look.
    var inForce: Set<String> = []

    /// One run of a case's ladder.
    struct Climb {
        /// Steps and rounds that were paged or passed over, or that another stood for.
        var steps: Set<Int> = []
        var rounds: Set<Int> = []
        /// When each was paged, by its occasion.
        var pagedAt: [String: Milliseconds] = [:]
        /// Which of them went to whom by which contact.
        var sent: Set<String> = []
    }
}

/// A step or round of a ladder, as an occasion names it.
private struct Place {
    var cycle: Int
    var step: Int
    var round: Int

    init?(_ occasion: String) {
        let parts = occasion.split(separator: ".")
        guard parts.count == 4, parts[0] == "page" else { return nil }
        let numbers = parts.dropFirst().compactMap { Int($0.dropFirst()) }
        guard numbers.count == 3, numbers[1] > 0 else { return nil }
        (cycle, step, round) = (numbers[0], numbers[1], numbers[2])
    }
}

private struct NewEvent {
    var number: Int64
    var caseID: String
    var name: String
    var recordedAt: Milliseconds
    var occasion: String
}

private struct NewMessage {
    var id: Int64
    var key: String
    var caseID: String
    var priority: String
    var occasion: String
    var person: String?
    var contact: String
    var createdAt: Milliseconds
    /// The name of the files that decided it.
    var files: String?
    /// The steps that a page stands for.
    var steps: [Int]

    var place: Place? { Place(occasion) }
}

/// What is decided is read once, soon after: whom it pages, for what, and by which files.
extension World {
    /// The files that these rules stand for, or random ones, by a name that no others have had.
    ///
    /// Short, for a message keeps only the beginning of it.
    func newFiles(_ rules: PlainRules?) -> Rulebook {
        filesCount += 1
        let name = "files \(filesCount)"
        if let rules {
            versions[name] = rules
            return rules.rulebook(name)
        }
        let drawn = RandomRules.rulebook(using: &random)
        return Rulebook(
            people: drawn.people,
            rotations: drawn.rotations,
            calendars: drawn.calendars,
            ladders: drawn.ladders,
            policies: drawn.policies,
            hash: name,
            zoneDataVersion: drawn.zoneDataVersion
        )
    }

    /// V17: the files that decide are those that were handed over whole and whose turn was kept.
    func checkFiles(_ node: Node) {
        let deciding = node.engine.rulebook
        guard deciding !== rulebook else { return }
        violate("V17", "`\(deciding.hash)` decide, and `\(rulebook.hash)` were put in force last")
    }

    /// V11, V15 and V17 for all that was decided since the last look.
    func lookAtNew() {
        let (events, messages) = takeNew()
        for event in events where event.name == "paged" { checkNothingLost(event) }
        for message in messages {
            if message.files.map({ readings.inForce.contains($0) }) != true {
                violate(
                    "V17",
                    "\(message.key) names `\(message.files ?? "no files")`, in force were "
                        + readings.inForce.sorted().joined(separator: ", ")
                )
            }
            checkOnCall(message)
        }
        readings.inForce = [rulebook.shortHash]
    }

    /// What a copy holds that was put back was judged before it was made.
    func readAgain() {
        readings = Readings(inForce: [rulebook.shortHash])
        _ = takeNew()
    }

    // MARK: V15, occurrences

    private func takeNew() -> (events: [NewEvent], messages: [NewMessage]) {
        let (events, messages) = (newEvents(), newMessages())
        for event in events { take(event) }
        for message in messages {
            guard let place = message.place else { continue }
            let climb = "\(message.caseID) \(place.cycle)"
            let way = "\(place.step).\(place.round) \(message.person ?? "-") \(message.contact)"
            readings.climbs[climb, default: Readings.Climb()].steps.formUnion(message.steps)
            let isFirst =
                readings.climbs[climb, default: Readings.Climb()].sent.insert(way).inserted
            if !isFirst { violate("V15", "\(message.key) is a second key for one occurrence") }
        }
        readings.event = events.last?.number ?? readings.event
        readings.message = messages.last?.id ?? readings.message
        return (events, messages)
    }

    /// V15: however the wall clock steps, the log never goes back, and nothing is paged twice.
    private func take(_ event: NewEvent) {
        if event.recordedAt < readings.recordedAt {
            let back = readings.recordedAt - event.recordedAt
            violate("V15", "\(event.name) of \(event.caseID) was recorded \(back) ms back in time")
        }
        readings.recordedAt = event.recordedAt
        guard let place = Place(event.occasion) else { return }
        let key = "\(event.caseID) \(place.cycle)"
        var climb = readings.climbs.removeValue(forKey: key) ?? Readings.Climb()
        switch event.name {
        case "paged":
            let known = climb.pagedAt[event.occasion]
            if let known, known != event.recordedAt {
                violate("V15", "\(event.occasion) of \(event.caseID) was paged at two instants")
            }
            climb.pagedAt[event.occasion] = event.recordedAt
            climb.steps.insert(place.step)
            climb.rounds.insert(place.round)
        case "caught_up":
            climb.steps.insert(place.step)
            climb.rounds.insert(place.round)
        case "step_skipped":
            // Those that fell due together with it have no word of their own.
            climb.steps.formUnion(1...place.step)
            climb.rounds.insert(place.round)
        default: break
        }
        readings.climbs[key] = climb
    }

    /// V15: what fell due while time stepped ahead, or nobody ran, is on record.
    private func checkNothingLost(_ event: NewEvent) {
        guard let place = Place(event.occasion),
            let climb = readings.climbs["\(event.caseID) \(place.cycle)"]
        else { return }
        if place.round > 1 {
            if climb.rounds.contains(place.round - 1) { return }
            violate("V15", "\(event.caseID) \(event.occasion): the round before left no word")
        } else {
            // The first round stands behind every step.
            let before = place.round == 0 ? place.step - 1 : place.step
            let lost = (0..<before).first { !climb.steps.contains($0 + 1) }
            guard let lost else { return }
            violate("V15", "\(event.caseID) \(event.occasion): step \(lost + 1) left no word")
        }
    }

    // MARK: V11, people

    /// V11: whoever is paged was on call by the files that the message names, when it was made.
    ///
    /// Which steps are due is the oracle's to say; this holds for every page all the same.
    private func checkOnCall(_ message: NewMessage) {
        guard let person = message.person, let rules = message.files.flatMap({ versions[$0] }),
            let ladder = rules.priorities.first(where: { $0.name == message.priority })?.ladder
        else { return }
        let at = Int(message.createdAt / second)
        var targets = ladder.leadership
        var last: [String]? = targets
        if let place = message.place {
            guard place.step <= ladder.steps.count else { return }
            let steps = ladder.steps.prefix(place.round > 0 ? ladder.steps.count : place.step)
            targets = steps.flatMap(\.page) + (place.round > 0 ? ladder.leadership : [])
            last = place.round > 0 ? targets : ladder.steps[place.step - 1].page
            if place.step < ladder.steps.count { last = nil }
        } else if !message.occasion.hasPrefix("escalation.") {
            return
        }
        var wanted = Oracle.people(targets, rules, at: at)
        // Only where nobody stands behind the last step.
        if let last, Oracle.people(last, rules, at: at).isEmpty {
            wanted.formUnion(Oracle.people(ladder.lastResort, rules, at: at))
        }
        if wanted.contains(person) {
            notePage(to: person, targets, ladder, rules, at: at)
        } else if !isOwner(person, message) {
            violate(
                "V11",
                "\(message.key) at \(at): by `\(message.files ?? "-")` on call were"
                    + " \(wanted.sorted())"
            )
        }
    }

    private func notePage(
        to person: String,
        _ targets: [String],
        _ ladder: PlainRules.Ladder,
        _ rules: PlainRules,
        at instant: Int
    ) {
        if Oracle.people(ladder.leadership, rules, at: instant).contains(person) {
            sometimes.note(.leadershipPaged)
        }
        guard Self.isClockChange(Milliseconds(instant)) else { return }
        let isByClock = targets.compactMap { rules.rotations[$0] }.contains {
            $0.isAtClockChange && Oracle.onCall($0, at: instant).contains(person)
        }
        if isByClock { sometimes.note(.clocksSet) }
    }

    /// Whether a first step went to somebody who once had the case; also, whether its priority was
    /// changed since, so that nobody knows by which ladder it was paged.
    private func isOwner(_ person: String, _ message: NewMessage) -> Bool {
        let mayStartAtOwner = message.place?.round == 0 && message.steps.contains(1)
        return !all(
            """
            SELECT 1 FROM events WHERE case_id = ?1
                AND (name = 'priority_changed' AND recorded_at >= ?2
                    OR ?3 = 1 AND (name = 'acknowledged' AND by = ?4
                        OR name = 'reassigned' AND person = ?4))
            LIMIT 1
            """,
            with: [
                .text(message.caseID), .int(message.createdAt), .int(mayStartAtOwner ? 1 : 0),
                .text(person),
            ]
        ) { _ in true }.isEmpty
    }

    // MARK: Own queries

    private func newEvents() -> [NewEvent] {
        all(
            """
            SELECT number, case_id, name, recorded_at, occasion FROM events
            WHERE number IS NOT NULL AND number > ?1 ORDER BY number
            """,
            with: [.int(readings.event)]
        ) {
            NewEvent(
                number: $0.int(0) ?? 0,
                caseID: $0.text(1) ?? "",
                name: $0.text(2) ?? "",
                recordedAt: $0.int(3) ?? 0,
                occasion: $0.text(4) ?? ""
            )
        }
    }

    private func newMessages() -> [NewMessage] {
        all(
            """
            SELECT id, key, case_id, (SELECT priority FROM cases WHERE number = case_number),
                occasion, person, contact, created_at, rulebook, page_steps
            FROM notifications WHERE id > ?1 ORDER BY id
            """,
            with: [.int(readings.message)]
        ) {
            NewMessage(
                id: $0.int(0) ?? 0,
                key: $0.text(1) ?? "",
                caseID: $0.text(2) ?? "",
                priority: $0.text(3) ?? "",
                occasion: $0.text(4) ?? "",
                person: $0.text(5),
                contact: $0.text(6) ?? "",
                createdAt: $0.int(7) ?? 0,
                files: $0.text(8),
                steps: ($0.text(9) ?? "").split(separator: ",").compactMap { Int($0) }
            )
        }
    }
}
