import Glibc
import Logging

/// The local channel: pages on the terminal the daemon runs in, and in a file beside its database.
struct LocalPages: Sendable {
    static let path = "var/pages.log"

    let logger: Logger

    /// Makes the file's folder, for the owner only.
    static func prepare() { mkdir("var", 0o700) }

    /// `false` where no terminal is known to have taken it; kept in the file all the same.
    func show(_ text: String) -> Bool {
        let page = text.hasSuffix("\n") ? text + "\n" : text + "\n\n"
        let isShown = StandardStream.output.write(page)
        do {
            try SystemFile.append(page, to: Self.path)
        } catch {
            logger.error(
                "page not kept",
                metadata: ["file": "\(Self.path)", "reason": "\(error.reason)"]
            )
        }
        return isShown
    }
}
