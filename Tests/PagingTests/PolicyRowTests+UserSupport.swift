import CivilTime
import Clocks
import OnCall
import Testing

@testable import Paging

/// The rows of the fourth policy that a notifier acts on, by their line numbers in the text.
@Suite("S3 User Support, row by row") struct UserSupportRows {
    let zone = "Europe/London"
    /// A Tuesday.
    let opened = "2025-11-18T10:00:00Z"
    let night = "2025-11-22T03:00:00Z"

    private func taken(_ priority: String) -> Run {
        var run = Run("user-support", priority, at: opened)
        run.act(.acknowledged, at: "2025-11-18T10:02:00Z")
        run.act(.responded, at: "2025-11-18T10:03:00Z")
        return run
    }

    @Test("S3 9: each change of status is mailed to the customer once")
    func statusMails() {
        var run = taken("Medium")
        run.act(.statusChanged, at: "2025-11-18T10:05:00Z", status: .inProgress)
        run.act(.statusChanged, at: "2025-11-18T10:06:00Z", status: .inProgress)
        run.act(
            .statusChanged,
            at: "2025-11-18T10:07:00Z",
            until: "2025-11-18T11:00:00Z",
            status: .onHold
        )
        run.advance(to: "2025-11-18T11:00:00Z")
        run.act(.resolved, at: "2025-11-18T11:10:00Z")
        run.act(.reopened, at: "2025-11-18T11:20:00Z")
        let began = "Your case 4711 (checkout returns 502) is now"
        #expect(
            run.toCustomers == [
                "\(began) in progress.", "\(began) on hold.", "\(began) in progress.",
                "\(began) resolved.", "\(began) open.",
            ]
        )
    }

    @Test("S3 13: a Critical issue pages at night, a Medium one waits for 09:00")
    func hours() {
        #expect(Run("user-support", "Critical", at: night).wall(zone, .page).count == 2)
        var medium = Run("user-support", "Medium", at: night)
        medium.advance(to: "2025-11-24T09:00:00Z")
        #expect(medium.wall(zone, .page) == ["2025-11-24T09:00 page anna"])
    }

    @Test("S3 19-26: the ladder of a Critical issue fits into its 15 minutes")
    func ladder() {
        var run = Run("user-support", "Critical", at: night)
        run.advance(to: "2025-11-22T03:14:59Z")
        #expect(
            run.wall(zone, .page) == [
                "2025-11-22T03:00 page anna", "2025-11-22T03:00 page chitra",
                "2025-11-22T03:02:15 page anna", "2025-11-22T03:04:30 page ben",
                "2025-11-22T03:07:30 page anna", "2025-11-22T03:07:30 page ben",
                "2025-11-22T03:07:30 page chitra", "2025-11-22T03:11:15 page lena",
                "2025-11-22T03:13:30 page marcus",
            ]
        )
    }

    @Test("S3 26: updates are owed each hour, from the answer or an hour after the opening")
    func hourly() {
        var run = Run("user-support", "Critical", at: night)
        run.act(.acknowledged, at: "2025-11-22T03:05:00Z")
        run.act(.noted, at: "2025-11-22T03:40:00Z", text: "x")
        run.advance(to: "2025-11-22T04:00:00Z")
        #expect(run.wall(zone, .reminder).last == "2025-11-22T04:00 reminder anna")
    }

    @Test("S3 31: the 4 h of a High issue at 08:59 are due 12:59; its objective warns at 10:00")
    func objective() {
        var run = Run("user-support", "High", at: "2025-11-18T08:59:00Z")
        run.advance(to: "2025-11-18T10:00:00Z")
        #expect(run.wall(zone, .objective).first == "2025-11-18T10:00 warning anna")
        let response = run.value.clocks(rulebook: run.rulebook, at: run.now).first
        #expect(response?.due == Office.at("2025-11-18T12:59:00Z"))
    }

    @Test("S3 42: 2-3 business days warn after two and are due after three (R-11)")
    func range() {
        var run = taken("Low")
        run.advance(to: "2025-11-21T10:00:00Z")
        #expect(run.wall(zone, .bestBy).first == "2025-11-20T10:00 warning anna")
        #expect(run.wall(zone, .warning).last?.hasPrefix("2025-11-21T10:00 warning") == true)
    }

    @Test("S3 44-48: a delayed case owes an update every hour, one that is not owes none")
    func delayed() {
        var run = taken("High")
        run.act(.noted, at: "2025-11-18T10:50:00Z", text: "waiting for a third party")
        #expect(run.wall(zone, .reminder) == [])
        run.act(.delayed, at: "2025-11-18T11:00:00Z", reason: "third party")
        run.act(.noted, at: "2025-11-18T11:30:00Z", text: "x")
        run.advance(to: "2025-11-18T12:00:00Z")
        #expect(
            run.wall(zone, .reminder) == [
                "2025-11-18T11:50 reminder anna", "2025-11-18T12:00 reminder anna",
            ]
        )
    }

    @Test("S3 49: a workaround is told to the customer once for each")
    func workaround() {
        var run = taken("Medium")
        run.act(.workaroundFound, at: "2025-11-18T10:30:00Z", text: "clear the cache")
        #expect(
            run.toCustomers == [
                "A workaround for case 4711 (checkout returns 502): clear the cache"
            ]
        )
    }

    @Test("S3 51-61: without a word for the tier's wait the next tier is paged, to the last one")
    func tiers() {
        var run = taken("High")
        run.act(.noted, at: "2025-11-18T10:30:00Z", text: "looking at the logs")
        run.advance(to: "2025-11-18T11:30:00Z")
        #expect(run.wall(zone, .tier) == ["2025-11-18T11:30 page ben"])
        run.act(.acknowledged, by: "ben", at: "2025-11-18T11:31:00Z")
        #expect(run.value.owner == "ben")
        run.act(.noted, by: "ben", at: "2025-11-18T12:20:00Z", text: "expertise needed")
        run.advance(to: "2025-11-18T13:20:00Z")
        #expect(run.wall(zone, .tier).last == "2025-11-18T13:20 page chitra")
        run.act(.noted, by: "ben", at: "2025-11-18T13:21:00Z", text: "x")
        run.advance(to: "2025-11-18T14:21:00Z")
        #expect(run.wall(zone, .tier).count == 2)
    }

    @Test("S3 58: a tier may be called by hand as well")
    func tierByHand() {
        var run = taken("High")
        run.act(.responderAdded, at: "2025-11-18T10:10:00Z", to: "ben")
        #expect(run.wall(zone, .notice).last == "2025-11-18T10:10 notice ben")
    }

    @Test("S3 62-64: tier 3 is paged at once with tier 1 where the issue is Critical")
    func critical() {
        let run = Run("user-support", "Critical", at: night)
        #expect(
            run.wall(zone, .page) == [
                "2025-11-22T03:00 page anna", "2025-11-22T03:00 page chitra",
            ]
        )
    }

    @Test("S3 76-80: a mail has the stricter of its own and the priority's promise")
    func mail() {
        let critical = Run("user-support", "Critical", at: night, channel: "mail")
        let due = critical.value.clocks(rulebook: critical.rulebook, at: critical.now).first?.due
        #expect(due == Office.at("2025-11-22T03:15:00Z"))
    }
}
