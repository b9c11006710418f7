import CivilTime
import Engine
import Logging
import Paging
import RuleFiles
import Store
import StoreSQLite

extension DaemonProcess {
    /// Opens the store and reads every page of it once; a damaged one makes way for its good copy.
    ///
    /// Where that fails for good the last gasp leaves before the fault is thrown.
    static func soundStore(
        _ settings: DaemonSettings,
        _ ballast: Ballast,
        _ lastGasp: LastGasp,
        _ notice: ServiceNotice
    ) throws(StartFault) -> (SQLiteDatabase, CaseStore) {
        if let free = ballast.freeBytes {
            // A full disk holds up even reading; when there is room again, it is taken again.
            if free < Ballast.floorBytes { ballast.release() }
            if free > Ballast.ceilingBytes { ballast.make() }
        }
        let good = GoodCopy(of: settings.databasePath)
        // Every page is read once, or three times where the copy takes its place.
        let bytes = (SystemFile.size(of: settings.databasePath) ?? 0) * 3
        do throws(StartFault) {
            return try notice.extendingStart(reading: bytes) { () throws(StartFault) in
                do throws(StartFault) {
                    return try checkedStore(settings, good)
                } catch {
                    guard error.isDamage, good.isAtHand else { throw error }
                    try putBack(good, because: error, lastGasp)
                }
                // Once: what is damaged again now was not damaged by chance.
                return try checkedStore(settings, good)
            }
        } catch {
            // Somebody else's database is a slip of whoever starts it.
            if error.isDamage || ["store-full", "store-newer", "store"].contains(error.code) {
                lastGasp.send(
                    "Tocsin cannot start",
                    "\(error.message); \(error.fix). Nobody is paged until then."
                )
            }
            throw error
        }
    }

    /// Opens the store and reads it, more of it where a daemon before this one called it damaged.
    ///
    /// What two in a row called so is damaged, whatever a reading says, or they would do so for
    /// ever. Without a copy to put in its place it is read as always: it may page meanwhile.
    private static func checkedStore(
        _ settings: DaemonSettings,
        _ good: GoodCopy
    ) throws(StartFault) -> (SQLiteDatabase, CaseStore) {
        let condemnations = good.isAtHand ? good.condemnations : 0
        if condemnations > 1 {
            throw StartFault(
                "store-damaged",
                "the daemon found the database damaged at work, twice",
                fix: StoreError.corrupt("").fix
            )
        }
        let (database, store) = try store(settings)
        do throws(StoreError) {
            if condemnations > 0 { try database.fullCheck() } else { try database.quickCheck() }
            try store.read { records throws(StoreError) in try records.checkSums() }
        } catch {
            database.abandon()
            throw StartFault(error.code, error.description, fix: error.fix)
        }
        return (database, store)
    }

    /// The last gasp tells what was open when all was well, and leaves before that is written anew.
    private static func putBack(
        _ good: GoodCopy,
        because fault: StartFault,
        _ lastGasp: LastGasp
    ) throws(StartFault) {
        do throws(StoreError) {
            try good.putBack(at: WallClock.instant())
        } catch {
            throw StartFault(
                fault.code,
                "\(fault.message), and its copy cannot take its place: \(error)",
                fix: fault.fix
            )
        }
        lastGasp.send(
            "Tocsin's database was damaged",
            "\(fault.message). Its newest good copy took its place and paging goes on; what"
                + " happened since that copy is not in it. The damaged file is kept beside it."
        )
    }

    /// The files as they stand or those that were in force last; the last gasp leaves where neither
    /// can be, before the fault is thrown.
    static func filesAtStart(
        _ options: Options,
        at now: Instant,
        marks: FilesMarks,
        good: GoodFiles
    ) throws(StartFault) -> (files: FilesInForce, broken: StartFault?) {
        do throws(StartFault) {
            return try FilesInForce.atStart(options, at: now, marks: marks, good: good)
        } catch {
            // Reading tocsin.yaml again may be what the process dies of: it is said before.
            if error.code == "files-poison" {
                LineLog.logger(DaemonSettings().log).critical("\(error.message); \(error.fix)")
            }
            tellRefusal(of: options, because: error)
            throw error
        }
    }

    /// By tocsin.yaml alone; where another daemon works here nobody needs to hear of it.
    private static func tellRefusal(of options: Options, because fault: StartFault) {
        guard let alone = try? SettingsAlone(in: options.config, isForgiving: true),
            (try? SocketPlace(path: alone.settings.socket).prepare()) != nil
        else { return }
        let lastGasp = LastGasp(
            besides: alone.settings.databasePath,
            logger: LineLog.logger(alone.settings.log),
            line: { title, text in (try? EmergencyLine(alone))?.send(title, text) }
        )
        lastGasp.send(
            "Tocsin cannot start",
            "\(fault.message); \(fault.fix). Nobody is paged until then."
        )
    }

    /// The files on disk are broken, and those that were in force last decide.
    func tell(_ broken: StartFault) {
        if !broken.findings.isEmpty { StandardStream.error.write(broken.findings) }
        logger.error(
            "the files are broken: those that were in force last decide",
            metadata: ["reason": "\(broken.message)"]
        )
        engine.alarm(
            "Started with the files of before",
            "The files on disk are not in force: \(broken.message). Those that were in force last"
                + " decide; mend them, see tocsin check, then tocsin reload."
        )
    }

    /// The engine of a daemon is watched, leaves word of its work, and feeds the watchdog.
    static func watched(
        _ setting: CaseEngine.Setting,
        _ record: CrashRecord?,
        _ notice: ServiceNotice
    ) -> CaseEngine.Setting {
        var setting = setting
        setting.isWatched = true
        if let record {
            setting.marker = record.marker
        } else {
            setting.log(.warning, "what is worked on cannot be marked: no quarantine after a crash")
        }
        setting.onTurn = { notice.turned(monotonic: WallClock.monotonic()) }
        return setting
    }
}

extension StartFault {
    /// Whether the database is there and not what was written; one whose head is damaged is told
    /// as no database at all.
    fileprivate var isDamage: Bool { ["store-damaged", "store-not-a-database"].contains(code) }
}

extension DaemonSettings {
    /// Where the database lies, beside which everything of the watch is kept.
    var databasePath: String {
        if case .sqlite(let path) = store { path } else { "var/tocsin.db" }
    }
}

extension DaemonProcess {
    /// A checked copy of the database as it stands, made on a thread of the system's own.
    func backup(to path: String) async throws(Refusal) {
        let fault: StoreError? = await withCheckedContinuation { continuation in
            SystemThread.start { [database] in
                do throws(StoreError) {
                    try database.backup(to: path)
                    continuation.resume(returning: nil)
                } catch {
                    continuation.resume(returning: error)
                }
            }
        }
        guard let fault else {
            return logger.info("backup made", metadata: ["file": "\(path)"])
        }
        logger.error("backup failed", metadata: ["reason": "\(fault)"])
        throw Refusal(.unavailable, fault.description, fix: fault.fix)
    }
}
