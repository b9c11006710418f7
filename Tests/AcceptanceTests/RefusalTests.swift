import CivilTime
import Foundation
import Testing

@Suite("What cannot be done is said in a sentence, with what to do and an exit code", .serialized)
struct RefusalTests {
    @Test("Against a running daemon: unknown names, late acknowledgements, wrong states")
    func refused() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "checkout returns 502")

        let unknown = try workspace.tocsin("show", "4711")
        #expect(unknown.exit == 5)
        #expect(unknown.errors.contains("4711"))

        let policy = try workspace.tocsin(
            "open",
            "--policy",
            "quick",
            "--priority",
            "P1",
            "--customer",
            "Northwind",
            "--title",
            "x"
        )
        #expect(policy.exit == 5)
        #expect(policy.errors.contains("quick") && policy.errors.contains("quik"))

        #expect(try workspace.tocsin("ack", "\(number)", "--as", "anna").exit == 0)
        let again = try workspace.tocsin("ack", "\(number)", "--as", "anna")
        #expect(again.exit == 0, "the same person acknowledging again is no conflict")
        let late = try workspace.tocsin("ack", "\(number)", "--as", "ben")
        #expect(late.exit == 6)
        #expect(late.errors.lowercased().contains("anna"))

        let json = try workspace.tocsin("ack", "\(number)", "--as", "ben", "-o", "json")
        let error = JSONValue(parsing: json.errors)["error"]
        #expect(error["exit"].int == 6)
        for field in ["code", "message", "fix"] {
            #expect(error[field].string?.isEmpty == false, "\(field) in \(json.errors)")
        }

        #expect(try workspace.tocsin("resolve", "\(number)", "--as", "anna").exit == 0)
        #expect(try workspace.tocsin("ack", "\(number)", "--as", "ben").exit == 6)
        #expect(try workspace.tocsin("frobnicate").exit == 64)
    }

    @Test("Without a daemon: exit 7, and how to start one")
    func notRunning() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        for words in [["cases"], ["ack", "1", "--as", "anna"], ["reload"]] {
            let ran = try workspace.run(Workspace.binary.path, words)
            #expect(ran.exit == 7, "\(words): \(ran.errors)")
            #expect(ran.errors.contains("tocsin run"), "\(words): \(ran.errors)")
        }
    }

    @Test("A port that is taken is named")
    func portTaken() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        try TestFiles().write(to: workspace)
        let settings = workspace.text("config/tocsin.yaml")
        try workspace.write(
            "config/tocsin.yaml",
            settings.replacingOccurrences(of: ":\(workspace.port)", with: ":\(receiver.port)")
        )
        let ran = try workspace.tocsin("run")
        #expect(ran.exit == 1)
        #expect(ran.errors.contains("\(receiver.port)"), "\(ran.errors)")
    }

    @Test("A secret that others can read is refused, by its file's name")
    func openSecret() throws {
        let workspace = try Workspace()
        try TestFiles(hook: "http://127.0.0.1:9/hook").write(to: workspace)
        try workspace.write(
            "config/secrets/hook",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",
            mode: 0o644
        )
        let ran = try workspace.tocsin("run")
        #expect(ran.exit == 1)
        #expect(ran.errors.contains("secrets/hook"), "\(ran.errors)")
        #expect(ran.errors.contains("600"), "\(ran.errors)")
        #expect(!ran.errors.contains("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    }

    @Test("A database of a newer version is refused and left as it is")
    func newerDatabase() throws {
        let (workspace, receiver) = try Workspace.alarming()
        let daemon = try TestDaemon(in: workspace)
        #expect(daemon.stop() == 0)
        let script = """
            import sqlite3
            database = sqlite3.connect("var/tocsin.db")
            database.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
            database.commit()
            """
        let aged = try workspace.run(Python.executable, ["-c", script])
        #expect(aged.exit == 0, "\(aged.errors)")
        let before = try Data(contentsOf: workspace.path("var/tocsin.db"))
        let ran = try workspace.tocsin("run")
        #expect(ran.exit == 1)
        #expect(ran.errors.contains("schema 99"), "\(ran.errors)")
        #expect(try Data(contentsOf: workspace.path("var/tocsin.db")) == before)
        let told = eventually(within: 5) {
            receiver.arrivals.first { $0.body.contains("Tocsin cannot start") }
        }
        #expect(told?.body.contains("schema 99") == true, "admins hear of it")
    }

    @Test("SIGTERM ends the daemon with exit 0, and what was open is there afterwards")
    func stops() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "checkout returns 502")
        #expect(daemon.stop() == 0)
        try daemon.restart()
        let shown = try workspace.tocsin("show", "\(number)", "-o", "json")
        #expect(shown.json.caseObject["status"].string == "open")
    }
}

@Suite("Files are taken all or none", .serialized)
struct ReloadTests {
    @Test("A reload with a fault says every finding and keeps the old files; by SIGHUP as well")
    func keepsOldFiles() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let whole = workspace.text("rotations/support.yaml")

        let faulty = whole.replacingOccurrences(of: "order: [anna]", with: "order: [annna]")
            .replacingOccurrences(of: "order: [ben]", with: "order: [bem]")
        try workspace.write("rotations/support.yaml", faulty)
        let refused = try workspace.tocsin("reload")
        #expect(refused.exit == 1, "\(refused.errors)")
        let said = refused.output + refused.errors
        #expect(said.contains("person-unknown") && said.contains("annna") && said.contains("bem"))

