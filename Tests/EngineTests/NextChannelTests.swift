import CivilTime
import Delivery
import OnCall
import Paging
import TestSupport
import Testing

@testable import Engine

@Suite("Whom one channel does not reach, the next one tries, and then the next person is paged")
struct NextChannelTests {
    private static let start = SetAsideTests.start
    /// When a second channel begins by itself, after the first.
    private static let waitSeconds = 120

    /// A response within an hour: Anna at once, Ben after 1,800 s, Lena after 2,880 s.
    private static let rulebook: Rulebook = {
        let tiny = Rulebook.tiny
        let source = SourceLine(file: "test", line: 1)
        let ladder = Ladder(
            id: "desk",
            hours: nil,
            steps: [("anna", 0), ("ben", 5_000), ("lena", 8_000)].map { person, share in
                Ladder.Step(at: .share(basisPoints: share), page: [person], source: source)
            },
            leadership: ["lena"],
            lastResort: ["lena"],
            repeatEverySeconds: 3_600,
            repeatTimes: 1,
            source: source
        )
        let people = ["anna", "ben", "lena"].map { id in
            Person(
                id: id,
                name: id,
                role: nil,
                zone: .utc,
                contacts: ["hook", "bell"].map { Contact(name: $0, channel: $0, address: id) },
                page: [
                    PageRule(use: "hook", afterSeconds: 0),
                    PageRule(use: "bell", afterSeconds: waitSeconds),
                ],
                source: source
            )
        }
        return Rulebook(
            people: Dictionary(people.map { ($0.id, $0) }, uniquingKeysWith: { $1 }),
            rotations: tiny.rotations,
            calendars: tiny.calendars,
            ladders: ["desk": ladder],
            policies: tiny.policies,
            hash: "two channels",
            zoneDataVersion: "none"
        )
    }()

    /// One case, opened at `start`; Anna's messages fare as said, all others arrive.
    private func opened(anna: @escaping (Parcel) -> AttemptOutcome?) throws -> Rehearsal {
        let rehearsal = try Rehearsal(rulebook: Self.rulebook, from: Self.start)
        rehearsal.outcome = { parcel in
            parcel.key.contains(".anna.") ? anna(parcel) : .delivered
        }
        var request = SetAsideTests.request("checkout returns 502")
        request.policy = "quick"
        _ = try rehearsal.open(request)
        stand(0, rehearsal)
        return rehearsal
    }

    private func stand(_ seconds: Int, _ rehearsal: Rehearsal) {
        rehearsal.stand(at: Self.start.adding(seconds: seconds))
    }

    /// Seconds after the page at which the ladder tried a person there.
    private func tries(_ person: String, _ channel: String, in rehearsal: Rehearsal) -> [Int] {
        let own = rehearsal.sent.filter { sent in
            sent.key.hasPrefix("case1.page.c1.") && sent.person == person
                && sent.channel == channel
        }
        return own.map { $0.at.seconds(since: Self.start) }
    }

    @Test("Where the first takes the page, the second begins in its own time")
    func confirmed() throws {
        let rehearsal = try opened { _ in .delivered }
        stand(Self.waitSeconds - 1, rehearsal)
        #expect(tries("anna", "hook", in: rehearsal) == [0])
        #expect(tries("anna", "bell", in: rehearsal) == [])
        stand(Self.waitSeconds, rehearsal)
        #expect(tries("anna", "bell", in: rehearsal) == [Self.waitSeconds])
        #expect(tries("ben", "hook", in: rehearsal) == [])
    }

    @Test(
        "Where the first refuses it, the second begins at once",
        arguments: [AttemptOutcome.permanent, .configuration]
    )
    func refused(outcome: AttemptOutcome) throws {
        let rehearsal = try opened { $0.endpoint == "hook" ? outcome : .delivered }
        #expect(tries("anna", "hook", in: rehearsal) == [0])
        #expect(tries("anna", "bell", in: rehearsal) == [0])
        stand(Self.waitSeconds, rehearsal)
        #expect(tries("anna", "bell", in: rehearsal) == [0], "and not a second time")
        #expect(tries("ben", "hook", in: rehearsal) == [], "she was reached")
    }

