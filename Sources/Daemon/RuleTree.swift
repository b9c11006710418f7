package import RuleFiles

/// The rule files as they stand on disk.
package enum RuleTree {
    private static let depthMax = 8
    /// One byte more than the loader takes; a file that has it is refused unread, with its size.
    private static let bytesMax = (1 << 20) + 1

    /// Every `.yaml`, `.yml` and `.csv` file under the two folders, in order of path.
    ///
    /// Paths are as the caller wrote the folders: `config/people.yaml`.
    package static func read(config: String, rotations: String) throws(StartFault) -> [SourceText] {
        var files: [SourceText] = []
        for (folder, flag) in [(config, "--config"), (rotations, "--rotations")] {
            let path = trimmed(folder)
            guard SystemFile.mode(of: path).isFolder else {
                throw StartFault(
                    "folder-missing",
                    "there is no folder `\(path)` here",
                    fix: "run in the folder that holds it, or say \(flag) DIR"
                )
            }
            do {
                try collect(path, depth: 0, into: &files)
            } catch {
                throw StartFault(
                    "file-unreadable",
                    "cannot read `\(error.path)`: \(error.reason)",
                    fix: "check its owner and its mode"
                )
            }
        }
        return files
    }

    /// Without `./` in front and slashes behind.
    package static func trimmed(_ folder: String) -> String {
        var path = Substring(folder)
        while path.hasPrefix("./"), path.count > 2 { path = path.dropFirst(2) }
        while path.hasSuffix("/"), path.count > 1 { path = path.dropLast() }
        return String(path)
    }

    private static func collect(
        _ folder: String,
        depth: Int,
        into files: inout [SourceText]
    ) throws(SystemFile.Fault) {
        guard depth < depthMax, files.count <= Loader.filesMax else { return }
        for entry in try SystemFile.entries(of: folder) {
            let path = "\(folder)/\(entry.name)"
            if entry.isFolder {
                try collect(path, depth: depth + 1, into: &files)
            } else if [".yaml", ".yml", ".csv"].contains(where: { entry.name.hasSuffix($0) }) {
                let bytes = try SystemFile.bytes(of: path, upTo: bytesMax)
                let size = bytes.count < bytesMax ? nil : SystemFile.size(of: path)
                files.append(SourceText(path: path, bytes: bytes, sizeOnDisk: size))
            }
        }
    }
}
