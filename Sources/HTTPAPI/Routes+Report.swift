import CivilTime
import Engine
import Hummingbird
import HummingbirdCore
import Shapes
import Store
import Web

/// What was promised and what became of it, for programs and the command line.
extension Routes {
    var reportOperations: [Operation] {
        [
            Operation(
                .get,
                "/v1/report",
                needs: .role(.viewer),
                "Response and resolution against target, and who was paged when",
                Description(
                    query: [
                        .init("from", .instant, "Cases opened from then; 12 weeks before the end"),
                        .init("to", .instant, "Cases opened before then; now"),
                    ],
                    answers: [.init(200, "Each clock that has an outcome", Schemas.report)]
                ),
                answer: report
            ),
            Operation(
                .get,
                "/v1/report.csv",
                needs: .role(.viewer),
                "The clocks of the report as a table",
                Description(
                    query: [
                        .init("from", .instant, "As of the report"),
                        .init("to", .instant, "As of the report"),
                    ],
                    answers: [.init(200, "A line a clock", type: "text/csv")]
                ),
                answer: reportTable
            ),
        ]
    }

    @Sendable private func report(_ request: Request, _ visit: Visit) async throws -> Response {
        let (start, end) = try span(request)
        let read = try await casesOpened(from: start, to: end)
        let paged = try await paged(read.cases)
        let measured = measured(read.cases)
        let people = Dictionary(grouping: paged, by: \.name).sorted { $0.key < $1.key }
        return .json { writer in
            writer.beginObject()
            writer.field("from", start)
            writer.field("to", end)
            writer.field("cases", read.cases.count)
            writer.field("is_cut", read.isCut)
            writer.key("clocks")
            writer.beginArray()
            for row in measured { writer.value(row) }
            writer.endArray()
            writer.key("pages")
            writer.beginArray()
            for (name, pages) in people {
                writer.beginObject()
                writer.field("person", name)
                writer.field("pages", pages.count)
                let hours = (0..<24).map { hour in "\(pages.count { $0.hour == hour })" }
                writer.key("by_hour")
                writer.raw(Array("[\(hours.joined(separator: ","))]".utf8))
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
        }
    }

    @Sendable private func reportTable(
        _ request: Request,
        _ visit: Visit
    ) async throws -> Response {
        let (start, end) = try span(request)
        let read = try await casesOpened(from: start, to: end)
        return .file(ReportPage.csv(measured(read.cases)), type: "text/csv; charset=utf-8")
    }
}

extension Schemas {
    fileprivate static let reportRow = Schema.object(
        [
            ("case", .integer), ("customer", .string), ("policy", .string), ("priority", .string),
            ("clock", .words(["response", "resolution"])), ("opened_at", .instant),
            ("due", .nullable(.instant)), ("stopped_at", .nullable(.instant)),
            ("met", .boolean), ("seconds", .integer), ("target_seconds", .nullable(.integer)),
        ],
        required: ["case", "policy", "priority", "clock", "met", "seconds"]
    )

    fileprivate static let report = Schema.object(
        [
            ("from", .instant), ("to", .instant), ("cases", .integer), ("is_cut", .boolean),
            ("clocks", .list(reportRow)),
            (
                "pages",
                .list(
                    .object(
                        [("person", .string), ("pages", .integer), ("by_hour", .list(.integer))],
                        required: ["person", "pages", "by_hour"]
                    )
                )
            ),
        ],
        required: ["from", "to", "cases", "is_cut", "clocks", "pages"]
    )
}

extension JSONWriter {
    fileprivate mutating func value(_ row: ReportPage.Measured) {
        beginObject()
        field("case", row.number)
        field("customer", row.customer)
        field("policy", row.policy)
        field("priority", row.priority)
        field("clock", row.clock)
        field("opened_at", row.openedAt)
        field("due", row.dueAt)
        field("stopped_at", row.stoppedAt)
        field("met", row.isMet)
        field("seconds", row.seconds)
        field("target_seconds", row.targetSeconds)
        endObject()
    }
}
