import Glibc
import Logging

/// The local channel: pages on the terminal the daemon runs in, and in a file beside its database.
struct LocalPages: Sendable {
    static let path = "var/pages.log"

    let logger: Logger

    /// Makes the file's folder, for the owner only.
    static func prepare() { mkdir("var", 0o700) }

    func show(_ text: String) {
        let page = text.hasSuffix("\n") ? text + "\n" : text + "\n\n"
        SystemFile.write(page, to: 1)
        do {
            try SystemFile.append(page, to: Self.path)
        } catch {
            logger.error(
                "page not kept",
                metadata: ["file": "\(Self.path)", "reason": "\(error.reason)"]
            )
        }
    }
}
