import ArgumentParser
import Shapes

struct Reload: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Load the files again: all of them, or none where there is an error.",
        discussion: "Exits 1 where the files have errors; the old ones stay in force then."
    )

    @Flag(help: "Also where that changes who is on call at this moment.")
    var now = false

    @OptionGroup var server: ServerOptions

    func run() throws {
        let path = "/-/reload" + (now ? "?now=true" : "")
        let answer = try server.connection().post(path, timeoutSeconds: 120)
        let json = answer.json
        let isLoaded = json["loaded"]?.bool ?? false
        if server.output.isJSON {
            Terminal.say(answer.text)
        } else {
            if let findings = json["findings"]?.string, !findings.isEmpty {
                Terminal.complain(findings)
            }
            let text = isLoaded ? "The files are in force" : "The old files stay in force"
            let warnings = isLoaded ? json["diagnostics"]?.array?.count ?? 0 : 0
            let hint = warnings > 0 ? "\n\(warnings) warnings; tocsin check shows them" : ""
            Terminal.say("\(text), rulebook \(json.plain("rulebook"))\(hint)")
        }
        if !isLoaded { throw ExitCode(1) }
    }
}
