import CivilTime
import OnCall
import Paging
package import Store

extension CaseEngine {
    private static let criticalMax = 500
    private static let namedMax = 30

    /// The open cases of the highest priorities and who is on call, in plain words: what is kept
    /// beside the store for the day that it is lost (reliability.md G12).
    ///
    /// `marker` keeps word of the rotations that are asked.
    package func lastWords(marker: WorkMarker = .none) throws(StoreError) -> String {
        let (rulebook, now) = (self.rulebook, now())
        let highest = Set(rulebook.policies.values.compactMap { $0.priorities.first?.name })
        let (cases, open) = try reader.read { (snapshot) throws(StoreError) in
            var cases = try snapshot.urgentCases(limit: Self.criticalMax).cases
            let open = try snapshot.counts().openCases
            // Where lesser cases may have come first, the critical ones are asked for by name.
            for name in open > cases.count ? highest.sorted() : [] {
                let known = Set(cases.map(\.value.number))
                let filter = CaseFilter(priority: name)
                cases += try snapshot.cases(filter, limit: Self.criticalMax).cases
                    .filter { !known.contains($0.value.number) }
            }
            return (cases, open)
        }
        let critical = cases.map(\.value).filter { value in
            (rulebook.policy(for: value).rank(of: value.priority) ?? 0) == 0
        }
        let named = critical.prefix(Self.namedMax).map { value in
            let owner = value.acknowledgement?.by ?? "nobody"
            return "case \(value.number) \(value.priority) \(value.customer): \(value.title)"
                + " (acknowledged by \(owner))"
        }
        let rest = critical.count - named.count
        let duty = marker.under(rulebook) { Self.duty(rulebook, at: now) }
        return "at \(now), \(open) open cases; "
            + (named.isEmpty ? "none of the highest priority" : named.joined(separator: "; "))
            + (rest > 0 ? "; and \(rest) more" : "")
            + ". On call: \(duty.joined(separator: "; "))."
    }

    private static func duty(_ rulebook: Rulebook, at now: Instant) -> [String] {
        rulebook.rotations.rotations.keys.sorted().map { id in
            let people = rulebook.rotations.answer(id, at: now)?.people ?? []
            let names = people.map { rulebook.people[$0]?.name ?? $0 }
            return "\(id): \(names.isEmpty ? "nobody" : names.joined(separator: ", "))"
        }
    }
}
