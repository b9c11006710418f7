import Paging
import Testing

@testable import Delivery

@Suite("Nothing is sent where nothing may be sent")
struct NetworkTests {
    @Test(
        "Loopback, private, link-local, multicast and reserved addresses are refused",
        arguments: [
            "127.0.0.1", "127.255.255.255", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255",
            "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.192", "198.18.0.1",
            "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1",
            "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1",
            "2002:7f00:1::", "2001:0:7f00:1::", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1",
            "ff02::1",
        ]
    )
    func refused(_ text: String) throws {
        #expect(try #require(IPAddress(text)).isAllowed(by: []) == false)
    }

    @Test("Public addresses are not", arguments: ["1.1.1.1", "172.32.0.1", "2606:4700::1111"])
    func allowed(_ text: String) throws {
        #expect(try #require(IPAddress(text)).isAllowed(by: []))
    }

    @Test("A network allowed by name is reachable, and only that one")
    func allowList() throws {
        let networks = [try #require(Network("10.20.0.0/15")), try #require(Network("fd00::/8"))]
        for (text, isAllowed) in [
            ("10.20.0.1", true), ("10.21.255.255", true), ("10.22.0.1", false),
            ("::ffff:10.20.0.1", true), ("fd12::1", true), ("fc12::1", false), ("127.0.0.1", false),
        ] {
            #expect(try #require(IPAddress(text)).isAllowed(by: networks) == isAllowed, "\(text)")
        }
    }

    @Test(
        "What is no range is refused",
        arguments: ["", "10.0.0.0/33", "10/8", "x/8", "1.2.3.4/-1"]
    )
    func malformed(_ text: String) {
        #expect(Network(text) == nil)
    }
}

@Suite("An endpoint gets as much at once as it can take")
struct BulkheadTests {
    @Test("Good answers double it to the ceiling where the receiver is what waits")
    func growth() {
        var bulkhead = Bulkhead(initial: 8, ceiling: 512)
        for _ in 0..<2_000 {
            bulkhead.begin()
            bulkhead.end(.good, millis: 50, now: 0)
        }
        #expect(bulkhead.limit == 512)
        #expect(bulkhead.room(isPage: true, now: 0) == 512)
    }

    @Test("A fast receiver stays at 64, where libcurl is fastest; a very slow one at 8")
    func restraint() {
        var fast = Bulkhead(initial: 8, ceiling: 512)
        var slow = Bulkhead(initial: 8, ceiling: 512)
        for _ in 0..<2_000 {
            fast.begin()
            fast.end(.good, millis: 1, now: 0)
            slow.begin()
            slow.end(.good, millis: 2_000, now: 0)
        }
        #expect(fast.limit == 64)
        #expect(slow.limit == 8)
    }

    @Test("Every fifth answer bad neither opens the breaker nor throttles")
    func someFailures() {
        var bulkhead = Bulkhead(initial: 8, ceiling: 512)
        for index in 0..<1_000 {
            bulkhead.begin()
            bulkhead.end(index % 5 == 0 ? .failed : .good, millis: 20, now: Int64(index))
        }
        #expect(!bulkhead.isOpen)
        #expect(bulkhead.limit >= 64)
    }

    @Test("Half of twenty answers bad within a minute open it; of nineteen, or spread, they do not")
    func share() {
        for (count, spacing, isOpen) in [
            (20, 1_000, true), (19, 1_000, false), (40, 10_000, false),
        ]
            as [(Int, Int64, Bool)]
        {
            var bulkhead = Bulkhead(initial: 8, ceiling: 512)
            for index in 0..<count {
                bulkhead.begin()
                let answer: Bulkhead.Answer = index % 2 == 0 ? .good : .failed
                bulkhead.end(answer, millis: 10, now: Int64(index) * spacing)
            }
            #expect(bulkhead.isOpen == isOpen, "\(count) answers, one each \(spacing) ms")
        }
    }

    @Test("A breaker that closed begins its count anew; it opens for 30 s, doubling to 5 min")
    func spans() {
        var bulkhead = Bulkhead(initial: 8, ceiling: 512)
        var now: Int64 = 0
        for index in 0..<20 {
            bulkhead.begin()
            bulkhead.end(index % 2 == 0 ? .good : .failed, millis: 10, now: now)
        }
        #expect(bulkhead.isOpen)
        for span in [30, 60, 120, 240, 300, 300] as [Int64] {
            #expect(bulkhead.room(isPage: false, now: now + span * 1_000 - 1) == 0)
            now += span * 1_000
            #expect(bulkhead.room(isPage: false, now: now) == 1)
            bulkhead.begin()
            bulkhead.end(.failed, millis: 10, now: now)
        }
        bulkhead.begin()
        bulkhead.end(.good, millis: 10, now: now)
        #expect(!bulkhead.isOpen)
        bulkhead.begin()
        bulkhead.end(.failed, millis: 10, now: now)
        #expect(!bulkhead.isOpen)
    }

