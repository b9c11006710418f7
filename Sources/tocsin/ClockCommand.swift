import ArgumentParser
import CivilTime
import Shapes

struct ClockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "The daemon's time.",
        subcommands: [Accept.self]
    )

    struct Accept: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "accept",
            abstract: "The machine's clock is right although it went back: go on from it.",
            discussion: """
                After a step back the daemon's time goes on from before, so that no ladder stalls \
                and nothing is sent twice. This takes the lower time instead.
                """
        )

        @OptionGroup var server: ServerOptions

        func run() throws {
            let answer = try server.connection().post("/v1/clock/accept")
            if server.output.isJSON { return Terminal.say(answer.text) }
            let json = answer.json
            Terminal.say("It was \(json.plain("before")), and is \(json.plain("now")) now")
        }
    }
}
