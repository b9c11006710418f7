import CivilTime
import Clocks
package import Paging

/// The words of a notification, in the order a woken person needs them.
///
/// Who am I in this, what broke for whom, by when, one line of substance, runbook, record, what to
/// do, what happens if not. Mail (text and HTML) and the local channel show the same blocks, so
/// they cannot disagree.
package enum Wording {
    static let toAcknowledge = "To acknowledge"
    static let toConfirm = "To confirm that it arrived"

    /// A piece of a message; every text in it is one harmless line.
    enum Block: Hashable {
        case line(String)
        /// Lines under a heading.
        case list(heading: String, lines: [Line])
    }

    enum Line: Hashable {
        case text(String)
        case command(String)
        /// An address of our own; others stay text, so that case text makes no links.
        case link(String)
    }

    /// `[P1] Northwind: checkout returns 502 (case 4711)`, the same in every mail of a case.
    package static func subject(of value: Case, isDrill: Bool) -> String {
        let customer = PlainText.line(value.customer, limit: 60)
        let title = PlainText.line(value.title, limit: 140)
        // Constant while the case lives, or threads would break; the body says the present one.
        let priority = PlainText.line(value.openedPriority, limit: 20)
        return (isDrill ? "[TEST] " : "")
            + "[\(priority)] \(customer): \(title) (case \(value.number))"
    }

    /// The subject of a message, which may bring the pages of other cases too.
    package static func subject(of briefing: Briefing) -> String {
        let isDrill = briefing.notification.page?.isDrill ?? false
        let more = briefing.others.isEmpty ? "" : " and \(briefing.others.count) more"
        return subject(of: briefing.value, isDrill: isDrill) + more
    }

    /// The state in one word, shown as the sender's name.
    package static func state(of notification: Notification) -> String {
        switch notification.kind {
        case .page: return "PAGE"
        case .reminder: return "REMINDER"
        case .warning: return "WARNING"
        case .breach: return "BREACH"
        case .notice: break
        }
        return switch notification.event {
        case .escalated, .paged: "ESCALATED"
        case .acknowledged: "ACKNOWLEDGED"
        case .resolved, .closed: "RESOLVED"
        case .reopened: "REOPENED"
        case .raisedAgain: "OPEN AGAIN"
        case .breached: "BREACH"
        case .exhausted: "NOBODY ANSWERED"
        case .undelivered: "NOT DELIVERED"
        default: "NOTICE"
        }
    }

    static func blocks(of briefing: Briefing) -> [Block] {
        var blocks = [Block.line(lead(of: briefing))]
        let summary = PlainText.line(briefing.notification.summary)
        if !summary.isEmpty { blocks.append(.line(summary)) }
        blocks.append(.list(heading: "What", lines: what(of: briefing)))
        let due = byWhen(of: briefing)
        if !due.isEmpty { blocks.append(.list(heading: "By when", lines: due)) }
        if let substance = PlainText.firstLine(of: briefing.value.details, limit: 300) {
            blocks.append(.list(heading: "Details", lines: [.text(substance)]))
        }
        let runbook = briefing.value.links.prefix(10).map { Line.text(PlainText.line($0)) }
        if !runbook.isEmpty { blocks.append(.list(heading: "Runbook", lines: Array(runbook))) }
        if briefing.person != nil {
            let show = "tocsin show \(briefing.value.number)"
            blocks.append(.list(heading: "Record", lines: [.command(show)]))
        }
        return blocks + requests(of: briefing) + others(in: briefing) + reasons(of: briefing)
    }

    /// Every other case that this message pages about, each with its own way to take it.
    private static func others(in briefing: Briefing) -> [Block] {
        guard !briefing.others.isEmpty, let person = briefing.person else { return [] }
        let lines = briefing.others.flatMap { other -> [Line] in
            let words = Line.text(subject(of: other.value, isDrill: false))
            let command = Line.command("tocsin ack \(other.value.number) --as \(person.id)")
            guard let link = other.acknowledgeURL else { return [words, command] }
            let number = other.acknowledgeNumber.map { [Line.text("then type \($0)")] } ?? []
            return [words, .link(link)] + number
        }
        return [.list(heading: "You are paged for these too", lines: lines)]
    }

    private static func lead(of briefing: Briefing) -> String {
        let number = briefing.value.number
        guard let person = briefing.person else {
            if briefing.value.intake == "engine" { return "Tocsin itself has something to say." }
            return "You are a contact for case \(number); this is for you to know."
        }
        let name = PlainText.line(person.name, limit: 60)
        switch briefing.notification.kind {
        case .page:
            let drill = briefing.notification.page?.isDrill == true ? "This is a TEST. " : ""
            return "\(drill)\(name), you are paged: please acknowledge case \(number)."
        case .reminder: return "\(name), this reminds you of case \(number)."
        case .warning: return "\(name), time is running out on case \(number)."
        case .breach: return "\(name), a promise on case \(number) was missed."
        case .notice where briefing.acknowledgeURL != nil:
            return "\(name), please confirm that this arrived."
        case .notice:
            return "\(name), this is for you to know about case \(number); nothing to acknowledge."
        }
    }

    private static func what(of briefing: Briefing) -> [Line] {
        let value = briefing.value
        let opened = TimeText.local(value.openedAt, in: briefing.zone)
        let policy = PlainText.line(briefing.policyTitle, limit: 120)
        let title = "\(PlainText.line(value.customer)): \(PlainText.line(value.title))"
        guard value.intake != "engine" else { return [.text(title)] }
        var lines: [Line] = [
            .text(title),
            .text("\(PlainText.line(value.priority)) under \(policy), opened \(opened)"),
        ]
        guard briefing.person != nil else { return lines }
        let status = value.status.words
        lines.append(.text("Status \(status), owner \(value.owner ?? "nobody")"))
        return lines
    }
}

