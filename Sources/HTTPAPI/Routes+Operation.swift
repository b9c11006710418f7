import CivilTime
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Paging
import Shapes
import Store

extension Routes {
    /// An engine that has not turned for this long, in real seconds, is not ready.
    static let turnSecondsMax = 15
    /// The same of the courier, which a relay may hold for some time.
    static let courierSecondsMax = 30

    /// Whether the process lives.
    func health(_ request: Request, _ visit: Visit) async throws -> Response {
        .text(.ok, "ok")
    }

    /// Whether it can take a case and page for it: files loaded, store reachable, engine and
    /// courier at work.
    func readiness(_ request: Request, _ visit: Visit) async throws -> Response {
        let health = engine.health
        if let fatal = health.fatal {
            return .text(.serviceUnavailable, "store: \(fatal)")
        }
        if let shortage = health.shortage {
            return .text(.serviceUnavailable, "store: \(shortage)")
        }
        let patience = Milliseconds(Self.turnSecondsMax * 1_000 * engine.setting.clock.speed)
        guard let lastTurn = health.lastTurn, engine.setting.clock.now() - lastTurn <= patience
        else {
            return .text(.serviceUnavailable, "engine: no turn for \(Self.turnSecondsMax) s")
        }
        if let age = doors.courierAge(), age > Milliseconds(Self.courierSecondsMax * 1_000) {
            return .text(.serviceUnavailable, "courier: no pass for \(age / 1_000) s")
        }
        do {
            _ = try await engine.reader.read { (snapshot) throws(StoreError) in
                try snapshot.counts()
            }
        } catch {
            return .text(.serviceUnavailable, "store: \(error)")
        }
        return .text(.ok, "ready")
    }

    /// The wall clock is right although it went back: time goes on from it.
    func acceptClock(_ request: Request, _ visit: Visit) async throws -> Response {
        let before = engine.now()
        let now = engine.setting.clock.steady.map { Instant(milliseconds: $0.accept()) } ?? before
        return .json { writer in
            writer.beginObject()
            writer.field("before", before)
            writer.field("now", now)
            writer.endObject()
        }
    }

    /// A checked copy of the database, in a file of the daemon's machine.
    func backup(_ request: Request, _ visit: Visit) async throws -> Response {
        guard visit.door == .socket else {
            throw Refusal(
                .notAllowed,
                "a copy is written on the daemon's own machine",
                fix: "run tocsin db backup there"
            )
        }
        let file = try (try await Fields(of: request)).required("file")
        guard file.hasPrefix("/") else {
            throw Refusal(.invalid, "`file` is `\(file)`", fix: "send a whole path")
        }
        try await doors.backup(file)
        return .json { writer in
            writer.beginObject()
            writer.field("file", file)
            writer.endObject()
        }
    }

    func reload(_ request: Request, _ visit: Visit) async throws -> Response {
        let isForced = try Query(request: request).isTrue("now")
        let reload = try await doors.reload(isForced)
        return .json(reload.isLoaded ? .ok : .unprocessableContent) { writer in
            writer.beginObject()
            writer.field("loaded", reload.isLoaded)
            writer.field("rulebook", reload.rulebook)
            writer.field("findings", reload.findings)
            writer.key("diagnostics")
            writer.raw(reload.findingsJSON)
            writer.endObject()
        }
    }
}
