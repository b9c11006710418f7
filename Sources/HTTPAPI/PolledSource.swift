package import Delivery
import Dialects
package import Engine
package import Logging
import Paging
import Shapes
import Store

/// A JSON document at an address of somebody else's, looked at again and again.
///
/// An entry opens a case when it appears. It opens none again while it stays, whatever becomes of
/// its case and however often the daemon starts, and one more where it went and came back.
package actor PolledSource {
    package struct Settings: Hashable, Sendable {
        package var entry: Intakes.Entry
        package var url: String
        package var everySeconds: Int
        /// Which of its fields are which of a case.
        package var map: [String: String]
        package var bearer: String?

        package init(
            entry: Intakes.Entry,
            url: String,
            everySeconds: Int,
            map: [String: String],
            bearer: String?
        ) {
            self.entry = entry
            self.url = url
            self.everySeconds = everySeconds
            self.map = map
            self.bearer = bearer
        }
    }

    private let intake: DialectIntake
    private let settings: Settings
    private let logger: Logger
    private var etag: String?
    /// Entries that stood in the document and were taken, by their `appearance`, with their cases;
    /// `nil` until the store has said what stood there when the daemon was stopped.
    private var present: [String: String]?
    /// Those of them that are on the disk.
    private var kept: Set<String> = []
    /// Whose keys they are, among those that are kept for requests.
    private var scope: String { "polled:\(settings.entry.name)" }
    private var isFailing = false

    package init(_ settings: Settings, engine: CaseEngine, logger: Logger) {
        self.settings = settings
        intake = DialectIntake(engine: engine, entry: settings.entry)
        self.logger = logger
    }

    /// The ETag of the document that was taken whole.
    package var lastETag: String? { etag }

    /// What came of one look; whether that was a document, whatever became of its entries.
    @discardableResult
    package func take(_ answer: Fetch.Answer?, fault: String) async -> Bool {
        guard let answer else { return refuse(fault) }
        if answer.status == 304 {
            tell(nil)
            return true
        }
        guard answer.status == 200 else { return refuse("it answers \(answer.status)") }
        let document: JSON
        do throws(JSONFault) {
            document = try JSON(parsing: answer.body, bytesMax: Fetch.bytesMax)
        } catch {
            return refuse("what it answers \(error.message)")
        }
        guard let read = PolledItem.items(of: document, map: settings.map) else {
            return refuse("there is no list at `\(settings.map["items"] ?? "its top")`")
        }
        let isWhole = await take(read.items)
        // What was not taken must be looked at again, although the document is the same.
        etag = isWhole ? answer.etag : nil
        tell(read.faulty > 0 ? "\(read.faulty) entries have no title or no key" : nil)
        return true
    }

    private func refuse(_ fault: String) -> Bool {
        tell(fault)
        return false
    }

    /// Whether every entry was taken.
    private func take(_ items: [PolledItem]) async -> Bool {
        guard let present = await standing() else { return false }
        var taken: [String: String] = [:]
        var isWhole = true
        for item in items {
            do throws(Refusal) {
                if item.isResolved {
                    try await intake.act(
                        intake.event(.resolved),
                        on: intake.reference(item.key)
                    )
                } else {
                    let known = present[item.appearance]
                    taken[item.appearance] =
                        if let known { known } else { try await open(item) }
                }
            } catch {
                isWhole = false
                logger.warning(
                    "polled entry is not taken",
                    metadata: ["intake": "\(settings.entry.name)", "reason": "\(error.message)"]
                )
            }
        }
        self.present = taken
        return await keep(taken) && isWhole
    }

    /// The case that it opens or joins.
    private func open(_ item: PolledItem) async throws(Refusal) -> String {
        try await intake.engine.open(intake.request(item.opening)).value.id
    }

    /// What stood there when it was looked at last; `nil` where the store does not say.
    private func standing() async -> [String: String]? {
        if let present { return present }
        let (scope, now) = (scope, intake.engine.setting.clock.now())
        let keys = try? await intake.read { (snapshot) throws(StoreError) in
            try snapshot.recalledKeys(scope: scope, at: now)
        }
        guard let keys else { return nil }
        kept = Set(keys)
        present = Dictionary(keys.map { ($0, "") }, uniquingKeysWith: { first, _ in first })
        return present
    }

    /// Puts on the disk what has come and what has gone; `false` where that failed.
    private func keep(_ taken: [String: String]) async -> Bool {
        let come = taken.filter { !kept.contains($0.key) }
        let gone = kept.filter { taken[$0] == nil }
        if come.isEmpty, gone.isEmpty { return true }
        let scope = scope
        do throws(Refusal) {
            try await intake.engine.change { (tx) throws(StoreError) in
                for key in gone { try tx.forget(scope: scope, key: key) }
                for (key, id) in come {
                    try tx.remember(scope: scope, key: key, caseID: id, expiresAt: .max)
                }
                return .success(())
            }
        } catch {
            return false
        }
        kept = Set(taken.keys)
        return true
    }

    /// A change from well to failing and back is told once.
    private func tell(_ fault: String?) {
        let metadata: Logger.Metadata = [
            "intake": "\(settings.entry.name)", "reason": "\(fault ?? "")",
        ]
        if let fault, !fault.isEmpty {
            if !isFailing { logger.warning("polled address fails", metadata: metadata) }
            isFailing = true
        } else {
            if isFailing { logger.info("polled address is well again", metadata: metadata) }
            isFailing = false
        }
    }
}
