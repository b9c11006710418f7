import Foundation
import Testing

@Suite("Overrides and absences are written into the rotation files", .serialized)
struct FileEditTests {
    private static let place = "rotations/support.yaml"

    @Test("An override is added, listed and taken away, and every other line stays")
    func override() throws {
        let files = try RuleFolder()
        let before = files.workspace.text(Self.place)
        let added = try files.tocsin(
            "override",
            "add",
            "support-primary",
            "--from",
            "2027-03-04T12:00:00Z",
            "--to",
            "2027-03-04T18:00:00Z",
            "--person",
            "lena",
            "--instead-of",
            "anna",
            "--reason",
            "swap: HR-220, \"agreed\"",
            "-o",
            "json"
        )
        #expect(added.exit == 0, "\(added.errors)")
        #expect(added.json["file"].string == Self.place)
        let line = files.line("\(Self.place):\(added.json["line"].int ?? 0)")
        #expect(line.contains("from: 2027-03-04T13:00, to: 2027-03-04T19:00"), "Berlin: \(line)")
        let during = try files.tocsin("who support-primary --at 2027-03-04T13:00:00Z -o json")
        #expect(during.json["rotations"][0]["people"].strings == ["lena"])
        #expect(during.json["rotations"][0]["override"] == .bool(true))
        let listed = try files.tocsin("override list --all -o json").json["overrides"].items
        #expect(listed.compactMap { $0["reason"].string } == ["swap: HR-220, \"agreed\""])
        #expect(listed[0]["from"].string == "2027-03-04T12:00:00Z")

        let overlap = try files.tocsin(
            "override add support-primary --from 2027-03-04T17:00:00Z --to 2027-03-04T20:00:00Z"
                + " --person ben --reason x -o json"
        )
        #expect(overlap.exit == 1)
        #expect(overlap.errors.contains("override-overlap") || overlap.error["exit"].int == 1)
        #expect(files.workspace.text(Self.place).contains("ben, reason: x") == false)

        let removed = try files.tocsin("override remove support-primary --at 2027-03-04T12:30:00Z")
        #expect(removed.exit == 0, "\(removed.errors)")
        #expect(files.workspace.text(Self.place) == before)
        #expect(
            try files.tocsin("override remove support-primary --at 2027-03-04T12:30:00Z").exit == 5
        )
    }

    @Test("An absence is added, and the next in order steps in")
    func away() throws {
        let files = try RuleFolder()
        let before = files.workspace.text(Self.place)
        let added = try files.tocsin(
            "away",
            "add",
            "ben",
            "--from",
            "2027-03-08",
            "--until",
            "2027-03-12",
            "--reason",
            "leave"
        )
        #expect(added.exit == 0, "\(added.errors)")
        #expect(added.output.contains("tocsin reload"))
        let text = files.workspace.text(Self.place)
        #expect(text.hasPrefix(before))
        #expect(text.contains("- {person: ben, from: 2027-03-08, until: 2027-03-12, note: leave}"))
        let listed = try files.tocsin("away list ben --all -o json").json["away"].items
        #expect(listed.compactMap { $0["from"].string } == ["2027-03-07T23:00:00Z"])
        #expect(listed.compactMap { $0["to"].string } == ["2027-03-12T23:00:00Z"])
        #expect(try files.tocsin("away remove ben --at 2027-03-10").exit == 0)
        #expect(files.workspace.text(Self.place) == before)
    }

    @Test("What cannot be is refused, and nothing is written")
    func refused() throws {
        let files = try RuleFolder()
        let before = files.workspace.text(Self.place)
        let add = "override add support-primary --reason x"
        for (words, exit) in [
            ("\(add) --from 2027-03-04T12:00 --to 2027-03-04T11:00 --person ben", 64),
            ("\(add) --from 2027-03-04T12:00 --to 2027-03-04T13:00 --person bent", 5),
            ("\(add) --from 2027-03-04T12:00 --to 2027-03-04T13:00", 64),
            ("override add suport --from now --to +2h --person ben --reason x", 5),
            ("override add support-primary --from now --person ben --reason x", 64),
            ("away add bent --from 2027-03-08 --until 2027-03-12 --reason x", 5),
            ("away add ben --from 2027-03-08 --until 2027-03-07 --reason x", 64),
            ("away add ben --from tomorrow --until 2027-03-07 --reason x", 64),
            ("away add ben --from 2027-03-08 --until 2027-03-09", 64),
            ("away remove ben --at 2027-03-08", 5),
        ] {
            let ran = try files.tocsin(words)
            #expect(ran.exit == exit, "\(words): \(ran.errors)")
        }
        #expect(files.workspace.text(Self.place) == before)
    }
}
