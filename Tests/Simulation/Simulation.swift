import ArgumentParser

#if canImport(Glibc)
import Glibc
#endif

/// Lives many seeds' weeks with the production engine and store, and says which broke a promise.
@main
struct Simulation: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Simulation",
        abstract: "Seven virtual days a seed, with faults; exit 1 where a promise was broken.",
        discussion: "scripts/simulate runs it in several processes and sums what they print."
    )

    @Option(help: "The first seed.")
    var from: UInt64 = 1
    @Option(help: "How many seeds.")
    var seeds = 100
    @Option(help: "Virtual days with faults, before three hours without.")
    var days: Int64 = 7
    @Flag(help: "Print what each seed did, line by line.")
    var trace = false
    @Flag(help: "Stop at the first seed that breaks a promise.")
    var first = false

    func run() throws {
        var broken = 0
        var attempts = 0
        var sometimes = Sometimes()
        for seed in from..<from + UInt64(max(0, seeds)) {
            // The last of these lines names the seed that a process died of.
            Self.write("seed \(seed)", to: 2)
            let world = try Self.world(seed, days: days, isTraced: trace)
            // One seed in a hundred lives twice: the same story must be told.
            if seed % 100 == 0,
                try Self.world(seed, days: days, isTraced: false).mark != world.mark
            {
                world.violations.append("the seed's second life was another one")
            }
            for line in world.trace { Self.write(line) }
            attempts += world.ledger.attempts
            sometimes.add(world.sometimes)
            guard !world.violations.isEmpty else { continue }
            broken += 1
            Self.write("broken: seed \(seed), see it with: scripts/simulate --trace \(seed)")
            for violation in world.violations { Self.write("    \(violation)") }
            if first { break }
        }
        for event in Sometimes.Event.allCases {
            Self.write("sometimes: \(sometimes.counts[event] ?? 0) \(event.rawValue)")
        }
        Self.write("lived: \(seeds) seeds from \(from), \(attempts) attempts, \(broken) broken")
        if broken > 0 { throw ExitCode.failure }
    }

    /// Unbuffered: nothing said is lost with the process.
    private static func write(_ line: String, to file: CInt = 1) {
        let bytes = Array("\(line)\n".utf8)
        #if canImport(Glibc)
        _ = Glibc.write(file, bytes, bytes.count)
        #endif
    }

    private static func world(_ seed: UInt64, days: Int64, isTraced: Bool) throws -> World {
        let world = try World(seed: seed, isTraced: isTraced)
        world.run(days: days)
        return world
    }
}