extension Wording {
    /// The clocks that still matter; internal ones are none of the customer's business.
    private static func byWhen(of briefing: Briefing) -> [Line] {
        briefing.clocks.compactMap { clock in
            if clock.isStopped || briefing.person == nil && clock.kind == .internal { return nil }
            return sentence(on: clock, of: briefing).map { .text($0) }
        }
    }

    private static func sentence(on clock: Clock, of briefing: Briefing) -> String? {
        let name = clock.name.rawValue
        let kind = clock.kind == .commitment ? "" : ", \(clock.kind.rawValue)"
        let target = clock.target.isEmpty ? "" : " (\(PlainText.line(clock.target))\(kind))"
        switch clock.state {
        case .met, .notStarted: return nil
        case .paused where clock.due == nil: return "\(name): paused\(target)"
        case .running, .paused, .breached: break
        }
        guard let due = clock.due else { return nil }
        let zone = briefing.person?.zone ?? clock.calendar.zone ?? .utc
        let when = TimeText.local(due, in: zone)
        let verb =
            switch clock.state {
            case .breached: "was due"
            case .paused: "paused; due"
            default: "due"
            }
        let latest = clock.dueLatest.map { ", at the latest \(TimeText.local($0, in: zone))" }
        return "\(name): \(verb) \(when)\(latest ?? "")\(target)"
    }

    /// What is asked of the person, and what happens if they do not.
    private static func requests(of briefing: Briefing) -> [Block] {
        guard let person = briefing.person else { return [] }
        let number = briefing.value.number
        switch briefing.notification.kind {
        case .page:
            let command = Line.command("tocsin ack \(number) --as \(person.id)")
            let lines = linkLines(of: briefing) + [command]
            let otherwise =
                "If nobody acknowledges, the ladder goes on to its next step"
                + " and starts again after its last."
            return [.list(heading: toAcknowledge, lines: lines), .line(otherwise)]
        case .reminder where briefing.notification.occasion.hasPrefix("reminder."),
            .breach where briefing.notification.occasion.hasPrefix("late."):
            return updateRequest(of: briefing, person: person)
        case .notice where briefing.acknowledgeURL != nil:
            return [.list(heading: toConfirm, lines: linkLines(of: briefing))]
        case .reminder, .warning, .breach, .notice:
            return [.list(heading: "To see it", lines: [.command("tocsin show \(number)")])]
        }
    }

