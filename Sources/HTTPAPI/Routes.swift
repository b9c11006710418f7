import CivilTime
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Paging
import Shapes
import Store

/// Every address but the busiest one, as a table; what each answers stands in the facets.
struct Routes: Sendable {
    let doors: Doors

    var engine: CaseEngine { doors.engine }

    func router() -> Router<Visit> {
        let router = Router(context: Visit.self, options: .autoGenerateHeadEndpoints)
        for operation in operations {
            router.on(RouterPath(operation.path), method: operation.method) { request, visit in
                try await operation.response(to: request, visit)
            }
        }
        return router
    }

    /// The case that the address names, as stored.
    func stored(_ visit: Visit) async throws -> StoredCase {
        try await stored(named: try visit.parameters.require("case"))
    }

    /// Whether no clock and no plan of it may be worked out.
    func isSetAside(_ stored: StoredCase) -> Bool {
        engine.setAside.contains(stored.value.number)
    }

    func stored(named text: String) async throws -> StoredCase {
        let reference = CaseReference(text)
        let found = try await engine.reader.read { (snapshot) throws(StoreError) in
            try snapshot.stored(reference)
        }
        guard let found else {
            throw Refusal(
                .notFound,
                "there is no case \(reference)",
                fix: "list the open ones: tocsin cases"
            )
        }
        return found
    }
}

extension Snapshot {
    func stored(_ reference: CaseReference) throws(StoreError) -> StoredCase? {
        switch reference {
        case .id(let id): try storedCase(id: id)
        case .number(let number): try storedCase(number: number)
        case .key(let key, let intake): try storedCase(openKey: key, intake: intake)
        }
    }
}

extension StoredCase {
    /// Changes with every event of the case.
    var etag: String { "\"\(value.id)-\(eventCount)\"" }
}

extension Case {
    /// How many events the case had when it was read under this ETag; `nil` where it is of another.
    func eventCount(inETag etag: String) -> Int? {
        let prefix = "\"\(id)-"
        guard etag.hasPrefix(prefix), etag.hasSuffix("\"") else { return nil }
        return Int(etag.dropFirst(prefix.count).dropLast())
    }
}

extension JSONWriter {
    /// Of a case that is set aside no clock is worked out, and no end of its acknowledgement.
    mutating func value(
        _ stored: StoredCase,
        isSetAside: Bool,
        rulebook: Rulebook,
        at now: Instant
    ) {
        let value = stored.value
        self.value(
            value,
            nextDueAt: stored.nextDue.map { Instant(milliseconds: $0) },
            acknowledgedUntil: isSetAside ? nil : value.leaseEnd(rulebook: rulebook, at: now),
            clocks: isSetAside ? [] : value.clocks(rulebook: rulebook, at: now)
        )
    }
}
