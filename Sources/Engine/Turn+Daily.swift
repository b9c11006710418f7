import CivilTime
import Delivery
import OnCall
import Paging
import Store

/// What is told once a day, in the morning: faults ahead to the admins, the state of things to
/// leadership, and a message by every channel that shows it works.
extension Turn {
    /// The hour of the day, in the zone of the first person.
    static let dailyHour = 9
    private static let gapDays = 14
    private static let overrideSeconds = 86_400
    private static let linesMax = 12
    static let canary = "canary"

    /// Looks at the calendar once an hour at most.
    mutating func runDaily() throws(StoreError) {
        guard setting.isWatched, milliseconds >= loop.dailyAt else { return }
        let (marker, files) = (setting.filesMarker, rulebook)
        try marker.under(files) { () throws(StoreError) in try lookAtDay() }
    }

    private mutating func lookAtDay() throws(StoreError) {
        let local = rulebook.zone.civil(at: now)
        let day = "\(local.date)"
        loop.dailyAt = milliseconds + real(seconds: 300)
        guard local.time.secondsSinceMidnight >= Self.dailyHour * 3_600,
            try tx.meta(Meta.daily) != day
        else { return }
        // A database of its first day has nothing to tell of the one before, and what lies ahead
        // was said as the files were loaded.
        let isFirst = try tx.meta(Meta.daily) == nil
        try tx.set(day, for: Meta.daily)
        hasWritten = true
        guard !isFirst else { return }
        let faults = faultsAhead()
        if !faults.isEmpty {
            let rest = faults.count - Self.linesMax
            try alarm(
                "Look at this before it matters",
                faults.prefix(Self.linesMax).joined(separator: "; ")
                    + (rest > 0 ? "; and \(rest) more" : "") + "."
            )
        }
        try tellLeadership()
        try sendCanaries()
    }

    /// Gaps in 14 days, overrides about to end, readings nobody confirmed, old zone files, signs of
    /// life that are not taken.
    func faultsAhead() -> [String] {
        let zone = rulebook.zone
        var faults: [String] = []
        let end = now.adding(seconds: Self.gapDays * 86_400)
        for id in rulebook.rotations.rotations.keys.sorted() {
            if let gap = rulebook.rotations.gaps(id, from: now, to: end).first {
                let instead = gap.answer.people.joined(separator: ", ")
                faults.append(
                    "rotation \(id) has nobody from \(zone.spoken(gap.start)) to"
                        + " \(zone.spoken(gap.end))"
                        + (instead.isEmpty ? "" : ", so \(instead) would be paged")
                )
            }
            faults += endingOverride(of: id, zone: zone)
        }
        for policy in rulebook.policies.values.sorted(by: { $0.id < $1.id }) {
            let lines = policy.readings.filter { !$0.isConfirmed }.map { "\($0.line)" }
            guard !lines.isEmpty else { continue }
            faults.append(
                "policy \(policy.id) reads line \(lines.joined(separator: ", ")) in a way that"
                    + " nobody has confirmed (confirmed: true)"
            )
        }
        if let year = Int(rulebook.zoneDataVersion.prefix(4)),
            zone.civil(at: now).date.year >= year + 2
        {
            faults.append(
                "the zone files are of \(rulebook.zoneDataVersion), over a year old: update tzdata"
            )
        }
        faults += setting.heartbeats().compactMap { $0.fault(in: zone) }
        return faults
    }

    private func endingOverride(of id: RotationID, zone: Zone) -> [String] {
        let end = now.adding(seconds: Self.overrideSeconds)
        let shifts = rulebook.rotations.shifts(id, from: now, to: end)
        return zip(shifts, shifts.dropFirst()).compactMap { shift, next in
            guard shift.answer.isOverride, !next.answer.isOverride else { return nil }
            return "the override of \(id) by \(shift.answer.people.joined(separator: ", ")) ends at"
                + " \(zone.spoken(shift.end)), then \(next.answer.people.joined(separator: ", "))"
                + " is on call"
        }
    }

