import Foundation

/// A workspace with rule files and no daemon; who is on call does not depend on today.
struct RuleFolder {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try TestFiles().write(to: workspace)
        try workspace.write("rotations/support.yaml", Self.rotations)
    }

    func tocsin(_ words: String...) throws -> Workspace.Ran {
        try workspace.run(Workspace.binary.path, words)
    }

    func tocsin(_ line: String) throws -> Workspace.Ran {
        try workspace.run(Workspace.binary.path, line.split(separator: " ").map(String.init))
    }

    /// A script of the tests' Python, with its arguments.
    func python(_ script: String, _ arguments: String...) throws -> Workspace.Ran {
        try workspace.run(Python.executable, ["-c", script] + arguments)
    }

    /// Copies `rotations/` and `config/` into a folder, with one text of one file replaced there.
    func copy(to folder: String, file: String, replacing old: String, with new: String) throws {
        try FileManager.default.createDirectory(
            at: workspace.path(folder),
            withIntermediateDirectories: true
        )
        for name in ["config", "rotations"] {
            try workspace.copyTree(name, to: "\(folder)/\(name)")
        }
        let text = workspace.text("\(folder)/\(file)")
        guard text.contains(old) else { throw Child.Failed(description: "\(file) lacks \(old)") }
        try workspace.write("\(folder)/\(file)", text.replacingOccurrences(of: old, with: new))
    }

    /// The line of a file that `source` names, such as `rotations/support.yaml:12`.
    func line(_ source: String) -> String {
        let parts = source.split(separator: ":")
        guard parts.count == 2, let number = Int(parts[1]) else { return "" }
        let lines = workspace.text(String(parts[0]))
            .split(separator: "\n", omittingEmptySubsequences: false)
        return lines.indices.contains(number - 1) ? String(lines[number - 1]) : ""
    }

    /// Anna and Ben take weeks about; the desk is empty at night; a handoff falls into the hour
    /// that clocks skip in spring and repeat in autumn.
    private static let rotations = """
        # Who is on call in these tests.
        format: 1
        timezone: Europe/Berlin
        rotations:
          support-primary:
            title: Support, first
            if_nobody: [lena]
            layers:
              - name: week
                handoff: {every: 1 week, day: monday, at: "09:00"}
                members:
                  - {from: 2026-01-05, order: [anna, ben], first: anna}
          support-secondary:
            if_nobody: [lena]
            layers:
              - name: night watch
                handoff: {every: 1 week, day: sunday, at: "02:30"}
                members:
                  - {from: 2026-01-04, order: [ben, marcus], first: ben}
          specialists:
            if_nobody: [lena]
            layers:
              - name: week
                handoff: {every: 1 week, day: monday, at: "09:00"}
                members:
                  - {from: 2026-01-05, order: [ben], first: ben}
          leadership:
            if_nobody: [marcus]
            layers:
              - name: week
                handoff: {every: 1 week, day: monday, at: "09:00"}
                members:
                  - {from: 2026-01-05, order: [lena], first: lena}
          desk:
            layers:
              - name: office
                hours: [{days: weekdays, from: "09:00", to: "17:00"}]
                handoff: {every: 1 week, day: monday, at: "09:00"}
                members:
                  - {from: 2026-01-05, order: [anna, ben], first: anna}

        """
}

extension JSONValue {
    /// The names of an object's members, sorted; empty for anything else.
    var keys: [String] {
        if case .object(let members) = self { members.keys.sorted() } else { [] }
    }

    /// The texts of a list.
    var strings: [String] { items.compactMap(\.string) }
}

extension Workspace.Ran {
    /// One JSON value a line.
    var jsonLines: [JSONValue] {
        output.split(separator: "\n").map { JSONValue(parsing: String($0)) }
    }

    /// The error that a command told as JSON.
    var error: JSONValue { JSONValue(parsing: errors)["error"] }
}
