import TestSupport

/// What may go wrong under one seed, and how often; a random part of all faults, so that each also
/// occurs without the others ("swarm testing").
struct Weather {
    /// Real milliseconds between two of a kind, on average; `nil` where it never happens.
    var crashEvery: Int64?
    var storeFaultEvery: Int64?
    var storeFaults: [FaultyDatabase.Fault]
    /// Spells of minutes in which the store refuses every write.
    var refuseEvery: Int64?
    var clockStepEvery: Int64?
    var suspendEvery: Int64?
    var reloadEvery: Int64?
    /// How long a receiver stays in one mood, on average.
    var moodEvery: Int64
    var moods: [Receiver.Mood]
    /// Parcels wait in the courier for up to so long before they begin.
    var queueMillisecondsMax: Int64
    var cases: Int
    var burst: Int
    /// Within what time those of the burst are opened.
    var burstMilliseconds: Int64
    /// Whether the store is put back to an earlier copy once.
    var restores: Bool
    /// Whether a process now and then finds that a case killed the two before it.
    var poisons: Bool
    /// Whether processes die in the middle of a turn, and not only between two.
    var crashesInTurns: Bool
    /// Whether many pages to one person leave in one message by `hook` (decision 0014).
    var bundles: Bool
    /// Of 100 pages that a person sees, those acknowledged.
    var diligence: Int

    /// One in ten seeds is calm, so that the tight bounds are checked as well.
    static func drawn(using random: inout SplitMix64) -> Weather {
        let isCalm = Int.random(in: 0..<10, using: &random) == 0
        func sometimes(_ hours: ClosedRange<Int64>, _ random: inout SplitMix64) -> Int64? {
            guard !isCalm, Bool.random(using: &random) else { return nil }
            return Int64.random(in: hours, using: &random) * hour
        }
        let faults = FaultyDatabase.Fault.allCases.filter { _ in Bool.random(using: &random) }
        let moods = Receiver.Mood.allCases.filter { _ in
            !isCalm && Int.random(in: 0..<3, using: &random) == 0
        }
        func rarely(_ one: Int, _ random: inout SplitMix64) -> Bool {
            !isCalm && Int.random(in: 0..<one, using: &random) == 0
        }
        let burst =
            Int.random(in: 0..<24, using: &random) == 0
            ? Int.random(in: 20...60, using: &random) : 0
        // One burst in four is a storm.
        let isStorm = burst > 0 && Int.random(in: 0..<4, using: &random) == 0
        return Weather(
            crashEvery: sometimes(2...48, &random),
            storeFaultEvery: faults.isEmpty ? nil : sometimes(1...24, &random),
            storeFaults: faults,
            refuseEvery: rarely(6, &random) ? day : nil,
            clockStepEvery: sometimes(6...72, &random),
            suspendEvery: sometimes(6...72, &random),
            reloadEvery: sometimes(12...96, &random),
            moodEvery: Int64.random(in: 1...24, using: &random) * hour,
            moods: [.well] + moods,
            queueMillisecondsMax: isCalm
                ? 20 : [20, 500, 8_000].randomElement(using: &random) ?? 20,
            cases: Int.random(in: 1...5, using: &random),
            burst: isStorm ? burst + 80 : burst,
            burstMilliseconds: isStorm ? 8 * second : minute,
            restores: rarely(30, &random),
            poisons: rarely(12, &random),
            crashesInTurns: rarely(4, &random),
            bundles: isStorm || Bool.random(using: &random),
            diligence: Int.random(in: 50...95, using: &random)
        )
    }

    /// Whether nothing at all goes wrong.
    var isCalm: Bool {
        crashEvery == nil && storeFaultEvery == nil && refuseEvery == nil && clockStepEvery == nil
            && suspendEvery == nil
            && reloadEvery == nil && moods == [.well]
    }
}

let second: Int64 = 1_000
let minute = 60 * second
let hour = 60 * minute
let day = 24 * hour
