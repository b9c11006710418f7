/// One file as the shell read it: a rule file in YAML or a list of holidays in CSV.
package struct SourceText: Hashable, Sendable {
    /// A larger file is refused, so nobody needs to read more of it than one byte past this.
    package static let bytesMax = Document.bytesMax

    /// As messages show it, with `/` between its parts: `config/people.yaml`.
    package var path: String
    package var bytes: [UInt8]
    /// The size of a file that is too large, where `bytes` is only its beginning.
    package var sizeOnDisk: Int?

    package init(path: String, bytes: [UInt8], sizeOnDisk: Int? = nil) {
        self.path = path
        self.bytes = bytes
        self.sizeOnDisk = sizeOnDisk
    }

    var byteCount: Int { max(bytes.count, sizeOnDisk ?? 0) }

    package init(path: String, text: String) {
        self.init(path: path, bytes: Array(text.utf8))
    }

    /// The last part of the path.
    var fileName: String {
        String(path.split(separator: "/").last ?? "")
    }

    var isYAML: Bool {
        path.hasSuffix(".yaml") || path.hasSuffix(".yml")
    }
}

/// A stretch of one line of a file; columns are Unicode scalars from 1.
struct Place: Hashable, Sendable {
    var file: String
    /// From 1.
    var line: Int
    var column: Int
    /// One past the last.
    var endColumn: Int
}
