import Testing

@testable import Daemon

@Suite("New zone data is noticed")
struct ZoneReleaseTests {
    /// The looks, of those given, at which it is taken up; then it is in force.
    private func taken(_ looks: [String], from start: String) -> [Int] {
        var release = ZoneRelease()
        var inForce = start
        return looks.indices.filter { look in
            guard release.isNew(looks[look], inForce: inForce) else { return false }
            inForce = looks[look]
            return true
        }
    }

    @Test("Another release counts once two looks in a row find it, and once")
    func twice() {
        #expect(taken(["2026e", "2026f", "2026f", "2026f"], from: "2026e") == [2])
        #expect(taken(["2026f", "2026g", "2026g"], from: "2026e") == [2])
        #expect(taken(["2026f", "2026e", "2026f", "2026f"], from: "2026e") == [3])
        #expect(taken(["2026e", "2026e"], from: "2026e") == [])
        #expect(taken(["2026e", "2026e"], from: "2026f") == [1], "an older one as well")
    }

    @Test("Files that tell no release are passed over, and the first that does counts")
    func unknown() {
        #expect(taken(["unknown", "unknown", "unknown"], from: "2026e") == [])
        #expect(taken(["2026f", "unknown", "2026f", "2026f"], from: "2026e") == [3])
        #expect(taken(["unknown", "2026f", "2026f"], from: "unknown") == [2])
    }

    @Test("What was refused is tried again with the next look")
    func again() {
        var release = ZoneRelease()
        let looks = (0..<4).map { _ in release.isNew("2026f", inForce: "2026e") }
        #expect(looks == [false, true, true, true])
    }
}
