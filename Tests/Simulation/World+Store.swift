import CivilTime
import Delivery
import Engine
import Paging
import Store
import TestSupport

#if canImport(Glibc)
import Glibc
#endif

/// Copies of the store, put back later; and what somebody does who looks through what is open.
extension World {
    private var place: String { "/dev/shm/tocsin-simulation-\(getpid())-\(seed)" }

    /// A copy is made now, and takes the place of everything within the next day.
    func copyStore() {
        guard !isHealed else { return }
        guard !database.isRefusing else { return after(hour, .copyStore) }
        if copied == nil {
            do { try database.copy(to: place) } catch { violate("F12", "no copy: \(error)") }
            copied = senders.answered
            return after(Int64.random(in: minute...day, using: &random), .copyStore)
        }
        restore()
    }

    /// The process is stopped, the copy put back, the process started.
    private func restore() {
        guard let answered = copied else { return }
        checkEnded()
        if let node { witness.endWatch(at: node.steady.now()) }
        (node, ledger, bundles) = (nil, Ledger(), Bundles())
        late = []
        epoch += 1
        do {
            try database.restore(from: place, by: place + ".db")
        } catch {
            violate("F12", "the copy cannot be put back: \(error)")
        }
        // What was answered since is lost, and its senders were told; what the oracle saw as well.
        senders.answered = answered
        witness.rules = []
        knownRows = [:]
        (holdings, crew) = ([:], Crew())
        readAgain()
        let kept = all("SELECT id, number, is_open FROM cases WHERE title LIKE 'checkout%'") {
            ($0.text(0) ?? "", Int($0.int(1) ?? 0), $0.int(2) == 1)
        }
        for (id, number, _) in kept { crew.meet(id, number: number) }
        sometimes.note(.restored, kept.count(where: { $0.2 }))
        note("restored")
        start()
        restored = (clocks.continuous, node?.steady.now() ?? 0)
    }

    // MARK: The last gasp

    /// G12: what would be told if the store failed from now on names each open case of the highest
    /// priority, up to as many as it has room for.
    func keepLastWords() {
        guard let node, let words = try? node.engine.lastWords() else { return }
        let open = all(
            """
            SELECT number, policy, priority FROM cases
            WHERE is_open = 1 AND title LIKE 'checkout%'
            """
        ) { (Int($0.int(0) ?? 0), $0.text(1) ?? "", $0.text(2) ?? "") }
        let critical = open.filter { _, policy, priority in
            rulebook.policies[policy].map { $0.priorities.first?.name == priority } ?? false
        }
        lastWords = (epoch, words)
        let missing = critical.filter { !words.contains("case \($0.0) \($0.2) ") }
        if !words.contains(" more. On call"), let first = missing.first {
            violate("G12", "the last words leave out case \(first.0): \(words)")
        }
    }

    /// The store is lost: what this process kept beside it is all that anybody hears.
    ///
    /// It was kept when the fault was announced, and the first write since is the one that failed.
    func checkLastWords() {
        guard let (epoch, words) = lastWords, epoch == self.epoch else { return }
        let open = all(
            "SELECT number, priority FROM cases WHERE is_open = 1 AND title LIKE 'checkout%'"
        ) { "case \($0.int(0) ?? 0) \($0.text(1) ?? "") " }
        if open.contains(where: { words.contains($0) }) { sometimes.note(.lastGasp) }
    }

    func anyone() -> String { RandomRules.people.randomElement(using: &random) ?? "anna" }

    func removeCopies() {
        guard copied != nil else { return }
        for suffix in ["", ".part", ".db", ".db-wal", ".db-shm", ".db.lock", ".db.part"] {
            unlink(place + suffix)
        }
    }

    /// V18: for a quarter of an hour after a copy was put back nothing is paged case by case,
    /// unless people say so.
    func checkRestored(_ key: String, in parcel: Parcel) {
        guard let restored, clocks.continuous - restored.at < 14 * minute else { return }
        let id = Ledger.Taken(key, in: parcel).caseID
        let told = all(
            """
            SELECT count(*) FROM events WHERE case_id = '\(id)' AND way <> 'engine'
                AND recorded_at >= \(restored.time)
            """
        ) { $0.int(0) ?? 0 }
        guard key.hasPrefix("\(id).page."), told == [0] else { return }
        violate("V18", "\(key) was paged right after a copy was put back")
    }

    /// Two cases in three that have been open for half a day are taken or ended by somebody.
    func patrol() {
        if !isHealed { after(wait(10 * hour), .patrol) }
        guard let node else { return }
        let until = node.steady.now() - 6 * hour
        let open = all("SELECT number FROM cases WHERE is_open = 1 AND opened_at < \(until)") {
            Int($0.int(0) ?? 0)
        }
        for number in open where Int.random(in: 0..<3, using: &random) > 0 {
            let name: CaseEvent.Name = Bool.random(using: &random) ? .acknowledged : .resolved
            after(
                Int64.random(in: second...hour, using: &random),
                .act(Crew.Act(number: number, name: name, person: anyone()))
            )
        }
    }
}
