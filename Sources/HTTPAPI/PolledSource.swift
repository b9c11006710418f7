package import Delivery
import Dialects
package import Engine
package import Logging
import Paging
import Shapes

/// A JSON document at an address of somebody else's, looked at again and again.
///
/// An entry opens a case when it appears. It opens none again while it stays, whatever becomes of
/// its case, and one more where it went and came back.
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
    /// Entries that stood in the document and were taken.
    private var present: Set<String> = []
    private var isFailing = false

    package init(_ settings: Settings, engine: CaseEngine, logger: Logger) {
        self.settings = settings
        intake = DialectIntake(engine: engine, entry: settings.entry)
        self.logger = logger
    }

    /// The ETag of the document that was taken whole.
    package var lastETag: String? { etag }

    /// What came of one look.
    package func take(_ answer: Fetch.Answer?, fault: String) async {
        guard let answer else { return tell(fault) }
        if answer.status == 304 { return tell(nil) }
        guard answer.status == 200 else { return tell("it answers \(answer.status)") }
        let document: JSON
        do throws(JSONFault) {
            document = try JSON(parsing: answer.body, bytesMax: Fetch.bytesMax)
        } catch {
            return tell("what it answers \(error.message)")
        }
        guard let read = PolledItem.items(of: document, map: settings.map) else {
            return tell("there is no list at `\(settings.map["items"] ?? "its top")`")
        }
        let isWhole = await take(read.items)
        // What was not taken must be looked at again, although the document is the same.
        etag = isWhole ? answer.etag : nil
        tell(read.faulty > 0 ? "\(read.faulty) entries have no title or no key" : nil)
    }

    /// Whether every entry was taken.
    private func take(_ items: [PolledItem]) async -> Bool {
        var taken: Set<String> = []
        var isWhole = true
        for item in items {
            do throws(Refusal) {
                if item.isResolved {
                    try await intake.act(
                        intake.event(.resolved),
                        on: intake.reference(item.key)
                    )
                } else {
                    if !present.contains(item.key) { try await open(item) }
                    taken.insert(item.key)
                }
            } catch {
                isWhole = false
                logger.warning(
                    "polled entry is not taken",
                    metadata: ["intake": "\(settings.entry.name)", "reason": "\(error.message)"]
                )
            }
        }
        present = taken
        return isWhole
    }

    private func open(_ item: PolledItem) async throws(Refusal) {
        var request = intake.request(item.opening)
        // Where it says when it began, a restart of ours does not open it again.
        if let openedAt = item.openedAt {
            let name = settings.entry.name
            request.idempotencyKey = "poll:\(name):\(openedAt.milliseconds):\(item.key)"
        }
        _ = try await intake.engine.open(request)
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
