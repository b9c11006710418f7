extension Rule {
    static let commentRules: [Rule] = [
        Rule("What is to be mended does not merge", brokenBy: "// FIX" + "ME: off by one\n") {
            file in
            file.lines.indices.filter { file.lines[$0].holds("FIX" + "ME") }.map {
                file.fault($0 + 1, "mend it now, or open an issue")
            }
        },
        Rule("A thing to do names its issue", brokenBy: "// TO" + "DO: months\n") { file in
            file.lines.indices.filter { index in
                file.lines[index].holds("TO" + "DO") && !file.lines[index].contains("TO" + "DO(#")
            }.map { file.fault($0 + 1, "write TO" + "DO(#12) with the issue that will do it") }
        },
        Rule("No banner divides a file", brokenBy: "// ------------\n") { file in
            file.lines.indices.filter { file.lines[$0].isBanner }.map {
                file.fault($0 + 1, "split the file where you want a line drawn")
            }
        },
    ]

    static let testRules: [Rule] = [
        Rule(
            "A test says what behaviour it shows",
            brokenBy: "@Test func works() {}\n",
            at: "Tests/OnCallTests/ExampleTests.swift"
        ) { file in
            guard file.isTest else { return [] }
            return file.code.indices.filter { index in
                let rest = file.code[index].drop { $0 == " " }
                // The name may stand on the next line.
                let opened = file.code[index].hasSuffix("@Test(")
                let next = opened && index + 1 < file.code.count ? file.code[index + 1] : ""
                return rest.hasPrefix("@Test") && !rest.hasPrefix("@Test(\"")
                    && !next.drop { $0 == " " }.hasPrefix("\"")
            }.map { file.fault($0 + 1, "give it a display name: a sentence about behaviour") }
        },
        Rule(
            "No test reads the real clock or waits",
            brokenBy: "try await Task.sleep(for: .seconds(1))\n",
            at: "Tests/PagingTests/ExampleTests.swift"
        ) { file in
            // A real daemon and real sockets take real time.
            let isTimed = ["AcceptanceTests", "DeliveryTests"].contains(file.target)
            guard file.isTest, !isTimed else { return [] }
            return ["Task.sleep", "usleep(", "sleep(", "Date(", "Date.now"].flatMap { word in
                file.lines(holding: word).map {
                    file.fault($0, "`\(word)`: write the instant out")
                }
            }
        },
    ]
}

extension String {
    /// Whether the line is a comment made of rulers.
    fileprivate var isBanner: Bool {
        let trimmed = drop { $0 == " " }
        guard trimmed.hasPrefix("//") else { return false }
        return ["---", "===", "***", "###", "///" + "/"].contains { trimmed.contains($0) }
    }
}
