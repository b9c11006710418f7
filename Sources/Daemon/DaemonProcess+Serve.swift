import CivilTime
import Delivery
import Engine
import Glibc
import HTTPAPI
import Hummingbird
import HummingbirdTLS
import Logging
import NIOCore
import Paging
import RuleFiles
import ServiceLifecycle
import StoreSQLite
import Synchronization

extension DaemonProcess {
    /// Opens the doors, starts the engine once both stand, and returns when told to stop.
    func serve() throws(StartFault) {
        let result = Mutex<Result<Void, StartFault>>(.success(()))
        let done = DoneFlag()
        // The command line calls from plain code: this is the one bridge to what runs concurrently.
        Task.detached { [self] in
            do throws(StartFault) {
                try await runDoors()
            } catch {
                result.withLock { $0 = .failure(error) }
            }
            done.set()
        }
        done.wait()
        try result.withLock { $0 }.get()
    }

    private func runDoors() async throws(StartFault) {
        let reloader = Reloader(daemon: self)
        let zones = Task { await reloader.followZones() }
        defer { zones.cancel() }
        // What the libraries say of themselves is not our operator's concern; what fails is.
        var quiet = logger
        quiet.logLevel = .critical
        var doors = Doors(
            engine: engine,
            intakes: intakes,
            tokens: tokens,
            limits: doorLimits(),
            reload: { try await reloader.reload(isForced: $0) },
            logger: quiet
        )
        doors.terminal = terminal
        doors.reloads = reloads
        doors.courierAge = { [courier] in courier.passAge }
        doors.files = { await reloader.loaded }
        doors.backup = { [self] file in try await backup(to: file) }
        let sessions = doors.sessions
        let opened = Mutex(0)
        let onOpen: @Sendable (SocketAddress?, Bool) async -> Void = { [self] address, isTLS in
            if let address { knocks.add(address, isTLS: isTLS) }
            let isLast = opened.withLock { count in
                count += 1
                return count == (files.settings.tls == nil ? 2 : 3)
            }
            if isLast { ready(sessions) }
        }
        let settings = files.settings
        let group = EventLoopGroupProvider.singleton.eventLoopGroup
        do {
            var services = [
                try doors.server(
                    at: .unixDomainSocket(path: settings.socket),
                    door: .socket,
                    group: group,
                    onOpen: { await onOpen($0, false) }
                ),
                try doors.server(
                    at: .hostname(settings.listen.host, port: settings.listen.port),
                    door: .network,
                    group: group,
                    onOpen: { await onOpen($0, false) }
                ),
            ]
            if let tls = settings.tls, let certificate {
                let configuration = certificate.configuration
                services.append(
                    try doors.server(
                        at: .hostname(tls.listen.host, port: tls.listen.port),
                        door: .network,
                        group: group,
                        wrap: { try .tls($0, tlsConfiguration: configuration) },
                        onOpen: { await onOpen($0, true) }
                    )
                )
            }
            let running = ServiceGroup(configuration: .init(services: services, logger: quiet))
            listen(for: running, reloader: reloader)
            try await running.run()
        } catch let error as IOError {
            throw refused(error)
        } catch {
            throw StartFault("doors", "cannot serve: \(error)", fix: "see the log")
        }
    }

    /// What the doors take; told where the system lets too few files be open for it.
    private func doorLimits() -> Limits {
        let wanted = files.settings.limits.connections ?? Limits().connections
        let limits = Limits(files.settings.limits, files: .inForce)
        if limits.connections < wanted {
            logger.warning(
                "the system lets few files be open, so fewer connections are taken",
                metadata: [
                    "files": "\(OpenFiles.inForce.count)", "connections": "\(limits.connections)",
                    "wanted": "\(wanted)",
                ]
            )
        }
        return limits
    }

    private func refused(_ error: IOError) -> StartFault {
        let listen = files.settings.listen
        switch error.errnoCode {
        case EADDRINUSE:
            return StartFault(
                "port-taken",
                "something else listens on \(listen.authority) already",
                fix: "stop it, or name another port under listen: in tocsin.yaml"
            )
        case EACCES, EPERM:
            return StartFault(
                "port-forbidden",
                "the system does not allow this user to listen on \(listen.authority)",
                fix: "name a port from 1024 on under listen: in tocsin.yaml"
            )
        case EADDRNOTAVAIL:
            return StartFault(
                "address-unknown",
                "\(listen.host) is no address of this machine",
                fix: "name one under listen: in tocsin.yaml, such as 127.0.0.1"
            )
        default:
            return StartFault("doors", "cannot listen: \(error)", fix: "check listen: and socket:")
        }
    }

    private func listen(for running: ServiceGroup, reloader: Reloader) {
        let stops = Mutex(0)
        Signals.listen { [logger] number in
            if number == SIGHUP {
                Task { await reloader.reloadForSignal() }
                return
            }
            let count = stops.withLock { stops in
                stops += 1
                return stops
            }
            guard count == 1 else { _exit(1) }
            logger.info("stopping", metadata: ["signal": "\(number == SIGINT ? "INT" : "TERM")"])
            // Whatever hangs, the process is gone in time; the outbox keeps what did not leave.
            SystemThread.start {
                usleep(UInt32(DaemonProcess.stopMilliseconds - 500) * 1_000)
                logger.warning("stopped before everything had ended")
                StandardStream.drain()
                _exit(0)
            }
            Task { await running.triggerGracefulShutdown() }
        }
    }

    /// Both doors stand: the engine begins, and the operator is told how to begin.
    private func ready(_ sessions: WebSessions) {
        chmod(files.settings.socket, 0o600)
        engine.start(courier: courier)
        watch.start()
        poll(files.wiring)
        notice.ready()
        if let broken { tell(broken) }
        // Those of before are the newest again where the newest are what was died of.
        goodFiles.keep(files.texts)
        let rulebook = files.rulebook
        if !files.findings.isEmpty {
            logger.warning(
                "the files have warnings; tocsin check shows them",
                metadata: ["count": "\(files.findings.count)"]
            )
        }
        logger.info(
            "ready",
            metadata: [
                "rulebook": "\(rulebook.hash.prefix(12))",
                "zones": "\(rulebook.zoneDataVersion)",
                "socket": "\(files.settings.socket)",
                "sqlite": "\(SQLiteDatabase.libraryVersion)",
                "curl": "\(Courier.libraryVersion)",
            ]
        )
        let text = """

            Tocsin runs at http://\(files.settings.listen.authority)
            \(signIn(sessions))Open a case of the highest priority:

              \(options.program) open \(opening)


            """
        StandardStream.output.write(text)
    }

    /// The link that signs an admin in, where nobody has a token or someone sits at the terminal:
    /// a log that others read must not hold one.
    private func signIn(_ sessions: WebSessions) -> String {
        guard tokens.isEmpty || isatty(1) == 1 else { return "" }
        let address = "http://\(files.settings.listen.authority)"
        return """
            Sign in as admin, once, within ten minutes:

              \(address)/sign-in?link=\(sessions.makeLink())


            """
    }

    /// The words that open a case under the shipped policy, or under the first there is.
    private var opening: String {
        let policies = files.rulebook.policies
        let policy = policies["quik"] ?? policies.values.min { $0.id < $1.id }
        let priority = policy?.priorities.first?.name ?? "P1"
        return "--policy \(policy?.id ?? "quik") --priority \(priority)"
            + " --customer Northwind --title \"checkout returns 502\""
    }
}
