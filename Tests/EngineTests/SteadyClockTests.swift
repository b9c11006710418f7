import Store
import StoreSQLite
import Synchronization
import Testing

@testable import Engine

/// A wall clock that the test sets, and a continuous one that it advances.
private final class Machine: Sendable {
    private let state: Mutex<(wall: Milliseconds, continuous: Milliseconds)>

    init(wall: Milliseconds) { state = Mutex((wall, 500)) }

    func pass(_ milliseconds: Milliseconds) {
        state.withLock { $0 = ($0.wall + milliseconds, $0.continuous + milliseconds) }
    }

    func step(_ milliseconds: Milliseconds) { state.withLock { $0.wall += milliseconds } }

    var clock: SteadyClock {
        SteadyClock(
            wall: { self.state.withLock { $0.wall } },
            continuous: { self.state.withLock { $0.continuous } }
        )
    }
}

@Suite("The engine's time follows the wall clock forward and never back")
struct SteadyClockTests {
    private static let start: Milliseconds = 1_772_445_600_000

    @Test("Without a step it is the wall clock")
    func plain() {
        let machine = Machine(wall: Self.start)
        let clock = machine.clock
        machine.pass(90_000)
        #expect(clock.now() == Self.start + 90_000)
        #expect(clock.takeStep() == nil)
    }

    @Test("A step ahead is followed at once and told once", arguments: [61_000, 86_400_000])
    func ahead(step: Milliseconds) {
        let machine = Machine(wall: Self.start)
        let clock = machine.clock
        machine.step(step)
        #expect(clock.now() == Self.start + step)
        #expect(clock.takeStep() == step)
        machine.pass(1_000)
        #expect(clock.now() == Self.start + step + 1_000)
        #expect(clock.takeStep() == nil)
    }

    @Test(
        "Admins hear of a step of more than a minute, the log of a lesser one",
        arguments: [
            (1, false, false), (-1, false, false), (30, false, true), (-60, false, true),
            (61, true, false), (-61, true, false), (-7_200, true, false), (86_400, true, false),
        ]
    )
    func told(seconds: Int, isAlarm: Bool, isLogged: Bool) throws {
        let machine = Machine(wall: Self.start)
        let clock = machine.clock
        let journal = Rehearsal.Journal()
        let store = try CaseStore(SQLiteDatabase.inMemory())
        let setting = CaseEngine.Setting(
            clock: EngineClock(steady: clock) { clock.now() },
            newID: { "\($0)" },
            baseURL: nil,
            channels: [],
            mailChannels: [:],
            localChannels: [],
            log: { _, line in journal.lines.withLock { $0.append(line) } }
        )
        let engine = CaseEngine(store: store, rulebook: SetAsideTests.rulebook(), setting: setting)
        let loop = EngineLoop(engine: engine, store: store, send: { _ in }, withdraw: { _ in })
        machine.step(Milliseconds(seconds) * 1_000)
        _ = clock.now()
        for _ in 0..<2 { loop.noteStep() }
        let words =
            "The wall clock stepped \(seconds < 0 ? "back" : "ahead") by \(abs(seconds)) s: "
        let alarms = loop.waiting().compactMap { work -> String? in
            if case .alarm(_, let text) = work { text } else { nil }
        }
        #expect(alarms.map { $0.hasPrefix(words) } == (isAlarm ? [true] : []))
        let lines = journal.lines.withLock { $0 }
        #expect(lines.map { $0.hasPrefix(words) } == (isLogged ? [true] : []))
    }

    @Test("After a step back time goes on, until the wall clock has caught up")
    func back() {
        let machine = Machine(wall: Self.start)
        let clock = machine.clock
        machine.step(-7_200_000)
        #expect(clock.now() == Self.start)
        #expect(clock.takeStep() == -7_200_000)
        machine.pass(60_000)
        #expect(clock.now() == Self.start + 60_000)
        #expect(clock.takeStep() == nil, "told once")
        machine.step(7_200_000)
        #expect(clock.now() == Self.start + 60_000)
        machine.pass(5)
        #expect(clock.now() == Self.start + 60_005)
    }

    @Test("A correction of a second is no step, and still nothing goes back")
    func correction() {
        let machine = Machine(wall: Self.start)
        let clock = machine.clock
        machine.step(-1_000)
        #expect(clock.now() == Self.start)
        #expect(clock.takeStep() == nil)
        machine.pass(400)
        #expect(clock.now() == Self.start + 400)
    }

    @Test("What an earlier process acted at is the floor of a machine that woke up in 1970")
    func floor() {
        let machine = Machine(wall: 30_000)
        let clock = machine.clock
        clock.raise(to: Self.start)
        #expect(clock.now() == Self.start)
        #expect(clock.takeStep() == 30_000 - Self.start)
        machine.pass(10_000)
        #expect(clock.now() == Self.start + 10_000)
        // The network came up and set the clock.
        machine.step(Self.start + 3_600_000)
        #expect(clock.now() > Self.start + 3_600_000)
    }

    @Test("A floor in the past changes nothing")
    func lowFloor() {
        let clock = Machine(wall: Self.start).clock
        clock.raise(to: Self.start - 5_000)
        #expect(clock.now() == Self.start)
        #expect(clock.takeStep() == nil)
    }

    @Test("The lower time is taken where someone says that it is right")
    func accepted() {
        let machine = Machine(wall: Self.start)
        let clock = machine.clock
        machine.step(-86_400_000)
        #expect(clock.now() == Self.start)
        #expect(clock.accept() == Self.start - 86_400_000)
        machine.pass(1_000)
        #expect(clock.now() == Self.start - 86_399_000)
        #expect(clock.takeStep() == nil)
    }
}