    private mutating func tellLeadership() throws(StoreError) {
        let counts = try tx.dayCounts(since: milliseconds - 86_400_000)
        let open = try tx.openCases(after: 0, limit: Self.linesMax + 1)
        let total = try tx.openCaseCount()
        var text =
            "In the last 24 h: \(counts.opened) cases opened, \(counts.ended) resolved,"
            + " \(counts.pages) pages, \(counts.dead) of them to nobody. \(total) cases are open"
        let zone = rulebook.zone
        let lines = open.prefix(Self.linesMax).map { stored in
            let value = stored.value
            let due = stored.nextDue.map { ", next at \(zone.spoken(Instant(milliseconds: $0)))" }
            return "case \(value.number), \(value.priority), \(value.customer): \(value.title),"
                + " owner \(value.owner ?? "nobody")\(due ?? "")"
        }
        text += lines.isEmpty ? "." : ": \(lines.joined(separator: "; "))."
        let heartbeats = setting.heartbeats().map { $0.words(in: zone) }
        if !heartbeats.isEmpty { text += " Signs of life: \(heartbeats.joined(separator: "; "))." }
        let chain = try tx.eventChain()
        text += " The log of all cases stands at event \(chain.count), \(chain.headText)."
        try tell(leaders, "The last day", text, why: "the daily digest to leadership")
    }

    private var leaders: [PersonID] {
        people(behind: rulebook.ladders.values.sorted { $0.id < $1.id }.flatMap(\.leadership))
    }

    /// One message by each channel that somebody is paged by, to another person each day.
    ///
    /// One that is given up raises an alarm of its own: alone it is not yet what the auditor calls
    /// a channel that fails.
    mutating func sendCanaries() throws(StoreError) {
        let day = Int(milliseconds / 86_400_000)
        var checked: Set<String> = []
        for channel in setting.channels.sorted() {
            let ways = rulebook.people.values.sorted { $0.id < $1.id }.flatMap { person in
                person.waits.filter { $0.0.channel == channel }.map { (person, $0.0) }
            }
            guard !ways.isEmpty else { continue }
            checked.insert(channel)
            let (person, contact) = ways[day % ways.count]
            try demandConfirmation(of: channel, next: person)
            let stored = try putClosedCase(title: "Daily check of \(channel)", intake: "engine")
            let notification = Notification(
                occasion: Self.canary,
                kind: .notice,
                event: .noticed,
                person: person.id,
                contact: contact,
                dueAt: now,
                notBefore: now,
                summary: "This shows that \(channel) reaches you; nothing is wrong.",
                why: "the daily check of every channel",
                page: nil
            )
            try put(notification, aboutClosed: stored, person: person)
        }
        // Asked for again one day, counting begins anew: nobody was sent a link meanwhile.
        try tx.forgetConfirmed(but: checked.filter { setting.confirmSeconds[$0] != nil })
    }

    /// Tells admins where nobody has confirmed the channel for as long as `confirm_every:` says,
    /// each day until somebody does; counts from the first check on.
    private mutating func demandConfirmation(
        of channel: String,
        next person: Person
    ) throws(StoreError) {
        guard let seconds = setting.confirmSeconds[channel] else { return }
        guard let last = try tx.meta(Meta.confirmed(channel)).flatMap({ Milliseconds($0) }) else {
            return try tx.set("\(milliseconds)", for: Meta.confirmed(channel))
        }
        guard (milliseconds - last) / 1_000 >= seconds else { return }
        let since = rulebook.zone.spoken(Instant(milliseconds: last))
        let title = "Nobody has confirmed that \(channel) reaches people"
        let text =
            "Since \(since) nobody has opened the link of a page or of a daily check by \(channel)"
            + " and answered it. What its receiver took may have reached nobody. The check of"
            + " today goes to \(person.name); if it does not arrive, \(channel) needs mending."
        try alarm(title, text)
        guard channel == setting.emergency?.channel else { return }
        // The alarm goes into the same hole: whoever can be reached by another channel hears it.
        try tell(
            leaders,
            title,
            text,
            why: "alarms of Tocsin itself go by the channel that nobody confirms",
            avoiding: channel
        )
    }

    /// A message that was given up, where it was to show that its channel works.
    mutating func noteLostCanary(
        _ lost: Notification,
        because reason: String?
    ) throws(StoreError) {
        guard lost.occasion == Self.canary, lost.kind == .notice else { return }
        let channel = lost.contact.channel
        try alarm(
            ofChannel: channel,
            "The daily check of \(channel) failed",
            "The message that was to show that \(channel) reaches \(lost.person ?? "anybody") was"
                + " given up: \(reason ?? "no reason was given")."
        )
    }
}
