import Foundation
import Testing

@testable import RuleFiles

@Suite struct LayoutTests {
    struct Row: Sendable, CustomStringConvertible {
        var description: String
        var before: String
        var after: String
    }

    static let rows = [
        Row(
            description: "Four spaces become two, and comments go with what they stand above",
            before: "format: 1\npeople:\n    # She leads.\n    anna:\n        name: Anna\n",
            after: "format: 1\npeople:\n  # She leads.\n  anna:\n    name: Anna\n"
        ),
        Row(
            description: "A list stands one level under its key",
            before: "format: 1\naway:\n- person: anna\n  from: 2026-01-01\n-   person: ben\n",
            after: "format: 1\naway:\n  - person: anna\n    from: 2026-01-01\n  - person: ben\n"
        ),
        Row(
            description: "One space after colons and commas, none inside brackets",
            before: "format:   1\nx-a: { b : [ 1,2 ,  3 ] , \"c\":{d: e} }\n",
            after: "format: 1\nx-a: {b: [1, 2, 3], \"c\": {d: e}}\n"
        ),
        Row(
            description: "Words, quotes and times keep their insides",
            before:
                "format: 1\nx-a: {t: \"a ,  b\", u: 'it''s  , so', v: pending:customer, w: a  b}\n",
            after:
                "format: 1\nx-a: {t: \"a ,  b\", u: 'it''s  , so', v: pending:customer, w: a  b}\n"
        ),
        Row(
            description:
                "One blank line at most, none at either end, no blanks at the end of a line",
            before: "\n\nformat: 1   \n\n\n\npeople: {}\n\n\n",
            after: "format: 1\n\npeople: {}\n"
        ),
        Row(
            description: "A comment keeps its column where there is room, two spaces where not",
            before: "format: 1      # a\nx-b: {c:1,  d: [2,3]}  # e\nx-f: 1 # g\n",
            after: "format: 1      # a\nx-b: {c:1, d: [2, 3]}  # e\nx-f: 1  # g\n"
        ),
        Row(
            description: "Brackets over several lines keep them",
            before: "format: 1\nx-a: [\n 1,  # one\n    {b: 2,\n c: 3},\n\n\n # last\n]\nx-d: 4\n",
            after: "format: 1\nx-a: [\n  1,  # one\n  {b: 2,\n    c: 3},\n\n  # last\n]\nx-d: 4\n"
        ),
        Row(
            description: "A block scalar moves as a whole and keeps what is inside",
            before:
                "format: 1\nx-a:\n    b: |\n      one\n\n\n        two  \n    c: >-\n     x\n"
                + "     # y\nz: 1\n",
            after:
                "format: 1\nx-a:\n  b: |\n    one\n\n\n      two  \n  c: >-\n    x\n    # y\nz: 1\n"
        ),
        Row(
            description: "A text that goes on in the next line is indented under its key",
            before: "format: 1\nx-a:\n    b: one\n          two\n    c: \"three\n  four\"\n",
            after: "format: 1\nx-a:\n  b: one\n    two\n  c: \"three\n    four\"\n"
        ),
        Row(
            description: "Lists in lists and keys without values stand",
            before: "format: 1\nx-a:\n   -   - 1\n       - 2\n   -\n      b:\n      c:\n",
            after: "format: 1\nx-a:\n  - - 1\n    - 2\n  -\n    b:\n    c:\n"
        ),
        Row(
            description: "A byte order mark and CRLF go",
            before: "\u{FEFF}format: 1\r\npeople: {}\r\n",
            after: "format: 1\npeople: {}\n"
        ),
        Row(
            description: "Comments at the end keep their level",
            before: "format: 1\nx-a:\n    b: 1\n    # under b\n# under all\n",
            after: "format: 1\nx-a:\n  b: 1\n  # under b\n# under all\n"
        ),
        Row(description: "Nothing stays nothing", before: "", after: ""),
    ]

    @Test("A file is laid out", arguments: rows)
    func laidOut(_ row: Row) throws {
        let layout = try Layout(SourceText(path: "x.yaml", text: row.before))
        #expect(layout.text == row.after, "\(layout.text)")
    }

    @Test("The shipped files are in the standard layout")
    func shipped() throws {
        for file in Fixture.shipped where file.isYAML {
            #expect(
                try Layout(file).text == String(decoding: file.bytes, as: UTF8.self),
                "\(file.path)"
            )
        }
    }

    @Test("Every fault file that can be read can be laid out, and nothing is lost")
    func faults() throws {
        var count = 0
        for file in Fault.all.flatMap(\.files) where file.isYAML {
            do throws(Layout.Fault) {
                let text = try Layout(file).text
                let again = try Layout(SourceText(path: file.path, text: text)).text
                #expect(text == again, "\(file.path)")
                count += 1
            } catch {
                guard case .unreadable = error else {
                    Issue.record("\(file.path) was left alone")
                    continue
                }
            }
        }
        #expect(count > 50)
    }

    @Test("A file that cannot be read says why and is left alone")
    func unreadable() {
        #expect(throws: Layout.Fault.self) {
            try Layout(SourceText(path: "x.yaml", text: "format: 1\n\tpeople: {}\n"))
        }
    }

    @Test("However blanks are strewn, the layout comes back, or the file is left alone")
    func strewn() throws {
        var random = Mixer(state: 7)
        var count = 0
        for file in Fixture.shipped where file.isYAML {
            let text = try Layout(file).text
            for _ in 0..<40 {
                var bytes: [UInt8] = []
                var depth = 0
                for byte in text.utf8 {
                    if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") { depth += 1 }
                    if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { depth -= 1 }
                    bytes.append(byte)
                    let isGap = byte == UInt8(ascii: ",") && depth > 0 || byte == 0x0A
                    guard isGap, random.below(6) == 0 else { continue }
                    bytes += byte == 0x0A ? [0x0A] : [0x20, 0x20]
                }
                do throws(Layout.Fault) {
                    let strewn = SourceText(path: file.path, bytes: bytes)
                    let restored = try Layout(strewn).text
                    let letters = { (text: String) in text.filter { !$0.isWhitespace } }
                    #expect(letters(restored) == letters(text))
                    count += 1
                } catch {
                    guard case .unsure = error else {
                        Issue.record("\(file.path): \(error)")
                        continue
                    }
                }
            }
        }
        #expect(count > 300)
    }
}