    @Test("Five failures in a row open the breaker; a page may probe every 5 s, others after 30 s")
    func breaker() {
        var bulkhead = Bulkhead(initial: 8, ceiling: 512)
        for _ in 0..<5 { bulkhead.begin() }
        for _ in 0..<5 { bulkhead.end(.failed, millis: 5, now: 10_000) }
        #expect(bulkhead.isOpen)
        #expect(bulkhead.room(isPage: true, now: 14_999) == 0)
        #expect(bulkhead.room(isPage: true, now: 15_000) == 1)
        #expect(bulkhead.room(isPage: false, now: 39_999) == 0)
        #expect(bulkhead.room(isPage: false, now: 40_000) == 1)

        bulkhead.begin()
        #expect(bulkhead.room(isPage: true, now: 15_000) == 0, "one probe at a time")
        bulkhead.end(.failed, millis: 5, now: 15_000)
        #expect(bulkhead.room(isPage: true, now: 19_999) == 0)
        #expect(
            bulkhead.room(isPage: false, now: 74_999) == 0,
            "twice the span after a failed probe"
        )

        bulkhead.begin()
        bulkhead.end(.good, millis: 5, now: 20_000)
        #expect(!bulkhead.isOpen)
        #expect(bulkhead.room(isPage: false, now: 20_000) == 2, "from one it doubles again")
    }
}

@Suite("What waits leaves in order of urgency, fairly, and not at all once withdrawn")
struct WaitingTests {
    private func parcel(
        _ id: Int64,
        _ endpoint: String = "a",
        _ urgency: Parcel.Urgency = .page
    )
        -> Parcel
    {
        Parcel(
            id: id,
            attempt: 1,
            endpoint: endpoint,
            key: "key-\(id)",
            urgency: urgency,
            address: "",
            body: []
        )
    }

    @Test("First in is first out, as far as there is room")
    func order() {
        var waiting = Waiting()
        waiting.append((0..<10_000).map { parcel($0) })
        var ids: [Int64] = []
        while waiting.count > 0 {
            ids += waiting.take(.page, total: 300, free: 300) { _ in Waiting.Room(left: 7) }
                .map(\.parcel.id)
        }
        #expect(ids == Array(0..<10_000))
    }

    @Test("What is foremost does not stand behind what came earlier")
    func severity() {
        var waiting = Waiting()
        waiting.append((0..<100).map { parcel($0) } + [parcel(100, "a", .foremostPage)])
        let taken = Parcel.Urgency.allCases.flatMap { urgency in
            waiting.take(urgency, total: 5, free: 5) { _ in .unbounded }.map(\.parcel.id)
        }
        #expect(taken == [100, 0, 1, 2, 3, 4])
    }

    @Test("An endpoint with much to send leaves room to the others")
    func fairness() {
        var waiting = Waiting()
        waiting.append((0..<1_000).map { parcel($0, "busy") })
        waiting.append([parcel(1_000, "quiet")])
        let ids = waiting.take(.page, total: 64, free: 64) { _ in .unbounded }.map(\.parcel.id)
        #expect(ids.count == 64)
        #expect(ids.contains(1_000))
    }

    @Test("A full endpoint holds up nobody else")
    func bulkhead() {
        var waiting = Waiting()
        waiting.append([parcel(1, "full"), parcel(2, "free")])
        let full = waiting.index(of: "full")
        let taken = waiting.take(.page, total: 10, free: 10) {
            $0 == full ? .none : Waiting.Room(left: 5, inFlight: 0)
        }
        #expect(taken.map(\.parcel.id) == [2])
        #expect(waiting.count == 1)
    }

