import CivilTime
import Dialects
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Paging
import Shapes
import Store

/// The part of Alertmanager's API v2 that Prometheus and amtool use, under `/compat`.
extension DialectDoors {
    func compat(_ request: Request, _ rest: String) async -> Response {
        do throws(DialectRefusal) {
            let intake = try intake(request, of: \.alertmanagerAPI)
            let parts = rest.split(separator: "/").map(String.init)
            switch (request.method, parts.count, parts.first) {
            case (.get, 1, "status"): return status
            case (.get, 1, "receivers"): return receivers(intake)
            case (.get, 1, "alerts"): return try await alerts(request, intake)
            case (.post, 1, "alerts"): return try await takeAlerts(request, intake)
            case (.get, 1, "silences"): return try await silences(request, intake)
            case (.post, 1, "silences"): return try await keepSilence(request, intake)
            case (.get, 2, "silence"): return try await silence(parts[1], intake)
            case (.delete, 2, "silence"): return try await endSilence(parts[1], intake)
            default: throw DialectRefusal(404, "\(request.method) /\(rest) is not served here")
            }
        } catch {
            return .compat(error.status, error.message)
        }
    }

    // MARK: Alerts

    /// Every alert of the list is judged by itself; a faulty one does not keep out the others.
    private func takeAlerts(
        _ request: Request,
        _ intake: DialectIntake
    ) async throws(DialectRefusal) -> Response {
        let body = try await request.dialectBody()
        guard let list = body.array else {
            throw DialectRefusal(400, "the body is \(body.kind), not a list of alerts")
        }
        let now = engine.now()
        let silences = try await kept(intake)
        var taken: [PrometheusAlert] = []
        for alert in list.compactMap({ PrometheusAlert($0) }).distinct {
            let isSilenced = silences.contains { $0.silences(alert.labels, at: now) }
            // What is open already must still be renewed and resolved.
            if isSilenced, try await !isOpen(alert, intake) { continue }
            taken.append(alert)
        }
        if let refusal = await take(taken, from: intake, renews: true) {
            throw DialectRefusal(503, refusal.message)
        }
        guard list.allSatisfy({ PrometheusAlert($0) != nil }) else {
            throw DialectRefusal(400, "an alert has no labels, or labels that are no texts")
        }
        return .dialect(200) { writer in
            writer.beginObject()
            writer.endObject()
        }
    }

    private func isOpen(
        _ alert: PrometheusAlert,
        _ intake: DialectIntake
    ) async throws(DialectRefusal) -> Bool {
        do throws(Refusal) {
            return try await intake.stored(intake.reference(alert.fingerprint)) != nil
        } catch {
            throw DialectRefusal(error)
        }
    }

    /// The open cases of this intake, as the alerts that opened them.
    private func alerts(
        _ request: Request,
        _ intake: DialectIntake
    ) async throws(DialectRefusal) -> Response {
        let filter = request.uri.queryParameters.getAll("filter")
        let matchers = filter.compactMap { LabelMatcher($0) }
        guard matchers.count == filter.count else {
            throw DialectRefusal(400, "a filter is no condition that is taken here")
        }
        let now = engine.now()
        let silences = try await kept(intake)
        let name = intake.entry.name
        let cases = try await read(intake) { (snapshot) throws(StoreError) in
            try snapshot.openCases(of: name)
        }
        return .dialect(200) { writer in
            writer.beginArray()
            for value in cases {
                let labels = value.labels
                guard matchers.allSatisfy({ $0.matches(labels) }) else { continue }
                let silenced = silences.filter { $0.silences(labels, at: now) }.map(\.id)
                writer.alert(value, labels: labels, silenced: silenced, receiver: name, at: now)
            }
            writer.endArray()
        }
    }

    // MARK: About us

    private var status: Response {
        .dialect(200) { writer in
            writer.beginObject()
            writer.key("cluster")
            writer.beginObject()
            writer.field("status", "disabled")
            writer.key("peers")
            writer.beginArray()
            writer.endArray()
            writer.endObject()
            writer.key("config")
            writer.beginObject()
            writer.field("original", "# Tocsin: see tocsin policy and tocsin check\n")
            writer.endObject()
            writer.field("uptime", engine.now())
            writer.key("versionInfo")
            writer.beginObject()
            writer.field("version", Product.version)
            for name in ["branch", "buildDate", "buildUser", "goVersion", "revision"]
                as [StaticString]
            {
                writer.field(name, "")
            }
            writer.endObject()
            writer.endObject()
        }
    }

    private func receivers(_ intake: DialectIntake) -> Response {
        .dialect(200) { writer in
            writer.beginArray()
            writer.named(intake.entry.name)
            writer.endArray()
        }
    }

    func read<Answer: Sendable>(
        _ intake: DialectIntake,
        _ body: @escaping @Sendable (Snapshot) throws(StoreError) -> Answer
    ) async throws(DialectRefusal) -> Answer {
        do throws(Refusal) {
            return try await intake.read(body)
        } catch {
            throw DialectRefusal(error)
        }
    }
}

extension Snapshot {
    /// Open cases of one intake.
    fileprivate func openCases(of intake: String) throws(StoreError) -> [Case] {
        var found: [Case] = []
        var cursor: CaseCursor?
        repeat {
            let page = try cases(CaseFilter(), limit: 500, after: cursor)
            found += page.cases.map(\.value).filter { $0.intake == intake }
            cursor = page.next
        } while cursor != nil
        return found
    }
}

extension Case {
    /// The labels of the alert that opened it, kept as its tags.
    fileprivate var labels: [PrometheusAlert.Label] {
        tags.compactMap { tag in
            guard let sign = tag.firstIndex(of: "=") else { return nil }
            return PrometheusAlert.Label(
                name: String(tag[..<sign]),
                value: String(tag[tag.index(after: sign)...])
            )
        }
    }
}

extension JSONWriter {
    fileprivate mutating func named(_ name: String) {
        beginObject()
        field("name", name)
        endObject()
    }

    /// As Alertmanager shows an alert; every field that its clients check is there.
    fileprivate mutating func alert(
        _ value: Case,
        labels: [PrometheusAlert.Label],
        silenced: [String],
        receiver: String,
        at now: Instant
    ) {
        beginObject()
        field("fingerprint", value.key ?? value.id)
        key("labels")
        self.value(JSON.object(labels.map { JSON.Member(name: $0.name, value: .string($0.value)) }))
        key("annotations")
        beginObject()
        field("summary", value.title)
        field("description", value.details)
        endObject()
        field("startsAt", value.openedAt)
        field("updatedAt", value.openedAt)
        field("endsAt", value.expiresAt ?? now)
        field("generatorURL", value.links.last ?? "")
        key("receivers")
        beginArray()
        named(receiver)
        endArray()
        key("status")
        beginObject()
        field("state", silenced.isEmpty ? "active" : "suppressed")
        field("silencedBy", silenced)
        field("inhibitedBy", [String]())
        endObject()
        endObject()
    }
}

extension Response {
    /// A fault as Alertmanager's API tells it: a JSON text.
    static func compat(_ status: Int, _ fault: String) -> Response {
        .dialect(status) { $0.value(fault) }
    }
}
