import Foundation
import Testing

/// Two P1 cases under quik, opened by the command line and played at sixty times the speed of time.
///
/// Nobody takes the first until minute 62. Anna takes the second at once, answers the customer, and
/// then forgets the update that is owed two hours later.
struct MainJob: Sendable {
    static let played = Result { try MainJob() }

    let unanswered: [ArrivedPage]
    let answered: [ArrivedPage]
    let plan: JSONValue
    /// What was told about each case that is no page: kind, summary, person.
    let unansweredNotices: [JSONValue]
    let answeredNotices: [JSONValue]
    let reminders: [JSONValue]
    /// Real seconds between the first page's arrival and each arrival of the first case's pages.
    let arrivals: [Double]
    /// Minutes of the case at which anna acknowledged and resolved the second.
    let acknowledged: Double
    let resolved: Double

    private static let speed = 60

    init() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        try TestFiles(hook: "http://127.0.0.1:\(receiver.port)/hook").write(to: workspace)
        let daemon = try TestDaemon(in: workspace, speed: Self.speed)

        let first = try daemon.open(title: "checkout returns 502")
        let start = Date().timeIntervalSince1970
        let second = try daemon.open(title: "logins hang")
        func minute() -> Double { (Date().timeIntervalSince1970 - start) * Double(Self.speed) / 60 }
        func wait(until target: Double) { while minute() < target { usleep(20_000) } }
        func act(_ words: String...) throws {
            let ran = try workspace.run(Workspace.binary.path, words)
            guard ran.exit == 0 else {
                throw Child.Failed(description: "\(words): exit \(ran.exit) \(ran.errors)")
            }
        }

        _ = becomesTrue(within: 2) { !receiver.pages(of: second).isEmpty }
        acknowledged = minute()
        try act("ack", "\(second)", "--as", "anna")
        try act("respond", "\(second)", "--as", "anna", "--text", "we are on it")
        wait(until: 50)
        try act("note", "\(second)", "--as", "anna", "--text", "the database is the cause")
        wait(until: 62)
        try act("resolve", "\(first)", "--as", "anna")
        wait(until: 100)
        try act("note", "\(second)", "--as", "anna", "--text", "rolling back")
        wait(until: 125)
        try act("update", "\(second)", "--as", "anna", "--text", "rolled back, watching")
        try act("resolve", "\(second)", "--as", "anna")
        resolved = minute()
        wait(until: 135)

        let shown = try workspace.tocsin("show", "\(first)", "-o", "json").json.caseObject
        plan = try workspace.tocsin(
            "plan",
            "--policy",
            "quik",
            "--priority",
            "P1",
            "--opened",
            shown["opened_at"].string ?? "",
            "--until",
            "+61m",
            "-o",
            "json"
        ).json
        unanswered = receiver.pages(of: first)
        answered = receiver.pages(of: second)
        unansweredNotices = receiver.messages(of: first, kind: "notice")
        answeredNotices = receiver.messages(of: second, kind: "notice")
        reminders = receiver.messages(of: second, kind: "reminder")
        let paged = receiver.arrivals(of: first).filter { !$0.json["data"]["page"].isNull }
        arrivals = paged.map { $0.at - (paged.first?.at ?? 0) }
        #expect(daemon.stop() == 0)
    }
}

@Suite("The main job: a P1 wakes the right person until someone acknowledges", .serialized)
struct MainJobTests {
    /// Minute, person and step of the ladder `critical`, then its first repeat.
    static let ladder: [(minute: Double, person: String, step: Int)] = [
        (0, "anna", 1), (9, "anna", 2), (18, "ben", 3), (30, "anna", 4), (30, "ben", 4),
        (45, "lena", 5), (60, "anna", 5), (60, "ben", 5), (60, "lena", 5),
    ]

