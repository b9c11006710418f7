import Foundation
import Testing

@Suite("Questions that files answer are answered by a daemon as well", .serialized)
struct FileDaemonTests {
    @Test("A plan of a case, files against those in force, cases out and in again")
    func daemon() throws {
        let files = try RuleFolder()
        let daemon = try TestDaemon(in: files.workspace)
        let number = try daemon.open(title: "checkout returns 502", key: "shop-502")

        let plan = try files.tocsin("plan \(number) -o json")
        #expect(plan.exit == 0, "\(plan.errors)")
        let pages = plan.json["steps"].items.filter { $0["kind"].string == "page" }
        #expect(pages.count > 3)
        #expect(try files.tocsin("plan \(number)").output.contains("page"))
        #expect(try files.tocsin("plan \(number) -o svg").output.hasPrefix("<svg"))
        #expect(try files.tocsin("plan 4711").exit == 5)
        #expect(try files.tocsin("plan 1 --policy quik").exit == 64)

        #expect(try files.tocsin("diff").output.contains("No shift changes"))
        let whole = files.workspace.text("rotations/support.yaml")
        try files.workspace.write(
            "rotations/support.yaml",
            whole.replacingOccurrences(
                of: "order: [lena], first: lena",
                with: "order: [marcus], first: marcus"
            )
        )
        let changed = try files.tocsin("diff -o json")
        #expect(changed.exit == 0, "\(changed.errors)")
        #expect(changed.json["changed_now"].strings == ["leadership"])
        #expect(changed.json["changes"][0]["before"].strings == ["lena"])
        #expect(changed.json["changes"][0]["after"].strings == ["marcus"])
        try files.workspace.write("rotations/support.yaml", whole)

        let exported = try files.tocsin("export")
        #expect(exported.jsonLines.map { $0["case"]["number"].int } == [number])
        #expect(exported.jsonLines[0]["events"][0]["event"].string == "opened")
        try files.workspace.write(
            "cases.jsonl",
            exported.output
                + """
                {"policy":"quik","priority":"P4","customer":"N","title":"two","key":"two"}
                {"policy":"quick","customer":"N","title":"three"}
                no JSON
                {"case":{"policy":"quik","customer":"N","title":"x","status":"resolved"}}

                """
        )
        let first = try files.tocsin("import cases cases.jsonl -o json")
        #expect(first.exit == 1, "two lines are refused")
        #expect(first.jsonLines.map { $0["new"] }[0...1] == [.bool(false), .bool(true)])
        #expect(first.jsonLines[0]["case"].int == number)
        #expect(first.jsonLines[2]["error"]["exit"].int == 5)
        #expect(first.jsonLines[3]["error"]["exit"].int == 64)
        #expect(first.jsonLines[4]["passed_over"].string == "resolved")
        let again = try files.tocsin("import cases cases.jsonl")
        #expect(again.output.contains("0 opened, 2 open already, 1 resolved"), "\(again.output)")
        #expect(try files.tocsin("cases -o json").json["cases"].items.count == 2)
    }

    @Test("In a rehearsal, +2h counts from the daemon's clock, and why tells times in the zone")
    func rehearsal() throws {
        let files = try RuleFolder()
        let daemon = try TestDaemon(in: files.workspace, speed: 10_000)
        let number = try daemon.open(policy: "quik", priority: "P3", title: "slow")
        // In a second of waiting, almost three hours pass there.
        Thread.sleep(forTimeInterval: 1)
        let held = try files.tocsin("status \(number) on_hold --until +2h --as anna -o json")
        #expect(held.exit == 0, "\(held.errors)")
        let at = try #require(held.json["at"].instant)
        let until = try #require(held.json["until"].instant)
        #expect(at - Date().timeIntervalSince1970 > 3_600, "the daemon is ahead of the machine")
        #expect(abs(until - at - 7_200) < 3 * 3_600, "two hours after it was said")

        let why = try files.workspace.run(
            "/bin/sh",
            [
                "-c",
                "TZ=America/Denver \(Workspace.binary.path) why \(number) --not lena",
            ]
        )
        #expect(why.exit == 0, "\(why.errors)")
        #expect(!why.output.contains("Z "), "\(why.output)")
    }
}
