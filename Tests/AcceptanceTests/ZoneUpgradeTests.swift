import Foundation
import Testing

/// Zone files of a daemon's own, put over the machine's by a mount that only it sees.
@Suite("New zone data under a running daemon", .serialized)
struct ZoneUpgradeTests {
    /// It takes root, and the right to mount.
    static let isAllowed: Bool = {
        let places = "/usr/share/zoneinfo /usr/share/zoneinfo"
        let words = ["-m", "sh", "-c", "mount --bind \(places)"]
        guard let place = try? Workspace() else { return false }
        return (try? place.run("/usr/bin/unshare", words))?.exit == 0
    }()

    @Test(
        "It comes into force without a reload, and no edit of the files with it",
        .enabled(if: isAllowed, "this machine lets no test mount zone files of its own")
    )
    func upgraded() throws {
        let workspace = try Workspace()
        try TestFiles().write(to: workspace)
        // Five or six hours ahead by Berlin's clocks, and behind by those of Kiritimati.
        let ahead = (Int(Date.now.timeIntervalSince1970) / 3_600 + 7) % 24
        let handoff = ahead < 10 ? "0\(ahead):30" : "\(ahead):30"
        let rotations = Self.rotations(["anna", "ben"], at: handoff)
        try workspace.write("rotations/support.yaml", rotations)
        try FileManager.default.copyItem(
            at: URL(filePath: "/usr/share/zoneinfo"),
            to: workspace.path("zones")
        )
        let zones = workspace.path("zones").path
        let mount = "mount --bind '\(zones)' /usr/share/zoneinfo && exec \"$@\""
        // 300 s of its time in one: it looks every two, and Berlin's handoff comes after a minute.
        let daemon = try TestDaemon(
            in: workspace,
            speed: 300,
            wrapper: ["/usr/bin/unshare", "-m", "sh", "-c", mount, "-"]
        )
        /// Who is paged first for a new case; `nil` where nobody is within ten seconds.
        func paged() throws -> String? {
            let number = try daemon.open(title: "logins hang")
            var person: String?
            _ = try becomesTrue(within: 10) {
                let why = try workspace.tocsin("why", "\(number)", "-o", "json")
                person = why.json["pages"][0]["person"].string
                return person != nil
            }
            return person
        }
        let before = try #require(try paged())
        #expect(["anna", "ben"].contains(before))
        // Valid, and not reloaded: nobody has asked for it.
        try workspace.write("rotations/support.yaml", Self.rotations(["lena"], at: handoff))
        let berlin = workspace.path("zones/Europe/Berlin")
        try FileManager.default.removeItem(at: berlin)
        try FileManager.default.copyItem(
            at: workspace.path("zones/Pacific/Kiritimati"),
            to: berlin
        )
        try workspace.write("zones/tzdata.zi", "# version 2099z\n", mode: 0o644)
        #expect(becomesTrue(within: 30) { workspace.text("daemon.stderr").contains("reloaded") })
        #expect(try paged() == (before == "anna" ? "ben" : "anna"))
        #expect(daemon.stop() == 0)
    }

    /// Shared out day by day in Berlin.
    private static func rotations(_ people: [String], at handoff: String) -> String {
        let names = ["support-primary", "support-secondary", "specialists", "leadership"]
        let order = people.joined(separator: ", ")
        return "format: 1\ntimezone: Europe/Berlin\nrotations:\n"
            + names.map { name in
                """
                  \(name):
                    if_nobody: [marcus]
                    layers:
                      - name: day
                        handoff: {every: 1 day, at: "\(handoff)"}
                        members: [{from: 2025-01-06, order: [\(order)], first: \(people[0])}]

                """
            }.joined()
    }
}
