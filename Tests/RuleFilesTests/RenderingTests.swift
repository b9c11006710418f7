import Paging
import Testing

@testable import RuleFiles

@Suite struct RenderingTests {
    private let finding = Diagnostic(
        code: .clock,
        severity: .warning,
        at: Place(file: "a,b.yaml", line: 2, column: 3, endColumn: 6),
        message: "`8.00` says \"50%\"\n",
        fix: "Write \\ 08:00"
    )

    @Test("A finding is shown with its line, a caret and a fix")
    func text() {
        #expect(
            finding.rendered(over: "one\n\tt\u{1B}wo\n") == """
                a,b.yaml:2:3: warning[clock]: `8.00` says "50%"

                2 | \tt wo
                  | \t ^
                  = fix: Write \\ 08:00
                """
        )
    }

    @Test("A finding without a text to show is its first line and its fix")
    func bare() {
        #expect(finding.rendered(over: nil).hasSuffix("\n  = fix: Write \\ 08:00"))
        #expect(finding.rendered(over: "one").split(separator: "\n").count == 2)
    }

    @Test("JSON has the keys of `check` and escapes what it must")
    func json() {
        #expect(
            finding.json == #"{"file":"a,b.yaml","line":2,"column":3,"end_column":6,"#
                + #""severity":"warning","code":"clock","message":"`8.00` says \"50%\"\n","#
                + #""fix":"Write \\ 08:00"}"#
        )
        #expect([Diagnostic]().json == "[]")
    }

    @Test("A workflow command escapes what would end it")
    func github() {
        #expect(
            finding.github == "::warning file=a%2Cb.yaml,line=2,col=3,endColumn=6,title=clock::"
                + "`8.00` says \"50%25\"%0A. Write \\ 08:00"
        )
    }

    @Test("A very long line is shown around its column")
    func longLine() {
        var far = finding
        (far.line, far.column) = (1, 5_000)
        let lines = far.rendered(over: String(repeating: "x", count: 9_000)).split(separator: "\n")
        #expect(lines[1].count < 200 && lines[2].hasSuffix("^"))
        #expect(lines[2].count <= lines[1].count)
    }
}

@Suite struct DigestTests {
    @Test(
        "SHA-256 agrees with the published examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func published(_ text: String, _ digest: String) {
        var hash = SHA256()
        for byte in text.utf8 { hash.update([byte]) }
        #expect(hash.hexDigest() == digest)
        var whole = SHA256()
        whole.update(Array(text.utf8))
        #expect(whole.hexDigest() == digest)
    }

    @Test("A rulebook's hash follows text and path, not the order of the files")
    func rulebookHash() throws {
        let files = Fixture.shipped
        let first = try #require(Fixture.load(files, now: nil).rulebook)
        let second = try #require(Fixture.load(files.reversed(), now: nil).rulebook)
        #expect(first.hash == second.hash)
        #expect(first.hash.count == 64)
        var changed = files
        changed[0].bytes += Array("\n".utf8)
        #expect(Fixture.load(changed, now: nil).rulebook?.hash != first.hash)
    }
}
