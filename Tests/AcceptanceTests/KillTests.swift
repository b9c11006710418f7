import Foundation
import TestSupport
import Testing

/// Fifty open cases, and a daemon that is killed again and again.
@Suite("kill -9 loses nothing", .serialized)
struct KillTests {
    static let kills = rounds("KILLS", usually: 300)
    static let cases = 50
    /// `SEED=0x7 scripts/test --filter KillTests` replays the moments of the kills.
    static let seed: UInt64 = {
        let text = ProcessInfo.processInfo.environment["SEED"] ?? ""
        let isHex = text.hasPrefix("0x")
        return UInt64(isHex ? String(text.dropFirst(2)) : text, radix: isHex ? 16 : 10) ?? 1
    }()

    @Test("Every page due was delivered, repeats are the same message, an answered ack is final")
    func survives() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        try TestFiles(hook: "http://127.0.0.1:\(receiver.port)/hook").write(to: workspace)
        let daemon = try TestDaemon(in: workspace, speed: 60)
        var random = Dice(seed: Self.seed)
        var log = Ledger()

        for kill in 1...Self.kills {
            // Of what is left to open and to acknowledge, a share before each kill.
            let share = max(1, Self.cases * 2 / Self.kills)
            for _ in 0..<share { try open(in: workspace, &log) }
            if kill % 4 == 0 { try acknowledge(in: workspace, &log) }
            usleep(UInt32(random.next() % 250_000))
            log.kill(daemon)
            // Now and then it is killed while it starts.
            try daemon.restart(waits: kill % 5 != 0)
            if kill % 5 == 0 {
                usleep(UInt32(random.next() % 120_000))
                log.kill(daemon)
                try daemon.restart()
            }
        }
        while log.opened.count < Self.cases { try open(in: workspace, &log) }
        // A quarter of an hour of theirs: every case comes to a step, or to a repeat.
        usleep(20_000_000)
        #expect(daemon.isRunning)

