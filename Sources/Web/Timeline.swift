package import CivilTime
import OnCall
package import Paging

/// An event with the instant it was recorded.
package struct Recorded: Sendable {
    package var event: CaseEvent
    package var recordedAt: Instant

    package init(_ event: CaseEvent, recordedAt: Instant) {
        self.event = event
        self.recordedAt = recordedAt
    }
}

/// A notification and how its delivery stands.
package struct Delivered: Sendable {
    package var notification: Notification
    /// pending, sending, delivered, cancelled or dead.
    package var state: String
    package var attempts: Int
    package var endedAt: Instant?
    /// Why the last attempt failed, or why it was cancelled.
    package var remark: String?

    package init(
        _ notification: Notification,
        state: String,
        attempts: Int,
        endedAt: Instant?,
        remark: String?
    ) {
        self.notification = notification
        self.state = state
        self.attempts = attempts
        self.endedAt = endedAt
        self.remark = remark
    }
}

/// One line of a case's timeline.
struct Entry: Sendable {
    var at: Moment
    var what: String
    var text: String?
    /// person, engine, good, bad: how it is coloured.
    var tone: String
    var way: String?
    var deliveries: [Line]

    struct Line: Sendable {
        var text: String
        var state: String
        var remark: String?
    }

    /// The newest first; what was sent stands with the event that told of it.
    static func timeline(_ sources: CasePage.Sources) -> [Entry] {
        var sent = Dictionary(grouping: sources.deliveries) {
            Occasioned(name: $0.notification.occasion, at: nil)
        }
        var entries = sources.events.map { recorded in
            Entry(recorded, sent: &sent, sources)
        }
        // What no event of the log names, such as notices, by the instant it fell due.
        for delivery in sent.values.joined() { entries.append(Entry(delivery, sources)) }
        // What was recorded later stands above, within one second too.
        return entries.enumerated()
            .sorted { ($0.element.at.iso, $0.offset) > ($1.element.at.iso, $1.offset) }
            .map(\.element)
    }

    private struct Occasioned: Hashable {
        var name: String
        var at: Instant?
    }

    private init(
        _ recorded: Recorded,
        sent: inout [Occasioned: [Delivered]],
        _ sources: CasePage.Sources
    ) {
        let event = recorded.event
        at = Moment(event.at, in: sources.zone, at: sources.now)
        what = event.sentence(sources)
        text = [event.text, event.reason].compactMap { $0 }.first { !$0.isEmpty }
        tone = event.tone
        way = event.way == "engine" ? nil : event.way
        let key = event.occasion.map { Occasioned(name: $0, at: nil) }
        let own = key.flatMap { sent[$0] } ?? []
        let mine = own.filter { event.person == nil || $0.notification.person == event.person }
        if let key {
            sent[key] = own.filter { event.person != nil && $0.notification.person != event.person }
        }
        deliveries = mine.map { Line($0, sources, namesWho: event.person == nil) }
    }

    private init(_ delivery: Delivered, _ sources: CasePage.Sources) {
        let notification = delivery.notification
        let name = notification.person.map { sources.rulebook.names([$0]) }
        at = Moment(notification.dueAt, in: sources.zone, at: sources.now)
        what =
            "\(notification.kind.rawValue.capitalizedWord) to"
            + " \(name ?? notification.contact.address)"
        text = notification.summary
        tone = "engine"
        deliveries = [Line(delivery, sources, namesWho: false)]
    }
}

extension Entry.Line {
    fileprivate init(_ delivery: Delivered, _ sources: CasePage.Sources, namesWho: Bool) {
        let contact = delivery.notification.contact
        let whom = delivery.notification.person.map { sources.rulebook.names([$0]) }
        text = contact.channel + (namesWho ? " to \(whom ?? contact.address)" : "")
        let when = delivery.endedAt.map { " \(sources.zone.clock($0))" } ?? ""
        let tries = delivery.attempts > 1 ? ", \(delivery.attempts) attempts" : ""
        state =
            switch delivery.state {
            case "delivered": "delivered\(when)\(tries)"
            case "dead": "not delivered\(tries)"
            default: "\(delivery.state)\(tries)"
            }
        remark = delivery.remark
    }
}

