import Foundation
import Testing

@Suite("Every command says what went wrong by its exit code, and as JSON", .serialized)
struct FileExitTests {
    /// One command with words that make it ask a daemon, or name what is not there.
    private struct Row {
        var words: String
        /// 7 without a daemon, 5 for an unknown name, 0 where nothing is wrong.
        var exit: Int32
    }

    private static let rows: [String: Row] = [
        "run": Row(words: "--config nowhere", exit: 1),
        "reload": Row(words: "", exit: 7),
        "clock accept": Row(words: "", exit: 7),
        // It reads a mail to its end first, which a pipe that stays open has not.
        "intake mail": Row(words: "--recipient", exit: 64),
        "check": Row(words: "", exit: 0),
        "fmt": Row(words: "nowhere.yaml", exit: 5),
        "schema": Row(words: "rotation", exit: 0),
        "who": Row(words: "nobody-knows", exit: 5),
        "shifts": Row(words: "nobody-knows", exit: 5),
        "explain": Row(words: "nobody-knows", exit: 5),
        "diff": Row(words: "", exit: 7),
        "rehearse": Row(words: "--months 0", exit: 64),
        "clocks": Row(words: "--policy x --priority P1 --opened now", exit: 5),
        "plan": Row(words: "1", exit: 7),
        "policy": Row(words: "nobody-knows", exit: 5),
        "backtest": Row(words: "--cases nowhere.jsonl", exit: 1),
        "override add": Row(
            words: "nobody-knows --from now --to +2h --person ben --reason x",
            exit: 5
        ),
        "override list": Row(words: "nobody-knows", exit: 5),
        "override remove": Row(words: "nobody-knows --at now", exit: 5),
        "away add": Row(
            words: "nobody --from 2027-03-08 --until 2027-03-09 --reason x",
            exit: 5
        ),
        "away list": Row(words: "", exit: 0),
        "away remove": Row(words: "nobody --at now", exit: 5),
        "version": Row(words: "", exit: 0),
        "open": Row(words: "--policy quik --customer N --title x", exit: 7),
        "cases": Row(words: "--breaching 1h", exit: 7),
        "show": Row(words: "1", exit: 7),
        "ack": Row(words: "1", exit: 7),
        "unack": Row(words: "1", exit: 7),
        "respond": Row(words: "1", exit: 7),
        "update": Row(words: "1 --text x --next 30m", exit: 7),
        "record": Row(words: "1 diagnosed", exit: 7),
        "note": Row(words: "1 --text x", exit: 7),
        "status": Row(words: "1 on_hold --until +2h", exit: 7),
        "priority": Row(words: "1 P2", exit: 7),
        "snooze": Row(words: "1 --for 30m", exit: 7),
        "escalate": Row(words: "1 --reason x", exit: 7),
        "reassign": Row(words: "1 --to ben", exit: 7),
        "add-responder": Row(words: "1 --to ben", exit: 7),
        "resolve": Row(words: "1", exit: 7),
        "reopen": Row(words: "1", exit: 7),
        "close": Row(words: "1", exit: 7),
        "why": Row(words: "1", exit: 7),
        "deliveries": Row(words: "--retry 4", exit: 7),
        "test person": Row(words: "anna", exit: 7),
        "test channel": Row(words: "terminal", exit: 7),
        "export": Row(words: "", exit: 7),
        "import cases": Row(words: "cases.jsonl", exit: 7),
        "db backup": Row(words: "copy.db --database nowhere.db", exit: 1),
        "db restore": Row(words: "nowhere.db", exit: 1),
        "db migrate": Row(words: "", exit: 0),
        "monitor": Row(words: "not-an-address --once", exit: 64),
        "token create": Row(words: "--role admin --name x --expires yesterday", exit: 1),
        "token list": Row(words: "", exit: 7),
        "token revoke": Row(words: "9", exit: 7),
        "feed": Row(words: "anna", exit: 7),
        "report": Row(words: "", exit: 7),
        "test ladder": Row(words: "critical --live", exit: 7),
        "import ics": Row(words: "nowhere.ics --rotation nobody-knows", exit: 5),
        "import csv": Row(words: "nowhere.csv --rotation support-primary", exit: 1),
        "import opsgenie": Row(words: "nowhere.json --rotation support-primary", exit: 1),
        "import pagerduty": Row(words: "nowhere.json --rotation support-primary", exit: 1),
        "import grafana-oncall": Row(words: "nowhere.ics --rotation nobody-knows", exit: 5),
    ]

    @Test("Each has its row here")
    func rowsAreWhole() throws {
        let files = try RuleFolder()
        let dump = try files.tocsin("--experimental-dump-help").output
        let leaves = Command(JSONValue(parsing: dump)["command"]).leaves
        let missing = leaves.map { $0.dropFirst().joined(separator: " ") }
            .filter { Self.rows[$0] == nil }
        #expect(missing.isEmpty)
    }

    @Test("Without a daemon, or with a name that is not there")
    func failures() throws {
        let files = try RuleFolder()
        try files.workspace.write(
            "cases.jsonl",
            "{\"policy\":\"quik\",\"customer\":\"N\",\"title\":\"x\"}\n"
        )
        for (command, row) in Self.rows.sorted(by: { $0.key < $1.key }) {
            let json = command == "run" ? "" : " -o json"
            let ran = try files.tocsin("\(command) \(row.words)\(json)")
            #expect(ran.exit == row.exit, "\(command): \(ran.exit) \(ran.errors)")
            guard row.exit != 0 else {
                #expect(!JSONValue(parsing: ran.output).isNull, "\(command): \(ran.output)")
                continue
            }
            guard command != "run" else { continue }
            expectError(ran, row.exit, command)
            #expect(ran.output.isEmpty, "\(command): \(ran.output)")
        }
    }

    @Test("Wrong usage is 64 for each of them")
    func usage() throws {
        let files = try RuleFolder()
        for command in Self.rows.keys.sorted() {
            let ran = try files.tocsin("\(command) --no-such-option x -o json")
            #expect(ran.exit == 64, "\(command)")
            expectError(ran, 64, command)
        }
    }

    private func expectError(_ ran: Workspace.Ran, _ exit: Int32, _ command: String) {
        let error = ran.error
        #expect(error.keys == ["code", "exit", "fix", "message"], "\(command): \(ran.errors)")
        #expect(error["exit"].int == Int(exit), "\(command): \(ran.errors)")
        for field in ["code", "message", "fix"] {
            #expect(error[field].string?.isEmpty == false, "\(command): \(field)")
        }
    }
}
