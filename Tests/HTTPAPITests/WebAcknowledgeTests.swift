import Delivery
import HTTPTypes
import Paging
import Shapes
import Store
import Testing

@testable import HTTPAPI

@Suite struct WebAcknowledgeTests {
    @Test("A person types the number of the message and has the case, by way of the link")
    func human() async throws {
        let visitor = try WebVisitor()
        defer { visitor.close() }
        let number = try await visitor.house.open()
        let link = try await visitor.link(of: number)
        let seen = try await visitor.get(link.path)
        #expect(seen.status == 200)
        #expect(seen.headers[.cacheControl] == "no-store")
        #expect(seen.headers[try #require(HTTPField.Name("Referrer-Policy"))] == "no-referrer")
        #expect(!seen.text.contains(link.number))
        let nonce = visitor.hidden("nonce")
        visitor.clock.advance(seconds: 5)
        let fields = [("nonce", nonce), ("number", link.number), ("do", "acknowledge")]
        let done = try await visitor.post(link.path, fields)
        #expect(done.status == 200)
        #expect(done.text.contains("You have it"))
        #expect(try await visitor.owner(of: number) == "anna")
        let id = try await visitor.house.ask(.get, "/v1/cases/\(number)")
        let event = id.json["events"]?.array?.last { $0["event"]?.string == "acknowledged" }
        #expect(event?["way"]?.string == "link")

        let undo = visitor.hidden("nonce")
        visitor.clock.advance(seconds: 60)
        let undone = try await visitor.post(link.path, [("nonce", undo), ("do", "undo")])
        #expect(undone.status == 200)
        #expect(try await visitor.owner(of: number) == nil)
    }

