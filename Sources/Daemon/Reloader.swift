import CivilTime
import Delivery
import Engine
import HTTPAPI
import Logging
import OnCall
import Paging
import RuleFiles
import Shapes
import Store
import Web

/// Takes changed files into force, one reload at a time: all of them or none.
actor Reloader {
    private let daemon: DaemonProcess
    private var settings: DaemonSettings
    /// The files in force, as they were read.
    private var texts: [SourceText]
    /// What the page of files shows.
    private(set) var loaded: FilesPage.Loaded

    init(daemon: DaemonProcess) {
        self.daemon = daemon
        settings = daemon.files.settings
        texts = daemon.files.texts
        loaded = daemon.files.loaded(at: daemon.engine.now())
    }

    /// Loads the files; `isForced` also where they change who is on call at this moment.
    func reload(isForced: Bool) async throws -> Reload {
        daemon.notice.reloading(monotonic: WallClock.monotonicForSystemd())
        defer { daemon.notice.ready() }
        let now = daemon.engine.now()
        let files: FilesInForce
        do throws(StartFault) {
            files = try FilesInForce(daemon.options, at: now, marks: daemon.filesMarks)
        } catch {
            return refuse(error, telling: "A reload was refused")
        }
        if !isForced,
            let change = Self.change(to: files.rulebook, from: daemon.engine.rulebook, at: now)
        {
            daemon.logger.warning("reload refused", metadata: ["reason": "\(change)"])
            throw Refusal(
                .conflict,
                "\(change); the old files stay in force",
                fix: "if that is meant: tocsin reload --now"
            )
        }
        try await putInForce(files, at: now)
        return Reload(
            isLoaded: true,
            rulebook: files.rulebook.hash,
            findings: "",
            findingsJSON: Array(files.findings.json.utf8)
        )
    }

    private func putInForce(_ files: FilesInForce, at now: Instant) async throws(Refusal) {
        let engine = daemon.engine
        let next = files.rulebook
        let changes = daemon.filesMarks.reload.under(next) {
            engine.rulebook.rotations.personChanges(
                to: next.rotations,
                from: now,
                to: now.adding(seconds: Self.toldSeconds)
            )
        }
        try await engine.replace(
            rulebook: next,
            changes: changes,
            channels: Work.NewChannels(
                adjust: { files.putChannels(into: &$0) },
                inForce: { [courier = daemon.courier] in
                    courier.configure(files.wiring.courier)
                }
            )
        )
        daemon.goodFiles.keep(files.texts)
        daemon.lastGasp.replace(line: EmergencyLine.line(files))
        daemon.heartbeats.replace(files)
        daemon.intakes.replace(files.wiring.senders)
        daemon.poll(files.wiring)
        daemon.reloads.note(isLoaded: true, at: engine.setting.clock.now())
        reloadCertificate(files)
        warnOfRestart(files.settings)
        settings = files.settings
        texts = files.texts
        loaded = files.loaded(at: now)
        daemon.logger.info("reloaded", metadata: ["rulebook": "\(files.rulebook.hash.prefix(12))"])
    }

    private func refuse(_ fault: StartFault, telling title: String) -> Reload {
        let engine = daemon.engine
        daemon.logger.error(
            "reload refused, the old files stay in force",
            metadata: ["reason": "\(fault.message)"]
        )
        engine.alarm(
            title,
            "The old files stay in force: \(fault.message). tocsin check shows every finding."
        )
        daemon.reloads.note(isLoaded: false, at: engine.setting.clock.now())
        let refused = refusal(fault)
        loaded.refusal = FilesPage.Refused(at: engine.now(), text: refused.findings)
        return refused
    }

    /// Seconds of the engine between two looks at the release of the zone data.
    private static let zoneSeconds = 600
    /// The same after the files did not hold under the new ones.
    private static let zoneAgainSeconds = 3_600

    /// Takes up new zone data by itself once it is installed, until the task is cancelled.
    func followZones() async {
        var release = ZoneRelease()
        var pause = Self.zoneSeconds
        let speed = daemon.engine.setting.clock.speed
        while (try? await Task.sleep(for: .milliseconds(pause * 1_000 / speed))) != nil {
            let inForce = daemon.engine.rulebook.zoneDataVersion
            let isNew = release.isNew(SystemZones.version(), inForce: inForce)
            pause = Self.zoneSeconds
            if isNew, await !takeUpZones() { pause = Self.zoneAgainSeconds }
        }
    }

    /// The files in force are read again, not those on disk: nobody has asked for their edits.
    ///
    /// No change of who is on call refuses it (docs/decisions/0020); whether it is in force now.
    private func takeUpZones() async -> Bool {
        daemon.notice.reloading(monotonic: WallClock.monotonicForSystemd())
        defer { daemon.notice.ready() }
        let now = daemon.engine.now()
        let old = daemon.engine.rulebook
        do {
            let files = try FilesInForce(
                daemon.options,
                at: now,
                marks: daemon.filesMarks,
                files: texts
            )
            let next = files.rulebook
            try await putInForce(files, at: now)
            let change = Self.change(to: next, from: old, at: now, verb: "passes")
            daemon.engine.alarm(
                "New zone data is in force",
                "Release \(next.zoneDataVersion) has replaced \(old.zoneDataVersion), and what is"
                    + " to come follows it" + (change.map { ": \($0)." } ?? ".")
            )
            return true
        } catch let fault as StartFault {
            _ = refuse(fault, telling: "New zone data was refused")
        } catch {
            daemon.logger.error("zone data not taken up", metadata: ["reason": "\(error)"])
        }
        return false
    }

    /// SIGHUP: what is wrong stands in the log, and admins hear of a refusal, for nobody waits.
    func reloadForSignal() async {
        do {
            let reload = try await reload(isForced: false)
            guard !reload.isLoaded else { return }
            for line in reload.findings.split(separator: "\n") where line.contains(": error[") {
                daemon.logger.error("\(line)")
            }
        } catch let refusal as Refusal {
            daemon.engine.alarm("A reload was refused", "\(refusal.message); \(refusal.fix).")
        } catch {
            daemon.logger.error("reload failed", metadata: ["reason": "\(error)"])
        }
    }

    private func refusal(_ fault: StartFault) -> Reload {
        let findings =
            fault.findings.isEmpty
            ? "\(fault.message)\n  = fix: \(fault.fix)\n" : fault.findings
        return Reload(
            isLoaded: false,
            rulebook: daemon.engine.rulebook.hash,
            findings: findings,
            findingsJSON: Array(fault.findingsJSON.utf8)
        )
    }

    /// Whose duty in so long a time changes is told so: 60 days.
    private static let toldSeconds = 60 * 86_400

    /// The rotations whose people at `now` would be others; `nil` where there is none.
    private static func change(
        to next: Rulebook,
        from old: Rulebook,
        at now: Instant,
        verb: String = "would pass"
    ) -> String? {
        let changes = old.rotations.changes(to: next.rotations, at: now).map { change in
            let from = names(change.peopleBefore)
            let to = names(change.peopleAfter)
            return "\(change.rotation) \(verb) from \(from) to \(to) at this moment"
        }
        return changes.isEmpty ? nil : changes.joined(separator: "; ")
    }

    private static func names(_ people: [PersonID]) -> String {
        people.isEmpty ? "nobody" : people.joined(separator: ", ")
    }

    /// A renewed certificate is served from the next connection on.
    private func reloadCertificate(_ files: FilesInForce) {
        guard let tls = files.settings.tls, let certificate = daemon.certificate else { return }
        do throws(StartFault) {
            try certificate.reload(tls, files.secrets)
        } catch {
            daemon.logger.error(
                "certificate not reloaded",
                metadata: ["reason": "\(error.message)"]
            )
        }
    }

    private func warnOfRestart(_ next: DaemonSettings) {
        let changed = [
            ("listen", next.listen != settings.listen), ("socket", next.socket != settings.socket),
            ("limits", next.limits != settings.limits), ("tls", next.tls != settings.tls),
            ("store", next.store != settings.store), ("base_url", next.baseURL != settings.baseURL),
            (
                "acknowledge_secret_file",
                next.acknowledgeSecretFile != settings.acknowledgeSecretFile
            ),
            ("log", next.log != settings.log),
        ].filter(\.1).map(\.0)
        guard !changed.isEmpty else { return }
        daemon.logger.warning(
            "some changes take a restart",
            metadata: ["keys": "\(changed.joined(separator: ","))"]
        )
    }
}
