import Client
import Daemon
import Paging
import Shapes

/// Why a command did not do what it was asked, with the exit code that scripts rely on.
struct CommandFailure: Error, Hashable {
    var code: String
    var message: String
    /// What to do about it, in the imperative.
    var fix: String
    var exit: Int32
    /// Findings in the files, shown before the message; empty where there are none.
    var findings = ""

    func report(asJSON: Bool) {
        guard !asJSON else {
            var writer = JSONWriter()
            writer.commandError(code: code, message: message, fix: fix, exit: Int(exit))
            writer.newline()
            return Terminal.complain(writer.text)
        }
        Terminal.complain(
            "\(findings)\(Terminal.bold("error:", on: 2)) \(message)\n  fix: \(fix)\n"
        )
    }
}

extension CommandFailure {
    init(_ refusal: Refusal) {
        self.init(
            code: refusal.code.rawValue,
            message: refusal.message,
            fix: refusal.fix,
            exit: Int32(refusal.code.exit)
        )
    }

    init(_ fault: StartFault) {
        self.init(
            code: fault.code,
            message: fault.message,
            fix: fault.fix,
            exit: 1,
            findings: fault.findings
        )
    }

    /// Nobody answers at the daemon's place, or the request could not be sent.
    init(_ error: ClientError, fix: String) {
        let exit: Int32 =
            switch error {
            case .unreachable, .timedOut: 7
            case .refused: 1
            }
        self.init(code: "unreachable", message: error.message, fix: fix, exit: exit)
    }

    static func usage(_ message: String, fix: String) -> CommandFailure {
        CommandFailure(code: "usage", message: message, fix: fix, exit: 64)
    }

    static func notFound(_ what: String, among known: some Sequence<String>) -> CommandFailure {
        let names = known.sorted()
        let shown = names.prefix(20).joined(separator: ", ")
        return CommandFailure(
            code: Refusal.Code.notFound.rawValue,
            message: "there is no \(what)",
            fix: names.isEmpty ? "define it in the files" : "use one of: \(shown)",
            exit: 5
        )
    }
}
