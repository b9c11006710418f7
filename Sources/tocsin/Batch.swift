import Daemon
import Shapes

/// Questions, a JSON object a line, each answered by a line in the same order.
struct Batch {
    private static let bytesMax = 512 * 1_024 * 1_024

    private let bytes: [UInt8]

    /// Reads a file, or standard input where `path` is `-`.
    init(path: String) throws(CommandFailure) {
        do throws(SystemFile.Fault) {
            bytes = try SystemFile.bytes(
                of: path == "-" ? "/dev/stdin" : path,
                upTo: Self.bytesMax
            )
        } catch {
            throw CommandFailure(
                code: "file-unreadable",
                message: "cannot read `\(path)`: \(error.reason)",
                fix: "name a file, or - for standard input",
                exit: 1
            )
        }
    }

    /// A line that cannot be answered is told so in its place, and the rest go on.
    func answer(_ answer: (Question) throws(CommandFailure) -> [UInt8]) throws(CommandFailure) {
        var output: [UInt8] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let isBlank = line.allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }
            if isBlank { continue }
            do throws(CommandFailure) {
                output += try answer(try Question(line: Array(line)))
            } catch {
                var writer = JSONWriter()
                writer.commandError(
                    code: error.code,
                    message: error.message,
                    fix: error.fix,
                    exit: Int(error.exit)
                )
                output += writer.bytes
            }
            output.append(UInt8(ascii: "\n"))
            if output.count > 64 * 1_024 {
                Terminal.say(String(decoding: output, as: UTF8.self))
                output = []
            }
        }
        if !output.isEmpty { Terminal.say(String(decoding: output, as: UTF8.self)) }
    }
}

/// One line of a batch.
struct Question {
    private let body: JSON

    init(line: [UInt8]) throws(CommandFailure) {
        do throws(JSONFault) {
            body = try JSON(parsing: line)
        } catch {
            throw .usage("the line \(error.message)", fix: "write one JSON object a line")
        }
        guard body.members != nil else {
            throw .usage("the line is \(body.kind)", fix: "write one JSON object a line")
        }
    }

    /// `nil` where it is absent or null.
    func text(_ name: String) throws(CommandFailure) -> String? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let text = value.string else {
            throw .usage("`\(name)` is \(value.kind)", fix: "write it as a text")
        }
        return text
    }

    func required(_ name: String) throws(CommandFailure) -> String {
        guard let text = try text(name) else {
            throw .usage("`\(name)` is missing", fix: "write it as a text")
        }
        return text
    }

    /// The entries of `events`, each with its `at` and `event`.
    func events() throws(CommandFailure) -> [(at: String, event: String)] {
        guard let value = body["events"], !value.isNull else { return [] }
        guard let array = value.array else {
            throw .usage("`events` is \(value.kind)", fix: "write a list")
        }
        var events: [(at: String, event: String)] = []
        for entry in array {
            guard let at = entry["at"]?.string, let event = entry["event"]?.string else {
                throw .usage("an entry of `events` has no `at` or no `event`", fix: "write both")
            }
            events.append((at, event))
        }
        return events
    }
}
