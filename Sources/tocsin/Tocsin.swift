import ArgumentParser
import Glibc
import Shapes

/// The one executable; its verbs are listed in the order of a day's work.
@main
struct Tocsin: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: Product.name,
        abstract: "Pages whoever is on call about a case until its clocks are kept.",
        discussion: """
            Exit codes: 0 done, 1 failed or errors found, 3 warnings under --strict, \
            4 not allowed, 5 not found, 6 conflict, 7 daemon unreachable, 8 nobody is on call, \
            64 wrong usage.
            """,
        version: Product.version,
        groupedSubcommands: [
            CommandGroup(
                name: "Daemon",
                subcommands: [
                    Run.self, Reload.self, IntakeCommand.self, ClockCommand.self, DBCommand.self,
                    Monitor.self,
                    TokenCommand.self, FeedCommand.self,
                ]
            ),
            CommandGroup(
                name: "File",
                subcommands: [
                    Check.self, Fmt.self, SchemaCommand.self, Who.self, Shifts.self,
                    Explain.self, Diff.self, Rehearse.self, ClocksCommand.self,
                    PlanCommand.self, PolicyCommand.self, Backtest.self, OverrideCommand.self,
                    AwayCommand.self, VersionCommand.self,
                ]
            ),
            CommandGroup(
                name: "Case",
                subcommands: [
                    Open.self, Cases.self, Show.self, Ack.self, Unack.self, Respond.self,
                    Update.self, Record.self, Note.self, Status.self, Priority.self, Snooze.self,
                    Escalate.self, Reassign.self, AddResponder.self, Resolve.self, Reopen.self,
                    Close.self,
                ]
            ),
            CommandGroup(
                name: "Inspection",
                subcommands: [
                    Why.self, Report.self, Deliveries.self, TestCommand.self, Export.self,
                    ImportCommand.self,
                ]
            ),
        ]
    )

    static func main() {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as CommandFailure {
            failure.report(asJSON: OutputOptions.asksForJSON(CommandLine.arguments))
            Glibc.exit(failure.exit)
        } catch {
            exit(reporting: error)
        }
    }

    /// Help and version go their way; wrong usage is told like every other failure.
    private static func exit(reporting error: any Error) -> Never {
        guard exitCode(for: error) == .validationFailure,
            OutputOptions.asksForJSON(CommandLine.arguments)
        else { exit(withError: error) }
        CommandFailure(
            code: "usage",
            message: message(for: error),
            fix: "see \(Product.name) --help",
            exit: ExitCode.validationFailure.rawValue
        ).report(asJSON: true)
        Glibc.exit(ExitCode.validationFailure.rawValue)
    }
}
