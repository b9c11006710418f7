import Foundation
import Glibc
import TestSupport
import Testing

/// The system gives the daemon few files, or no more memory.
@Suite("Where files or memory run out, no answered case goes unpaged", .serialized)
struct ScarcityTests {
    /// Which of the cases have paged nobody yet.
    private func unpaged(_ numbers: Set<Int>, _ receiver: Receiver) -> Set<Int> {
        let pages = receiver.arrivals.filter { !$0.json["data"]["page"].isNull }
        return numbers.subtracting(pages.compactMap { $0.json["data"]["case"]["number"].int })
    }

    private func expectPages(of numbers: Set<Int>, at receiver: Receiver) {
        let areOut = becomesTrue(within: 20) { unpaged(numbers, receiver).isEmpty }
        #expect(areOut, "nobody was paged for \(unpaged(numbers, receiver).sorted())")
    }

    /// 64 on two cores; what runs on each core has three of its own.
    private static let fewFiles = 48 + 8 * ProcessInfo.processInfo.processorCount

    @Test("With 64 files, a crowd that would take them all keeps no page and no caller back")
    func files() throws {
        let (workspace, receiver) = try Workspace.alarming()
        let daemon = try TestDaemon(
            in: workspace,
            wrapper: ["/bin/sh", "-c", "ulimit -n \(Self.fewFiles) && exec \"$@\"", "-"]
        )
        var opened: Set<Int> = []
        for round in 0..<rounds("CROWDS", usually: 1) {
            let crowd = try Child(
                Python.executable,
                [Python.tool("crowd.py"), "\(workspace.port)", "120", "8"],
                in: workspace.folder,
                output: workspace.path("crowd-\(round).stdout"),
                errors: workspace.path("crowd-\(round).stderr")
            )
            while crowd.isRunning {
                opened.insert(try daemon.open(title: "case \(opened.count)"))
                usleep(500_000)
            }
            let errors = workspace.text("crowd-\(round).stderr")
            #expect(crowd.exitCode(within: 1) == 0, "\(errors)")
            let said = JSONValue(parsing: workspace.text("crowd-\(round).stdout"))
            #expect(said["failed"].int == 0, "\(said)")
            #expect(try #require(said["asked"].int) > 8)
        }
        #expect(opened.count > 4)
        expectPages(of: opened, at: receiver)
        #expect(workspace.text("daemon.stderr").contains("fewer connections"))
        #expect(daemon.stop() == 0)
    }

    @Test("Out of memory it goes on, or is gone within 5 s and the next start pages what is owed")
    func memory() throws {
        for round in 0..<rounds("MEMORY_ROUNDS", usually: 2) {
            let (workspace, receiver) = try Workspace.alarming()
            // As the unit has it: what it dies of is over at once.
            let daemon = try TestDaemon(
                in: workspace,
                variables: ["SWIFT_BACKTRACE": "enable=no"]
            )
            var answered: Set = [try daemon.open(title: "before")]
            expectPages(of: answered, at: receiver)
            // What it has mapped at this moment, and up to twelve MiB more.
            try forbidMemory(beyond: round % 4 * 4 << 20, of: daemon, in: workspace)
            for index in 0..<20 {
                guard let number = try opened("case \(index)", in: workspace) else { break }
                answered.insert(number)
            }
            let isEither = try becomesTrue(within: 5) {
                guard daemon.isRunning else { return true }
                guard let number = try opened("again", in: workspace) else { return false }
                answered.insert(number)
                return unpaged(answered.subtracting([number]), receiver).isEmpty
            }
            #expect(isEither, "round \(round): \(workspace.text("daemon.stderr"))")
            daemon.kill()
            try daemon.restart()
            expectPages(of: answered, at: receiver)
            for (key, same) in Dictionary(grouping: receiver.arrivals, by: \.key) {
                #expect(Set(same.map(\.body)).count == 1, "\(key) came with two bodies")
            }
            #expect(daemon.stop() == 0)
        }
    }

    /// Its number where it was answered; its text takes room.
    private func opened(_ title: String, in workspace: Workspace) throws -> Int? {
        let ran = try workspace.tocsin(
            "open",
            "--policy",
            "quik",
            "--priority",
            "P1",
            "--customer",
            "Northwind",
            "--title",
            title,
            "--details",
            String(repeating: "checkout returns 502. ", count: 700),
            "-o",
            "json"
        )
        return ran.exit == 0 ? ran.json.caseObject["number"].int : nil
    }

    /// From now on the process may map only so much more.
    private func forbidMemory(
        beyond bytes: Int,
        of daemon: TestDaemon,
        in workspace: Workspace
    ) throws {
        let file = "/proc/\(daemon.processID)/status"
        let status = try String(contentsOfFile: file, encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmSize:") }
        let kilobytes = try #require(line.flatMap { Int($0.filter(\.isNumber)) })
        let ran = try workspace.run(
            "/usr/bin/prlimit",
            ["--pid", "\(daemon.processID)", "--as=\(kilobytes * 1_024 + bytes)"]
        )
        #expect(ran.exit == 0, "\(ran.errors)")
    }
}