    private static func linkLines(of briefing: Briefing) -> [Line] {
        guard let link = briefing.acknowledgeURL else { return [] }
        let number = briefing.acknowledgeNumber.map { [Line.text("then type \($0)")] } ?? []
        return [.link(link)] + number
    }

    private static func updateRequest(of briefing: Briefing, person: Person) -> [Block] {
        let value = briefing.value
        var last = "No public update has been posted yet."
        if let word = value.lastUpdate {
            let at = TimeText.local(word.at, in: briefing.zone)
            last = "\(at) by \(word.by ?? "nobody named"): \(PlainText.line(word.text, limit: 300))"
        }
        let command = "tocsin update \(value.number) --as \(person.id) --text \"...\""
        return [
            .list(heading: "Last update", lines: [.text(last)]),
            .list(heading: "To post one", lines: [.command(command)]),
            .line("\"Nothing new\" is an update too. Without one, leadership is told."),
        ]
    }

    /// Why this person, now; and for the customer the lines that the policy prints.
    private static func reasons(of briefing: Briefing) -> [Block] {
        guard briefing.person != nil else {
            return briefing.printed.map { printed in
                .line("\(PlainText.line(printed.label)): \(PlainText.line(printed.text))")
            }
        }
        var lines = [Line.text(PlainText.line(briefing.notification.why))]
        if let page = briefing.notification.page {
            let steps = page.steps.map(String.init).joined(separator: ", ")
            let noun = page.steps.count > 1 ? "steps" : "step"
            lines.append(.text("\(noun) \(steps), round \(page.round), cycle \(page.cycle)"))
        }
        return [.list(heading: "Why you", lines: lines)]
    }
}

extension Wording {
    /// The message as plain text with LF line ends.
    package static func text(of briefing: Briefing) -> String {
        text(of: blocks(of: briefing))
    }

    static func text(of blocks: [Block]) -> String {
        var text = ""
        text.reserveCapacity(2_048)
        for block in blocks {
            switch block {
            case .line(let line):
                text += line
                text += "\n\n"
            case .list(let heading, let lines):
                text += heading
                text += ":\n"
                for line in lines {
                    text += "  "
                    text += line.content
                    text += "\n"
                }
                text += "\n"
            }
        }
        text.removeLast()
        return text
    }

    /// The message for a terminal: its subject line on top.
    package static func localText(of briefing: Briefing) -> String {
        "\(state(of: briefing.notification)) \(subject(of: briefing))\n\n\(text(of: briefing))"
    }

    /// The message as HTML, without images, scripts or anything loaded.
    package static func html(of briefing: Briefing) -> String {
        html(of: blocks(of: briefing))
    }

    static func html(of blocks: [Block]) -> String {
        var html = "<!DOCTYPE html>\n<html lang=\"en\"><body style=\"font-family:sans-serif\">\n"
        html.reserveCapacity(3_072)
        for block in blocks {
            html += "<p>"
            switch block {
            case .line(let line): html += PlainText.htmlEscaped(line)
            case .list(let heading, let lines):
                html += "<b>"
                html += heading
                html += "</b>"
                for line in lines {
                    html += "<br>\n"
                    html += line.html
                }
            }
            html += "</p>\n"
        }
        html += "</body></html>\n"
        return html
    }
}

extension Wording.Line {
    var content: String {
        switch self {
        case .text(let content), .command(let content), .link(let content): content
        }
    }

    fileprivate var html: String {
        let escaped = PlainText.htmlEscaped(content)
        return switch self {
        case .text: escaped
        case .command: "<code>\(escaped)</code>"
        case .link: "<a href=\"\(escaped)\">\(escaped)</a>"
        }
    }
}

extension CaseStatus {
    fileprivate var words: String {
        switch self {
        case .open: "open"
        case .inProgress: "in progress"
        case .pending: "pending"
        case .onHold: "on hold"
        case .resolved: "resolved"
        case .closed: "closed"
        }
    }
}