    /// Endpoints that answer nothing come one after the other, each with more than it may begin.
    @Test("However many endpoints answer nothing, the next one that answers finds places")
    func places() {
        let all = 1_024
        var (inFlight, id) = (0, Int64(0))
        func began(_ name: String, isProven: Bool = false) -> Int {
            var waiting = Waiting()
            waiting.append((0..<600).map { parcel(id + $0, name) })
            id += 600
            let room = Waiting.Room(left: isProven ? 512 : 8, inFlight: 0, isProven: isProven)
            let free = all - inFlight
            let taken = waiting.take(.page, total: 256, free: free, kept: 64) { _ in room }
            inFlight += taken.count
            return taken.count
        }
        let hung = (0..<200).map { began("hung.\($0)") }
        #expect(hung.allSatisfy { $0 >= 1 })
        #expect(hung.first == 8, "there is room for what an endpoint may begin with")
        let left = all - inFlight
        #expect(left > 100, "\(inFlight) in flight")
        #expect(began("new") == 1)
        #expect((0..<200).contains { began("more.\($0)") == 0 }, "until the last places are kept")
        #expect(all - inFlight == 64)
        #expect(began("known", isProven: true) == 32)
        #expect(began("known too", isProven: true) == 16)
    }

    @Test("What takes no place in flight waits for none")
    func noPlace() {
        var waiting = Waiting()
        waiting.append([parcel(1, "hung"), parcel(2, "terminal")])
        let hung = waiting.index(of: "hung")
        for free in [0, -256] {
            let taken = waiting.take(.page, total: 10, free: free) {
                $0 == hung ? Waiting.Room(left: 8, inFlight: 0) : .unbounded
            }
            #expect(taken.map(\.parcel.id) == (free == 0 ? [2] : []))
        }
        #expect(waiting.count == 1)
    }

    @Test("Hundreds at once share out what is free, and one alone has half of it")
    func shares() {
        func taken(_ names: Int, left: Int, isProven: Bool) -> Int {
            var waiting = Waiting()
            for name in 0..<names {
                waiting.append((0..<600).map { parcel(Int64(name * 600 + $0), "\(name)") })
            }
            let room = Waiting.Room(left: left, inFlight: 0, isProven: isProven)
            return waiting.take(.page, total: 1_024, free: 1_024) { _ in room }.count
        }
        #expect(taken(200, left: 8, isProven: false) <= 960)
        #expect(taken(1, left: 8, isProven: false) == 8)
        #expect(taken(1, left: 512, isProven: true) == 512)
        #expect((640...704).contains(taken(2, left: 512, isProven: true)), "a third each")
        #expect(taken(2_000, left: 8, isProven: false) == 1_024, "each one where it can")
    }

    @Test("A withdrawn parcel is gone; the same id sent later is not")
    func withdrawal() {
        var waiting = Waiting()
        waiting.append([parcel(1), parcel(2), parcel(3, "a", .notice)])
        #expect(waiting.withdraw([2, 3, 99]).map(\.id) == [2, 3])
        waiting.append([parcel(2)])
        let taken = waiting.take(.page, total: 10, free: 10) { _ in .unbounded }
        #expect(taken.map(\.parcel.id) == [1, 2])
        #expect(waiting.take(.notice, total: 10, free: 10) { _ in .unbounded }.isEmpty)
        #expect(waiting.count == 0)
    }
}

@Suite("Who puts parcels on the desk knows whether they are being looked at")
struct DeskTests {
    @Test("Its last pass grows old while the thread does not come back, whatever is put there")
    func passAge() {
        let desk = Desk()
        #expect(desk.passAge(at: 5_000) == nil, "it has never looked")
        _ = desk.news(at: 5_000)
        #expect(desk.passAge(at: 5_000) == 0)
        _ = desk.put(Courier.Settings())
        _ = desk.put([Parcel]())
        _ = desk.sleeps(roomFreed: false)
        #expect(desk.passAge(at: 36_000) == 31_000)
        _ = desk.news(at: 36_500)
        #expect(desk.passAge(at: 37_000) == 500)
    }
}

@Suite("Retries follow the schedule, within its jitter and its deadline")
struct RetryScheduleTests {
    private func report(
        _ attempt: Int,
        _ outcome: AttemptOutcome = .transient,
        status: Int? = nil,
        wait: Int? = nil
    ) -> AttemptReport {
        AttemptReport(
            id: 1,
            attempt: attempt,
            startedAt: 0,
            millis: 0,
            outcome: outcome,
            status: status,
            retryAfterSeconds: wait
        )
    }

