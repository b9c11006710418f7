import CivilTime
import Shapes
import Testing

@testable import Dialects

@Suite struct PolledItemTests {
    private static let map = [
        "items": "data.alerts", "key": "id", "title": "name", "details": "text",
        "severity": "labels.severity", "source": "host", "link": "url", "tags": "tags",
        "opened_at": "since", "resolved": "state=closed",
    ]

    private func items(_ text: String) throws -> (items: [PolledItem], faulty: Int)? {
        PolledItem.items(of: try JSON(parsing: Array(text.utf8)), map: Self.map)
    }

    @Test("Each field of a case is taken from the path that the map names")
    func mapped() throws {
        let read = try #require(
            try items(
                """
                {"data":{"alerts":[{"id":17,"name":"disk\\tfull","text":"on db1","host":"db1",
                "labels":{"severity":"critical"},"url":"https://example.com/17",
                "tags":["db",3],"since":"2026-03-02T10:00:00Z","state":"Closed"}]}}
                """
            )
        )
        let item = try #require(read.items.first)
        #expect(item.key == "17")
        #expect(item.opening.title == "disk full")
        #expect(item.opening.details == "on db1")
        #expect(item.opening.severity == "critical")
        #expect(item.opening.source == "db1")
        #expect(item.opening.links == ["https://example.com/17"])
        #expect(item.opening.tags == ["db", "3"])
        #expect(item.openedAt == Instant(rfc3339: "2026-03-02T10:00:00Z"))
        #expect(item.isResolved)
    }

    @Test("Entries without a title are counted, and no list is no answer")
    func faulty() throws {
        let read = try #require(
            try items(#"{"data":{"alerts":[{"id":1},{"name":"x"},7,{"name":{"a":1}}]}}"#)
        )
        #expect(read.items.map(\.key) == ["x"])
        #expect(read.faulty == 3)
        #expect(try items(#"{"data":{}}"#) == nil)
        #expect(try items("[]") == nil)
    }
}
