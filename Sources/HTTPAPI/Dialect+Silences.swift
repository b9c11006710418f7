import CivilTime
import Dialects
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Paging
import Shapes
import Store

/// Silences by Alertmanager's API: kept in the store, one list for each intake.
extension DialectDoors {
    private static func key(_ intake: DialectIntake) -> String { "silences/\(intake.entry.name)" }

    /// Every silence that is still listed.
    func kept(_ intake: DialectIntake) async throws(DialectRefusal) -> [Silence] {
        let key = Self.key(intake)
        let text = try await read(intake) { (snapshot) throws(StoreError) in
            try snapshot.meta(key)
        }
        return text.map { Silence.list($0) } ?? []
    }

    func silences(
        _ request: Request,
        _ intake: DialectIntake
    ) async throws(DialectRefusal) -> Response {
        let filter = request.uri.queryParameters.getAll("filter").compactMap { LabelMatcher($0) }
        let now = engine.now()
        let found = try await kept(intake).filter { silence in
            filter.allSatisfy { wanted in
                silence.matchers.contains { $0.name == wanted.name && $0.value == wanted.value }
            }
        }
        return .dialect(200) { writer in
            writer.beginArray()
            for silence in found { silence.write(to: &writer, at: now) }
            writer.endArray()
        }
    }

    func silence(
        _ id: String,
        _ intake: DialectIntake
    ) async throws(DialectRefusal) -> Response {
        guard let found = try await kept(intake).first(where: { $0.id == id }) else {
            throw DialectRefusal(404, "there is no silence \(id)")
        }
        let now = engine.now()
        return .dialect(200) { found.write(to: &$0, at: now) }
    }

    /// A new silence, or one that replaces the one it names.
    func keepSilence(
        _ request: Request,
        _ intake: DialectIntake
    ) async throws(DialectRefusal) -> Response {
        let body = try await request.dialectBody()
        let now = engine.now()
        let named = body["id"]?.string ?? ""
        let id = named.isEmpty ? Self.newID() : named
        guard var silence = Silence(body, id: id, at: now), silence.endsAt > now else {
            throw DialectRefusal(
                400,
                "the silence has no matchers, matches everything, ends in the past, or has a"
                    + " pattern with more than alternatives, .* and .+"
            )
        }
        silence.updatedAt = now
        let kept = silence
        try await change(intake, at: now) { silences in
            if named.isEmpty {
                guard silences.count < Silence.countMax else {
                    return "there are too many silences"
                }
                silences.append(kept)
            } else {
                guard let index = silences.firstIndex(where: { $0.id == id }) else {
                    return "there is no silence \(id)"
                }
                silences[index] = kept
            }
            return nil
        }
        return .dialect(200) { writer in
            writer.beginObject()
            writer.field("silenceID", id)
            writer.endObject()
        }
    }

    func endSilence(
        _ id: String,
        _ intake: DialectIntake
    ) async throws(DialectRefusal) -> Response {
        let now = engine.now()
        try await change(intake, at: now) { silences in
            guard let index = silences.firstIndex(where: { $0.id == id }) else {
                return "there is no silence \(id)"
            }
            silences[index].endsAt = min(silences[index].endsAt, now)
            silences[index].startsAt = min(silences[index].startsAt, now.adding(seconds: -1))
            silences[index].updatedAt = now
            return nil
        }
        return .dialect(200) { writer in
            writer.beginObject()
            writer.endObject()
        }
    }

    /// Changes the list in one transaction; `edit` says why where it does not.
    private func change(
        _ intake: DialectIntake,
        at now: Instant,
        _ edit: @escaping @Sendable (inout [Silence]) -> String?
    ) async throws(DialectRefusal) {
        let key = Self.key(intake)
        do throws(Refusal) {
            try await engine.change { (tx) throws(StoreError) in
                var silences = try tx.meta(key).map { Silence.list($0) } ?? []
                silences.removeAll { $0.endsAt.adding(seconds: Silence.keptSeconds) <= now }
                if let fault = edit(&silences) {
                    return .failure(Refusal(.notFound, fault, fix: "list them"))
                }
                var writer = JSONWriter()
                writer.beginArray()
                for silence in silences { silence.write(to: &writer, at: now) }
                writer.endArray()
                try tx.set(writer.text, for: key)
                return .success(())
            }
        } catch {
            throw DialectRefusal(error)
        }
    }

    /// In the form of a UUID, which Alertmanager's clients check.
    static func newID() -> String {
        let digits = (0..<2).map { _ in
            let part = String(UInt64.random(in: 0...UInt64.max), radix: 16)
            return String(repeating: "0", count: 16 - part.count) + part
        }.joined()
        var groups: [Substring] = []
        var rest = digits[...]
        for length in [8, 4, 4, 4, 12] {
            groups.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return groups.joined(separator: "-")
    }
}
