import Foundation

/// The files of this checkout, found from where this file was compiled.
enum Repository {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every Swift file that is ours, in order of path.
    static let sources: [SourceFile] =
        (["Package.swift"] + files(under: "Sources") + files(under: "Tests"))
        .filter { $0.hasSuffix(".swift") }
        .map { SourceFile(path: $0, text: text(of: $0)) }

    /// Paths from the top of the repository, sorted; hidden files are left out.
    static func files(under folder: String) -> [String] {
        let base = root.appending(path: folder)
        let names = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String }
        return (names ?? [])
            .filter { name in !name.split(separator: "/").contains { $0.hasPrefix(".") } }
            .map { "\(folder)/\($0)" }
            .filter { !isFolder($0) }
            .sorted()
    }

    /// Empty where there is no such file.
    static func text(of path: String) -> String {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        let found = FileManager.default.fileExists(
            atPath: root.appending(path: path).path,
            isDirectory: &isDirectory
        )
        return found && isDirectory.boolValue
    }
}
