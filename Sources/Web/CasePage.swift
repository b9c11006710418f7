package import CivilTime
import Clocks
import OnCall
package import Paging
import Pictures

/// One case: what it is, what is due, what happens next, what happened, and what can be done.
package struct CasePage: Sendable {
    var frame: Frame
    /// What the page says of the case as lists do.
    var card: CaseCard
    var details: String?
    var statusReason: String?
    /// Who has it or is to take it up again; `nil` where nobody does, and of an ended case.
    var owner: String?
    var facts: [Fact]
    var clocks: [ClockRow]
    var hasClocks: Bool
    var plan: [PlanRow]
    /// What is folded away under the first steps.
    var planAfter: [PlanRow]
    var hasPlanAfter: Bool
    var hasPlan: Bool
    /// The timeline as a picture, for a phone and for a wider window.
    var narrowPicture: String
    var widePicture: String
    var timeline: [Entry]
    var verbs: Verbs

    struct Fact: Sendable {
        var name: String
        var text: String
    }

    struct PlanRow: Sendable {
        var kind: String
        var at: Moment
        var to: String
        var why: String
    }

    /// What the page needs beside the case itself.
    package struct Sources: Sendable {
        package var events: [Recorded]
        package var deliveries: [Delivered]
        /// `nil` of a case that is set aside: nothing of it is worked out, as that may be what the
        /// daemon died of.
        package var plan: Plan?
        package var rulebook: Rulebook
        package var zone: Zone
        package var now: Instant

        package init(
            events: [Recorded],
            deliveries: [Delivered],
            plan: Plan?,
            rulebook: Rulebook,
            zone: Zone,
            now: Instant
        ) {
            self.events = events
            self.deliveries = deliveries
            self.plan = plan
            self.rulebook = rulebook
            self.zone = zone
            self.now = now
        }
    }

    /// Steps of the plan that are shown, and those of them that are in view at once.
    private static let planShown = 16
    private static let planInView = 3
    /// What a phone and the column of a wider window have room for.
    private static let narrowWidth = 340
    private static let wideWidth = 840

    package init(_ value: Case, frame: Frame, sources: Sources) {
        let (rulebook, zone, now) = (sources.rulebook, sources.zone, sources.now)
        self.frame = frame
        let isSetAside = sources.plan == nil
        let clocks = isSetAside ? [] : value.clocks(rulebook: rulebook, at: now)
        card = CaseCard(value, clocks: clocks, rulebook: rulebook, zone: zone, at: now)
        card.isSetAside = isSetAside
        details = value.details.isEmpty ? nil : value.details
        statusReason = value.statusReason
        owner = value.isOpen ? value.owner.map { rulebook.people[$0]?.name ?? $0 } : nil
        facts = Self.facts(of: value, rulebook, zone, isSetAside)
        self.clocks = clocks.map { ClockRow($0, at: now, zone: zone) }
        hasClocks = !clocks.isEmpty
        let steps = (sources.plan?.steps ?? []).prefix(Self.planShown).map { step in
            PlanRow(
                kind: step.kind.rawValue,
                at: Moment(step.at, in: zone, at: now),
                to: step.to.map { recipient in
                    let name = rulebook.people[recipient.person]?.name ?? recipient.person
                    return "\(name) by \(recipient.channels.joined(separator: ", then "))"
                }.joined(separator: "; "),
                why: step.why
            )
        }
        plan = Array(steps.prefix(Self.planInView))
        planAfter = Array(steps.dropFirst(Self.planInView))
        hasPlanAfter = !planAfter.isEmpty
        hasPlan = value.isOpen && !plan.isEmpty
        let picture = CasePicture(value, clocks: clocks, sources: sources)
        narrowPicture = picture.svg(width: Self.narrowWidth, withStyle: false)
        widePicture = picture.svg(width: Self.wideWidth, withStyle: false)
        timeline = Entry.timeline(sources)
        verbs = Verbs(value, clocks: clocks, viewer: frame.viewer, rulebook: rulebook, at: now)
    }

    private static func facts(
        of value: Case,
        _ rulebook: Rulebook,
        _ zone: Zone,
        _ isSetAside: Bool
    ) -> [Fact] {
        let policy = rulebook.policies[value.policy]?.title ?? value.policy
        var facts = [
            Fact(name: "Policy", text: policy),
            Fact(name: "Opened", text: zone.spoken(value.openedAt)),
            Fact(name: "Came by", text: value.intake),
        ]
        if let acknowledgement = value.acknowledgement {
            let name = rulebook.people[acknowledgement.by]?.name ?? acknowledgement.by
            let until =
                isSetAside ? nil : value.leaseEnd(rulebook: rulebook, at: acknowledgement.at)
            let end = until.map { ", at the latest until \(zone.spoken($0))" } ?? ""
            facts.append(
                Fact(
                    name: "Acknowledged",
                    text: "\(name), \(zone.spoken(acknowledgement.at))\(end)"
                )
            )
        }
        if let until = value.snoozedUntil {
            facts.append(Fact(name: "Snoozed until", text: zone.spoken(until)))
        }
        if let until = value.statusUntil {
            facts.append(Fact(name: "On hold until", text: zone.spoken(until)))
        }
        if let word = value.lastUpdate {
            facts.append(Fact(name: "Last update", text: "\(zone.spoken(word.at)): \(word.text)"))
        }
        if !value.responders.isEmpty {
            facts.append(Fact(name: "Also on it", text: rulebook.names(value.responders)))
        }
        if let key = value.key { facts.append(Fact(name: "Key", text: key)) }
        facts += value.links.map { Fact(name: "Link", text: $0) }
        facts += value.contacts.map { Fact(name: "Contact", text: $0) }
        return facts
    }

    package var html: String { HTML.page("case", self) }
}
