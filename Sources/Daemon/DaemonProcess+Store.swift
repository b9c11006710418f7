import Engine
import Logging
import Paging
import RuleFiles
import Store
import StoreSQLite

extension DaemonProcess {
    /// Opens the store and reads every page of it once; where that fails for good the last gasp
    /// leaves before the fault is thrown.
    static func soundStore(
        _ settings: DaemonSettings,
        _ ballast: Ballast,
        _ lastGasp: LastGasp
    ) throws(StartFault) -> (SQLiteDatabase, CaseStore) {
        if let free = ballast.freeBytes {
            // A full disk holds up even reading; when there is room again, it is taken again.
            if free < Ballast.floorBytes { ballast.release() }
            if free > Ballast.ceilingBytes { ballast.make() }
        }
        do throws(StartFault) {
            let (database, store) = try store(settings)
            do throws(StoreError) {
                try database.quickCheck()
                try store.read { records throws(StoreError) in try records.checkSums() }
            } catch {
                throw StartFault("store-damaged", error.description, fix: error.fix)
            }
            return (database, store)
        } catch {
            // Somebody else's database, or one of a newer version, is a slip of whoever starts it.
            if ["store-full", "store-damaged", "store-not-a-database", "store"].contains(error.code)
            {
                lastGasp.send(
                    "Tocsin cannot start",
                    "\(error.message); \(error.fix). Nobody is paged until then."
                )
            }
            throw error
        }
    }

    /// The files on disk are broken, and those that were in force last decide.
    func tell(_ broken: StartFault) {
        SystemFile.write(broken.findings, to: 2)
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
