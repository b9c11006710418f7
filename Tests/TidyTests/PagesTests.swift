import Foundation
import Testing

/// What stands beside the code: the pages, the shipped files and the top of the repository.
@Suite("The pages and the shipped files")
struct PagesTests {
    static let pages =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
        + Repository.files(under: "docs").filter { $0.hasSuffix(".md") }

    @Test("Every link from one page to another leads somewhere")
    func links() {
        for page in Self.pages {
            let folder = page.split(separator: "/").dropLast().joined(separator: "/")
            for target in Repository.text(of: page).linkTargets where !target.contains("://") {
                let path = target.split(separator: "#").first.map(String.init) ?? ""
                guard !path.isEmpty else { continue }
                let place = folder.isEmpty ? path : "\(folder)/\(path)"
                #expect(Repository.exists(place), "\(page) links to \(target)")
            }
        }
    }

    @Test("The pages that the README leads to are there")
    func present() {
        let wanted = [
            "architecture", "channels", "commands", "glossary", "http-api", "operating",
            "rotation-files",
            "policies", "performance", "web", "decisions/0000-template",
        ]
        for name in wanted {
            #expect(Repository.exists("docs/\(name).md"), "docs/\(name).md")
        }
    }

    @Test("Every fault in the list of mutants still finds its line, once")
    func mutants() {
        let blocks = Repository.text(of: "scripts/mutants.list").components(separatedBy: "\n\n")
        #expect(blocks.count >= 40)
        for block in blocks {
            let lines = block.split(separator: "\n").map(String.init)
            guard lines.count == 3, let place = lines[0].components(separatedBy: " @ ").last,
                lines[1].hasPrefix("- "), lines[2].hasPrefix("+ ")
            else {
                Issue.record("not a mutant: \(block)")
                continue
            }
            let text = Repository.text(of: "Sources/\(place)")
            let count = text.components(separatedBy: lines[1].dropFirst(2)).count - 1
            #expect(count == 1, "\(place): \(count) times \(lines[1])")
        }
    }

    @Test("Every diagnostic code is explained in the pages on files")
    func codes() {
        let explained = Self.pages.filter { $0.hasPrefix("docs/") }.map(Repository.text)
            .joined(separator: "\n")
        let codes = Repository.text(of: "Sources/RuleFiles/Diagnostic+Code.swift").enumCases
        #expect(codes.count > 20)
        #expect(codes.filter { !explained.contains("`\($0)`") } == [])
    }

    @Test("What ships under config and rotations is of a kind that a test loads")
    func shippedFiles() {
        let files = Repository.files(under: "config") + Repository.files(under: "rotations")
        for file in files where !file.hasPrefix("config/secrets/") {
            let isKnown =
                file.hasSuffix(".yaml")
                || (file.hasPrefix("config/holidays/") && file.hasSuffix(".csv"))
                || (file.hasPrefix("config/templates/") && file.hasSuffix(".mustache"))
            #expect(isKnown, "\(file): neither a rule file nor a list of holidays")
        }
    }

    @Test("Every suite and every test that proves a guarantee is there by its name")
    func guarantees() {
        let tests = Repository.files(under: "Tests").filter { $0.hasSuffix(".swift") }
            .map { Repository.text(of: $0) }.joined(separator: "\n")
        let rows = Repository.text(of: "docs/guarantees.md").split(separator: "\n")
            .filter { $0.hasPrefix("|") && $0.contains("Tests") }
        #expect(rows.count > 80)
        for row in rows {
            for suite in row.matches(of: /`(\w+Tests)`/) {
                #expect(tests.contains("struct \(suite.1) "), "\(suite.1)")
            }
            for name in row.matches(of: /"([^"]+)"/) {
                #expect(tests.contains("\"\(name.1)\""), "\(name.1)")
            }
        }
    }

    @Test("Every decision is numbered and has a status and a reason")
    func decisions() {
        for page in Repository.files(under: "docs/decisions") {
            let name = page.split(separator: "/").last ?? ""
            #expect(
                name.prefix(4).allSatisfy(\.isNumber) && name.dropFirst(4).hasPrefix("-"),
                "\(page)"
            )
            let text = Repository.text(of: page)
            for part in ["Status:", "## Why", "## What"] {
                #expect(text.contains(part), "\(page) lacks \(part)")
            }
        }
    }

    @Test("A script says what it is for and stops at the first fault")
    func scripts() {
        let scripts = Repository.files(under: "scripts")
            .filter { !$0.contains(".") && $0.split(separator: "/").count == 2 }
        #expect(scripts.count >= 5)
        for script in scripts where script != "scripts/build-flags" {
            let lines = Repository.text(of: script).split(separator: "\n")
            #expect(lines.first == "#!/usr/bin/env bash", "\(script)")
            #expect(lines.dropFirst().first?.hasPrefix("# ") == true, "\(script)")
            #expect(lines.contains("set -euo pipefail"), "\(script)")
        }
    }
}

extension String {
    /// What stands in the round brackets of each Markdown link.
    fileprivate var linkTargets: [String] {
        components(between: "](", and: ")").filter { !$0.contains(" ") }
    }

    /// The raw values of the cases of a String enum, as the file writes them.
    fileprivate var enumCases: [String] {
        split(separator: "\n").map { $0.drop { $0 == " " } }
            .filter { $0.hasPrefix("case ") && !$0.contains(":") && !$0.contains(".") }
            .flatMap { line -> [String] in
                let quoted = String(line).components(between: "\"", and: "\"")
                if !quoted.isEmpty { return quoted }
                return line.dropFirst("case ".count).split(separator: ",").map {
                    String($0.drop { $0 == " " })
                }
            }
    }

    private func components(between open: String, and close: String) -> [String] {
        var found: [String] = []
        var rest = self[...]
        while let start = rest.firstRange(of: open) {
            let tail = rest[start.upperBound...]
            guard let end = tail.firstRange(of: close) else { break }
            found.append(String(tail[..<end.lowerBound]))
            rest = tail[end.upperBound...]
        }
        return found
    }
}
