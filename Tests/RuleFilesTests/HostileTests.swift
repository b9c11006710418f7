import CivilTime
import OnCall
import Paging
import Testing

@testable import RuleFiles

/// Files that nobody wrote in good faith: refused with a finding, quickly, and never a trap.
@Suite struct HostileTests {
    private static let start = "format: 1\nx-a: "

    static let texts: [(name: String, text: String)] = [
        ("flow nesting", start + String(repeating: "[", count: 100_000)),
        ("flow mappings", start + String(repeating: "{a: ", count: 40_000)),
        ("block nesting", start + String(repeating: "- ", count: 80_000)),
        ("question marks", start + "\n" + String(repeating: "? ", count: 80_000)),
        (
            "indentation",
            start + "\n"
                + (1..<1_200).map {
                    String(repeating: " ", count: $0) + "a:\n"
                }.joined()
        ),
        (
            "alias bomb",
            start + "&a [l, l]\n"
                + (0..<60).map {
                    "x-b\($0): &b\($0) [*a, *a, *a, *a]\n"
                }.joined()
        ),
        ("alias as a key", "format: 1\nx: &a [" + String(repeating: "*a, ", count: 15) + "]\n"),
        (
            "nested aliases",
            start + "&a0 [l, l, l, l]\n"
                + (1..<10).map {
                    "x-b\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n"
                }.joined() + "? *a9\n: x\n"
        ),
        ("long scalar", start + String(repeating: "x", count: 200_000)),
        ("long list", start + "[" + String(repeating: "a,", count: 220_000) + "]"),
        ("long key", String(repeating: "k", count: 100_000) + ": 1\n"),
        ("many keys", "format: 1\n" + (0..<6_000).map { "k\($0): 1\n" }.joined()),
        ("many duplicates", "format: 1\n" + String(repeating: "people: {}\n", count: 800)),
        ("quotes", start + String(repeating: "\"", count: 99_999)),
        ("anchors", start + String(repeating: "&a ", count: 30_000)),
        ("tags", start + String(repeating: "!!binary ", count: 20_000)),
        ("comments", String(repeating: "#", count: 200_000)),
        ("nothing", ""),
        ("a mark alone", "\u{FEFF}"),
        ("blank lines", String(repeating: "\r\n", count: 60_000)),
        ("a scalar", "hello"),
        ("directive", "%YAML 9.9\n---\nformat: 1\n"),
        ("line separators", "format: 1\u{2028}people: {\u{85}}\n"),
        ("private use", "format: 1\n\u{E000}: 1\npeople: {}\npeople: {}\n"),
        ("merge keys", "format: 1\n<<: {people: {}}\n"),
        (
            "huge numbers",
            "format: 1\nladders: {a: {steps: [{at: 99999999999999999999%, page: a}], "
                + "repeat: {every: 99999999999 h, times: -1}}}\n"
        ),
    ]

    /// What each text that must be refused is refused for; the others are read.
    static let refusals: [String: Diagnostic.Code] = [
        "flow nesting": .limit, "flow mappings": .limit, "block nesting": .limit,
        "question marks": .limit, "indentation": .tooDeep, "alias bomb": .aliases,
        "nested aliases": .yaml, "long list": .limit, "alias as a key": .yaml,
        "many keys": .keyUnknown, "many duplicates": .yaml, "quotes": .yaml, "anchors": .yaml,
        "tags": .yaml,
    ]

