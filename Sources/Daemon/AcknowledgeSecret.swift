import Delivery
import Glibc
import RuleFiles

/// The secret behind acknowledge links: in a file of its own, never in the database.
enum AcknowledgeSecret {
    static let fileName = "acknowledge-secret"

    /// The key of `acknowledge_secret_file`, or of the file beside the store, made at the first
    /// start.
    static func key(
        _ settings: DaemonSettings,
        _ secrets: SecretFile
    ) throws(StartFault) -> AcknowledgeKey {
        let path: String
        let text: String
        if let file = settings.acknowledgeSecretFile {
            (path, text) = (file, try secrets.text(file))
        } else {
            path = ownPath(settings.store)
            if !SystemFile.mode(of: path).exists { try make(path) }
            text = try SecretFile(folder: ".").text(path)
        }
        guard let key = AcknowledgeKey(secret: Secret(text)) else {
            throw StartFault(
                "secret-malformed",
                "the secret in `\(path)` is too short to make links with",
                fix: "write \(AcknowledgeKey.secretBytesMin) random characters into it, or take the"
                    + " file away so that it is made again; links sent before stop working"
            )
        }
        return key
    }

    private static func ownPath(_ store: DaemonSettings.StoreLocation) -> String {
        guard case .sqlite(let path) = store, let slash = path.lastIndex(of: "/") else {
            return "var/\(fileName)"
        }
        return "\(path[..<slash])/\(fileName)"
    }

    /// Whole or not at all: a half-written secret would be another one at the next start.
    private static func make(_ path: String) throws(StartFault) {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8
        )
        // 43 characters of 6 bits: 256 bits.
        let characters = (0..<43).map { _ in alphabet[Int(random.next() & 63)] }
        let text = String(decoding: characters, as: UTF8.self) + "\n"
        let draft = "\(path).new"
        unlink(draft)
        do {
            try SystemFile.append(text, to: draft)
        } catch {
            throw fault(path, error.reason)
        }
        guard rename(draft, path) == 0 else { throw fault(path, String(cString: strerror(errno))) }
    }

    private static func fault(_ path: String, _ reason: String) -> StartFault {
        StartFault(
            "secret-unwritable",
            "cannot write the secret of acknowledge links to `\(path)`: \(reason)",
            fix: "let the daemon's user write there, or name a file with acknowledge_secret_file:"
        )
    }
}
