import CivilTime
import Clocks
import OnCall
import Paging
import Testing

@testable import RuleFiles

/// What readings would promise in their other meaning.
@Suite struct AlternativeTests {
    @Test("Readings whose other meaning is another promise say it in the shipped files")
    func shipped() throws {
        let load = Fixture.load(Fixture.shipped, now: nil)
        let rulebook = try #require(load.rulebook)
        #expect(load.alternatives.count == 16)
        for policy in rulebook.policies.values {
            for reading in policy.readings {
                guard let alternative = load.alternatives[reading.source] else { continue }
                let chosen = try #require(policy.priority(named: alternative.priority)?.promises)
                #expect(chosen != alternative.promises, "\(policy.id) line \(reading.line)")
            }
        }
    }

    @Test("Another zone is under the promise that names no calendar, and the opening is in it")
    func zone() throws {
        let load = Fixture.load(Fixture.shipped, now: nil)
        let guidelines = try #require(load.rulebook?.policies["support-guidelines"])
        let reading = try #require(guidelines.readings.first { $0.about.contains("mountain") })
        let alternative = try #require(load.alternatives[reading.source])
        #expect(alternative.promises.response?.calendar.zone?.name == "America/Phoenix")
        #expect(alternative.promises.response?.target == .days(14))
        // 2027-03-10 16:00 in Phoenix.
        #expect(alternative.openedAt == Instant(secondsSinceEpoch: 1_804_719_600))
    }
}
