import CivilTime
import Delivery
import Engine
import OnCall
import Paging
import Store
import Synchronization
import TestSupport

/// One seed's seven days: the production engine on a real store, in a machine, a network and a team
/// that are made up and that fail as the seed says.
///
/// Single-threaded and deterministic: the same seed tells the same story.
final class World {
    /// What is going to happen by the continuous clock.
    enum Happening {
        case crash
        case restart
        case threatenStore
        /// The store refuses everything for minutes.
        case refuse
        case relent
        case stepClock
        case suspend
        case reload
        case changeMoods
        /// Somebody looks through what is open.
        case patrol
        case copyStore
        case open(Sender.Letter)
        case act(Crew.Act)
        /// The courier gets to a parcel.
        case begin(Parcel, epoch: Int)
        /// The sender hears how an attempt ended.
        case report(AttemptReport, epoch: Int)
        /// The sender hears much later that a receiver had taken it.
        case hearLate(AttemptReport, epoch: Int)
        /// The person looks at what the receiver took.
        case see(Ledger.Taken)
    }

    let seed: UInt64
    var random: SplitMix64
    let weather: Weather
    let clocks: VirtualClocks
    let database: FaultyDatabase
    let store: CaseStore
    var agenda = Agenda<Happening>()
    var node: Node?
    /// How many processes there were; what an earlier one waits for is lost.
    var epoch = 0
    var rulebook: Rulebook
    /// `nil` where the rules of this seed are too rich for the oracle.
    var plain: PlainRules?
    /// Whether the files were changed while nothing ran, and no process has begun under them yet.
    var hasOtherFiles = false
    var witness = Witness()
    var receivers: [String: Receiver] = [:]
    var ledger = Ledger()
    var crew = Crew()
    var senders = Sender()
    var sometimes = Sometimes()
    var violations: [String] = []
    /// What the seed did, for `--trace`; empty unless asked for.
    var trace: [String] = []
    let isTraced: Bool
    /// When the world was last disturbed so that lateness is excused, by the continuous clock.
    var disturbedAt: Milliseconds = 0
    /// No new faults come; what is broken may stay so.
    var isHealed = false
    /// Everything that was done, mixed into one number: equal stories have equal marks.
    private(set) var mark: UInt64 = 0xCBF2_9CE4_8422_2325
    /// What the checks have read of each case's log.
    var holdings: [String: Holding] = [:]
    let newIDs = Counter()
    /// What had been answered when a copy of the store was made; `nil` where none was.
    var copied: [Int: Int]?
    /// When it was put back, by the continuous clock and by the engine's.
    var restored: (at: Milliseconds, time: Milliseconds)?
    /// The case that the last two processes are said to have died of.
    var poison: Int?
    /// Cases set aside once.
    var setAside: Set<Int> = []
    /// The key of each message that was handed over, by its row.
    var keys: [Int64: String] = [:]
    var bundles = Bundles()
    /// What this process kept last for the day that its store is lost.
    var lastWords: (epoch: Int, text: String)?
    /// Who said of which case to have it, as `number person`.
    var acknowledged: Set<String> = []
    /// The outbox as it was when a process last ended.
    var knownRows: [Int64: KnownRow] = [:]
    /// What was asked of the store last, by the line that asks.
    var statements: [String: SQL] = [:]
    /// The plain rules behind each reading of the files, by the name that messages keep.
    var versions: [String: PlainRules] = [:]
    var filesCount = 0
    var readings = Readings()
    /// Given up, and said to have arrived after all; by row.
    var late: Set<Int64> = []
    /// Turns so far, of all processes.
    var turns = 0
    /// When the auditor last looked, by the continuous clock.
    var auditedAt: Milliseconds = 0
    /// What the tables held when the store began to refuse.
    var refusal: Refused?
    /// Turns in a row at one instant; a loop that never sleeps is a fault as well.
    var turnsAtInstant = (at: Milliseconds(-1), count: 0)

    init(seed: UInt64, isTraced: Bool = false) throws {
        self.seed = seed
        self.isTraced = isTraced
        random = SplitMix64(seed: seed)
        weather = Weather.drawn(using: &random)
        // One world in four has every feature of a policy, and is held to the invariants alone.
        if Int.random(in: 0..<4, using: &random) > 0 {
            let rules = PlainRules.drawn(using: &random)
            plain = rules
            rulebook = rules.rulebook("plain")
            versions = ["plain": rules]
        } else {
            rulebook = RandomRules.rulebook(using: &random)
        }
        let start = Self.beginning(using: &random) * second
        clocks = VirtualClocks(wall: start)
        database = try FaultyDatabase()
        store = try CaseStore(database)
        for person in RandomRules.people {
            for channel in ["hook", "bell"] { receivers["\(channel)/\(person)"] = Receiver() }
        }
    }