extension Zone {
    /// `Mon 2026-11-16`.
    func day(of instant: Instant) -> String {
        let date = civil(at: instant).date
        return "\(date.weekday.abbreviation) \(date)"
    }

    /// `09:00 to 17:00`, with the day of its end where that is another, and both
    /// with the zone's words where clocks change meanwhile.
    func hours(from start: Instant, to end: Instant) -> String {
        guard offsetSeconds(at: start) == offsetSeconds(at: end) else {
            return "\(clock(start)) \(abbreviation(at: start)) to \(spoken(end))"
        }
        let (first, last) = (civil(at: start).date, civil(at: end).date)
        let days = last.daysSinceEpoch - first.daysSinceEpoch
        // A weekday alone is clear for as long as it does not come again.
        let name = days == 0 ? "" : days < 7 ? "\(last.weekday.abbreviation) " : "\(day(of: end)) "
        return "\(clock(start)) to \(name)\(clock(end))"
    }

    /// The time of day alone, `08:38`, where the date stands beside it.
    func clock(_ instant: Instant) -> String {
        let second = civil(at: instant).time.secondsSinceMidnight
        let (hour, minute) = (second / 3_600, second / 60 % 60)
        return (hour < 10 ? "0" : "") + "\(hour):" + (minute < 10 ? "0" : "") + "\(minute)"
    }
}

extension String {
    /// With its first letter raised.
    var capitalizedWord: String { prefix(1).uppercased() + dropFirst() }
}

extension CaseEvent {
    /// `Anna Keller acknowledged`.
    func sentence(_ sources: CasePage.Sources) -> String {
        let by = by.map { sources.rulebook.names([$0]) }
        let person = person.map { sources.rulebook.names([$0]) }
        return sentence(by: by, person: person, zone: sources.zone)
    }

    /// person, engine, good, bad.
    var tone: String {
        switch name {
        case .breached, .exhausted, .undelivered, .ackExpired, .stepSkipped: "bad"
        case .acknowledged, .responded, .resolved, .closed: "good"
        default: by == nil ? "engine" : "person"
        }
    }

    private func sentence(by: String?, person: String?, zone: Zone) -> String {
        let who = by ?? "Tocsin"
        let whom = person ?? "nobody"
        let end = until.map { zone.spoken($0) } ?? "further notice"
        return switch name {
        case .opened: "Opened" + (by.map { " by \($0)" } ?? "")
        case .acknowledged: "\(who) acknowledged"
        case .unacknowledged: "\(who) took the acknowledgement back"
        case .responded: "\(who) answered the customer"
        case .updated: "\(who) updated the customer" + (until == nil ? "" : ", next by \(end)")
        case .noted: "\(who) noted"
        case .statusChanged: "\(who) set it to \(status?.words ?? "another status")"
        case .priorityChanged: "\(who) made it \(priority ?? "another priority")"
        case .snoozed: "\(who) snoozed it until \(end)"
        case .escalated: "\(who) escalated"
        case .reassigned: "\(who) gave it to \(whom)"
        case .responderAdded: "\(who) added \(whom)"
        case .estimateGiven: "\(who) estimated \(end)"
        case .resolved: "\(who) resolved it"
        case .reopened: "\(who) reopened it"
        case .closed: "\(who) closed it"
        case .raisedAgain: "Its sender raised it again"
        case .paged: "\(whom) paged" + step
        case .stepSkipped: "Step skipped" + step
        case .reminded: "\(whom) reminded"
        case .warned: "\(whom) warned"
        case .breached: "A promise was missed"
        case .ackExpired: "The acknowledgement ended; the ladder starts again"
        case .exhausted: "Nobody answered"
        case .undelivered: "A message to \(whom) did not arrive"
        case .caughtUp: "Caught up after an absence"
        case .noticed: "A notice went out"
        case .diagnosed, .delayed, .workaroundFound, .customerWrote, .linkedRelease,
            .dueOverridden, .holdEnded:
            name.rawValue.split(separator: "_").joined(separator: " ").capitalizedWord
                + (by.map { ", \($0)" } ?? "")
        }
    }

    private var step: String {
        guard let occasion, case .page(_, let step, let round) = Occasion(occasion) else {
            return ""
        }
        return round == 0 ? ", step \(step)" : ", step \(step), round \(round)"
    }
}
