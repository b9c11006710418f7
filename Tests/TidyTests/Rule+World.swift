extension Rule {
    /// Each of these reads the world: in a pure target it arrives as an argument instead.
    static let worldReaders = [
        "Date(", "Date.now", "ContinuousClock", "SuspendingClock", "clock_gettime", "time(nil)",
        "UUID(", "SystemRandomNumberGenerator", "FileManager", "ProcessInfo", "getenv(", "fopen(",
        "Task", "async", "await", "print(",
    ]

    /// The machine's idea of zones and dates: CivilTime has ours, with its version known.
    static let foreignTime = [
        "TimeZone(", "TimeZone.", "Calendar(identifier", "Calendar.current", "DateFormatter",
        "ISO8601DateFormatter", "DateComponents", "localtime_r(", "mktime(",
    ]

    /// Traps that an input could spring.
    static let traps = ["fatalError(", "try!", "as!", "unsafelyUnwrapped", "assumingMemoryBound"]

    static let worldRules: [Rule] = [
        Rule("A pure target reads no world", brokenBy: "let now = Date()\n") { file in
            guard pureTargets.contains(file.target), !file.isTest else { return [] }
            return worldReaders.flatMap { reader in
                file.lines(holding: reader).map {
                    file.fault($0, "`\(reader)` reads the world; take it as an argument")
                }
            }
                + file.randomWithoutSource.map {
                    file.fault($0, "randomness without `using:` cannot be replayed")
                }
        },
        Rule("Zones and dates are CivilTime's", brokenBy: "let zone = TimeZone(identifier: name)\n")
        {
            file in
            foreignTime.flatMap { word in
                file.lines(holding: word).map {
                    file.fault($0, "`\(word)` has its own zone data; use CivilTime")
                }
            }
        },
        Rule("No input can spring a trap", brokenBy: "let turn = try! Turn(text)\n") { file in
            guard !file.isTest else { return [] }
            return traps.flatMap { trap in
                file.lines(holding: trap).map {
                    file.fault($0, "`\(trap)` kills the daemon; throw, or state a precondition")
                }
            }
        },
        Rule("A task is started in Daemon only", brokenBy: "Task { await go() }\n") { file in
            guard !file.isTest, file.target != "Daemon" else { return [] }
            return ["Task {", "Task.detached", "Task.init"].flatMap { word in
                file.lines(holding: word).map {
                    file.fault(
                        $0,
                        "an unstructured task outlives its caller; only Daemon starts one"
                    )
                }
            }
        },
        Rule(
            "Nothing is shared unsafely without a reason",
            brokenBy: "\nnonisolated(unsafe) var n = 0\n"
        ) {
            file in
            file.lines(holding: "nonisolated(unsafe)").map {
                file.fault($0, "protect it, or make it a value")
            }
                + file.lines(holding: "@unchecked Sendable").filter { !file.hasComment(above: $0) }
                .map { file.fault($0, "say above why this is safe") }
        },
        Rule("Only the command line prints", brokenBy: "print(shift)\n") { file in
            guard !file.isTest, !["tocsin", "Bench"].contains(file.target) else { return [] }
            return file.lines(holding: "print(").map {
                file.fault($0, "return the words; the command line prints them")
            }
        },
    ]
}

extension SourceFile {
    fileprivate var randomWithoutSource: [Int] {
        code.indices.filter { index in
            code[index].contains(".random(") && !code[index].contains("using:")
        }.map { $0 + 1 }
    }

    /// Whether the line before the declaration on `line`, attributes aside, is a comment.
    fileprivate func hasComment(above line: Int) -> Bool {
        var index = line - 2
        while index >= 0, lines[index].drop(while: { $0 == " " }).hasPrefix("@") { index -= 1 }
        return index >= 0 && lines[index].drop(while: { $0 == " " }).hasPrefix("//")
    }
}
