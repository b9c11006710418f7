import CivilTime
import Foundation
import Glibc
import Paging
import Store
import StoreSQLite
import TestSupport
import Testing

/// The power fails after any write, and the disk refuses any sync.
@Suite("What was answered survives the disk", .serialized)
struct DiskTests {
    static let images = rounds("IMAGES", usually: 200)
    static let failures = rounds("FSYNC_FAILURES", usually: 4)

    @Test("Power that fails at any write, with writes lost and torn, loses no answered case")
    func crashImages() throws {
        let (workspace, receiver) = try Workspace.alarming()
        let trace = workspace.path("trace")
        let daemon = try TestDaemon(
            in: workspace,
            speed: 60,
            variables: [
                "LD_PRELOAD": try Shim.built("disk", in: workspace), "DISK_TRACE": trace.path,
            ]
        )
        /// The length of the trace when the answer came, after which it has to be there.
        var answers: [(number: Int, isAcknowledged: Bool, end: Int)] = []
        func length() throws -> Int {
            try FileManager.default.attributesOfItem(atPath: trace.path)[.size] as? Int ?? 0
        }
        for index in 0..<rounds("IMAGE_CASES", usually: 12) {
            let number = try daemon.open(title: "image \(index)")
            answers.append((number, false, try length()))
            if index % 3 == 2 {
                #expect(try workspace.tocsin("ack", "\(number)", "--as", "anna").exit == 0)
                answers.append((number, true, try length()))
            }
        }
        usleep(3_000_000)
        #expect(!receiver.arrivals.isEmpty)
        daemon.kill()

        let steps = DiskTrace(try Data(contentsOf: trace)).steps
        let syncs = steps.count { if case .sync = $0.step { true } else { false } }
        #expect(syncs >= answers.count, "an answer without a sync: \(syncs) of \(answers.count)")
        var random = Dice(seed: 11)
        // As many at each step as it takes, from the first on.
        let each = Double(Self.images) / Double(max(1, steps.count))
        var (image, owed, made) = (CrashImage(), 0.0, 0)
        for step in steps {
            image.take(step.step, step.file)
            owed += each
            while owed >= 1 {
                owed -= 1
                made += 1
                let due = answers.filter { $0.end <= step.end }
                try check(image.files(&random), made, due.map { ($0.number, $0.isAcknowledged) })
            }
        }
        #expect(made >= Self.images - 1)
    }

    /// Opens an image with the store of the daemon.
    private func check(
        _ files: [String: Data],
        _ index: Int,
        _ answered: [(number: Int, isAcknowledged: Bool)]
    ) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "image-\(getpid())-\(index)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, content) in files { try content.write(to: folder.appending(path: name)) }
        do {
            let database = try SQLiteDatabase(path: folder.appending(path: "tocsin.db").path)
            let store = try CaseStore(database)
            try database.quickCheck()
            try store.read { records throws(StoreError) in
                for (number, isAcknowledged) in answered {
                    let kept = try records.storedCase(number: number)
                    #expect(kept != nil, "image \(index): case \(number) was answered and is gone")
                    guard let kept else { continue }
                    let events = try records.events(of: kept.value.id)
                    #expect(events.count == kept.eventCount, "image \(index): case \(number)")
                    if isAcknowledged {
                        let isKept = kept.value.acknowledgement != nil
                        #expect(isKept, "image \(index): the acknowledgement of \(number) is gone")
                    }
                }
                // Nothing half: every notification of every case can be read.
                _ = try records.deliveries(limit: 500)
                let audit = try records.audit(at: 0)
                #expect(audit.faults.isEmpty, "image \(index): \(audit.faults)")
            }
            try database.close()
        } catch {
            Issue.record("image \(index) with \(files.mapValues(\.count)) does not open: \(error)")
        }
    }

    @Test("A sync that fails is told and never tried again in place, and nothing is lost")
    func failingSync() throws {
        let (workspace, receiver) = try Workspace.alarming()
        let countdown = try SharedNumber(in: workspace, named: "countdown")
        let library = try Shim.built("disk", in: workspace)
        let daemon = try TestDaemon(
            in: workspace,
            variables: ["LD_PRELOAD": library, "DISK_FAIL": countdown.path]
        )
        var answered: Set<Int> = []
        var random = Dice(seed: 3)
        for round in 0..<Self.failures {
            countdown.set(1 + Int64(random.next() % 6))
            var isRefused = false
            for attempt in 0..<12 where !isRefused {
                let ran = try workspace.tocsin(
                    "open",
                    "--policy",
                    "quik",
                    "--priority",
                    "P1",
                    "--customer",
                    "Northwind",
                    "--title",
                    "sync \(round).\(attempt)",
                    "-o",
                    "json"
                )
                if ran.exit == 0, let number = ran.json.caseObject["number"].int {
                    answered.insert(number)
                } else {
                    isRefused = true
                }
            }
            #expect(countdown.value <= 0, "round \(round): no sync failed")
            let code = daemon.exitCode(within: 30)
            #expect(code != nil && code != 0, "round \(round): it went on after a failed sync")
            try daemon.restart()
        }
        let list = try workspace.tocsin("cases", "--limit", "500", "-o", "json").json["cases"].items
        #expect(answered.isSubset(of: Set(list.compactMap { $0["number"].int })))
        let isTold = receiver.arrivals.contains { $0.body.contains("disk failed") }
        #expect(isTold, "the last gasp")
        #expect(daemon.stop() == 0)
    }
}
