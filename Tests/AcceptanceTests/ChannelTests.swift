import Foundation
import Testing

@Suite("A page by webhook and by mail", .serialized)
struct ChannelTests {
    @Test("A person with both is paged by both, at once")
    func both() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        let mailServer = try MailServer(in: workspace)
        try TestFiles(
            hook: "http://127.0.0.1:\(receiver.port)/hook",
            mailPort: mailServer.port
        ).write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "checkout returns 502")

        #expect(becomesTrue(within: 10) { !receiver.pages(of: number).isEmpty })
        #expect(becomesTrue(within: 10) { !mailServer.mails.isEmpty })
        let mail = try #require(mailServer.mails.first)
        #expect(mail.to == ["anna@example.com"])
        #expect(mail.header("Subject") == "[P1] Northwind: checkout returns 502 (case \(number))")
        #expect(
            mail.header("From")?.hasPrefix("PAGE") == true
                || mail.header("From")?.hasPrefix("\"PAGE") == true
        )
        #expect(mail.header("Auto-Submitted") == "auto-generated")
        #expect(mail.header("X-Auto-Response-Suppress") == "All")
        #expect(mail.header("References") == "<case-\(number)@pager.example.com>")
        #expect(mail.header("Message-ID") != nil)
        #expect(mail.header("Content-Type")?.hasPrefix("multipart/alternative") == true)
        #expect(mail.text.contains("text/plain") && mail.text.contains("text/html"))
        #expect(mail.text.contains("tocsin ack \(number)"))
        #expect(daemon.stop() == 0)
    }

    @Test("Mail goes over STARTTLS with a login, and not at all where the certificate is unknown")
    func encrypted() throws {
        let workspace = try Workspace()
        let mailServer = try MailServer(encryptedIn: workspace)
        try TestFiles(mailPort: mailServer.port, startTLS: "required").write(to: workspace)
        var daemon: TestDaemon? = try TestDaemon(in: workspace)
        _ = try daemon?.open(title: "checkout returns 502")
        #expect(becomesTrue(within: 10) { !mailServer.mails.isEmpty })
        #expect(mailServer.mails.allSatisfy { $0.isEncrypted })
        #expect(daemon?.stop() == 0)

        let settings = workspace.text("config/tocsin.yaml")
        try workspace.write(
            "config/tocsin.yaml",
            settings.replacingOccurrences(of: "  ca_file: ../cert.pem\n", with: "")
        )
        let before = mailServer.mails.count
        daemon = try TestDaemon(in: workspace)
        _ = try daemon?.open(title: "logins hang")
        let isTold = try becomesTrue(within: 15) {
            try workspace.tocsin("deliveries", "--failed").output.lowercased().contains("cert")
        }
        #expect(isTold)
        #expect(mailServer.mails.count == before)
    }

    @Test(
        "An escalation tells leadership who was tried, and the customer once and what to call"
    )
    func escalated() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        let mailServer = try MailServer(in: workspace)
        try TestFiles(
            hook: "http://127.0.0.1:\(receiver.port)/hook",
            mailPort: mailServer.port
        ).write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let opened = try workspace.tocsin(
            "open",
            "--policy",
            "quik",
            "--priority",
            "P1",
            "--customer",
            "Northwind",
            "--title",
            "checkout returns 502",
            "--contact",
            "desk@northwind.example",
            "-o",
            "json"
        )
        let number = try #require(opened.json.caseObject["number"].int)
        #expect(becomesTrue(within: 10) { !receiver.pages(of: number).isEmpty })
        let ran = try workspace.tocsin(
            "escalate",
            "\(number)",
            "--as",
            "anna",
            "--reason",
            "anna cannot reach ben"
        )
        #expect(ran.exit == 0, "\(ran.errors)")
        let customers = { mailServer.mails.filter { $0.to == ["desk@northwind.example"] } }
        #expect(becomesTrue(within: 10) { !customers().isEmpty })
        let lena = try #require(
            eventually(within: 10) {
                receiver.arrivals(of: number).first { $0.body.contains("lena") }
            }
        )
        let summary = lena.json["data"]["notification"]["summary"].string ?? ""
        #expect(summary.contains("anna cannot reach ben"), "the reason: \(summary)")
        #expect(summary.contains("Tried so far: Anna Keller at"), "who was tried: \(summary)")
        usleep(1_000_000)
        let told = customers()
        #expect(told.count == 1, "\(told.count) mails")
        #expect(told[0].text.contains("877-456-7845"), "\(told[0].text)")
        #expect(told[0].text.contains("\(number)"))
        #expect(!told[0].text.contains("lena"), "no name of ours goes to a customer")
        #expect(daemon.stop() == 0)
    }

    @Test("Webhooks hold before the reference verifier, and a repeat is the same message")
    func signed() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        try TestFiles(hook: "http://127.0.0.1:\(receiver.port)/flaky").write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "a title with \"quotes\", ümlauts and a <tag>")

        // Refused once, then tried again two seconds later.
        #expect(becomesTrue(within: 15) { receiver.arrivals(of: number).count == 2 })
        let arrivals = receiver.arrivals(of: number)
        #expect(arrivals.map(\.status) == [503, 200])
        #expect(Set(arrivals.map(\.key)).count == 1)
        #expect(Set(arrivals.map(\.body)).count == 1)
        #expect(arrivals[0].key.isEmpty == false)
        let body = arrivals[0].json
        #expect(body["type"].string == "case.paged")
        #expect(
            body["data"]["case"]["title"].string == "a title with \"quotes\", ümlauts and a <tag>"
        )
        #expect(body["data"]["page"]["person"].string == "anna")
        #expect(body["data"]["rulebook"].string?.isEmpty == false)

        let verified = try workspace.run(
            Python.executable,
            [
                Python.tool("verify.py"), receiver.record.path,
                workspace.path("config/secrets/hook").path,
            ]
        )
        #expect(verified.exit == 0, "\(verified.errors)")
        #expect(verified.output == "2\n")
    }

    @Test("Who has a case acknowledged is not paged for it again by a retry")
    func retryAfterAcknowledge() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        try TestFiles(hook: "http://127.0.0.1:\(receiver.port)/status/503").write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "checkout returns 502")
        #expect(becomesTrue(within: 10) { !receiver.arrivals(of: number).isEmpty })

        let ran = try workspace.tocsin("ack", "\(number)", "--as", "anna")
        let answered = Date().timeIntervalSince1970
        #expect(ran.exit == 0, "\(ran.errors)")
        usleep(4_000_000)
        let late = receiver.arrivals(of: number).filter {
            $0.at > answered + 0.2 && !$0.json["data"]["page"].isNull
        }
        #expect(late.isEmpty)
    }

    @Test("Deliveries and why tell what was sent, how it went and for what reason")
    func told() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        try TestFiles(hook: "http://127.0.0.1:\(receiver.port)/hook").write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "checkout returns 502")
        #expect(becomesTrue(within: 10) { !receiver.arrivals(of: number).isEmpty })

        let isDelivered = try becomesTrue(within: 5) {
            let list = try workspace.tocsin("deliveries", "-o", "json").json["deliveries"]
            return list[0]["state"].string == "delivered" && list[0]["person"].string == "anna"
        }
        #expect(isDelivered)
        let why = try workspace.tocsin("why", "\(number)")
        #expect(why.exit == 0)
        #expect(why.output.contains("support-primary") && why.output.contains("anna"))
        let test = try workspace.tocsin("test", "person", "ben")
        #expect(test.exit == 0, "\(test.errors)")
        let isDrilled = becomesTrue(within: 5) {
            receiver.arrivals.contains {
                $0.json["data"]["page"]["drill"] == .bool(true)
                    && $0.json["data"]["page"]["person"].string == "ben"
            }
        }
        #expect(isDrilled)
    }
}
