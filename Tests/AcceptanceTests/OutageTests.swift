import Foundation
import Glibc
import Testing

@Suite("What carries the pages is down", .serialized)
struct OutageTests {
    @Test("A relay that says nothing for half an hour: everyone on the ladder is tried and reached")
    func relay() throws {
        let workspace = try Workspace()
        let mailServer = try MailServer(in: workspace)
        try TestFiles(mailPort: mailServer.port).write(to: workspace)
        // A second is a minute; an attempt keeps its deadline of real seconds.
        let daemon = try TestDaemon(in: workspace, speed: 60)
        mailServer.signal(SIGSTOP)
        let number = try daemon.open(title: "checkout returns 502")
        let began = Date()
        // At 45 minutes at the latest.
        let isLed = try becomesTrue(within: 60) {
            try workspace.tocsin("show", "\(number)", "-o", "json").output.contains("\"lena\"")
        }
        #expect(isLed, "leadership is paged while nothing gets through")
        while Date().timeIntervalSince(began) < 30 { usleep(200_000) }
        #expect(mailServer.mails.isEmpty)
        mailServer.signal(SIGCONT)
        let expected: Set = ["anna@example.com", "ben@example.com", "lena@example.com"]
        let areReached = becomesTrue(within: 90) {
            let reached = mailServer.mails.filter { $0.text.contains("(case \(number))") }
            return expected.isSubset(of: Set(reached.flatMap(\.to)))
        }
        #expect(areReached, "\(mailServer.mails.map(\.to))")
        #expect(try workspace.tocsin("ack", "\(number)", "--as", "lena").exit == 0)
        #expect(daemon.stop() == 0)
    }

    @Test(
        "A dead relay and twenty cases: each reaches its second channel within 65 s, and it is told"
    )
    func secondChannel() throws {
        let workspace = try Workspace()
        let relay = try MailServer(in: workspace)
        let receiver = try Receiver(in: workspace)
        try TestFiles.alarming(receiver, mailPort: relay.port).write(to: workspace)
        // Everybody is to be paged by mail first.
        let (hookFirst, mailFirst) = ("[{use: hook}, {use: email}]", "[{use: email}, {use: hook}]")
        let people = workspace.text("config/people.yaml")
        try #require(people.contains(hookFirst))
        try workspace.write(
            "config/people.yaml",
            people.replacingOccurrences(of: hookFirst, with: mailFirst)
        )
        let daemon = try TestDaemon(in: workspace)
        relay.signal(SIGSTOP)
        var opened: [Int: Double] = [:]
        for index in 0..<20 {
            let at = Date().timeIntervalSince1970
            opened[try daemon.open(title: "outage \(index)")] = at
        }
        #expect(opened.count == 20)
        /// Seconds from its opening to the first page by hook that names the case, by case.
        func reached() -> [Int: Double] {
            var seconds: [Int: Double] = [:]
            for arrival in receiver.arrivals where !arrival.json["data"]["page"].isNull {
                let data = arrival.json["data"]
                // Pages of several cases at once leave together.
                let named = [data["case"]] + data["others"].items
                for number in named.compactMap({ $0["number"].int }) {
                    guard let at = opened[number], seconds[number] == nil else { continue }
                    seconds[number] = arrival.at - at
                }
            }
            return seconds
        }
        #expect(becomesTrue(within: 90) { reached().count == opened.count })
        let seconds = reached()
        let missing = opened.keys.filter { seconds[$0] == nil }
        #expect(missing.isEmpty, "no second channel for \(missing.sorted())")
        let worst = seconds.values.max() ?? .infinity
        #expect(worst <= 65, "\(worst) s to another channel")
        let isTold = becomesTrue(within: 120) {
            receiver.arrivals.contains { $0.body.contains("Channel email fails") }
        }
        #expect(isTold, "\(workspace.text("daemon.stderr"))")
        #expect(relay.mails.isEmpty, "nothing came by the first")
        relay.signal(SIGCONT)
        #expect(daemon.stop() == 0)
    }

    @Test("A relay that takes every mail and delivers none: whoever is next is paged on time")
    func swallowed() throws {
        let workspace = try Workspace()
        let relay = try MailServer(in: workspace)
        try TestFiles(mailPort: relay.port).write(to: workspace)
        try workspace.writeShortLadder()
        let daemon = try TestDaemon(in: workspace)
        let opened = Date().timeIntervalSince1970
        let number = try daemon.open(title: "checkout returns 502")
        /// Seconds from the opening to each page that was to reach that person.
        func pages(to person: String) -> [Double] {
            relay.mails.filter {
                $0.to == ["\(person)@example.com"] && $0.text.contains("(case \(number))")
            }.map { $0.at - opened }
        }
        // Accepted is not delivered: each is as due as if the one before had been refused.
        for (person, due) in [("anna", 0.0), ("ben", 4.0), ("lena", 8.0)] {
            let first = eventually(within: 20) { pages(to: person).first }
            let seconds = try #require(first, "\(person) was never paged")
            // A case is opened at a whole second, the last one before.
            #expect(seconds > due - 1 && seconds < due + 3, "\(person) after \(seconds) s")
        }
        #expect(pages(to: "anna").count > 1, "and again the one who did not answer")
        #expect(try workspace.tocsin("ack", "\(number)", "--as", "lena").exit == 0)
        #expect(daemon.stop() == 0)
    }

