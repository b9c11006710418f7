import CivilTime
import Delivery
import Engine
import Paging
import Store

/// What the world remembers for the oracle while it goes on.
struct Witness {
    /// The plain rules, and since when by the engine's clock; empty where the rules are not plain.
    var rules: [(from: Int, rules: PlainRules)] = []
    /// Stretches of the engine's clock in which it ran undisturbed.
    private(set) var watches: [(from: Int, to: Int)] = []
    private var watchedSince: Int?
    /// When each message was first handed over, by key, and when it was first known to have
    /// arrived, by page.
    private(set) var left: [String: Int] = [:]
    private(set) var reached: [String: Int] = [:]

    /// A process that starts by a wall clock set back lives hours again in which nobody acted.
    mutating func beginWatch(at instant: Milliseconds) {
        let from = Int(instant / second)
        watches = watches.map { ($0.from, min($0.to, from)) }.filter { $0.0 < $0.1 }
        watchedSince = from
    }

    mutating func endWatch(at instant: Milliseconds) {
        if let from = watchedSince, Int(instant / second) > from {
            watches.append((from, Int(instant / second)))
        }
        watchedSince = nil
    }

    mutating func note(left key: String, at instant: Milliseconds) {
        if left[key] == nil { left[key] = Int(instant / second) }
    }

    mutating func note(reached key: String, at instant: Milliseconds) {
        let page = key.split(separator: ".").dropLast().joined(separator: ".")
        if reached[page] == nil { reached[page] = Int(instant / second) }
    }
}

extension World {
    /// Compares every case with what the oracle makes of it.
    func concludeOracle() {
        guard !witness.rules.isEmpty, let node else { return }
        witness.endWatch(at: node.steady.now())
        let oracle = Oracle(
            rules: witness.rules,
            watches: witness.watches,
            hold: weather.bundles ? 10 : 0
        )
        let ids = all("SELECT id, number FROM cases WHERE title LIKE 'checkout%'") {
            ($0.text(0) ?? "", Int($0.int(1) ?? 0))
        }
        // Nobody decides about a case that was set aside.
        for (id, number) in ids where !setAside.contains(number) {
            let story = story(of: id, number: number, until: Int(node.steady.now() / second))
            let faults = oracle.faults(of: story)
            for fault in faults { violate("oracle", "case \(number): \(fault)") }
            if isTraced, !faults.isEmpty { traceLog(of: id) }
        }
    }

    func traceLog(of id: String) {
        for (from, rules) in witness.rules {
            for (name, rotation) in rules.rotations.sorted(by: { $0.key < $1.key }) {
                trace.append("rules \(from) \(name) \(rotation)")
            }
            for priority in rules.priorities { trace.append("rules \(from) \(priority)") }
        }
        for row in tellings(of: id) {
            let told = row.told
            let words = [told.by, told.person, told.priority, told.status, told.reason]
                .compactMap { $0 }.joined(separator: " ")
            trace.append("log \(told.at) \(row.recordedAt) \(told.name) \(row.occasion) \(words)")
        }
    }

    private func story(of id: String, number: Int, until end: Int) -> Oracle.Story {
        var story = Oracle.Story(
            number: number,
            told: [],
            pages: [],
            escalations: [],
            expiries: [],
            responseBreaches: [],
            reminders: [],
            end: end
        )
        for row in tellings(of: id) {
            if row.way != "engine" {
                story.told.append(row.told)
                continue
            }
            let recorded = row.recordedAt
            switch row.told.name {
            case "paged": note(row, of: id, in: &story)
            case "ack_expired": story.expiries.append(row.told.at)
            case "breached":
                if row.occasion.hasPrefix("response.") { story.responseBreaches.append(recorded) }
            case "reminded":
                if row.occasion.hasPrefix("reminder.") { story.reminders.append(recorded) }
            default: break
            }
        }
        return story
    }

    /// Adds a person to the page of its occasion.
    private func note(_ row: Telling, of id: String, in story: inout Oracle.Story) {
        guard let person = row.told.person else { return }
        let page = "\(id).\(row.occasion).\(person)"
        let leftAt = ["hook", "bell"].compactMap { witness.left["\(page).\($0)"] }.min()
        let parts = row.occasion.split(separator: ".")
        if parts.first == "escalation" {
            if let last = story.escalations.indices.last,
                story.escalations[last].at == row.recordedAt
            {
                story.escalations[last].people.insert(person)
            } else {
                story.escalations.append((row.recordedAt, [person]))
            }
            return
        }
        guard parts.first == "page", parts.count == 4 else {
            return violate("V6", "\(page) is a page that no text knows")
        }
        let numbers = parts.dropFirst().compactMap { Int($0.dropFirst()) }
        let reachedAt = witness.reached[page]
        if let last = story.pages.last, last.cycle == numbers[0], last.step == numbers[1],
            last.round == numbers[2]
        {
            let index = story.pages.count - 1
            story.pages[index].people.insert(person)
            story.pages[index].leftAt = Self.latest(last.leftAt, leftAt)
            story.pages[index].reachedAt = [last.reachedAt, reachedAt].compactMap { $0 }.min()
        } else {
            story.pages.append(
                Oracle.Paged(
                    cycle: numbers[0],
                    step: numbers[1],
                    round: numbers[2],
                    decidedAt: row.recordedAt,
                    people: [person],
                    leftAt: leftAt,
                    reachedAt: reachedAt
                )
            )
        }
    }

    /// Everyone must be paged: one whose page never left makes the whole late.
    private static func latest(_ left: Int?, _ right: Int?) -> Int? {
        guard let left, let right else { return nil }
        return max(left, right)
    }

    private struct Telling {
        var told: Oracle.Told
        var way: String
        var recordedAt: Int
        var occasion: String
    }

    private func tellings(of id: String) -> [Telling] {
        func seconds(_ milliseconds: Milliseconds?) -> Int? {
            milliseconds.map { Int($0 / second) }
        }
        return all(
            """
            SELECT at, name, by, person, priority, status, reason, until, way, recorded_at, occasion
            FROM events WHERE case_id = '\(id)' ORDER BY sequence
            """
        ) {
            Telling(
                told: Oracle.Told(
                    at: seconds($0.int(0)) ?? 0,
                    name: $0.text(1) ?? "",
                    by: $0.text(2),
                    person: $0.text(3),
                    priority: $0.text(4),
                    status: $0.text(5),
                    reason: $0.text(6),
                    until: seconds($0.int(7))
                ),
                way: $0.text(8) ?? "",
                recordedAt: seconds($0.int(9)) ?? 0,
                occasion: $0.text(10) ?? ""
            )
        }
    }
}