    /// When Berlin sets its clocks back, forward and back again, in seconds since 1970.
    static let clockChanges: [Int64] = [1_761_440_400, 1_774_746_000, 1_792_890_000]

    /// In seconds since 1970; one week in eight holds a night in which Berlin sets its clocks.
    private static func beginning(using random: inout SplitMix64) -> Int64 {
        guard Int.random(in: 0..<8, using: &random) == 0 else {
            return Int64.random(in: 1_760_000_000...1_790_000_000, using: &random)
        }
        let change = clockChanges.randomElement(using: &random) ?? clockChanges[0]
        return change - Int64.random(in: 7_200...(6 * 86_400), using: &random)
    }

    /// The next such night after the beginning; far away in most weeks.
    private var clockChange: Milliseconds {
        let ahead = Self.clockChanges.map { $0 * second }.filter { $0 > clocks.wall }
        return ahead.first ?? Int64.max / 2
    }

    /// Days with faults, half an hour in which a random core works and all else stays broken, then
    /// hours in which everything does.
    func run(days: Int64) {
        start()
        if let plain, let node {
            witness.rules = [(Int(node.steady.now() / second) - 1, plain)]
        }
        plan(days: days)
        pass(until: days * day)
        healCore()
        pass(until: days * day + 30 * minute)
        concludeConvergence()
        heal()
        pass(until: days * day + 3 * hour)
        conclude()
        concludeOracle()
        removeCopies()
    }

    // MARK: Time

    private func pass(until end: Milliseconds) {
        while true {
            let wake = node.map { max($0.wakeAt ?? Int64.max, clocks.continuous) } ?? Int64.max
            let next = min(agenda.next ?? Int64.max, wake)
            guard next <= end else { break }
            clocks.advance(to: next)
            if let at = agenda.next, at <= wake, let happening = agenda.removeFirst() {
                perform(happening)
            } else {
                turn([])
            }
        }
        clocks.advance(to: end)
    }

    func after(_ milliseconds: Milliseconds, _ happening: Happening) {
        agenda.add(happening, at: clocks.continuous + max(0, milliseconds))
    }

    /// A wait of `mean` on average.
    func wait(_ mean: Milliseconds) -> Milliseconds {
        Int64.random(in: max(1, mean / 4)...(mean * 7 / 4), using: &random)
    }

    func note(_ line: @autoclosure () -> String) {
        let line = line()
        for byte in line.utf8 { mark = (mark ^ UInt64(byte)) &* 0x100_0000_01B3 }
        mark = (mark ^ UInt64(bitPattern: clocks.continuous)) &* 0x100_0000_01B3
        if isTraced {
            trace.append("\(Instant(milliseconds: clocks.wall)) \(line)")
        }
    }

    func violate(_ rule: String, _ sentence: String) {
        guard violations.count < 20 else { return }
        violations.append("\(rule) at \(Instant(milliseconds: clocks.wall)): \(sentence)")
        note("VIOLATION \(rule) \(sentence)")
    }

    // MARK: What happens

    private func plan(days: Int64) {
        if let every = weather.crashEvery { after(wait(every), .crash) }
        if let every = weather.storeFaultEvery { after(wait(every), .threatenStore) }
        if let every = weather.refuseEvery { after(wait(every), .refuse) }
        if let every = weather.clockStepEvery { after(wait(every), .stepClock) }
        if let every = weather.suspendEvery { after(wait(every), .suspend) }
        if let every = weather.reloadEvery { after(wait(every), .reload) }
        after(wait(weather.moodEvery), .changeMoods)
        after(wait(10 * hour), .patrol)
        if weather.restores { after(Int64.random(in: day...(3 * day), using: &random), .copyStore) }
        let letters = senders.letters(
            weather,
            days: days,
            change: clockChange - clocks.wall,
            using: &random
        )
        for letter in letters { after(letter.at, .open(letter)) }
    }

