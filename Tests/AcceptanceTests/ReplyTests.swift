import Foundation
import Testing

/// The way of an answer by mail: from the page, by swaks and an SMTP server's pipe, to the case.
@Suite("Answers by mail", .serialized)
struct ReplyTests {
    private struct Post {
        let workspace: Workspace
        let mails: MailServer
        let pipe: PipeServer
        let daemon: TestDaemon

        init() throws {
            workspace = try Workspace()
            mails = try MailServer(in: workspace)
            pipe = try PipeServer(in: workspace)
            var files = TestFiles(mailPort: mails.port)
            files.extra = """
                intake:
                  support: {dialect: mail, address: support@pager.example.com, policy: esq}

                """
            try files.write(to: workspace)
            daemon = try TestDaemon(in: workspace)
        }

        /// Opens a case and waits for the mail that pages anna.
        func paged(_ title: String) throws -> (number: Int, mail: Mail) {
            let number = try daemon.open(title: title)
            let mail = try #require(
                eventually(within: 15) {
                    mails.mails.first { $0.to == ["anna@example.com"] && $0.text.contains(title) }
                }
            )
            return (number, mail)
        }

        /// Sends by swaks; the exit code of swaks.
        func send(
            _ body: String,
            from: String,
            to: String = "tocsin@pager.example.com",
            _ headers: [String: String] = [:]
        ) throws -> Int32 {
            var words = [
                "--server", "127.0.0.1:\(pipe.port)", "--from", from, "--to", to,
                "--body", body, "--hide-all",
            ]
            for (name, value) in headers { words += ["--header", "\(name): \(value)"] }
            return try workspace.run("/usr/bin/swaks", words).exit
        }

        /// Answers `mail` as a person's program does.
        func answer(_ mail: Mail, _ body: String, from: String = "anna@example.com") throws -> Int32
        {
            let own = mail.header("Message-ID") ?? ""
            return try send(
                body + "\n\n> " + "PAGE: please acknowledge\n",
                from: from,
                [
                    "Subject": "Re: " + (mail.header("Subject") ?? ""), "In-Reply-To": own,
                    "References": "\(mail.header("References") ?? "") \(own)",
                ]
            )
        }

        func show(_ number: Int) throws -> JSONValue {
            try workspace.tocsin("show", "\(number)", "-o", "json").json
        }
    }

    @Test("A person answers a page with `ack` and has the case, by way of mail; then resolves it")
    func acknowledged() throws {
        let post = try Post()
        let (number, mail) = try post.paged("checkout returns 502")
        #expect(try post.answer(mail, "ack") == 0)
        let shown = try post.show(number)
        #expect(shown["case"]["acknowledged"]["by"].string == "anna", "\(post.pipe.said)")
        let event = try #require(
            shown["events"].items.first { $0["event"].string == "acknowledged" }
        )
        #expect(event["way"].string == "mail")
        #expect(try post.answer(mail, "update: the cache is being rebuilt") == 0)
        #expect(try post.answer(mail, "looking at the gateway") == 0)
        #expect(try post.answer(mail, "resolve") == 0)
        let events = try post.show(number)["events"].items.compactMap { $0["event"].string }
        for name in ["updated", "noted", "resolved"] { #expect(events.contains(name)) }
    }

    @Test("Strangers, machines and second persons change nothing by an answer")
    func refused() throws {
        let post = try Post()
        let (number, mail) = try post.paged("logins hang")
        // A stranger is told that nobody takes it; 550 is swaks' 26.
        #expect(try post.answer(mail, "ack", from: "mallory@example.net") != 0)
        let references = mail.header("References") ?? ""
        let machine = try post.send(
            "ack",
            from: "anna@example.com",
            [
                "Subject": "Automatic reply", "References": references,
                "Auto-Submitted": "auto-replied",
            ]
        )
        #expect(machine == 0, "an automatic answer is taken and ignored")
        #expect(try post.show(number)["case"]["acknowledged"].isNull)
        #expect(try post.answer(mail, "ack", from: "ben@example.com") == 0)
        #expect(try post.answer(mail, "ack") != 0, "ben has it: the answer comes back")
        #expect(try post.show(number)["case"]["acknowledged"]["by"].string == "ben")
    }

    @Test("A mail to an intake's address opens a case; while the daemon is away it is kept")
    func opened() throws {
        let post = try Post()
        let headers = ["Subject": "Printer on fire", "Message-Id": "<1@northwind.example>"]
        let to = "support@pager.example.com"
        let from = "carl@northwind.example"
        post.daemon.kill()
        #expect(try post.send("It burns.", from: from, to: to, headers) != 0)
        #expect(post.pipe.exits == [75])
        try post.daemon.restart()
        #expect(try post.send("It burns.", from: from, to: to, headers) == 0)
        // What was answered with 250 is there whatever happens next, and once.
        post.daemon.kill()
        try post.daemon.restart()
        #expect(try post.send("It burns.", from: from, to: to, headers) == 0)
        let cases = try post.workspace.tocsin("cases", "-o", "json").json["cases"].items
        #expect(cases.map { $0["title"].string } == ["Printer on fire"])
        #expect(cases.first?["customer"].string == "northwind.example")
    }
}