    @Test(
        "Where nothing confirms it for 20 s, the second begins then, and not a second sooner",
        arguments: [AttemptOutcome.transient, .unknown, nil] as [AttemptOutcome?]
    )
    func unconfirmed(outcome: AttemptOutcome?) throws {
        let rehearsal = try opened { $0.endpoint == "hook" ? outcome : .delivered }
        stand(19, rehearsal)
        #expect(tries("anna", "bell", in: rehearsal) == [])
        stand(20, rehearsal)
        #expect(tries("anna", "bell", in: rehearsal) == [20])
        stand(299, rehearsal)
        #expect(tries("anna", "bell", in: rehearsal) == [20])
        #expect(tries("ben", "hook", in: rehearsal) == [], "she was reached")
        let isTriedOn = tries("anna", "hook", in: rehearsal).contains { $0 > 40 }
        #expect(isTriedOn == (outcome != nil), "the first goes on in parallel")
    }

    @Test("Two hundred pages whose answers come too late leave once more each, and are the same")
    func lateAnswers() throws {
        let rehearsal = try Rehearsal(rulebook: Self.rulebook, from: Self.start)
        var heard: Set<String> = []
        rehearsal.outcome = { heard.insert($0.key).inserted ? .unknown : .delivered }
        for index in 0..<200 {
            var request = SetAsideTests.request("case \(index)")
            request.policy = "quick"
            _ = try rehearsal.open(request)
        }
        stand(299, rehearsal)
        let pages = rehearsal.parcels.filter(\.urgency.isPage)
        let byKey = Dictionary(grouping: pages, by: \.key)
        #expect(byKey.count == 400, "a case's page by either channel")
        #expect(byKey.values.allSatisfy { $0.count == 2 && $0[0].body == $0[1].body })
    }

    @Test("After an absence a page tried before does not leave beside the one that stands for it")
    func outlived() throws {
        let rehearsal = try opened { $0.endpoint == "hook" ? .transient : .delivered }
        stand(3, rehearsal)
        let before = tries("anna", "hook", in: rehearsal)
        #expect(before.count >= 2)
        rehearsal.skip(to: Self.start.adding(seconds: 2_000))
        stand(2_000, rehearsal)
        #expect(tries("ben", "hook", in: rehearsal) == [2_000])
        stand(2_400, rehearsal)
        #expect(tries("anna", "hook", in: rehearsal) == before, "its five minutes are over")
    }

    @Test("After an absence a page tried before still leaves where nothing else pages anybody")
    func alone() throws {
        let rehearsal = try opened { $0.endpoint == "hook" ? .transient : .delivered }
        stand(3, rehearsal)
        rehearsal.skip(to: Self.start.adding(seconds: 1_000))
        stand(1_000, rehearsal)
        #expect(tries("anna", "hook", in: rehearsal).last == 1_000)
        #expect(tries("ben", "hook", in: rehearsal) == [])
    }

    @Test("Where the last refuses it as well, the next step comes now and the one after in time")
    func nextStep() throws {
        let calm = try opened { _ in .delivered }
        let rehearsal = try opened { _ in .permanent }
        #expect(tries("anna", "bell", in: rehearsal) == [0])
        #expect(tries("ben", "hook", in: rehearsal) == [0])
        for one in [calm, rehearsal] { stand(3_600, one) }
        #expect(tries("ben", "hook", in: calm) == [1_800])
        #expect(tries("ben", "hook", in: rehearsal) == [0], "its own time brings no second page")
        #expect(tries("lena", "hook", in: calm) == [2_880])
        #expect(tries("lena", "hook", in: rehearsal) == [2_880])
    }

    @Test("Where the last is not confirmed either, the next step comes 20 s after it began")
    func nextStepUnconfirmed() throws {
        let rehearsal = try opened { _ in nil }
        stand(39, rehearsal)
        #expect(tries("anna", "bell", in: rehearsal) == [20])
        #expect(tries("ben", "hook", in: rehearsal) == [])
        stand(40, rehearsal)
        #expect(tries("ben", "hook", in: rehearsal) == [40])
        #expect(tries("lena", "hook", in: rehearsal) == [])
    }
}
