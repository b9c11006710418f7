import CivilTime
import Clocks
import Testing

/// The tables of the five policies, level by level: what each promises, and by when.
///
/// Every case is opened on a Tuesday morning in the policy's own zone, answered never, and
/// diagnosed an hour after the opening where the policy counts from there.
@Suite struct PolicyTableTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var policy: String
        var priority: String
        /// Wall times, `nil` where the policy promises nothing of the kind.
        var response: String
        var update: String?
        var resolution: String?
        var hasOwnership = false

        init(
            _ policy: String,
            _ priority: String,
            _ response: String,
            update: String? = nil,
            resolution: String? = nil,
            hasOwnership: Bool = false
        ) {
            self.policy = policy
            self.priority = priority
            self.response = response
            self.update = update
            self.resolution = resolution
            self.hasOwnership = hasOwnership
        }

        var testDescription: String { "\(policy) \(priority)" }

        var zoneName: String {
            switch policy {
            case "quik": "America/Los_Angeles"
            case "quadrotech": "Europe/Zurich"
            case "support-guidelines": "America/Denver"
            case "user-support": "Europe/London"
            default: "America/New_York"
            }
        }

        func promises() throws -> [PriorityPromises] {
            switch policy {
            case "quik": try Policies.quik()
            case "quadrotech": try Policies.quadrotech()
            case "support-guidelines": try Policies.supportGuidelines()
            case "user-support": try Policies.userSupport()
            default: try Policies.esq()
            }
        }
    }

    static let rows = [
        Row("quik", "P1", "18 11:00", update: "18 12:00", hasOwnership: true),
        Row("quik", "P2", "18 14:00", update: "19 10:00", resolution: "19 10:00"),
        Row("quik", "P3", "19 10:00", update: "25 10:00", resolution: "25 10:00"),
        Row("quik", "P4", "20 10:00"),
        Row("quadrotech", "High", "19 10:00", resolution: "25 10:00"),
        Row("quadrotech", "Medium", "20 10:00", resolution: "32 10:00"),
        Row("quadrotech", "Low", "21 10:00", resolution: "39 10:00"),
        Row("support-guidelines", "Critical", "19 10:00"),
        Row("support-guidelines", "Urgent", "20 10:00"),
        Row("support-guidelines", "High", "21 10:00"),
        Row("support-guidelines", "Normal", "25 10:00"),
        Row("support-guidelines", "Low", "32 10:00"),
        Row("user-support", "Critical", "18 10:15", update: "18 11:00", resolution: "18 14:00"),
        Row("user-support", "High", "18 11:00", resolution: "18 18:00"),
        Row("user-support", "Medium", "18 14:00", resolution: "19 10:00"),
        Row("user-support", "Low", "19 10:00", resolution: "21 10:00"),
        Row(
            "esq",
            "1",
            "18 11:00",
            update: "18 12:00",
            resolution: "20 11:00",
            hasOwnership: true
        ),
        Row("esq", "2", "18 14:00", resolution: "27 11:00"),
        Row("esq", "3", "19 10:00", resolution: "38 11:00"),
        Row("esq", "4", "21 10:00", resolution: "26 10:00"),
    ]

    @Test("Each level has the clocks its table gives it, due when the text says", arguments: rows)
    func table(row: Row) throws {
        let zone = try zone(row.zoneName)
        /// `32` is the second of December.
        func instant(_ text: String) -> Instant {
            let parts = text.split(separator: " ")
            let day = date("2025-10-31").adding(days: Int(parts[0]) ?? 0)
            let time = CivilDateTime(date: day, time: wall(String(parts[1])))
            return zone.first(of: time)
        }
        let opened = instant("18 10:00")
        let diagnosed = instant("18 11:00")
        let clocks = CaseClocks(
            priorities: try row.promises(),
            priority: row.priority,
            openedAt: opened,
            records: [record(diagnosed, .diagnosed)]
        )
        #expect(clocks.clock(.response, at: opened)?.due == instant(row.response))
        let update = clocks.clock(.update, at: opened)
        #expect(update?.due == row.update.map(instant))
        let resolution = clocks.clock(.resolution, at: diagnosed)
        #expect(resolution?.due == row.resolution.map(instant))
        #expect(resolution.map { $0.kind == .goal } ?? true)
        #expect((clocks.clock(.ownership, at: opened) != nil) == row.hasOwnership)
    }

    @Test("Only System Down, Quik! P1 and Critical of S3 promise anything around the clock")
    func aroundTheClock() throws {
        let promising = try Self.rows.filter { row in
            let promises = try row.promises().first { $0.name == row.priority }
            return promises?.response?.calendar.isAlwaysOpen == true
        }
        #expect(promising.map(\.testDescription) == ["quik P1", "user-support Critical", "esq 1"])
    }
}