    /// The instants, in seconds after due, of attempts that all fail at once.
    private func attempts(_ kind: Notification.Kind, isMail: Bool, key: String) -> [Double] {
        let schedule = RetrySchedule(kind: kind, isMail: isMail)
        var instants: [Double] = []
        var now: Int64 = 1_000_000
        while instants.count < 50 {
            instants.append(Double(now - 1_000_000) / 1_000)
            let report = report(instants.count)
            guard
                case .attempt(let at) = schedule.next(
                    after: report,
                    key: key,
                    dueAt: 1_000_000,
                    now: now
                )
            else { break }
            now = at
        }
        return instants
    }

    @Test("What a breaker refused comes again at a shared instant, never after the deadline")
    func shared() {
        let schedule = RetrySchedule(kind: .page, isMail: false)
        func next(_ attempt: Int, key: String, now: Int64) -> RetrySchedule.Next {
            schedule.next(
                after: report(attempt),
                key: key,
                dueAt: 3_000,
                now: now,
                sharing: 10_000
            )
        }
        for key in ["a", "b"] {
            #expect(next(1, key: key, now: 3_100) == .attempt(at: 10_000))
            #expect(next(4, key: key, now: 23_000) == .attempt(at: 50_000))
            #expect(next(9, key: key, now: 245_000) == .attempt(at: 303_000))
            #expect(next(10, key: key, now: 303_000) == .dead)
        }
    }

    @Test(
        "Each attempt is within a fifth of its planned offset",
        arguments: [
            (Notification.Kind.page, false, [0, 2, 5, 10, 20, 40, 60.0]),
            (.page, true, [0, 30, 60, 120, 240]),
            (.reminder, false, [0, 5, 30, 120, 300, 900, 1_800]),
            (.notice, true, [0, 5, 300, 1_800, 7_200, 18_000, 36_000]),
        ]
    )
    func offsets(_ row: (kind: Notification.Kind, isMail: Bool, planned: [Double])) {
        for key in 0..<200 {
            let attempts = attempts(row.kind, isMail: row.isMail, key: "key-\(key)")
            for (attempt, planned) in zip(attempts, row.planned) {
                #expect(abs(attempt - planned) <= planned / 5 + 0.001)
            }
            #expect(attempts.count >= row.planned.count)
            #expect(zip(attempts, attempts.dropFirst()).allSatisfy { $0 < $1 })
        }
    }

    @Test("A page by webhook is tried every minute after the first, to its deadline of 5 min")
    func everyMinute() {
        let attempts = attempts(.page, isMail: false, key: "key")
        #expect((10...11).contains(attempts.count))
        #expect((attempts.last ?? 0) <= 300)
    }

    @Test("The same message and attempt has the same jitter; different messages differ")
    func jitter() {
        let first = attempts(.page, isMail: false, key: "a")
        #expect(first == attempts(.page, isMail: false, key: "a"))
        #expect(first != attempts(.page, isMail: false, key: "b"))
    }

    @Test("A slow attempt is followed by the next planned one, not by all it overran")
    func overrun() {
        let schedule = RetrySchedule(kind: .page, isMail: false)
        guard
            case .attempt(let at) = schedule.next(after: report(1), key: "k", dueAt: 0, now: 15_100)
        else {
            Issue.record("no further attempt")
            return
        }
        #expect((15_100...24_000).contains(at))
    }

    @Test(
        "What can never arrive is dead at once; a refusal is tried twice more",
        arguments: [
            (AttemptOutcome.configuration, 302 as Int?, 1, false), (.permanent, 410, 1, false),
            (.permanent, 404, 1, true), (.permanent, 404, 2, true), (.permanent, 404, 3, false),
            (.transient, 503, 3, true), (.unknown, nil, 3, true), (.delivered, 200, 1, false),
        ]
    )
    func classes(_ row: (outcome: AttemptOutcome, status: Int?, attempt: Int, isRetried: Bool)) {
        let report = report(row.attempt, row.outcome, status: row.status)
        let next = RetrySchedule(kind: .page, isMail: false)
            .next(after: report, key: "k", dueAt: 0, now: 100)
        #expect((next != .dead) == row.isRetried)
    }

    @Test("Retry-After is honoured inside the deadline; beyond it the message is dead")
    func retryAfter() {
        let schedule = RetrySchedule(kind: .page, isMail: false)
        let soon = schedule.next(after: report(1, wait: 60), key: "k", dueAt: 0, now: 500)
        #expect(soon == .attempt(at: 60_500))
        #expect(schedule.next(after: report(1, wait: 600), key: "k", dueAt: 0, now: 500) == .dead)
    }
}
