import CivilTime
import Paging
import TestSupport
import Testing

@testable import Web

@Suite("Times on the pages")
struct TimeTests {
    @Test("What was recorded later stands above, within one second too")
    func order() throws {
        let now = PagesTests.now
        let events = [CaseEvent.Name.opened, .acknowledged, .responded, .resolved].map {
            Recorded(CaseEvent($0, at: now, by: "anna", way: "page"), recordedAt: now)
        }
        let value = PagesTests.value("x")
        let html = CasePage(
            value,
            frame: Frame("x", place: .none, viewer: PagesTests.viewer(), at: now),
            sources: CasePage.Sources(
                events: events,
                deliveries: [],
                plan: Plan(value, from: now, until: now, rulebook: .tiny),
                rulebook: .tiny,
                zone: .utc,
                now: now
            )
        ).html
        let timeline = try #require(html.firstRange(of: "class=\"timeline\"")).upperBound
        let told = html[timeline...]
        let words = ["resolved it", "answered the customer", "Keller acknowledged", "Opened"]
        let places = try words.map { try #require(told.firstRange(of: $0)).lowerBound }
        #expect(places == places.sorted())
    }

    @Test(
        "A shift is told by its day and hours, and by its last day where that is another",
        arguments: [
            (9, 17, "09:00 to 17:00"), (17, 25, "17:00 to Tue 01:00"),
            (9, 33, "09:00 to Tue 09:00"),
            (9, 177, "09:00 to Mon 2026-03-09 09:00"),
        ]
    )
    func hours(from first: Int, to last: Int, words: String) {
        // Monday 2026-03-02, midnight.
        let midnight = PagesTests.now.adding(seconds: -36_000)
        let start = midnight.adding(seconds: first * 3_600)
        #expect(Zone.utc.day(of: start) == "Mon 2026-03-02")
        #expect(Zone.utc.hours(from: start, to: midnight.adding(seconds: last * 3_600)) == words)
    }

    @Test("A report keeps the same priority of two policies apart")
    func policies() {
        let now = PagesTests.now
        let rows = ["esq", "quik"].map { policy in
            ReportPage.Measured(
                number: 1,
                customer: "x",
                policy: policy,
                priority: "P1",
                clock: "response",
                openedAt: now.adding(seconds: -60),
                dueAt: nil,
                stoppedAt: now,
                isMet: policy == "quik",
                seconds: 60,
                targetSeconds: nil
            )
        }
        let html = ReportPage(
            frame: Frame("x", place: .reports, viewer: PagesTests.viewer(), at: now),
            measured: rows,
            paged: [ReportPage.Paged(name: "Anna", hour: 3)],
            from: now.adding(seconds: -86_400),
            to: now,
            zone: .utc,
            isCut: false
        ).html
        #expect(html.contains("esq P1, response"))
        #expect(html.contains("quik P1, response"))
        #expect(html.contains("Anna: 1 from 3 to 4"))
    }
}
