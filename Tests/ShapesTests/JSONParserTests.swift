import Testing

@testable import Shapes

/// A text and what it must become: its canonical form, or the fault.
private struct Row: Sendable, CustomTestStringConvertible {
    var text: String
    var result: String

    init(_ text: String, _ result: String) {
        self.text = text
        self.result = result
    }

    var testDescription: String { "\(text.prefix(40)) becomes \(result.prefix(40))" }
}

/// The value written again, or the fault's clause.
private func answer(_ bytes: [UInt8], bytesMax: Int = JSON.bytesMax) -> String {
    do throws(JSONFault) {
        var writer = JSONWriter()
        writer.value(try JSON(parsing: bytes, bytesMax: bytesMax))
        return writer.text
    } catch {
        return error.message
    }
}

@Suite struct JSONParserTests {
    @Test(
        "A JSON value is read as it was meant",
        arguments: [
            Row("null", "null"),
            Row(" true\n", "true"),
            Row("false", "false"),
            Row("0", "0"),
            Row("-0", "0"),
            Row("-12", "-12"),
            Row("9223372036854775807", "9223372036854775807"),
            Row("9223372036854775808", "9.223372036854776e+18"),
            Row("1.5e3", "1500.0"),
            Row("1E-2", "0.01"),
            Row("\"\"", "\"\""),
            Row("\"\u{E4}\u{1F600}\"", "\"\u{E4}\u{1F600}\""),
            Row(#""a\"b\\c\/d""#, #""a\"b\\c/d""#),
            Row(#""\u00e4\ud83d\ude00""#, "\"\u{E4}\u{1F600}\""),
            Row(#""\ud83dx\ude00""#, "\"\u{FFFD}x\u{FFFD}\""),
            Row(#""\ud83d""#, "\"\u{FFFD}\""),
            Row(#""\ud83d\u0041""#, "\"\u{FFFD}A\""),
            Row(#""\b\f\n\r\t\u0000""#, #""\u0008\u000c\n\r\t\u0000""#),
            Row("[]", "[]"),
            Row("[ 1 ,[2],{}]", "[1,[2],{}]"),
            Row(#"{"a":1,"b":{"c":[]}}"#, #"{"a":1,"b":{"c":[]}}"#),
        ]
    )
    fileprivate func reads(row: Row) {
        #expect(answer(Array(row.text.utf8)) == row.result)
    }

    @Test(
        "What is not JSON is refused with the place",
        arguments: [
            Row("", "ends too early, after 0 bytes"),
            Row("  ", "ends too early, after 2 bytes"),
            Row("{", "ends too early, after 1 bytes"),
            Row("[1", "ends too early, after 2 bytes"),
            Row("[1,]", "is not JSON at byte 3"),
            Row("{\"a\":1,}", "is not JSON at byte 7"),
            Row("{a:1}", "is not JSON at byte 1"),
            Row("{\"a\" 1}", "is not JSON at byte 5"),
            Row("'a'", "is not JSON at byte 0"),
            Row("nul", "ends too early, after 3 bytes"),
            Row("nulL", "is not JSON at byte 3"),
            Row("1 2", "goes on after its value, at byte 2"),
            Row("01", "goes on after its value, at byte 1"),
            Row("-", "ends too early, after 1 bytes"),
            Row("-a", "has a wrong number at byte 1"),
            Row("1.", "ends too early, after 2 bytes"),
            Row("1.x", "has a wrong number at byte 2"),
            Row("1e+", "ends too early, after 3 bytes"),
            Row("1e999", "has a wrong number at byte 5"),
            Row("+1", "is not JSON at byte 0"),
            Row("NaN", "is not JSON at byte 0"),
            Row("\"a", "ends too early, after 2 bytes"),
            Row("\"a\\", "ends too early, after 3 bytes"),
            Row("\"a\\\"", "ends too early, after 4 bytes"),
            Row("\"\\x\"", "has a wrong escape at byte 1"),
            Row("\"\\u12\"", "has a wrong escape at byte 3"),
            Row("\"\\u12g4\"", "has a wrong escape at byte 5"),
            Row("\"a\nb\"", "has a bare control character at byte 2"),
            Row("\u{FEFF}1", "is not JSON at byte 0"),
        ]
    )
    fileprivate func refuses(row: Row) {
        #expect(answer(Array(row.text.utf8)) == row.result)
    }

    @Test("Text that is not UTF-8 is refused")
    func refusesOtherEncodings() {
        for bytes: [UInt8] in [
            [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF8, 0x88, 0x80, 0x80],
        ] {
            let quote = UInt8(ascii: "\"")
            #expect(answer([quote] + bytes + [quote]) == "is not UTF-8 in the text at byte 0")
        }
    }

    @Test("Nesting is taken 32 deep and refused deeper, however deep it is")
    func boundsDepth() {
        func nested(_ depth: Int) -> [UInt8] {
            Array(repeating: UInt8(ascii: "["), count: depth)
                + Array(repeating: UInt8(ascii: "]"), count: depth)
        }
        #expect(answer(nested(32)) == String(decoding: nested(32), as: UTF8.self))
        #expect(answer(nested(33)) == "is nested more than 32 deep")
        #expect(answer(nested(100_000)) == "is nested more than 32 deep")
        let objects = Array(String(repeating: "{\"a\":", count: 40_000).utf8)
        #expect(answer(objects) == "is nested more than 32 deep")
    }

    @Test("A text of the limit is taken, one byte more is not")
    func boundsSize() {
        let text = Array(("\"" + String(repeating: "a", count: 98) + "\"").utf8)
        #expect(answer(text, bytesMax: 100) == String(decoding: text, as: UTF8.self))
        #expect(answer(text, bytesMax: 99) == "has more than 99 bytes")
    }

    @Test("Of two members with one name the last counts")
    func lastMemberCounts() throws {
        let json = try JSON(parsing: Array(#"{"a":1,"a":2}"#.utf8))
        #expect(json["a"]?.integer == 2)
    }

    @Test("Whatever the bytes, reading ends in a value that reads the same again, or in a fault")
    func survivesDamage() throws {
        let seed = Array(
            #"{"k":[1,-2.5e3,"a\u00e4\ud83d\ude00\n",null,true,{"x":{}}],"s":"ä"}"#.utf8
        )
        let alphabet = Array("{}[]\":,\\u0dDe+-.19 \n\u{7F}".utf8) + [0, 0xC3, 0xFF]
        var random: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next(_ count: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % count
        }
        var taken = 0
        for _ in 0..<30_000 {
            var bytes = seed
            for _ in 0...next(4) {
                let index = next(bytes.count)
                switch next(3) {
                case 0: bytes[index] = alphabet[next(alphabet.count)]
                case 1: bytes.remove(at: index)
                default: bytes.insert(alphabet[next(alphabet.count)], at: index)
                }
            }
            guard let value = try? JSON(parsing: bytes) else { continue }
            taken += 1
            var writer = JSONWriter()
            writer.value(value)
            #expect(try JSON(parsing: writer.bytes) == value)
        }
        #expect(taken > 1_000)
    }
}