    @Test("A robot that follows the link and submits every form never has the case")
    func robot() async throws {
        let visitor = try WebVisitor()
        defer { visitor.close() }
        let number = try await visitor.house.open()
        let link = try await visitor.link(of: number)
        for _ in 0..<20 { #expect(try await visitor.get(link.path).status == 200) }
        #expect(try await visitor.house.ask(.head, link.path).status == 200)
        let nonce = visitor.hidden("nonce")
        // At once, then as slowly as a person.
        let quick = [("nonce", nonce), ("number", link.number), ("do", "acknowledge")]
        #expect(try await visitor.post(link.path, quick).status == 403)
        visitor.clock.advance(seconds: 4)
        for fields in [
            [("nonce", nonce), ("do", "acknowledge")],
            [("nonce", nonce), ("number", ""), ("do", "acknowledge")],
            [("nonce", nonce), ("do", "undo")], [("do", "acknowledge")], [],
        ] {
            #expect(try await visitor.post(link.path, fields).status == 403)
        }
        #expect(try await visitor.owner(of: number) == nil)
        #expect(try await visitor.pages(of: number).count == 1, "nothing typed, nothing counted")
    }

    @Test("A phone posts the number with one tap, without the form; a wrong one counts as a try")
    func tap() async throws {
        let stranger = try WebVisitor()
        defer { stranger.close() }
        let other = try await stranger.link(of: try await stranger.house.open())
        let posted = try await stranger.post(other.path, [("number", other.number)])
        #expect(posted.status == 403, "by a channel whose messages have no such button")

        let visitor = try WebVisitor { $0.bodyForms = ["terminal": .ntfy] }
        defer { visitor.close() }
        let number = try await visitor.house.open()
        let link = try await visitor.link(of: number)
        let wrong = link.number == "111" ? "112" : "111"
        for fields in [[("number", wrong)], [("number", "")], [("way", "ntfy")]] {
            #expect(try await visitor.post(link.path, fields).status == 403)
        }
        #expect(try await visitor.owner(of: number) == nil)
        #expect(try await visitor.get(link.path).text.contains("4 tries left"))
        let tapped = [("number", link.number), ("way", "ntfy")]
        #expect(try await visitor.post(link.path, tapped).status == 200)
        #expect(try await visitor.owner(of: number) == "anna")
    }

    @Test("A daily check is confirmed by its number, and looking at it confirms nothing")
    func check() async throws {
        let visitor = try WebVisitor { setting in
            setting.isWatched = true
            setting.confirmSeconds = ["terminal": 7 * 86_400]
        }
        defer { visitor.close() }
        func confirmedAt() async throws -> Milliseconds? {
            try await visitor.house.engine.reader.read { (snapshot) throws(StoreError) in
                try snapshot.meta(Meta.confirmed("terminal")).flatMap { Milliseconds($0) }
            }
        }
        // The first day tells nothing; on the next the check goes out beside whatever happens.
        _ = try await visitor.house.open()
        visitor.clock.advance(seconds: 86_400)
        _ = try await visitor.house.open()
        var check: StoredNotification?
        for number in 1...20 where check == nil {
            check = try await visitor.pages(of: number, kind: .notice)
                .first { $0.key.contains("canary") }
        }
        let message = try #require(check)
        #expect(String(decoding: message.body, as: UTF8.self).contains("please confirm"))
        let link = visitor.link(in: message)
        let seen = try await visitor.get(link.path)
        #expect(seen.status == 200 && seen.text.contains("Did it arrive?"))
        let nonce = visitor.hidden("nonce")
        visitor.clock.advance(seconds: 5)
        let wrong = link.number == "111" ? "112" : "111"
        for fields in [
            [("nonce", nonce), ("do", "acknowledge")],
            [("nonce", nonce), ("number", wrong), ("do", "acknowledge")],
            [("nonce", nonce), ("do", "undo")], [],
        ] {
            #expect(try await visitor.post(link.path, fields).status == 403)
        }
        #expect(try await confirmedAt() == message.createdAt, "counting began with it")
        let fields = [("nonce", nonce), ("number", link.number), ("do", "acknowledge")]
        let done = try await visitor.post(link.path, fields)
        #expect(done.status == 200 && done.text.contains("Thank you"), "\(done.text)")
        #expect(try await confirmedAt() == visitor.clock.now)
        #expect(try await visitor.get(link.path).text.contains("Thank you"))
    }

    @Test("Whoever acknowledges by its link has confirmed the channel of a page")
    func confirming() async throws {
        let visitor = try WebVisitor {
            $0.bodyForms = ["terminal": .ntfy]
            $0.confirmSeconds = ["terminal": 7 * 86_400]
        }
        defer { visitor.close() }
        let link = try await visitor.link(of: try await visitor.house.open())
        visitor.clock.advance(seconds: 5)
        #expect(try await visitor.post(link.path, [("number", link.number)]).status == 200)
        let at = try await visitor.house.engine.reader.read { (snapshot) throws(StoreError) in
            try snapshot.meta(Meta.confirmed("terminal"))
        }
        #expect(at == "\(visitor.clock.now)")
    }

    @Test("After an acknowledgement a machine that follows the link finds nothing to press")
    func nothingToPress() async throws {
        let visitor = try WebVisitor()
        defer { visitor.close() }
        let number = try await visitor.house.open()
        let link = try await visitor.link(of: number)
        try await visitor.get(link.path)
        visitor.clock.advance(seconds: 3)
        let nonce = visitor.hidden("nonce")
        try await visitor.post(
            link.path,
            [("nonce", nonce), ("number", link.number), ("do", "acknowledge")]
        )
        let seen = try await visitor.get(link.path)
        #expect(seen.text.contains("You have it"))
        #expect(!seen.text.contains("<form"))
    }

    @Test("Five wrong numbers kill the link and send the page again, with another number's link")
    func fiveTries() async throws {
        let visitor = try WebVisitor()
        defer { visitor.close() }
        let number = try await visitor.house.open()
        let link = try await visitor.link(of: number)
        try await visitor.get(link.path)
        visitor.clock.advance(seconds: 3)
        let nonce = visitor.hidden("nonce")
        for guess in 0..<8 {
            let wrong = link.number == "00\(guess)" ? "99\(guess)" : "00\(guess)"
            let fields = [("nonce", nonce), ("number", wrong), ("do", "acknowledge")]
            _ = try await visitor.post(link.path, fields)
        }
        let right = [("nonce", nonce), ("number", link.number), ("do", "acknowledge")]
        #expect(try await visitor.post(link.path, right).status == 410)
        #expect(try await visitor.owner(of: number) == nil)
        let pages = try await visitor.pages(of: number)
        #expect(pages.count == 2)
        let again = try #require(pages.first)
        #expect(again.notification.contact.address == "anna")
        let body = String(decoding: visitor.key.opened(again.body, of: again.key), as: UTF8.self)
        #expect(body.contains("/a/"))
        #expect(!body.contains(link.path))
    }

    @Test("Where a machine burns every link, the third page again has none and admins are told")
    func machineAnswers() async throws {
        let visitor = try WebVisitor()
        defer { visitor.close() }
        let number = try await visitor.house.open()
        for round in 1...3 {
            let page = try #require(try await visitor.pages(of: number).first)
            let path = "/a/\(page.key).\(visitor.key.token(of: page.key))"
            let right = visitor.key.number(of: page.key, in: page.body)
            try await visitor.get(path)
            visitor.clock.advance(seconds: 3)
            let nonce = visitor.hidden("nonce")
            for guess in 0..<5 {
                let wrong = right == "00\(guess)" ? "99\(guess)" : "00\(guess)"
                _ = try await visitor.post(
                    path,
                    [("nonce", nonce), ("number", wrong), ("do", "acknowledge")]
                )
            }
            #expect(try await visitor.pages(of: number).count == round + 1)
        }
        let last = try #require(try await visitor.pages(of: number).first)
        let body = String(decoding: visitor.key.opened(last.body, of: last.key), as: UTF8.self)
        #expect(!body.contains("/a/"))
        #expect(body.contains("tocsin ack"))
    }

    @Test("A link lives a day, dies with its case, and one letter off it leads nowhere")
    func ends() async throws {
        let visitor = try WebVisitor()
        defer { visitor.close() }
        let number = try await visitor.house.open()
        let link = try await visitor.link(of: number)
        #expect(try await visitor.get(link.path.dropLast() + "!").status == 404)
        #expect(try await visitor.get("/a/nonsense").status == 404)
        visitor.clock.advance(seconds: 86_401)
        #expect(try await visitor.get(link.path).text.contains("older than a day"))
        let other = try await visitor.house.open()
        let second = try await visitor.link(of: other)
        _ = try await visitor.house.ask(
            .post,
            "/v1/cases/\(other)/events",
            body: #"{"event":"resolved","by":"ben"}"#
        )
        let seen = try await visitor.get(second.path)
        #expect(seen.text.contains("is resolved"))
        #expect(!seen.text.contains("<form"))
    }

    @Test("Who is signed in needs no number")
    func signedIn() async throws {
        let visitor = try WebVisitor()
        defer { visitor.close() }
        let number = try await visitor.house.open()
        let link = try await visitor.link(of: number)
        try await visitor.signIn()
        try await visitor.get(link.path)
        #expect(!visitor.page.contains("three digits"))
        visitor.clock.advance(seconds: 3)
        let fields = [("nonce", visitor.hidden("nonce")), ("do", "acknowledge")]
        #expect(try await visitor.post(link.path, fields).status == 200)
        #expect(try await visitor.owner(of: number) == "anna")
    }
}
