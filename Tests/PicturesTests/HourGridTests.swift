import Pictures
import Testing

@Suite("Pages per person by hour as a picture")
struct HourGridTests {
    private static func row(_ name: String, _ counts: [Int: Int]) -> HourGrid.Row {
        HourGrid.Row(name: name, counts: (0..<24).map { counts[$0] ?? 0 })
    }

    @Test("Each count stands in its cell, the most in the strongest tone")
    func cells() {
        let grid = HourGrid(
            title: "Pages",
            rows: [Self.row("Anna", [3: 8, 14: 1]), Self.row("Ben", [0: 4])],
            night: [0, 3]
        )
        let svg = grid.svg()
        #expect(svg.contains("class=\"page heat4\""))
        #expect(svg.contains("Anna: 8 from 3 to 4"))
        #expect(svg.contains("class=\"page heat1\""))
        #expect(svg.contains("Anna 9, Ben 4."))
        #expect(svg.components(cutBy: "class=\"weekend\"") == 2)
        #expect(svg.components(cutBy: "class=\"page heat") == 3)
    }

    @Test("A name cannot leave its text, and counts without end do not overflow")
    func hostile() {
        let svg = HourGrid(
            title: "<script>",
            rows: [Self.row("</text><script>", [1: .max, 2: .max])],
            night: []
        ).svg(withStyle: false)
        #expect(!svg.contains("<script>"))
        #expect(svg.contains("999+"))
    }

    @Test("Nobody paged is a picture that says so")
    func empty() {
        #expect(HourGrid(title: "Pages", rows: [], night: []).svg().contains("Nobody."))
    }
}

extension String {
    /// How often `mark` stands in it.
    fileprivate func components(cutBy mark: String) -> Int { split(separator: mark).count - 1 }
}
