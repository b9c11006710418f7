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
    /// What is wrong with the files on disk, where those in force are an older copy.
    let broken: StartFault?
    let goodFiles: GoodFiles
    /// Marks the reading of files and the work by them.
    let filesMarks: FilesMarks
    let engine: CaseEngine
    let courier: Courier
    let intakes: Intakes
    let polls: Polls
    let heartbeats: Heartbeats
    let lastGasp: LastGasp
    let tokens: Tokens
    let reloads: ReloadRecord
    /// `nil` where `tls:` is not said.
    let certificate: Certificate?
    let database: SQLiteDatabase
    /// What the local channel showed, for the page.
    let terminal = TerminalPages()
    let watch: Watch
    let knocks = Knocks()
    let notice = ServiceNotice()

    /// How long what is in flight may take to end once the daemon was told to stop.
    static let stopMilliseconds = 10_000

    /// Runs in the foreground until SIGTERM or SIGINT; blocks for as long.
    package static func run(_ options: Options) throws(StartFault) {
        Signals.hold()
        StandardStream.takeUp()
        OpenFiles.raise()
        CoreDumps.forbid()
        umask(0o077)
        let daemon = try DaemonProcess(options)
        try daemon.serve()
        daemon.stop()
    }

    private init(_ options: Options) throws(StartFault) {
        self.options = options
        let clock = WallClock.engineClock(speed: options.speed)
        mkdir("var", 0o700)
        filesMarks = FilesMarks(path: GoodFiles.workPath)
        goodFiles = GoodFiles(options)
        let files: FilesInForce
        (files, broken) = try Self.filesAtStart(
            options,
            at: Instant(milliseconds: clock.now()),
            marks: filesMarks,
            good: goodFiles
        )
        let logger = LineLog.logger(files.settings.log)
        self.files = files
        self.logger = logger
        certificate = try files.settings.tls.map { tls throws(StartFault) in
            try Certificate(tls, files.secrets)
        }
        try SocketPlace(path: files.settings.socket).prepare()
        let lastGasp = LastGasp(
            besides: files.settings.databasePath,
            logger: logger,
            line: EmergencyLine.line(files)
        )
        self.lastGasp = lastGasp
        let ballast = Ballast(besides: files.settings.databasePath)
        let (database, store) = try Self.soundStore(files.settings, ballast, lastGasp, notice)
        self.database = database
        let key = try AcknowledgeSecret.key(files.settings, files.secrets)
        let heartbeats = Heartbeats(files, logger: logger)
        self.heartbeats = heartbeats
        let engine = CaseEngine(
            store: store,
            rulebook: files.rulebook,
            setting: Self.watched(
                Self.setting(files, clock, key, logger, heartbeats, filesMarks),
                CrashRecord(path: files.settings.databasePath + ".work"),
                notice
            )
        )
        tokens = try Self.tokens(engine, files.settings)
        reloads = ReloadRecord(startedAt: clock.now())
        self.engine = engine
        if !files.wiring.localChannels.isEmpty { LocalPages.prepare() }
        let outlets = Self.outlets(of: engine, showingOn: terminal, LocalPages(logger: logger))
        let courier = try Self.courier(files.wiring.courier, outlets, key)
        self.courier = courier
        let polls = Polls(engine: engine, logger: logger)
        self.polls = polls
        let intakes = Intakes(files.wiring.senders, monotonic: { WallClock.monotonic() })
        self.intakes = intakes
        watch = Watch(
            Watch.Parts(
                engine: engine,
                database: database,
                databasePath: files.settings.databasePath,
                filesMarker: filesMarks.watch,
                ballast: ballast,
                lastGasp: lastGasp,
                heartbeats: heartbeats,
                courierAge: { courier.passAge },
                staleFeeds: { polls.stale(at: $0) },
                silentIntakes: { intakes.silent(at: $0) },
                knocks: knocks,
                logger: logger
            )
        )
    }

    func poll(_ wiring: Wiring) {
        polls.replace(wiring.polled, allowed: wiring.courier.allowNetworks)
    }

    private static func outlets(
        of engine: CaseEngine,
        showingOn terminal: TerminalPages,
        _ pages: LocalPages
    ) -> Courier.Outlets {
        let clock = engine.setting.clock
        var outlets = Courier.Outlets(
            clock: clock.now,
            showLocally: { _, text in
                terminal.add(text, at: Instant(milliseconds: clock.now()))
                return pages.show(text)
            },
            onOutcomes: { engine.take(reports: $0) }
        )
        outlets.connectionsMax = min(outlets.connectionsMax, OpenFiles.inForce.forReceivers)
        return outlets
    }

    private static func courier(
        _ settings: Courier.Settings,
        _ outlets: Courier.Outlets,
        _ key: AcknowledgeKey
    ) throws(StartFault) -> Courier {
        guard let courier = Courier(settings, outlets: outlets, acknowledgeKey: key) else {
            throw StartFault(
                "courier",
                "the system gives no thread to send from",
                fix: "look at the limits of processes and memory"
            )
        }
        return courier
    }

    /// What the engine is told of the files at the start.
    private static func setting(
        _ files: FilesInForce,
        _ clock: EngineClock,
        _ key: AcknowledgeKey,
        _ logger: Logger,
        _ heartbeats: Heartbeats,
        _ marks: FilesMarks
    ) -> CaseEngine.Setting {
        let listen = files.settings.listen
        var setting = CaseEngine.Setting(
            clock: clock,
            newID: { CaseID.new(at: $0) },
            baseURL: files.settings.baseURL ?? "http://\(listen.authority)",
            acknowledgeLinks: AcknowledgeLinks(
                key: key,
                base: files.settings.baseURL,
                localBase: files.settings.baseURL ?? "http://\(listen.authority)"
            ),
            channels: [],
            mailChannels: [:],
            localChannels: [],
            log: { level, message in logger.note(level, message) }
        )
        files.putChannels(into: &setting)
        setting.heartbeats = { heartbeats.standings }
        setting.filesMarker = marks.engine
        return setting
    }

    /// Refuses to listen where strangers could come and nobody could be told from them.
    private static func tokens(
        _ engine: CaseEngine,
        _ settings: DaemonSettings
    ) throws(StartFault) -> Tokens {
        let tokens: Tokens
        do throws(StoreError) {
            tokens = try Tokens(engine: engine)
        } catch {
            throw StartFault(error.code, error.description, fix: error.fix)
        }
        let open = [("listen", settings.listen), ("tls: listen", settings.tls?.listen)]
            .first { $0.1.map { !$0.isLoopback } ?? false }
        if let open, tokens.isEmpty {
            throw StartFault(
                "tokens-missing",
                "\(open.0): \(open.1?.authority ?? "") can be reached from other machines, and"
                    + " there are no tokens",
                fix: "make one first: tocsin token create --role admin --name NAME"
            )
        }
        return tokens
    }

    static func store(
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
            try SQLiteDatabase.refuseNewerSchema(of: path)
            let database = try SQLiteDatabase(path: path)
            do throws(StoreError) {
                return (database, try CaseStore(database))
            } catch {
                database.abandon()
                throw error
            }
        } catch {
            throw StartFault(error.code, error.description, fix: error.fix)
        }
    }

    /// Nothing new is begun; what is in flight ends or stays in the outbox for the next start.
    private func stop() {
        notice.stopping()
        polls.stop()
        watch.stop()
        _ = courier.stop(graceMillis: Self.stopMilliseconds - 2_000)
        engine.stop()
        do {
            try database.close()
        } catch {
            logger.error("store not closed", metadata: ["reason": "\(error)"])
        }
        logger.info("stopped")
        StandardStream.drain()
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
    var code: String {
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
