import ArgumentParser
import Daemon

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "The daemon, in the foreground.",
        discussion: """
            Exits 0 after SIGTERM or SIGINT; SIGHUP loads the files again. What it keeps stands in \
            var/, in the folder it is started in.
            """
    )

    @OptionGroup var files: FileOptions

    @Option(
        name: .customLong("rehearsal"),
        help: "Let time run this many times as fast, to see a policy at work."
    )
    var speed = 1

    func validate() throws {
        guard (1...10_000).contains(speed) else {
            throw ValidationError("--rehearsal is a number from 1 to 10000")
        }
    }

    func run() throws {
        let program = CommandLine.arguments.first ?? "tocsin"
        do throws(StartFault) {
            try DaemonProcess.run(
                DaemonProcess.Options(
                    config: files.config,
                    rotations: files.rotations,
                    speed: speed,
                    program: program
                )
            )
        } catch {
            throw CommandFailure(error)
        }
    }
}
