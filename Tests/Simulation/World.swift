import CivilTime
import Delivery
import Engine
import OnCall
import Paging
import Store
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
        case stepClock
        case suspend
        case reload
        case changeMoods
        case open(Sender.Letter)
        case act(Crew.Act)
        /// The courier gets to a parcel.
        case begin(Parcel, epoch: Int)
        /// The sender hears how an attempt ended.
        case report(AttemptReport, epoch: Int)
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
    /// All faults are over.
    var isHealed = false
    /// Everything that was done, mixed into one number: equal stories have equal marks.
    private(set) var mark: UInt64 = 0xCBF2_9CE4_8422_2325
    /// What the checks have read of each case's log.
    var holdings: [String: Holding] = [:]
    let newIDs = Counter()
    /// Turns in a row at one instant; a loop that never sleeps is a fault as well.
    var turnsAtInstant = (at: Milliseconds(-1), count: 0)

    init(seed: UInt64, isTraced: Bool = false) throws {
        self.seed = seed
        self.isTraced = isTraced
        random = SplitMix64(seed: seed)
        weather = Weather.drawn(using: &random)
        rulebook = RandomRules.rulebook(using: &random)
        let start = Int64.random(in: 1_760_000_000...1_790_000_000, using: &random) * second
        clocks = VirtualClocks(wall: start)
        database = try FaultyDatabase()
        store = try CaseStore(database)
        for person in RandomRules.people {
            for channel in ["hook", "bell"] { receivers["\(channel)/\(person)"] = Receiver() }
        }
    }

    /// Days with faults, then half an hour in which everything works again.
    func run(days: Int64) {
        start()
        plan(days: days)
        pass(until: days * day)
        heal()
        pass(until: days * day + 45 * minute)
        conclude()
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
        if let every = weather.clockStepEvery { after(wait(every), .stepClock) }
        if let every = weather.suspendEvery { after(wait(every), .suspend) }
        if let every = weather.reloadEvery { after(wait(every), .reload) }
        after(wait(weather.moodEvery), .changeMoods)
        for letter in senders.letters(weather, days: days, using: &random) {
            after(letter.at, .open(letter))
        }
    }

    private func perform(_ happening: Happening) {
        switch happening {
        case .crash: crashForAWhile(every: weather.crashEvery)
        case .restart: start()
        case .threatenStore: threatenStore()
        case .stepClock: stepClock()
        case .suspend: suspend()
        case .reload: reload()
        case .changeMoods: changeMoods()
        case .open(let letter): post(letter)
        case .act(let act): perform(act)
        case .begin(let parcel, let epoch): begin(parcel, of: epoch)
        case .report(let report, let epoch):
            guard epoch == self.epoch, node != nil else { return }
            ledger.inFlight -= 1
            turn([.reports([report])])
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
        if let every = weather.storeFaultEvery { after(wait(every), .threatenStore) }
    }

    private func stepClock() {
        guard !isHealed else { return }
        let steps: [Int64] = [1, -1, 61, -61, -2 * 3_600, 86_400, -90 * 86_400]
        let step = (steps.randomElement(using: &random) ?? 1) * second
        note("wall clock steps by \(step / second) s")
        clocks.step(by: step)
        if step < -hour { sometimes.note(.clockBackAnHour) }
        disturbedAt = clocks.continuous
        turn([])
        if let every = weather.clockStepEvery { after(wait(every), .stepClock) }
    }

    /// Nobody runs and no timer fires, while time goes on; only what lies in the future moves.
    private func suspend() {
        guard !isHealed else { return }
        let length = Int64.random(in: second...(30 * minute), using: &random)
        note("suspended for \(length / second) s")
        clocks.advance(to: clocks.continuous + length)
        disturbedAt = clocks.continuous
        turn([])
        if let every = weather.suspendEvery { after(wait(every), .suspend) }
    }

    private func reload() {
        guard !isHealed else { return }
        let next = RandomRules.rulebook(using: &random)
        note("new files")
        turn([.replace(next, changes: [], reply: { _ in })])
        if node != nil { rulebook = next }
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

    private func heal() {
        isHealed = true
        note("healed")
        database.threaten(nil)
        changeMoods()
        if node == nil { start() }
        disturbedAt = clocks.continuous
    }
}
