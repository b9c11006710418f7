import CivilTime
import Clocks
import OnCall
import Paging

@testable import Delivery

/// One case, one page of it, and everything that its words are made of.
enum Fixture {
    /// 2027-01-04T09:10:00Z, a Monday.
    static let now = Instant(secondsSinceEpoch: 1_799_053_800)
    static let openedAt = now.adding(seconds: -600)

    /// A zone an hour ahead of UTC, as a TZif file of one kind of time and no changes.
    static let berlin: Zone = {
        var bytes = Array("TZif".utf8) + [UInt8](repeating: 0, count: 16)
        for count in [0, 0, 0, 0, 1, 4] as [UInt8] { bytes += [0, 0, 0, count] }
        bytes += [0, 0, 0x0E, 0x10, 0, 0] + Array("CET".utf8) + [0]
        return (try? Zone(name: "Europe/Berlin", tzif: bytes)) ?? .utc
    }()

    static let anna = Person(
        id: "anna",
        name: "Anna Müller",
        role: nil,
        zone: berlin,
        contacts: [email],
        page: [PageRule(use: "email", afterSeconds: 0)],
        source: SourceLine(file: "people.yaml", line: 3)
    )

    static let email = Contact(name: "email", channel: "email", address: "anna@example.com")

    static var value: Case {
        var value = Case(
            id: "01hq3case",
            number: 4711,
            policy: "quik",
            priority: "P1",
            customer: "Northwind",
            title: "checkout returns 502",
            openedAt: openedAt
        )
        value.details = "\nEvery checkout since 10:00 fails.\nStack trace below."
        value.links = ["https://wiki.example.com/checkout"]
        return value
    }

    static var clocks: [Clock] {
        [
            Clock(
                name: .response,
                kind: .commitment,
                state: .running,
                due: now.adding(seconds: 1_200),
                elapsedSeconds: 600,
                target: "30 min",
                anchor: openedAt,
                run: 0,
                calendar: BusinessCalendar(id: "berlin", zone: berlin, hours: nil)
            ),
            Clock(
                name: .update,
                kind: .internal,
                state: .paused,
                elapsedSeconds: 0,
                target: "1 h",
                anchor: openedAt,
                run: 0,
                calendar: .always
            ),
        ]
    }

    static func notification(_ kind: Notification.Kind = .page) -> Notification {
        let isPage = kind == .page
        let why = "quik P1 response 30 min, step 2, rotations/support.yaml:12 layer week"
        return Notification(
            occasion: isPage ? "page.c1.s2.r0" : "reminder.0.1",
            kind: kind,
            event: isPage ? .paged : .reminded,
            person: "anna",
            contact: email,
            dueAt: now,
            notBefore: now,
            summary: "Nobody has answered Northwind yet.",
            why: why,
            page: isPage
                ? Notification.Page(
                    id: "01hq3case.c1.s2.r0.anna",
                    step: 2,
                    steps: [1, 2],
                    cycle: 1,
                    round: 0,
                    isDrill: false
                ) : nil
        )
    }

    static func briefing(_ kind: Notification.Kind = .page) -> Briefing {
        Briefing(
            notification: notification(kind),
            value: value,
            clocks: clocks,
            nextDueAt: now.adding(seconds: 300),
            person: anna,
            policyTitle: "QuiK support",
            baseURL: "https://pager.example.com",
            rulebook: "0f3a",
            sequence: 7,
            at: now
        )
    }
}