        try check(log, in: workspace, receiver)
        #expect(daemon.stop() == 0)
    }

    @Test("Killed once a page was sent and before that is recorded, it sends the same once more")
    func unrecorded() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        // It has each message, and the daemon does not live to hear so.
        try TestFiles(hook: "http://127.0.0.1:\(receiver.port)/late/5").write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        var log = Ledger()
        for kill in 0..<rounds("UNRECORDED", usually: 5) {
            let number = try daemon.open(title: "unrecorded \(kill)")
            expectPages(1, of: number, at: receiver)
            log.kill(daemon)
            try daemon.restart()
            // Nobody else holds what the dead one was sending: no lease is waited for.
            expectPages(2, of: number, at: receiver)
            #expect(try workspace.tocsin("resolve", "\(number)", "--as", "anna").exit == 0)
        }
        #expect(daemon.isRunning)
        for (key, same) in Dictionary(grouping: receiver.arrivals, by: \.key) {
            #expect(Set(same.map(\.body)).count == 1, "\(key) came with two bodies")
            #expect(log.explains(same), "\(key) came again at \(same.map(\.at)) without a kill")
        }
    }

    /// So many times the page of that case arrives within ten seconds, under one key.
    private func expectPages(_ count: Int, of number: Int, at receiver: Receiver) {
        var pages: [Arrival] = []
        let haveCome = becomesTrue(within: 10) {
            pages = receiver.arrivals(of: number).filter { !$0.json["data"]["page"].isNull }
            return pages.count >= count
        }
        #expect(haveCome, "case \(number): \(pages.count) of \(count)")
        #expect(Set(pages.map(\.key)).count == 1, "case \(number): \(pages.map(\.key))")
    }

    /// What the daemon answered, by which it is held.
    struct Ledger {
        /// Case number by key, once an open was answered.
        var opened: [String: Int] = [:]
        /// Real instant of the first answered acknowledgement, by case.
        var acknowledged: [Int: Double] = [:]
        /// Cases whose acknowledgement was asked for and not answered: either may be true.
        var uncertain: Set<Int> = []
        /// Real instants just before each kill, in order.
        var kills: [Double] = []

        mutating func kill(_ daemon: TestDaemon) {
            kills.append(Date().timeIntervalSince1970)
            daemon.kill()
        }

        /// Whether each arrival of one message but the first has a kill of its own between it and
        /// the one before it: nothing else gives a reason to send it again.
        func explains(_ arrivals: [Arrival]) -> Bool {
            var next = 0
            for (before, again) in zip(arrivals, arrivals.dropFirst()) {
                while next < kills.count, kills[next] < before.at - Self.readSeconds { next += 1 }
                guard next < kills.count, kills[next] <= again.at else { return false }
                next += 1
            }
            return true
        }

        /// What a killed daemon sent last may be read, and so timed, this much later.
        private static let readSeconds = 1.0
    }

    /// Opens the next case under its key; one that was not answered is asked for again.
    private func open(in workspace: Workspace, _ log: inout Ledger) throws {
        let next = log.opened.count + 1
        guard next <= Self.cases else { return }
        let key = "kill-\(next)"
        let ran = try workspace.tocsin(
            "open",
            "--policy",
            "quik",
            "--priority",
            "P1",
            "--customer",
            "Northwind",
            "--title",
            "case \(key)",
            "--key",
            key,
            "-o",
            "json"
        )
        if ran.exit == 0 { log.opened[key] = ran.json.caseObject["number"].int }
    }

    private func acknowledge(in workspace: Workspace, _ log: inout Ledger) throws {
        let left = log.opened.values.filter { log.acknowledged[$0] == nil }.sorted()
        // Half of the cases stay open, so that there is something to page for.
        guard log.acknowledged.count < Self.cases / 2, let number = left.first else { return }
        let ran = try workspace.tocsin("ack", "\(number)", "--as", "anna")
        if ran.exit == 0 {
            log.acknowledged[number] = Date().timeIntervalSince1970
        } else {
            log.uncertain.insert(number)
        }
    }

    private func check(_ log: Ledger, in workspace: Workspace, _ receiver: Receiver) throws {
        #expect(Set(log.opened.values).count == Self.cases, "a key opened two cases")
        // The daemon goes on: what it has decided by now must arrive a little later.
        let numbers = log.opened.values.sorted()
        let shownAt = Date().timeIntervalSince1970
        let shown = try numbers.map { try workspace.tocsin("show", "\($0)", "-o", "json").json }
        usleep(3_000_000)
        let arrivals = receiver.arrivals
        let byKey = Dictionary(grouping: arrivals, by: \.key)
        for (key, same) in byKey {
            #expect(Set(same.map(\.body)).count == 1, "\(key) came with two bodies")
            #expect(log.explains(same), "\(key) came again at \(same.map(\.at)) without a kill")
        }

        let byCase = Dictionary(grouping: arrivals) { $0.json["data"]["case"]["number"].int ?? 0 }
        var judged = 0
        for (number, shown) in zip(numbers, shown) {
            let own = byCase[number] ?? []
            let pages = own.map { $0.json["data"]["page"] }.filter { !$0.isNull }
            let events = shown["events"].items
            checkPaged(number, pages: pages, events: events)
            if log.acknowledged[number] != nil {
                let isKept = events.contains { $0["event"].string == "acknowledged" }
                #expect(isKept, "case \(number): an answered acknowledgement is lost")
            }
            if let answered = log.acknowledged[number], !log.uncertain.contains(number) {
                checkQuiet(number, own, since: answered)
                checkRenewed(number, own.filter { $0.at < shownAt }, events: events)
                judged += 1
            }
        }
        #expect(judged > 0, "no acknowledgement was answered, so nothing was to be quiet")
    }

    /// Whatever the log says was paged has arrived, and the ladder was climbed without a hole.
    private func checkPaged(_ number: Int, pages: [JSONValue], events: [JSONValue]) {
        let arrived = Set(pages.map { "\($0.occasion) \($0["person"].string ?? "")" })
        for event in events where event["event"].string == "paged" {
            let page = "\(event["occasion"].string ?? "") \(event["person"].string ?? "")"
            #expect(arrived.contains(page), "case \(number): \(page) was decided and never arrived")
        }
        #expect(!pages.isEmpty, "case \(number) never paged anyone")
        let caughtUp = events.filter { $0["event"].string == "caught_up" }
        let steps = Set(pages.flatMap { $0["steps"].items.compactMap(\.int) })
        let highest = steps.max() ?? 0
        for step in stride(from: 1, to: highest, by: 1) where !steps.contains(step) {
            let isNamed = caughtUp.contains {
                $0["occasion"].string?.contains(".s\(step).") == true
            }
            #expect(isNamed, "case \(number): step \(step) was neither paged nor caught up")
        }
    }

    /// No page of the acknowledged cycle sets out once the acknowledgement was answered.
    ///
    /// Whether it has lapsed since makes no difference: what pages anew is of the cycle after it,
    /// and what a dead daemon was sending is of this one and must not be taken up any more.
    private func checkQuiet(_ number: Int, _ own: [Arrival], since answered: Double) {
        let late = own.filter { arrival in
            let page = arrival.json["data"]["page"]
            // What was on the wire at that moment arrives within a breath.
            return !page.isNull && page["cycle"].int == 1 && arrival.at > answered + 0.3
        }
        let seconds = late.map { $0.at - answered }
        #expect(late.isEmpty, "case \(number) was paged \(seconds) s after the ack")
    }

    /// A later cycle begins with the lapse of an acknowledgement and with nothing else.
    private func checkRenewed(_ number: Int, _ own: [Arrival], events: [JSONValue]) {
        let highest = own.compactMap { $0.json["data"]["page"]["cycle"].int }.max() ?? 1
        let lapses = events.count { $0["event"].string == "ack_expired" }
        #expect(highest <= 1 + lapses, "case \(number): cycle \(highest) after \(lapses) lapses")
    }
}

extension JSONValue {
    /// The occasion that a page's webhook tells of, as the case's log names it.
    fileprivate var occasion: String {
        "page.c\(self["cycle"].int ?? 0).s\(self["step"].int ?? 0).r\(self["round"].int ?? 0)"
    }
}

/// A generator that can be replayed.
struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