    @Test("A hostile text is refused or read, never more of it than the limits, and never traps")
    func refused() {
        for (name, text) in Self.texts {
            let file = SourceText(path: "rotations/x.yaml", text: text)
            let load = Fixture.load([file])
            _ = load.diagnostics.rendered(over: [file])
            #expect(load.diagnostics.count <= Findings.findingsMax, "\(name)")
            guard let code = Self.refusals[name] else { continue }
            #expect(
                load.diagnostics.first?.code == code,
                "\(name): \(load.diagnostics.first?.message ?? "-")"
            )
        }
    }

    @Test("No fewer values are counted before parsing than a parser makes")
    func valuesBound() throws {
        func count(_ value: Value) -> Int {
            switch value.content {
            case .text: 1
            case .list(let values): values.reduce(1) { $0 + count($1) }
            case .map(let entries): entries.reduce(1) { $0 + 1 + count($1.value) }
            }
        }
        for file in Fixture.shipped + Fault.all.flatMap(\.files) where file.isYAML {
            let findings = Findings()
            guard let text = PlainText(file, findings: findings),
                let root = Document(file, findings: findings).root
            else { continue }
            // An empty mapping or list of the root is one value more.
            #expect(count(root) <= text.valuesBound + 1, "\(file.path)")
            #expect(text.valuesBound <= 3 * count(root) + 50, "\(file.path)")
        }
    }

    @Test("A file past the limit of values is refused before it is parsed")
    func valuesMax() {
        let line = "- {a: 1, b: [2, 3], c: \"d\"}\n"
        let text = "format: 1\nx-a:\n" + String(repeating: line, count: 8_000)
        let load = Fixture.load(text)
        #expect(load.diagnostics.map(\.code) == [.limit])
        #expect(load.diagnostics.first?.message.contains("at most 60000") == true)
    }

    @Test("A rotation file of 10,000 lines is read whole")
    func longFile() throws {
        var lines = ["format: 1", "timezone: Europe/Berlin", "people:"]
        for index in 0..<1_000 {
            let contacts = "{email: p\(index)@example.com, sms: \"+\(10_000 + index)\"}"
            lines.append("  p\(index): {contacts: \(contacts), page: [{use: email}]}")
        }
        lines.append("rotations:")
        for index in 0..<1_100 {
            lines += [
                "  r\(index):", "    if_nobody: [p1]", "    layers:", "      - name: week",
                "        handoff: {every: 1 week, day: monday, at: \"09:00\"}",
                "        hours: [{days: every day, from: \"08:00\", to: \"16:00\"}]",
                "        members:",
                "          - {from: 2026-01-05, order: [p1, p2, p3], first: p2}",
            ]
        }
        lines += Array(repeating: "# the end", count: 10_000 - lines.count)
        let load = Fixture.load(lines.joined(separator: "\n") + "\n")
        #expect(load.diagnostics.isEmpty)
        #expect(load.rulebook?.rotations.rotations.count == 1_100)
    }

    @Test("A file of 100 MB is refused with its size, unread")
    func tooLarge() {
        let file = SourceText(path: "x.yaml", bytes: Array(repeating: 0x5B, count: 100_000_000))
        let load = Fixture.load([file])
        #expect(load.diagnostics.map(\.code) == [.tooLarge])
        #expect(load.diagnostics.first?.message.contains("100000000 bytes") == true)
        let beginning = SourceText(path: "x.yaml", bytes: [0x5B], sizeOnDisk: 100_000_000)
        #expect(
            Fixture.load([beginning]).diagnostics.map(\.message) == load.diagnostics.map(\.message)
        )
    }

    @Test("A byte order mark and CRLF are accepted without a word, at unchanged places")
    func windows() {
        let text = "\u{FEFF}format: 1\r\npeople:\r\n  anna: {nam: Anna}\r\n"
        let load = Fixture.load(text)
        #expect(load.diagnostics.map { [$0.line, $0.column, $0.endColumn] } == [[3, 10, 13]])
    }

    @Test("Columns are Unicode scalars, and an end is one past the last")
    func columns() {
        let load = Fixture.load(
            "format: 1\npeople:\n  anna: {name: \"J\u{F6}rg \u{1F600}\", rol: x}\n"
        )
        #expect(load.diagnostics.map { [$0.line, $0.column, $0.endColumn] } == [[3, 26, 29]])
    }

    @Test("No mutation of the shipped files traps")
    func mutations() {
        var random = Mixer(state: 42)
        let texts = Fixture.shipped
        let scraps: [[UInt8]] =
            [
                "\n", "  ", "\t", "- ", ": ", "{", "}", "[", "]", "\"", "'", "#", "&a ", "*a", "!",
                "%", "|",
                "0", "-1", "99999999999999999999", "24:00", "2026-02-30", "9999-12-31",
                "0001-01-01",
                "2027-03-28T02:30", "100000 weeks", "1000 months", "business", "\u{E000}",
                "\u{FEFF}", "~",
                "null", "---\n", "? ",
            ].map { Array($0.utf8) } + [[0xFF], [0x00], [0xC3]]
        for round in 0..<2_500 {
            let index = random.below(texts.count)
            var file = texts[index]
            for _ in 0...random.below(3) { mutate(&file.bytes, scraps, &random) }
            // Most rounds load one file alone; some all of them, a few with the look ahead.
            var files = [file]
            if round % 25 == 0 {
                files = texts
                files[index] = file
            }
            let load = Fixture.load(files, now: round % 500 == 0 ? Fixture.now : nil)
            for finding in load.diagnostics.prefix(5) {
                #expect(finding.line >= 1 && finding.column >= 1, "round \(round)")
                #expect(finding.endColumn > finding.column, "round \(round)")
            }
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ scraps: [[UInt8]], _ random: inout Mixer) {
        guard !bytes.isEmpty else { return }
        let at = random.below(bytes.count)
        let end = min(bytes.count, at + random.below(12))
        let scrap = scraps[random.below(scraps.count)]
        switch random.below(4) {
        case 0: bytes.removeSubrange(at..<end)
        case 1: bytes.insert(contentsOf: scrap, at: at)
        case 2: bytes.replaceSubrange(at..<end, with: scrap)
        default: bytes.insert(contentsOf: bytes[at..<end], at: random.below(bytes.count))
        }
    }
}

/// A small generator with a fixed seed.
struct Mixer {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(truncatingIfNeeded: state >> 33) % max(1, bound)
    }
}
