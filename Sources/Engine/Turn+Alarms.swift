import CivilTime
import Clocks
import Delivery
import OnCall
import Paging
import Store

/// What an edit of the files moved, gathered while every open case is looked at again (R-16).
struct FilesEdit {
    /// The files before.
    let old: Rulebook
    /// Every open case falls due at this instant once.
    let at: Milliseconds
    /// One sentence for each instant that moved, up to `linesMax`.
    private(set) var lines: [String] = []
    private(set) var movedCount = 0

    static let linesMax = 12

    init(old: Rulebook, at instant: Milliseconds) {
        self.old = old
        at = instant
    }

    mutating func note(_ value: Case, under next: Rulebook, at now: Instant) {
        let after = value.clocks(rulebook: next, at: now)
        for moved in MovedDue.between(value.clocks(rulebook: old, at: now), after) {
            movedCount += 1
            guard lines.count < Self.linesMax else { continue }
            let zone = after.first { $0.name == moved.name }?.calendar.zone ?? .utc
            let from = moved.old.map { zone.spoken($0) } ?? "no time"
            let to = moved.new.map { zone.spoken($0) } ?? "no time"
            lines.append("case \(value.number), \(moved.name.rawValue): from \(from) to \(to)")
        }
    }
}

/// What the product tells its own admins, by the `emergency` channel of tocsin.yaml.
extension Turn {
    /// Logged in any case; sent where there is a channel for it.
    mutating func alarm(_ title: String, _ text: String) throws(StoreError) {
        setting.log(.warning, "\(title): \(text)")
        guard let contact = setting.emergency else { return }
        let stored = try putClosedCase(title: title, intake: "engine")
        let notification = Notification(
            occasion: Occasion.notice(1).text,
            kind: .notice,
            event: .noticed,
            person: nil,
            contact: contact,
            dueAt: now,
            notBefore: now,
            summary: text,
            why: "an alarm of Tocsin itself, by emergency: of tocsin.yaml",
            page: nil
        )
        try put(notification, aboutClosed: stored, person: nil)
    }

    /// The same about a fault of one channel, which is told again after an hour.
    mutating func alarm(
        ofChannel channel: String,
        _ title: String,
        _ text: String
    ) throws(StoreError) {
        if let last = toldChannels[channel], milliseconds - last < real(seconds: 3_600) { return }
        toldChannels[channel] = milliseconds
        try alarm(title, text)
    }

    /// A channel that takes nothing until somebody mends it (reliability.md 2.3).
    ///
    /// That of the alarms themselves stands in the log alone: no alarm about it could arrive.
    mutating func noteFault(
        ofChannel channel: String,
        because reason: String?
    ) throws(StoreError) {
        let reason = reason ?? "no reason was given"
        setting.log(.error, "channel \(channel): \(reason)")
        guard channel != setting.emergency?.channel else { return }
        try alarm(
            ofChannel: channel,
            "Channel \(channel) needs mending",
            "A message by \(channel) was given up at once: \(reason). Mend it, then tocsin reload;"
                + " until then nothing by it arrives."
        )
    }

    /// Once every open case has been looked at: one notice that lists what moved.
    mutating func concludeEdit() throws(StoreError) {
        guard let edit else { return }
        self.edit = nil
        guard edit.movedCount > 0 else { return }
        let rest = edit.movedCount - edit.lines.count
        let more = rest > 0 ? "; and \(rest) more" : ""
        let text =
            "\(edit.movedCount) instants moved; what was sent stays sent, and what was missed"
            + " stays missed. \(edit.lines.joined(separator: "; "))\(more)."
        let (marker, files) = (setting.filesMarker, rulebook)
        try marker.under(files) { () throws(StoreError) in
            try alarm("An edit of the files moved what is due", text)
        }
    }
}
