import CivilTime
import Clocks
import OnCall
import Paging
import Pictures
import TestSupport
import Testing

@testable import Web

@Suite("A case's log becomes its picture")
struct CaseHistoryTests {
    static let start = PagesTests.now

    static func event(
        _ minutes: Int,
        _ name: CaseEvent.Name,
        by: PersonID? = nil,
        person: PersonID? = nil,
        status: CaseStatus? = nil
    ) -> CaseEvent {
        CaseEvent(
            name,
            at: start.adding(seconds: minutes * 60),
            by: by,
            way: by == nil ? "engine" : "page",
            reason: status == .pending ? "customer" : nil,
            status: status,
            person: person
        )
    }

    static let log = [
        event(0, .opened),
        event(0, .paged, person: "anna"),
        event(4, .acknowledged, by: "anna"),
        event(9, .responded, by: "anna"),
        event(20, .statusChanged, by: "anna", status: .pending),
        event(50, .statusChanged, by: "ben", status: .inProgress),
        event(60, .ackExpired),
        event(70, .acknowledged, by: "ben"),
        event(80, .breached),
        event(90, .resolved, by: "ben"),
    ]

    static func sources(
        _ events: [CaseEvent],
        _ value: Case,
        deliveries: [Delivered] = []
    ) -> CasePage.Sources {
        CasePage.Sources(
            events: events.map { Recorded($0, recordedAt: $0.at) },
            deliveries: deliveries,
            plan: Plan(value, from: start, until: start, rulebook: .tiny),
            rulebook: .tiny,
            zone: .utc,
            now: start.adding(seconds: 6_000)
        )
    }

    static func folded(_ events: [CaseEvent]) -> Case {
        var value = Case(
            id: "id1",
            number: 4711,
            policy: "quick",
            priority: "P1",
            customer: "Northwind",
            title: "down",
            openedAt: start
        )
        for event in events { value.apply(event) }
        return value
    }

    static func picture(_ events: [CaseEvent], deliveries: [Delivered] = []) -> CasePicture {
        let value = folded(events)
        let sources = sources(events, value, deliveries: deliveries)
        let clocks = value.clocks(rulebook: .tiny, at: sources.now)
        return CasePicture(value, clocks: clocks, sources: sources)
    }

    @Test("Phases and holders change where the log says so")
    func stretches() {
        let picture = Self.picture(Self.log)
        let minutes = { (instant: Instant) in instant.seconds(since: Self.start) / 60 }
        #expect(
            picture.phases.map(\.value) == [
                .open, .acknowledged, .responded, .waiting, .responded, .ended,
            ]
        )
        #expect(picture.phases.map { minutes($0.start) } == [0, 4, 9, 20, 50, 90])
        #expect(picture.phases.map(\.text).contains("pending"))
        #expect(
            picture.holders.map(\.value) == [
                .nobody, .person("anna"), .nobody, .person("ben"), .noneNeeded,
            ]
        )
        #expect(picture.holders.map { minutes($0.start) } == [0, 4, 60, 70, 90])
        #expect(minutes(picture.until) == 90)
    }

    @Test("A log that is recorded out of order is drawn in order")
    func order() {
        #expect(Self.picture(Self.log.reversed()).phases == Self.picture(Self.log).phases)
    }

    @Test("Every event has its mark in the lane and the colour of its kind")
    func marks() {
        let marks = Self.picture(Self.log).marks
        #expect(marks.count == Self.log.count)
        #expect(marks.filter { $0.lane == .pages }.map(\.word) == ["paged"])
        let course = marks.filter { $0.lane == .course }
        #expect(course.map(\.word) == ["opened", "ack expired", "breached"])
        #expect(course.map(\.tone) == [.plain, .bad, .bad])
        #expect(marks.first { $0.word == "acknowledged" }?.text == "Anna Keller acknowledged")
    }

    @Test(
        "What was delivered and what was not stand with their ends, what is under way does not",
        arguments: [
            ("delivered", "delivered", CasePicture.Tone.good), ("dead", "failed", .bad),
            ("cancelled", "", .plain), ("pending", "", .plain),
        ]
    )
    func deliveries(state: String, word: String, tone: CasePicture.Tone) {
        let notification = Notification(
            occasion: "page.c1.s1.r0",
            kind: .page,
            event: .paged,
            person: "anna",
            contact: Contact(name: "terminal", channel: "terminal", address: "anna"),
            dueAt: Self.start,
            notBefore: Self.start,
            summary: "down",
            why: "step 1",
            page: nil
        )
        let delivered = Delivered(
            notification,
            state: state,
            attempts: 1,
            endedAt: state == "pending" ? nil : Self.start.adding(seconds: 3),
            remark: nil
        )
        let marks = Self.picture([Self.event(0, .opened)], deliveries: [delivered]).marks
            .dropFirst()
        #expect(marks.map(\.word) == (word.isEmpty ? [] : [word]))
        guard !word.isEmpty else { return }
        #expect(marks.first?.tone == tone)
        #expect(marks.first?.text == "terminal to Anna Keller \(word)")
    }

    @Test("A clock is flagged where it is due: ahead, met or missed")
    func flags() {
        // The response is due an hour after the opening; it is 100 minutes later.
        #expect(Self.picture([Self.event(0, .opened)]).flags.map(\.text) == ["response missed"])
        let flags = Self.picture(Array(Self.log.prefix(4))).flags
        #expect(flags.map(\.text) == ["response met"])
        #expect(flags.map(\.at) == [Self.start.adding(seconds: 3_600)])
    }

    @Test("The page shows the picture for a phone and for a window above the entries")
    func page() throws {
        let value = Self.folded(Self.log)
        let frame = Frame("x", place: .none, viewer: PagesTests.viewer(), at: Self.start)
        let html = CasePage(value, frame: frame, sources: Self.sources(Self.log, value)).html
        let picture = try #require(html.firstRange(of: "viewBox=\"0 0 340 "))
        let wide = try #require(html.firstRange(of: "viewBox=\"0 0 840 "))
        let entries = try #require(html.firstRange(of: "<ol class=\"timeline\">"))
        #expect(picture.lowerBound < wide.lowerBound && wide.lowerBound < entries.lowerBound)
        #expect(html.contains("<title>Case 4711, what happened when</title>"))
        #expect(html.contains("open, acknowledged, responded, pending, responded, resolved."))
    }
}
