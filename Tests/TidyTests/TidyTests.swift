import Testing

/// The rules of the house that a compiler does not check.
@Suite("The house rules")
struct HouseRuleTests {
    @Test("Every Swift file keeps the rule", arguments: Rule.all)
    func kept(rule: Rule) {
        let faults = Repository.sources.flatMap(rule.faults)
        #expect(faults.isEmpty, "\(faults.map(\.description).joined(separator: "\n"))")
    }

    @Test("The rule can fail: the smallest file that breaks it is found out", arguments: Rule.all)
    func broken(rule: Rule) {
        #expect(!rule.faults(rule.breaking).isEmpty)
    }

    @Test("There are sources to look at")
    func found() {
        #expect(Repository.sources.count > 50)
    }

    @Test(
        "Comments and quoted text are not code",
        arguments: [
            ("let a = 1  // Date()", "let a = 1  "),
            (#"let a = "Date() \(b("c")) //" + x"#, #"let a = "" + x"#),
            (##"let a = #"a "b" \ //"# + x"##, #"let a = "" + x"#),
            (#"let a = "" + x"#, #"let a = "" + x"#),
            (#"let a = "\"" + x"#, #"let a = "" + x"#),
        ]
    )
    func stripped(line: String, code: String) {
        var stripper = CodeStripper()
        #expect(stripper.code(of: line) == code)
    }

    @Test("A text block is not code, whatever stands in it")
    func strippedBlock() {
        let file = SourceFile(
            path: "Sources/OnCall/Example.swift",
            text: "let a = \"\"\"\n    Date() \"quoted\"\n    \"\"\"\nlet b = Date()\n"
        )
        #expect(file.lines(holding: "Date(") == [4])
    }

    @Test(
        "A word is found whole or not at all",
        arguments: [("Date()", true), ("UpDate()", false), ("Date (", false), ("x.Date(1)", true)]
    )
    func words(line: String, isFound: Bool) {
        #expect(line.holds("Date(") == isFound)
    }
}
