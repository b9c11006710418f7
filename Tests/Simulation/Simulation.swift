import ArgumentParser
import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Lives many seeds' weeks with the production engine and store, and says which broke a promise.
@main
struct Simulation: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Simulation",
        abstract: "Seven virtual days a seed, with faults; exit 1 where a promise was broken."
    )

    @Option(help: "The first seed.")
    var from: UInt64 = 1
    @Option(help: "How many seeds.")
    var seeds = 100
    @Option(help: "Virtual days with faults, before half an hour without.")
    var days: Int64 = 7
    @Option(help: "Threads; the answer does not depend on them.")
    var threads = 2
    @Flag(help: "Print what each seed did, line by line.")
    var trace = false

    struct Tally {
        var next: UInt64
        var done = 0
        var attempts = 0
        var broken: [(seed: UInt64, violations: [String])] = []
        var sometimes = Sometimes()
    }

    func run() throws {
        let tally = Mutex(Tally(next: from))
        let end = from + UInt64(max(0, seeds))
        let (days, isTraced) = (days, trace)
        DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
            while let seed = tally.withLock({ tally -> UInt64? in
                guard tally.next < end else { return nil }
                defer { tally.next += 1 }
                return tally.next
            }) {
                let world = Self.world(seed, days: days, isTraced: isTraced)
                // One seed in a hundred lives twice: the same story must be told.
                var violations = world.violations
                if seed % 100 == 0, Self.world(seed, days: days, isTraced: false).mark != world.mark
                {
                    violations.append("the seed's second life was another one")
                }
                tally.withLock { tally in
                    tally.done += 1
                    tally.attempts += world.ledger.attempts
                    tally.sometimes.add(world.sometimes)
                    if !violations.isEmpty { tally.broken.append((seed, violations)) }
                    if isTraced { print(world.trace.joined(separator: "\n")) }
                }
            }
        }
        let result = tally.withLock { $0 }
        report(result)
        if !result.broken.isEmpty { throw ExitCode.failure }
    }

    private static func world(_ seed: UInt64, days: Int64, isTraced: Bool) -> World {
        do {
            let world = try World(seed: seed, isTraced: isTraced)
            world.run(days: days)
            return world
        } catch {
            preconditionFailure("seed \(seed): no database in memory: \(error)")
        }
    }

    private func report(_ tally: Tally) {
        for (seed, violations) in tally.broken.sorted(by: { $0.seed < $1.seed }).prefix(20) {
            print("seed \(seed): Simulation --from \(seed) --seeds 1 --trace")
            for violation in violations { print("    \(violation)") }
        }
        for event in tally.sometimes.never { print("never: \(event.rawValue)") }
        print(
            "seeds \(tally.done), from \(from), \(days) virtual days each,"
                + " attempts \(tally.attempts), broken \(tally.broken.count),"
                + " never seen \(tally.sometimes.never.count)"
        )
    }
}
