import Glibc
import Shapes

/// Questions, a JSON object a line, each answered by a line in the same order.
struct Batch {
    /// A longer line cannot be read whole; the batch ends there.
    private static let lineBytesMax = 16 * 1_024 * 1_024
    private static let chunkBytes = 256 * 1_024

    private let path: String

    /// A file, or standard input where `path` is `-`.
    init(path: String) { self.path = path }

    /// A line that cannot be answered is told so in its place, and the rest go on.
    ///
    /// `plainly` is asked first: it appends the answer to a line of a form that it knows, without
    /// a line end, and says `false` to all others.
    func answer(
        plainly: (UnsafeRawBufferPointer, inout [UInt8]) -> Bool = { _, _ in false },
        _ answer: (Question) throws(CommandFailure) -> [UInt8]
    ) throws(CommandFailure) {
        let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable }
        defer { if descriptor != 0 { close(descriptor) } }
        var input = [UInt8](repeating: 0, count: Self.chunkBytes)
        var output: [UInt8] = []
        output.reserveCapacity(4 * Self.chunkBytes)
        // Bytes of `input` that hold the beginning of a line.
        var held = 0
        while true {
            let count = input.withUnsafeMutableBytes { buffer in
                read(descriptor, buffer.baseAddress.map { $0 + held }, buffer.count - held)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable }
            let end = held + count
            let used = input.withUnsafeBytes { buffer in
                let lines = UnsafeRawBufferPointer(rebasing: buffer[..<end])
                return Self.answerLines(lines, isLast: count == 0, &output, plainly, answer)
            }
            // A reader who waits for the answers before asking on must get them now.
            Self.flush(&output)
            guard count > 0 else { return }
            input.withUnsafeMutableBytes { buffer in
                guard let base = buffer.baseAddress, used > 0 else { return }
                memmove(base, base + used, end - used)
            }
            held = end - used
            guard held == input.count else { continue }
            guard held < Self.lineBytesMax else { throw tooLong }
            input += [UInt8](repeating: 0, count: held)
        }
    }

    /// Answers all whole lines, at the end the last one too; says how many bytes they were.
    private static func answerLines(
        _ bytes: UnsafeRawBufferPointer,
        isLast: Bool,
        _ output: inout [UInt8],
        _ plainly: (UnsafeRawBufferPointer, inout [UInt8]) -> Bool,
        _ answer: (Question) throws(CommandFailure) -> [UInt8]
    ) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        var start = 0
        while start < bytes.count {
            let newline = memchr(base + start, 0x0A, bytes.count - start)
            let end: Int
            if let newline {
                end = UnsafeRawPointer(newline) - base
            } else if isLast {
                end = bytes.count
            } else {
                return start
            }
            let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            start = newline == nil ? end : end + 1
            if plainly(line, &output) {
                output.append(0x0A)
            } else {
                output += Self.answered(line, answer)
                output.append(0x0A)
            }
            if output.count > 2 * chunkBytes { flush(&output) }
        }
        return start
    }

    private static func answered(
        _ line: UnsafeRawBufferPointer,
        _ answer: (Question) throws(CommandFailure) -> [UInt8]
    ) -> [UInt8] {
        do throws(CommandFailure) {
            return try answer(try Question(line: line))
        } catch {
            var writer = JSONWriter()
            writer.commandError(
                code: error.code,
                message: error.message,
                fix: error.fix,
                exit: Int(error.exit)
            )
            return writer.bytes
        }
    }

    /// Writes everything to standard output; a reader that is gone ends the program quietly.
    private static func flush(_ output: inout [UInt8]) {
        output.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
                let count = write(1, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { exit(0) }
                written += count
            }
        }
        output.removeAll(keepingCapacity: true)
    }

    private var unreadable: CommandFailure {
        CommandFailure(
            code: "file-unreadable",
            message: "cannot read `\(path)`: \(String(cString: strerror(errno)))",
            fix: "name a file, or - for standard input",
            exit: 1
        )
    }

    private var tooLong: CommandFailure {
        .usage("a line of `\(path)` has more than 16 MiB", fix: "write one JSON object a line")
    }
}

/// One line of a batch.
struct Question {
    /// The object as it stands.
    let body: JSON

    init(line: [UInt8]) throws(CommandFailure) {
        try self.init { () throws(JSONFault) in try JSON(parsing: line) }
    }

    init(line: UnsafeRawBufferPointer) throws(CommandFailure) {
        try self.init { () throws(JSONFault) in try JSON(parsing: line) }
    }

    private init(_ parse: () throws(JSONFault) -> JSON) throws(CommandFailure) {
        do throws(JSONFault) {
            body = try parse()
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
