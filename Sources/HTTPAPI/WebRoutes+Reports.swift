import CivilTime
import Clocks
import Engine
import Hummingbird
import HummingbirdCore
import Paging
import Store
import Web

extension Routes {
    /// The most cases one report reads.
    static let casesReported = 2_000
    private static let reportSeconds = ReportPage.weeks * 7 * 86_400

    @Sendable func reportPage(
        _ request: Request,
        _ visit: Visit,
        _ guest: Guest
    ) async throws -> Response {
        let (start, end) = try span(request)
        let read = try await casesOpened(from: start, to: end)
        let paged = try await paged(read.cases)
        let page = ReportPage(
            frame: frame("Reports", .reports, guest),
            measured: measured(read.cases),
            paged: paged,
            from: start,
            to: end,
            zone: guest.zone,
            isCut: read.isCut
        )
        return .page(page.html)
    }

    @Sendable func reportTable(
        _ request: Request,
        _ visit: Visit,
        _ guest: Guest
    ) async throws -> Response {
        let (start, end) = try span(request)
        let read = try await casesOpened(from: start, to: end)
        return .file(
            ReportPage.csv(measured(read.cases)),
            type: "text/csv; charset=utf-8",
            name: "tocsin-report.csv"
        )
    }

    /// Every page of those cases, by the clock of whoever was paged.
    func paged(_ cases: [StoredCase]) async throws -> [ReportPage.Paged] {
        let ids = cases.map(\.value.id)
        let events = try await engine.reader.read { (snapshot) throws(StoreError) in
            var paged: [CaseEvent] = []
            for id in ids {
                paged += try snapshot.events(of: id).map(\.event).filter { $0.name == .paged }
            }
            return paged
        }
        let rulebook = engine.rulebook
        return events.compactMap { event in
            guard let id = event.person else { return nil }
            let zone = rulebook.people[id]?.zone ?? .utc
            let second = zone.civil(at: event.at).time.secondsSinceMidnight
            return ReportPage.Paged(
                name: rulebook.people[id]?.name ?? id,
                hour: second / 3_600
            )
        }
    }

    func span(_ request: Request) throws -> (Instant, Instant) {
        let query = Query(request: request)
        // The second that runs now counts too: `to` is the first instant left out.
        let end = try query.instant("to") ?? engine.now().adding(seconds: 1)
        let start = try query.instant("from") ?? end.adding(seconds: -Self.reportSeconds)
        guard start < end else {
            throw Refusal(
                .invalid,
                "the report ends before it begins",
                fix: "send `from` before `to`"
            )
        }
        return (start, end)
    }

    func casesOpened(
        from start: Instant,
        to end: Instant
    ) async throws -> (cases: [StoredCase], isCut: Bool) {
        let limit = Self.casesReported
        let read = try await engine.reader.read { (snapshot) throws(StoreError) in
            try snapshot.cases(CaseFilter(state: .all), limit: limit)
        }
        let own = read.cases.filter {
            start <= $0.value.openedAt && $0.value.openedAt < end
                && !Self.ownIntakes.contains($0.value.intake)
        }
        let isCut = read.next != nil && (read.cases.last?.value.openedAt ?? end) > start
        return (own, isCut)
    }

    /// Response and resolution clocks that have an outcome.
    func measured(_ cases: [StoredCase]) -> [ReportPage.Measured] {
        let rulebook = engine.rulebook
        let now = engine.now()
        let setAside = engine.setAside
        return cases.filter { !setAside.contains($0.value.number) }.flatMap { stored in
            stored.value.clocks(rulebook: rulebook, at: now)
                .filter { $0.name == .response || $0.name == .resolution }
                .filter { $0.state == .met || $0.state == .breached }
                // A clock whose event never came was never run.
                .filter { $0.startsAt != nil }
                .map { clock in
                    ReportPage.Measured(
                        number: stored.value.number,
                        customer: stored.value.customer,
                        policy: stored.value.policy,
                        priority: stored.value.priority,
                        clock: clock.name.rawValue,
                        openedAt: stored.value.openedAt,
                        dueAt: clock.due,
                        stoppedAt: clock.stoppedAt,
                        isMet: clock.state == .met,
                        seconds: clock.elapsedSeconds,
                        targetSeconds: clock.targetSeconds
                    )
                }
        }
    }
}
