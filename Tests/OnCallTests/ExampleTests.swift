import CivilTime
import OnCall
import Testing

/// The complete example of the rotation file format.
@Suite struct ExampleTests {
    @Test("Without the safety net nobody is on call for 238 hours of 400 days")
    func gap() throws {
        let rotations = try Examples.support(hasSafetyNet: false)
        let denver = try zone("America/Denver")
        let start = try instant("2026-12-26T00:00", denver)
        let gaps = rotations.gaps(
            "support-primary",
            from: start,
            to: start.adding(seconds: 400 * 86_400)
        )
        #expect(gaps.count == 238)
        #expect(gaps.allSatisfy { $0.end.seconds(since: $0.start) == 3600 })
        #expect(gaps.allSatisfy { $0.answer.people == ["lena"] && $0.answer.layer == nil })
        #expect(try gaps.first?.start == instant("2027-03-14T17:00", denver))
        #expect(try gaps.first?.start == instant("2027-03-14T23:00", .utc))
        #expect(try gaps.last?.end == instant("2027-11-06T18:00", denver))
    }

    @Test("With the safety net somebody is on call at every instant of 400 days")
    func covered() throws {
        let rotations = try Examples.support()
        let start = try instant("2026-12-26T00:00", .utc)
        let end = start.adding(seconds: 400 * 86_400)
        for id in ["support-primary", "support-secondary", "leadership"] {
            #expect(rotations.gaps(id, from: start, to: end).isEmpty)
        }
    }

    @Test("First and second responder are never one person")
    func distinct() throws {
        let rotations = try Examples.support()
        let start = try instant("2026-12-01T00:00", .utc)
        let end = start.adding(seconds: 400 * 86_400)
        for shift in rotations.shifts("support-secondary", from: start, to: end) {
            let within = rotations.shifts("support-primary", from: shift.start, to: shift.end)
            for first in within {
                #expect(Set(first.answer.people).isDisjoint(with: shift.answer.people))
            }
        }
    }

    @Test("The source is the line of the version, the override or the rotation")
    func source() throws {
        let rotations = try Examples.support(hasSafetyNet: false)
        let berlin = try zone("Europe/Berlin")
        func line(_ at: String) throws -> Int? {
            rotations.answer("support-primary", at: try instant(at, berlin))?.source.line
        }
        #expect(try line("2027-02-28T10:00") == 41)
        #expect(try line("2027-03-01T10:00") == 42)
        #expect(try line("2026-12-24T10:00") == 50)
        #expect(try line("2027-05-01T01:30") == 99)
    }
}
