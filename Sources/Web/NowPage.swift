package import CivilTime
import OnCall
package import Paging
package import Shapes

/// The first page: who is on call, what is open and due, what is wrong.
package struct NowPage: Sendable {
    var frame: Frame
    package var alarms: [Alarm]
    var cases: [CaseCard]
    var hasCases: Bool
    /// Of all open cases.
    var count: Int
    /// Open cases due after those shown.
    var more: Int?
    /// Where they are; `nil` where there are none.
    var next: String?
    /// Whether more urgent cases stand on pages before this one.
    var isContinued: Bool
    var watches: [WatchRow]
    var pages: [PageShown]
    var hasPages: Bool
    /// Closed lately.
    var endedCases: [CaseCard]
    var hasEnded: Bool
    var at: String

    /// One line of the red strip.
    package struct Alarm: Sendable {
        var text: String
        var address: String?

        package init(_ text: String, address: String? = nil) {
            self.text = text
            self.address = address
        }
    }

    struct WatchRow: Sendable {
        var title: String
        var address: String
        var people: String
        var isGap: Bool
        var by: String
        var until: Moment?
        var next: String?
    }

    /// A page that the local channel showed on the terminal.
    package struct PageShown: Sendable {
        var text: String
        var heading: String
        var shown: Moment

        package init(text: String, at instant: Instant, zone: Zone, now: Instant) {
            self.text = text
            heading = text.split(separator: "\n").first.map(String.init) ?? ""
            shown = Moment(instant, in: zone, at: now)
        }
    }

    /// The open cases of a page, of all that there are by urgency.
    package struct Open: Sendable {
        package var cases: [CaseCard]
        /// Of all open cases.
        package var count: Int
        /// How many come after these, and the cursor of the page that shows them.
        package var rest: Int
        package var next: String?
        /// Whether it began at a cursor.
        package var isContinued: Bool

        package init(
            cases: [CaseCard],
            count: Int,
            rest: Int = 0,
            next: String? = nil,
            isContinued: Bool = false
        ) {
            self.cases = cases
            self.count = count
            self.rest = rest
            self.next = next
            self.isContinued = isContinued
        }
    }

    /// `ended` are the cases that ended lately.
    package init(
        frame: Frame,
        open: Open,
        ended: [CaseCard],
        watches: [Watch],
        rulebook: Rulebook,
        pages: [PageShown],
        zone: Zone,
        at now: Instant
    ) {
        self.frame = frame
        cases = open.cases.sorted { $0.order < $1.order }
        hasCases = !open.cases.isEmpty
        count = open.count
        more = open.rest > 0 ? open.rest : nil
        next = open.next.map { "/?after=\($0.addressPart)" }
        isContinued = open.isContinued
        endedCases = ended
        hasEnded = !ended.isEmpty
        self.pages = pages
        hasPages = !pages.isEmpty
        at = zone.spoken(now)
        alarms = watches.filter(\.answer.isGap).map { watch in
            let title = rulebook.rotations.rotations[watch.rotation]?.title ?? watch.rotation
            let people = watch.answer.people.isEmpty ? "and nobody stands in" : "others stand in"
            return Alarm(
                "\(title): nobody is on call now, \(people)",
                address: "/calendar?rotation=\(watch.rotation.addressPart)"
            )
        }
        self.watches = watches.map { WatchRow($0, rulebook: rulebook, zone: zone, at: now) }
    }

    package var html: String { HTML.page("now", self) }
}

extension NowPage.WatchRow {
    init(_ watch: Watch, rulebook: Rulebook, zone: Zone, at now: Instant) {
        let answer = watch.answer
        title = rulebook.rotations.rotations[watch.rotation]?.title ?? watch.rotation
        address = "/calendar?rotation=\(watch.rotation.addressPart)"
        people = answer.people.isEmpty ? "Nobody" : rulebook.names(answer.people)
        isGap = answer.isGap
        if answer.isOverride {
            by = "override"
        } else if let layer = answer.layer {
            by = layer
        } else {
            by = answer.people.isEmpty ? "gap" : "stands in"
        }
        until = watch.until.map { Moment($0, in: zone, at: now) }
        next = watch.next.map {
            $0.people.isEmpty ? "nobody" : rulebook.names($0.people)
        }
    }
}

extension Rulebook {
    /// People by name, as a list in a sentence.
    func names(_ ids: [PersonID]) -> String {
        ids.map { people[$0]?.name ?? $0 }.joined(separator: ", ")
    }
}