    @Test("Nobody acknowledges: 0, 9, 18, 30 and 45 min, then everyone again at 60")
    func climbs() throws {
        let pages = try MainJob.played.get().unanswered
        let seen = pages.map { "\($0.person) \($0.step)" }.sorted()
        #expect(seen == Self.ladder.map { "\($0.person) \($0.step)" }.sorted())
        for expected in Self.ladder {
            let page = pages.first {
                $0.person == expected.person && $0.step == expected.step
                    && $0.round == (expected.minute == 60 ? 1 : 0)
            }
            let late = (page?.minutes ?? -1) - expected.minute
            #expect(late >= 0 && late < 1, "\(expected) came \(late) min late")
        }
    }

    @Test("Pages arrive when they are due, to within two seconds of real time")
    func arrivesInTime() throws {
        let arrivals = try MainJob.played.get().arrivals
        #expect(arrivals.count == Self.ladder.count)
        for (arrival, expected) in zip(arrivals.sorted(), Self.ladder) {
            #expect(abs(arrival - expected.minute) < 2, "\(expected) arrived after \(arrival) s")
        }
    }

    @Test("The first page is sent at once")
    func firstAtOnce() throws {
        let first = try #require(MainJob.played.get().unanswered.first)
        #expect(first.minutes * 60 < 60)
        #expect(first.cycle == 1 && first.round == 0)
    }

    @Test("What plan prints is what arrives")
    func planned() throws {
        let job = try MainJob.played.get()
        let opened = try #require(job.plan["steps"][0]["at"].instant)
        let planned = job.plan["steps"].items.filter { $0["kind"].string == "page" }
            .flatMap { step in
                step["to"].items.map { to in
                    let minute = ((step["at"].instant ?? 0) - opened) / 60
                    return "\(Int(minute)) \(to["person"].string ?? "")"
                }
            }
        #expect(planned.sorted() == Self.ladder.map { "\(Int($0.minute)) \($0.person)" }.sorted())
    }

    @Test("Leadership is paged before the hour is over")
    func leadershipPaged() throws {
        let job = try MainJob.played.get()
        #expect(job.unanswered.contains { $0.person == "lena" && $0.step == 5 && $0.round == 0 })
    }

    @Test("An acknowledgement stops the pages, until an update falls due unposted")
    func acknowledgeStopsPages() throws {
        let job = try MainJob.played.get()
        let between = job.answered.filter {
            $0.minutes > job.acknowledged + 1 && $0.minutes < 119
        }
        #expect(between.isEmpty, "\(between)")
        #expect(job.answered.filter { $0.cycle == 1 }.map(\.person) == ["anna"])
        #expect(job.answered.contains { $0.cycle == 2 && $0.person == "anna" && $0.minutes > 119 })
    }

    @Test("Reminders of the update come before two hours and at two hours, acknowledged or not")
    func remindersGoOn() throws {
        let job = try MainJob.played.get()
        let minutes = job.reminders.compactMap { reminder -> Double? in
            guard let at = reminder["timestamp"].instant,
                let opened = reminder["data"]["case"]["opened_at"].instant
            else { return nil }
            return (at - opened) / 60
        }
        #expect(job.reminders.allSatisfy { $0["data"]["notification"]["person"].string == "anna" })
        // Two hours from the first response, which came in the first minutes.
        #expect(minutes.contains { $0 >= 110 && $0 < 115 }, "\(minutes)")
        #expect(minutes.contains { $0 >= 120 && $0 < 125 }, "\(minutes)")
    }

    @Test("Resolving stops everything and stands down those who were paged")
    func resolveStopsAll() throws {
        let job = try MainJob.played.get()
        #expect(job.unanswered.allSatisfy { $0.minutes < 62.5 })
        #expect(job.answered.allSatisfy { $0.minutes < job.resolved + 0.5 })
        let stoodDown = job.unansweredNotices.filter { $0["type"].string == "case.resolved" }
            .compactMap { $0["data"]["notification"]["person"].string }
        #expect(stoodDown.sorted() == ["ben", "lena"])
    }
}
