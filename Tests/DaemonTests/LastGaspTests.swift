import Logging
import Synchronization
import Testing

@testable import Daemon

@Suite("What still leaves when the store is lost")
struct LastGaspTests {
    /// The one who is to be told, and the clock.
    private final class World: Sendable {
        let now = Mutex<Int64>(1_770_000_000_000)
        /// What the next messages come to.
        let isTakenOver = Mutex<Bool?>(true)
        let heard = Mutex<[String]>([])

        /// A process; the one before it may have ended.
        func process(_ database: String) -> LastGasp {
            LastGasp(
                besides: database,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                clock: { self.now.withLock { $0 } },
                line: { title, text in
                    self.heard.withLock { $0.append("\(title): \(text)") }
                    return self.isTakenOver.withLock { $0 }
                }
            )
        }

        func pass(seconds: Int64) { now.withLock { $0 += seconds * 1_000 } }

        /// How many were sent since this was asked last.
        func count() -> Int {
            heard.withLock { heard in
                defer { heard = [] }
                return heard.count
            }
        }
    }

    private let scratch = Scratch()
    private let world = World()
    private let database: String

    init() {
        database = scratch.write("db", "")
        // Empty is as good as missing, and they go with the folder.
        scratch.write("db.last-gasp", "")
        scratch.write("db.last-gasp.told", "")
    }

    @Test("What nobody took over is tried again, ten seconds later and by the next process")
    func triesAgain() {
        let gasp = world.process(database)
        world.isTakenOver.withLock { $0 = false }
        #expect(!gasp.send("full", "Free space."))
        #expect(world.count() == 1)
        world.pass(seconds: 9)
        #expect(!gasp.send("full", "Free space."))
        #expect(world.count() == 0, "too soon")
        world.pass(seconds: 1)
        #expect(!gasp.send("full", "Free space."))
        #expect(world.count() == 1)
        #expect(!gasp.send("failed", "Start it."))
        #expect(world.count() == 1, "another fault waits for none")
        #expect(!world.process(database).send("full", "Free space."))
        #expect(world.count() == 1, "a start does not wait")

        world.isTakenOver.withLock { $0 = true }
        world.pass(seconds: 10)
        #expect(gasp.send("full", "Free space."))
        #expect(world.count() == 1)
    }

    @Test("What was told is not told again for ten minutes, by this process or the next")
    func tellsOnce() {
        #expect(world.process(database).send("full", "Free space."))
        #expect(world.count() == 1)
        world.pass(seconds: 599)
        let next = world.process(database)
        #expect(next.send("full", "Free space."))
        #expect(world.count() == 0)
        world.pass(seconds: 1)
        #expect(next.send("full", "Free space."))
        #expect(world.count() == 1)
    }

    @Test("Where nobody is to be told nothing is tried again and nothing counts as told")
    func nobody() {
        world.isTakenOver.withLock { $0 = nil }
        #expect(world.process(database).send("full", "Free space."))
        world.isTakenOver.withLock { $0 = true }
        #expect(world.count() == 1)
        #expect(world.process(database).send("full", "Free space."))
        #expect(world.count() == 1)
    }

    @Test("It says what was known while all was well")
    func lastWords() {
        let gasp = world.process(database)
        gasp.keep("1 open case.")
        gasp.send("failed", "Start it.")
        #expect(world.heard.withLock { $0 } == ["failed: Start it. Last known: 1 open case."])
    }
}