    private func perform(_ happening: Happening) {
        switch happening {
        case .crash: crashForAWhile(every: weather.crashEvery)
        case .restart: start()
        case .threatenStore: threatenStore()
        case .refuse: refuse()
        case .relent: relent()
        case .stepClock: stepClock()
        case .suspend: suspend()
        case .reload: reload()
        case .changeMoods:
            if !isHealed { changeMoods() }
        case .patrol: patrol()
        case .copyStore: copyStore()
        case .open(let letter): post(letter)
        case .act(let act): perform(act)
        case .begin(let parcel, let epoch): begin(parcel, of: epoch)
        case .report(let report, let epoch):
            guard epoch == self.epoch, node != nil else { return }
            ledger.inFlight -= 1
            turn([.reports([report])])
        case .hearLate(let report, let epoch): hearLate(report, of: epoch)
        case .see(let taken): see(taken)
        }
    }

    private func crashForAWhile(every: Int64?) {
        crash("killed")
        if let every, !isHealed { after(wait(every), .crash) }
    }

    private func threatenStore() {
        guard !isHealed else { return }
        database.threaten(weather.storeFaults.randomElement(using: &random))
        keepLastWords()
        if let every = weather.storeFaultEvery { after(wait(every), .threatenStore) }
    }

    private func stepClock() {
        guard !isHealed else { return }
        let steps: [Int64] = [1, -1, 61, -61, -2 * 3_600, 86_400, -90 * 86_400]
        let step = (steps.randomElement(using: &random) ?? 1) * second
        note("wall clock steps by \(step / second) s")
        disturb { clocks.step(by: step) }
        if step < -hour { sometimes.note(.clockBackAnHour) }
        if let every = weather.clockStepEvery { after(wait(every), .stepClock) }
    }

    /// Something happens to the machine under the process, which looks around once it is over.
    private func disturb(_ change: () -> Void) {
        if let node { witness.endWatch(at: node.steady.now()) }
        change()
        disturbedAt = clocks.continuous
        if let node, node.hasBegun, !database.isRefusing {
            witness.beginWatch(at: node.steady.now())
        }
        turn([])
    }

    /// Nobody runs and no timer fires, while time goes on; only what lies in the future moves.
    private func suspend() {
        guard !isHealed else { return }
        let length = Int64.random(in: second...(30 * minute), using: &random)
        note("suspended for \(length / second) s")
        disturb { clocks.advance(to: clocks.continuous + length) }
        if let every = weather.suspendEvery { after(wait(every), .suspend) }
    }

    private func reload() {
        guard !isHealed else { return }
        note("new files")
        let open = all("SELECT count(*) FROM cases WHERE is_open = 1") { $0.int(0) ?? 0 }
        var rules = plain
        rules?.drawRotations(using: &random)
        let next = newFiles(rules)
        readings.inForce.insert(next.shortHash)
        // One in four meets a disk that is full, where such things happen.
        if node != nil, weather.storeFaultEvery != nil, weather.storeFaults.contains(.full),
            turns % 4 == 0
        {
            database.threaten(.full)
        }
        let isInForce = Mutex(false)
        turn([
            .replace(next, changes: []) { result in
                if case .success = result { isInForce.withLock { $0 = true } }
            }
        ])
        if isInForce.withLock({ $0 }), let node {
            (rulebook, plain) = (next, rules)
            readings.inForce.insert(next.shortHash)
            if let open = open.first, open >= 20 { sometimes.note(.reloadDuringStorm) }
            if let rules, !witness.rules.isEmpty {
                witness.rules.append((Int(node.steady.now() / second), rules))
            }
        } else if node != nil {
            sometimes.note(.filesUndone)
        }
        disturbedAt = clocks.continuous
        if let every = weather.reloadEvery { after(wait(every), .reload) }
    }

    private func changeMoods() {
        for name in receivers.keys.sorted() {
            receivers[name]?.mood =
                isHealed ? .well : weather.moods.randomElement(using: &random) ?? .well
        }
        note("moods " + receivers.keys.sorted().map { "\(receivers[$0]?.mood ?? .well)" }.joined())
        if !isHealed { after(wait(weather.moodEvery), .changeMoods) }
    }

    /// The store, the process and one channel of each person: enough to reach everybody.
    private func healCore() {
        isHealed = true
        note("the core healed")
        database.threaten(nil)
        relent()
        for person in RandomRules.people {
            let channels = rulebook.people[person]?.waits.map { $0.0.channel } ?? []
            guard let channel = channels.randomElement(using: &random) else { continue }
            receivers["\(channel)/\(person)"]?.mood = .well
        }
        if receivers.values.contains(where: { $0.mood != .well }) { sometimes.note(.coreAlone) }
        if node == nil { start() }
        disturbedAt = clocks.continuous
    }

    private func heal() {
        note("healed")
        changeMoods()
        if node == nil { start() }
        disturbedAt = clocks.continuous
    }
}