        daemon.signal(SIGHUP)
        #expect(
            becomesTrue(within: 10) { workspace.text("daemon.stderr").contains("annna") },
            "SIGHUP says its findings too"
        )
        #expect(daemon.isRunning)
        _ = try daemon.open(title: "opened under the old files")

        let changed = whole.replacingOccurrences(
            of: "order: [anna], first: anna",
            with: "order: [marcus], first: marcus"
        )
        try workspace.write("rotations/support.yaml", changed)
        #expect(try workspace.tocsin("reload", "--now").exit == 0)
        let number = try daemon.open(title: "opened under the new files")
        let told = try becomesTrue(within: 5) {
            try workspace.tocsin("why", "\(number)").output.contains("marcus")
        }
        #expect(told)
    }

    @Test("Admins hear what an edit moved in open cases, and of a reload that was refused")
    func alarms() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        try TestFiles(
            hook: "http://127.0.0.1:\(receiver.port)/hook",
            extra: "emergency: {channel: hook, address: ops}\n"
        ).write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let number = try daemon.open(title: "checkout returns 502")
        let told = {
            receiver.arrivals.filter { $0.json["data"]["to"]["address"].string == "ops" }
                .compactMap { $0.json["data"]["notification"]["summary"].string }
        }

        let policy = workspace.text("config/policies/quik.yaml")
        try workspace.write(
            "config/policies/quik.yaml",
            policy.replacingOccurrences(of: "response: 1 h", with: "response: 2 h")
        )
        let ran = try workspace.tocsin("reload")
        #expect(ran.exit == 0, "\(ran.errors)")
        #expect(becomesTrue(within: 10) { told().count == 1 })
        #expect(told().first?.contains("case \(number), response: from ") == true, "\(told())")

        try workspace.write("config/policies/quik.yaml", policy + "  broken")
        #expect(try workspace.tocsin("reload").exit == 1)
        #expect(becomesTrue(within: 10) { told().count == 2 })
        #expect(told().last?.contains("The old files stay in force") == true, "\(told())")
        #expect(daemon.stop() == 0)
    }

    @Test("What changes who is on call now needs --now, and whose 60 days changed is told")
    func guarded() throws {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        try TestFiles(
            hook: "http://127.0.0.1:\(receiver.port)/hook",
            extra: "emergency: {channel: hook, address: ops}\n"
        ).write(to: workspace)
        let daemon = try TestDaemon(in: workspace)
        let whole = workspace.text("rotations/support.yaml")

        #expect(try workspace.tocsin("reload").exit == 0, "the same files are no change")
        try workspace.write(
            "rotations/support.yaml",
            whole.replacingOccurrences(
                of: "order: [anna], first: anna",
                with: "order: [marcus], first: marcus"
            )
        )
        let refused = try workspace.tocsin("reload")
        #expect(refused.exit == 6, "\(refused.errors)")
        #expect(
            refused.errors.contains("support-primary would pass from anna to marcus")
                && refused.errors.contains("--now")
        )
        #expect(receiver.arrivals.isEmpty, "nobody is told of what is not in force")

        // Nobody waits for the answer to a signal, so admins hear it.
        let alarms = { Self.notices(at: receiver, isForAdmins: true) }
        daemon.signal(SIGHUP)
        #expect(becomesTrue(within: 10) { alarms().count == 1 })
        let alarm = alarms().first?.1 ?? ""
        #expect(alarm.contains("support-primary would pass from anna to marcus"), "\(alarm)")
        #expect(alarm.contains("tocsin reload --now"), "\(alarm)")

        #expect(try workspace.tocsin("reload", "--now").exit == 0)
        let notices = { Self.notices(at: receiver, isForAdmins: false) }
        #expect(becomesTrue(within: 10) { notices().count == 2 })
        let told = Dictionary(notices(), uniquingKeysWith: { first, _ in first })
        #expect(told["anna"]?.contains("No longer on call: support-primary from") == true)
        #expect(told["marcus"]?.contains("Now on call: support-primary from") == true)

        // Later than now and within 60 days: no --now needed, and told all the same.
        // A new line-up begins at a handoff, whatever day it is today.
        let inAMonth = Int(Date().timeIntervalSince1970) / 86_400 + 30
        var handoff = CivilDate(daysSinceEpoch: inAMonth)
        while handoff.weekday != .monday { handoff = handoff.adding(days: 1) }
        try workspace.write(
            "rotations/support.yaml",
            workspace.text("rotations/support.yaml").replacingOccurrences(
                of: "members: [{from: 2025-01-06, order: [marcus], first: marcus}]",
                with: "members: [{from: 2025-01-06, order: [marcus], first: marcus},"
                    + " {from: \(handoff), order: [lena], first: lena}]"
            )
        )
        let later = try workspace.tocsin("reload")
        #expect(later.exit == 0, "\(later.errors)")
        let isTold = becomesTrue(within: 10) {
            notices().contains { $0.0 == "lena" && $0.1.contains("Now on call") }
        }
        #expect(isTold)
        #expect(alarms().count == 1, "a reload by the command line tells who asked")
        #expect(daemon.stop() == 0)
    }

    /// Who was told what in no page, by the person's name; that of admins is empty.
    private static func notices(at receiver: Receiver, isForAdmins: Bool) -> [(String, String)] {
        receiver.arrivals.map { $0.json["data"] }.filter { data in
            data["page"].isNull && (data["to"]["address"].string == "ops") == isForAdmins
        }.map { data in
            let notification = data["notification"]
            return (notification["person"].string ?? "", notification["summary"].string ?? "")
        }
    }
}
