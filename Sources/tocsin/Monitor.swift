import ArgumentParser
import CivilTime
import Client
import Daemon
import Glibc
import Shapes

struct Monitor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch another daemon from here and raise an alarm when it fails.",
        discussion: """
            Asks for /readyz again and again, and sends an alarm by `emergency:` of the files here \
            once it has failed for as long as --for says, and another one when it is well again. \
            Runs until it is told to stop. With --once it asks a single time: exit 0 where all is \
            well, 7 where nobody answers, 1 where the daemon says that it is not ready.
            """
    )

    @Argument(help: "The other daemon's address, such as https://pager.example.com.")
    var url: String

    @Option(help: "Seconds between two questions.")
    var every = 15

    @Option(name: .customLong("for"), help: "Seconds of failure before the alarm.")
    var patience = 60

    @Flag(help: "Ask once, send nothing, and say it by the exit code.")
    var once = false

    @OptionGroup var files: FileOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...3_600).contains(every), (0...86_400).contains(patience) else {
            throw ValidationError("--every is 1 to 3600 seconds, and --for 0 to 86400")
        }
        guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
            throw ValidationError("the address begins with https:// or http://; it is \(url)")
        }
    }

    func run() throws {
        if once {
            let state = look()
            DBCommand.say(state.words, output) { json in
                json.field("ready", state.exit == 0)
                json.field("reason", state.words)
            }
            if state.exit != 0 { throw ExitCode(state.exit) }
            return
        }
        let line = try emergencyLine()
        say("watching \(url)\n")
        var alarm = MonitorAlarm(patienceSeconds: patience)
        while true {
            let state = look()
            switch alarm.take(isWell: state.exit == 0, at: WallClock.instant().secondsSinceEpoch) {
            case .failed:
                say("\(url) fails: \(state.words)\n")
                let text = "\(url) \(state.words). Pages may not leave it: look at it at once."
                if !line.send("Tocsin at \(url) fails", text) {
                    say("the alarm was not taken over\n")
                    alarm.isTold = false
                }
            case .well:
                say("\(url) is well again\n")
                line.send("Tocsin at \(url) is well again", "It answers as it should.")
            case nil: break
            }
            sleep(UInt32(every))
        }
    }

    /// Whoever does not read it holds up no alarm.
    private func say(_ text: String) { StandardStream.error.write(text) }

    private func emergencyLine() throws(CommandFailure) -> EmergencyLine {
        do throws(StartFault) {
            let options = DaemonProcess.Options(config: files.config, rotations: files.rotations)
            if let line = try EmergencyLine(options) { return line }
        } catch {
            throw CommandFailure(error)
        }
        throw CommandFailure(
            code: "emergency-missing",
            message: "there is no emergency: in tocsin.yaml, so nobody would hear of a failure",
            fix: "name a channel there, or use --once and the exit code",
            exit: 1
        )
    }

    private func look() -> (exit: Int32, words: String) {
        do throws(ClientError) {
            let request = Remote.Request("GET", "/readyz", timeoutSeconds: 10)
            let reply = try Remote.exchange(request, with: .url(url))
            if reply.status == 200 { return (0, "is ready") }
            let text =
                String(decoding: reply.body.prefix(200), as: UTF8.self)
                .split(separator: "\n").first.map(String.init) ?? ""
            return (1, "is not ready (\(reply.status) \(text))")
        } catch {
            return (7, error.message)
        }
    }
}

/// When a watched daemon's failure is told, and its recovery.
struct MonitorAlarm {
    enum News: Hashable { case failed, well }

    let patienceSeconds: Int
    private var failingSince: Int?
    /// Whether the failure was told and its end not yet.
    var isTold = false

    init(patienceSeconds: Int) { self.patienceSeconds = patienceSeconds }

    mutating func take(isWell: Bool, at second: Int) -> News? {
        guard !isWell else {
            failingSince = nil
            defer { isTold = false }
            return isTold ? .well : nil
        }
        let since = failingSince ?? second
        failingSince = since
        guard !isTold, second - since >= patienceSeconds else { return nil }
        isTold = true
        return .failed
    }
}
