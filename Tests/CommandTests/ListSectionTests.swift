import Testing

@testable import tocsin

@Suite("A list in a file is edited line by line") struct ListSectionTests {
    private static let file = """
        format: 1          # first
        away:
          # leave
          - {person: anna, from: 2026-11-30, until: 2026-12-11}   # agreed
          - person: ben
            from: 2026-12-01

            # the whole of it
            until: 2026-12-02
          # below the list

        # the next section
        rotations:
          desk: {}

        """

    @Test("An entry is added after the last one and its comments, with its margin")
    func adds() throws {
        var section = try ListSection("away", in: Self.file)
        let (text, line) = section.add("{person: wei}")
        #expect(line == 11)
        let wanted = "  # below the list\n  - {person: wei}\n\n# the next section\nrotations:"
        #expect(text.contains(wanted), "\(text)")
        #expect(text.replacing("  - {person: wei}\n", with: "") == Self.file)
    }

    @Test("A file without the list gets one at its end")
    func begins() throws {
        var section = try ListSection("overrides", in: Self.file)
        let (text, line) = section.add("{rotation: desk}")
        #expect(text == Self.file + "\noverrides:\n  - {rotation: desk}\n")
        #expect(line == 17)
        var empty = try ListSection("away", in: "away: []   # none\nx: 1\n")
        #expect(empty.add("a").text == "away:   # none\n  - a\nx: 1\n")
    }

    @Test("Windows line ends and margins without blanks are kept")
    func forms() throws {
        var section = try ListSection("away", in: "away:\r\n- a\r\nx: 1\r\n")
        #expect(section.add("b").text == "away:\r\n- a\r\n- b\r\nx: 1\r\n")
    }

    @Test("An entry goes with all of its lines and nothing else")
    func removes() throws {
        var section = try ListSection("away", in: Self.file)
        let text = try section.remove(line: 5)
        let removed = """
              - person: ben
                from: 2026-12-01

                # the whole of it
                until: 2026-12-02

            """
        #expect(text == Self.file.replacing(removed, with: ""), "\(text)")
    }

    @Test("With its last entry the list goes too, unless comments stand in it")
    func removesLast() throws {
        var plain = try ListSection("away", in: "x: 1\n\naway:\n  - a\n")
        #expect(try plain.remove(line: 4) == "x: 1\n")
        var commented = try ListSection("away", in: "away:\n  # kept\n  - a\nx: 1\n")
        #expect(try commented.remove(line: 3) == "away: []\n  # kept\nx: 1\n")
    }

    @Test("A list in another form is left alone")
    func unusual() {
        #expect(throws: ListSection.Fault.unusualForm) {
            try ListSection("away", in: "away: [{person: anna}]\n")
        }
        #expect(throws: ListSection.Fault.unusualForm) {
            var section = try ListSection("away", in: "away:\n  - a\n")
            return try section.remove(line: 1)
        }
    }

    @Test(
        "What could mean anything else in YAML is quoted",
        arguments: [
            ("anna", "anna"), ("no", "\"no\""), ("Ben: ticket, #1", "\"Ben: ticket, #1\""),
            ("4711", "\"4711\""), ("a\"b\\c\nd", "\"a\\\"b\\\\c d\""), ("", "\"\""),
        ]
    )
    func quotes(text: String, written: String) { #expect(text.asYAML == written) }
}
