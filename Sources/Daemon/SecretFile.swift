import Glibc

/// Secrets are read from files that nobody else can read, and from nowhere else.
struct SecretFile {
    /// Paths are relative to the folder of tocsin.yaml.
    var folder: String
    /// Where systemd puts credentials, asked where the folder has no such file.
    var credentialsFolder: String?

    static let bytesMax = 64 * 1_024

    /// The file's text without line ends behind it.
    func text(_ name: String) throws(StartFault) -> String {
        let path = path(of: name)
        let mode = SystemFile.mode(of: path)
        guard mode.permissions & 0o077 == 0 || !mode.exists else {
            throw StartFault(
                "secret-exposed",
                "others can read the secret in `\(path)`"
                    + " (its mode is \(String(mode.permissions, radix: 8)))",
                fix: "chmod 600 \(path)"
            )
        }
        let bytes: [UInt8]
        do {
            bytes = try SystemFile.bytes(of: path, upTo: Self.bytesMax)
        } catch {
            throw StartFault(
                "secret-missing",
                "cannot read the secret in `\(path)`: \(error.reason)",
                fix: "write it there with mode 600, or take its line out of tocsin.yaml"
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw StartFault(
                "secret-malformed",
                "the secret in `\(path)` is not text",
                fix: "write it as UTF-8"
            )
        }
        let trimmed = text.reversed().drop { $0.isNewline || $0 == " " }.reversed()
        guard !trimmed.isEmpty else {
            throw StartFault("secret-empty", "`\(path)` is empty", fix: "write the secret into it")
        }
        return String(trimmed)
    }

    /// The path of a file that is no secret, such as certificates to trust; it must be readable.
    func readablePath(of name: String) throws(StartFault) -> String {
        let path = path(of: name)
        guard access(path, R_OK) == 0 else {
            throw StartFault(
                "file-missing",
                "cannot read `\(path)`: \(String(cString: strerror(errno)))",
                fix: "put the certificates there, or take `ca_file` out of tocsin.yaml"
            )
        }
        return path
    }

    private func path(of name: String) -> String {
        if name.hasPrefix("/") { return name }
        let own = "\(folder)/\(name)"
        guard let credentialsFolder, !SystemFile.mode(of: own).exists else { return own }
        let last = name.split(separator: "/").last.map(String.init) ?? name
        return "\(credentialsFolder)/\(last)"
    }
}
