import ArgumentParser
import Glibc
import Shapes

struct IntakeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intake",
        abstract: "Hand over what a sender brought.",
        subcommands: [IntakeMail.self]
    )
}

/// Its exit codes are those that mail servers know (sysexits.h), not the other commands'.
struct IntakeMail: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail",
        abstract: "Take a mail from standard input, behind a mail server's pipe.",
        discussion: """
            Exit codes: 0 taken or rightly ignored, 65 refused, 67 no such address, \
            75 try again later, because the daemon is away.
            """
    )

    @Option(help: "The address it was sent to, as the envelope has it.")
    var recipient: String?

    @Option(help: "Who sent it, as the envelope has it; empty for a bounce.")
    var sender: String?

    @OptionGroup var server: ServerOptions

    /// As much as the daemon takes.
    private static let bytesMax = 10 * 1_024 * 1_024
    private enum Exit {
        static let refused: Int32 = 65
        static let noUser: Int32 = 67
        static let temporary: Int32 = 75
    }

    func run() throws {
        guard let mail = Self.standardInput() else {
            throw CommandFailure(
                code: "mail-too-large",
                message: "the mail has more than \(Self.bytesMax) bytes, or cannot be read",
                fix: "send less, or link to the rest",
                exit: Exit.refused
            )
        }
        var query: [String] = []
        if let recipient { query.append("recipient=\(Connection.escaped(recipient))") }
        if let sender { query.append("sender=\(Connection.escaped(sender))") }
        let path = "/v1/intake/mail" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        let answer: DaemonAnswer
        do throws(CommandFailure) {
            answer = try server.connection().post(path, bytes: mail, contentType: "message/rfc822")
        } catch {
            var failure = error
            failure.exit =
                switch error.exit {
                case 5: Exit.noUser
                case 6, 64: Exit.refused
                // Also where it may not: an operator mends that, and the mail must wait.
                default: Exit.temporary
                }
            throw failure
        }
        if server.output.isJSON { return Terminal.say(answer.text) }
        let json = answer.json
        let what = json["result"]?.string ?? ""
        let about =
            json["case"]?.integer.map { "case \($0)" } ?? json["reason"]?.string ?? ""
        Terminal.say("\(what): \(about)\n")
    }

    /// All of it; `nil` where there is too much.
    private static func standardInput() -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1_024)
        while true {
            let count = read(0, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            guard bytes.count + count <= bytesMax else { return nil }
            bytes += chunk[..<count]
        }
    }
}
