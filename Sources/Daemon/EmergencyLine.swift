import CivilTime
import Delivery
import Engine
import Glibc
import Logging
import Paging
import RuleFiles
import Store
import Synchronization

/// The product's own way to its admins, with a courier of its own: it needs neither the database
/// nor the engine.
package final class EmergencyLine: Sendable {
    private let contact: Contact
    private let settings: Courier.Settings
    private let body: @Sendable (Briefing) -> [UInt8]

    /// Seconds that a message may take until it is taken over.
    private static let patienceSeconds = 20

    /// `nil` where tocsin.yaml has no `emergency:`.
    init?(_ settings: DaemonSettings, _ wiring: Wiring) {
        guard let emergency = settings.emergency else { return nil }
        contact = emergency.contact
        self.settings = wiring.courier
        body = { briefing in
            Payload.bytes(
                of: briefing,
                mailChannels: wiring.mailChannels,
                localChannels: wiring.localChannels,
                bodyForms: wiring.bodyForms
            )
        }
    }

    /// The way of the last gasp under these files, with their addresses and secrets.
    static func line(_ files: FilesInForce) -> LastGasp.Line {
        let emergency = EmergencyLine(files.settings, files.wiring)
        return { emergency?.send($0, $1) }
    }

    /// Reads tocsin.yaml and no rules; for a process that watches another.
    package convenience init?(_ options: DaemonProcess.Options) throws(StartFault) {
        try self.init(SettingsAlone(in: options.config))
    }

    /// Of files of which nothing else is known to be in order.
    convenience init?(_ alone: SettingsAlone) throws(StartFault) {
        try self.init(alone.settings, alone.emergencyWiring())
    }

    /// Blocks until it was taken over or tried for twenty seconds; `false` where it was not.
    @discardableResult
    package func send(_ title: String, _ text: String) -> Bool {
        let now = WallClock.milliseconds()
        let outcome = Mutex(false)
        let end = now + Int64(Self.patienceSeconds) * 1_000
        var attempt = 1
        while true {
            let done = DoneFlag()
            let outlets = Courier.Outlets(
                clock: { WallClock.milliseconds() },
                showLocally: { _, text in StandardStream.output.write(text + "\n\n") },
                onOutcomes: { reports in
                    let isDelivered = reports.contains { $0.outcome == .delivered }
                    outcome.withLock { $0 = $0 || isDelivered }
                    done.set()
                }
            )
            guard let courier = Courier(settings, outlets: outlets) else { return false }
            courier.send([parcel(title, text, attempt: attempt, at: now)])
            let left = max(1, end - WallClock.milliseconds())
            let isReported = done.wait(milliseconds: Int(left))
            _ = courier.stop(graceMillis: 0)
            if outcome.withLock(\.self) { return true }
            // Twice more within the time: a receiver may just be starting again.
            guard isReported, attempt < 3, WallClock.milliseconds() + 2_000 < end else {
                return false
            }
            attempt += 1
            usleep(1_000_000)
        }
    }

    private func parcel(_ title: String, _ text: String, attempt: Int, at now: Int64) -> Parcel {
        let instant = Instant(milliseconds: now)
        var value = Case(
            id: "tocsin-\(now)",
            number: 0,
            policy: "",
            priority: "-",
            customer: "Tocsin",
            title: title,
            openedAt: instant
        )
        value.intake = "engine"
        value.status = .closed
        let notification = Notification(
            occasion: "emergency",
            kind: .notice,
            event: .noticed,
            person: nil,
            contact: contact,
            dueAt: instant,
            notBefore: instant,
            summary: text,
            why: "an alarm of Tocsin itself, by emergency: of tocsin.yaml",
            page: nil
        )
        let briefing = Briefing(
            notification: notification,
            value: value,
            clocks: [],
            nextDueAt: nil,
            person: nil,
            policyTitle: "",
            baseURL: nil,
            rulebook: "",
            sequence: 0,
            at: instant
        )
        return Parcel(
            id: 1,
            attempt: attempt,
            endpoint: contact.channel,
            key: notification.key(caseID: value.id),
            urgency: .page,
            address: contact.address,
            body: body(briefing)
        )
    }
}

extension DaemonSettings.Emergency {
    var contact: Contact { Contact(name: "emergency", channel: channel, address: address ?? "") }
}