    @Test("A daily check that is taken counts as arrived: only one that is given up is told")
    func swallowedCheck() throws {
        let workspace = try Workspace()
        let relay = try MailServer(in: workspace)
        let receiver = try Receiver(in: workspace)
        try TestFiles.alarming(receiver, mailPort: relay.port).write(to: workspace)
        let offset = try SharedNumber(in: workspace, named: "offset")
        // Ten in the morning by UTC, an hour or two later in Berlin: the first day tells nothing.
        let now = Int64(Date().timeIntervalSince1970)
        offset.set((10 * 3_600 - now % 86_400) * 1_000_000_000)
        let daemon = try TestDaemon(
            in: workspace,
            variables: [
                "LD_PRELOAD": try Shim.built("wallclock", in: workspace),
                "WALL_OFFSET": offset.path,
            ]
        )
        usleep(2_000_000)
        #expect(daemon.stop() == 0)
        #expect(relay.mails.isEmpty)
        offset.set((86_400 + 10 * 3_600 - now % 86_400) * 1_000_000_000)
        try daemon.restart()
        let isTaken = becomesTrue(within: 10) {
            relay.mails.contains { $0.text.contains("Daily check of email") }
        }
        #expect(isTaken, "\(relay.mails.map(\.text))")
        usleep(2_000_000)
        #expect(!receiver.arrivals.contains { $0.body.contains("daily check of email failed") })
        #expect(daemon.stop() == 0)
    }

    @Test("A relay that drops everything is told where checks are confirmed, until one is")
    func unconfirmedCheck() throws {
        let workspace = try Workspace()
        let relay = try MailServer(in: workspace)
        let receiver = try Receiver(in: workspace)
        let web = "base_url: http://127.0.0.1:\(workspace.port)\n"
        var files = TestFiles.alarming(receiver, mailPort: relay.port, extra: web)
        files.confirmEvery = "36 h"
        try files.write(to: workspace)
        let offset = try SharedNumber(in: workspace, named: "offset")
        let now = Int64(Date().timeIntervalSince1970)
        func setDay(_ day: Int64) {
            offset.set((day * 86_400 + 10 * 3_600 - now % 86_400) * 1_000_000_000)
        }
        func checks() -> [String] {
            relay.mails.map(\.text).filter { $0.contains("Daily check of email") }
        }
        func alarms() -> Int {
            receiver.arrivals.filter { $0.body.contains("Nobody has confirmed that email") }.count
        }
        setDay(0)
        let daemon = try TestDaemon(
            in: workspace,
            variables: [
                "LD_PRELOAD": try Shim.built("wallclock", in: workspace),
                "WALL_OFFSET": offset.path,
            ]
        )
        usleep(2_000_000)
        #expect(checks().isEmpty, "the first day tells nothing")
        // Counting begins with the first check; of the third somebody opens the link.
        for (day, expected) in [(1, 0), (2, 0), (3, 1), (4, 1)] as [(Int64, Int)] {
            #expect(daemon.stop() == 0)
            setDay(day)
            try daemon.restart()
            #expect(becomesTrue(within: 10) { checks().count == Int(day) }, "\(checks())")
            usleep(2_000_000)
            #expect(alarms() == expected, "day \(day)")
            guard day == 3, let mail = checks().last else { continue }
            let script = """
                import email, re, sys, time, urllib.parse, urllib.request
                mail = email.message_from_string(sys.argv[1])
                text = next(p for p in mail.walk() if p.get_content_type() == "text/plain")
                words = text.get_payload(decode=True).decode()
                link = re.search(r"http://\\S+/a/\\S+", words).group()
                number = re.search(r"then type (\\d{3})", words).group(1)
                form = urllib.request.urlopen(link, timeout=10).read().decode()
                nonce = re.search(r'name="nonce" value="([^"]+)"', form).group(1)
                time.sleep(3)
                fields = {"nonce": nonce, "number": number, "do": "acknowledge"}
                data = urllib.parse.urlencode(fields).encode()
                print(urllib.request.urlopen(link, data, timeout=10).read().decode())
                """
            let answer = try workspace.run(Python.executable, ["-c", script, mail])
            #expect(answer.output.contains("Thank you"), "\(answer.errors)\(answer.output)")
        }
        #expect(daemon.stop() == 0)
    }
}
