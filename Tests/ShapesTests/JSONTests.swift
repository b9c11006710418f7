import Testing

@testable import Shapes

@Suite("JSON in") struct JSONTests {
    @Test("Broken text is a fault with its place, never a trap")
    func broken() {
        for text in ["", "{", "[1,", "\"\\u12", "{\"a\":}", "nul", "1e", "\"\u{1}\"", "[[[["] {
            #expect(throws: JSONFault.self) { try JSON(parsing: Array(text.utf8)) }
        }
    }

    @Test("Depth is limited")
    func depth() {
        let deep = String(repeating: "[", count: 10_000)
        #expect(throws: JSONFault.self) { try JSON(parsing: Array(deep.utf8)) }
    }
}
