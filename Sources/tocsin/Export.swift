import ArgumentParser
import Shapes

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Every case with its log, a JSON object a line, the oldest first.",
        discussion: """
            Each line is {"case", "events"} as the API answers it; tocsin import cases reads \
            them.
            """
    )

    @Option(help: "Which ones: open is every status but resolved and closed.")
    var state = Cases.State.all

    @OptionGroup var server: ServerOptions

    func run() throws {
        let connection = try server.connection()
        var numbers: [Int] = []
        var cursor: String?
        repeat {
            let answer = try connection.get(
                "/v1/cases",
                [("state", state.rawValue), ("limit", "500"), ("cursor", cursor)]
            ).json
            numbers += (answer["cases"]?.array ?? []).compactMap { $0["number"]?.integer }
            cursor = answer["next"]?.string
        } while cursor != nil
        for number in numbers.sorted() {
            Terminal.say(try connection.get("/v1/cases/\(number)").text)
        }
    }
}
