import CivilTime
import Clocks
import OnCall
import Paging
import Testing

@testable import RuleFiles

@Suite struct ShippedFilesTests {
    @Test("The shipped files load, with readings to confirm and one ladder whose steps cross")
    func shippedFilesLoad() throws {
        let load = Fixture.load(Fixture.shipped)
        let others = load.diagnostics.filter { $0.code != .readingUnconfirmed }
        #expect(
            others.map(\.code) == [.stepsCross],
            "\(others.rendered(over: Fixture.shipped))"
        )
        let readings = load.diagnostics.filter { $0.code == .readingUnconfirmed }
        #expect(readings.count == 5)
        let rulebook = try #require(load.rulebook)
        #expect(
            Set(rulebook.policies.keys) == [
                "quik", "quadrotech", "support-guidelines", "user-support", "esq",
            ]
        )
        #expect(rulebook.people.count == 8)
        let settings = try #require(load.settings)
        #expect(settings.channels.map(\.kind) == [.local])
    }

    @Test("Rotations without a policy are a whole tree, and a case on it would page everybody")
    func withoutPolicy() throws {
        let rotations = Fixture.shipped.filter {
            $0.path.hasPrefix("rotations/") || $0.fileName == "people.yaml"
        }
        let load = Fixture.load(rotations)
        #expect(load.diagnostics.isEmpty)
        let rulebook = try #require(load.rulebook)
        #expect(rulebook.ladders["without-policy"]?.steps.first?.page.count == 4)
        #expect(load.settings == nil)
    }

    @Test("Federal holidays are the days off, eight years of them")
    func holidays() throws {
        let calendar = try #require(
            Fixture.load(Fixture.shipped, now: nil).rulebook?.calendars["quik-business"]
        )
        let observed = ["2025-11-27", "2026-07-03", "2027-06-18", "2027-12-31", "2032-12-31"]
        for date in observed.compactMap({ CivilDate(written: $0) }) {
            #expect(calendar.holidays.contains(date), "\(date.written)")
        }
        let ordinary = ["2026-07-04", "2028-01-01", "2025-01-20"].compactMap {
            CivilDate(written: $0)
        }
        #expect(ordinary.filter { calendar.holidays.contains($0) }.map(\.written) == ["2025-01-20"])
        #expect(calendar.holidays.count == 89)
    }
}
