import CivilTime
import Delivery
import Engine
import Glibc
import HTTPAPI
import Logging
import Paging
import RuleFiles
import Shapes
import Store
import StoreSQLite

/// The whole product at work: files, store, engine, courier and doors, from start to stop.
package final class DaemonProcess: Sendable {
    package struct Options: Hashable, Sendable {
        package var config: String
        package var rotations: String
        /// Time runs this many times as fast; 1 but in a rehearsal.
        package var speed: Int
        /// How the program was called, for the commands it prints.
        package var program: String

        package init(config: String, rotations: String, speed: Int = 1, program: String = "tocsin")
        {
            self.config = config
            self.rotations = rotations
            self.speed = speed
            self.program = program
        }
    }

    let options: Options
    let logger: Logger
    let files: FilesInForce
    let engine: CaseEngine
    let courier: Courier
    let intakes: Intakes
    private let database: SQLiteDatabase

    /// How long what is in flight may take to end once the daemon was told to stop.
    static let stopMilliseconds = 10_000

    /// Runs in the foreground until SIGTERM or SIGINT; blocks for as long.
    package static func run(_ options: Options) throws(StartFault) {
        Signals.hold()
        umask(0o077)
        let daemon = try DaemonProcess(options)
        try daemon.serve()
        daemon.stop()
    }

    private init(_ options: Options) throws(StartFault) {
        self.options = options
        let clock = WallClock.engineClock(speed: options.speed)
        let files = try FilesInForce(options, at: Instant(milliseconds: clock.now()))
        let logger = LineLog.logger(files.settings.log)
        self.files = files
        self.logger = logger
        try SocketPlace(path: files.settings.socket).prepare()
        let (database, store) = try Self.store(files.settings)
        self.database = database
        let listen = files.settings.listen
        let engine = CaseEngine(
            store: store,
            rulebook: files.rulebook,
            setting: CaseEngine.Setting(
                clock: clock,
                newID: { CaseID.new(at: $0) },
                baseURL: files.settings.baseURL ?? "http://\(listen.authority)",
                channels: files.wiring.channels,
                mailChannels: files.wiring.mailChannels,
                localChannels: files.wiring.localChannels,
                emergency: files.settings.emergency.map { emergency in
                    Contact(
                        name: "emergency",
                        channel: emergency.channel,
                        address: emergency.address ?? ""
                    )
                },
                log: { level, message in logger.note(level, message) }
            )
        )
        if !files.wiring.localChannels.isEmpty { LocalPages.prepare() }
        let pages = LocalPages(logger: logger)
        let outlets = Courier.Outlets(
            clock: clock.now,
            showLocally: { _, text in pages.show(text) },
            onOutcomes: { engine.take(reports: $0) }
        )
        guard let courier = Courier(files.wiring.courier, outlets: outlets) else {
            throw StartFault(
                "courier",
                "the system gives no thread to send from",
                fix: "look at the limits of processes and memory"
            )
        }
        self.engine = engine
        self.courier = courier
        intakes = Intakes(pagerduty: files.wiring.pagerduty)
    }

    private static func store(
        _ settings: DaemonSettings
    ) throws(StartFault) -> (SQLiteDatabase, CaseStore) {
        guard case .sqlite(let path) = settings.store else {
            throw StartFault(
                "store-unsupported",
                "no such store",
                fix: "write store: {sqlite: PATH}"
            )
        }
        do throws(StoreError) {
            let database = try SQLiteDatabase(path: path)
            return (database, try CaseStore(database))
        } catch {
            throw StartFault(error.code, error.description, fix: error.fix)
        }
    }

    /// Nothing new is begun; what is in flight ends or stays in the outbox for the next start.
    private func stop() {
        _ = courier.stop(graceMillis: Self.stopMilliseconds - 2_000)
        engine.stop()
        do {
            try database.close()
        } catch {
            logger.error("store not closed", metadata: ["reason": "\(error)"])
        }
        logger.info("stopped")
    }
}

extension DaemonSettings.Endpoint {
    /// Host and port as a URL has them.
    var authority: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension Logger {
    func note(_ level: CaseEngine.LogLevel, _ message: String) {
        switch level {
        case .info: info("\(message)")
        case .warning: warning("\(message)")
        case .error: error("\(message)")
        }
    }
}

extension StoreError {
    fileprivate var code: String {
        switch self {
        case .locked: "store-locked"
        case .newerSchema: "store-newer"
        case .notADatabase: "store-not-a-database"
        case .full: "store-full"
        case .corrupt: "store-damaged"
        default: "store"
        }
    }
}
