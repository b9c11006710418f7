import CivilTime
import Engine
import Hummingbird
import HummingbirdCore
import OnCall
import Paging
import Shapes
import Store
import Web

extension Routes {
    /// Open cases on a page, and those that ended lately.
    static let casesShown = 100
    private static let endedShown = 5

    @Sendable func nowPage(
        _ request: Request,
        _ visit: Visit,
        _ guest: Guest
    ) async throws -> Response {
        let cursor = try Query(request: request).cursor("after")
        let (open, all, failing, counts) = try await engine.reader.read {
            (snapshot) throws(StoreError) in
            (
                try snapshot.urgentCases(limit: Self.casesShown, after: cursor),
                try snapshot.cases(CaseFilter(state: .all), limit: 30).cases,
                try snapshot.deliveries(failing: true, limit: 100).deliveries,
                try snapshot.counts()
            )
        }
        let (rulebook, setAside) = (engine.rulebook, engine.setAside)
        let now = engine.now()
        let watches = rulebook.rotations.rotations.keys.sorted().compactMap {
            Watch($0, at: now, in: rulebook.rotations)
        }
        let ended = all.filter { !$0.value.isOpen && !Self.ownIntakes.contains($0.value.intake) }
            .sorted { $0.updatedAt > $1.updatedAt }.prefix(Self.endedShown)
        let isAdmin = guest.session.access.allows(.role(.admin))
        var page = NowPage(
            frame: frame("Now", .now, guest, isLive: true),
            open: NowPage.Open(
                cases: open.cases.map {
                    CaseCard(
                        $0.value,
                        rulebook: rulebook,
                        zone: guest.zone,
                        at: now,
                        isSetAside: setAside.contains($0.value.number)
                    )
                },
                count: counts.openCases,
                rest: open.rest,
                next: open.next?.description,
                isContinued: cursor != nil
            ),
            ended: ended.map {
                CaseCard(
                    $0.value,
                    rulebook: rulebook,
                    zone: guest.zone,
                    at: now,
                    endedAt: Instant(milliseconds: $0.updatedAt)
                )
            },
            watches: watches,
            rulebook: rulebook,
            // They carry the links of whoever was paged.
            pages: isAdmin
                ? doors.terminal.latest.map {
                    NowPage.PageShown(text: $0.text, at: $0.at, zone: guest.zone, now: now)
                } : [],
            zone: guest.zone,
            at: now
        )
        page.alarms += alarms(failing, at: now)
        return .page(page.html)
    }

    /// Cases that carry notices of the product itself.
    static let ownIntakes: Set<String> = ["engine", "drill"]

    func frame(
        _ title: String,
        _ place: Frame.Place,
        _ guest: Guest,
        isLive: Bool = false
    ) -> Frame {
        Frame(
            title,
            place: place,
            viewer: guest.viewer,
            at: engine.now(),
            speed: engine.setting.clock.speed,
            isLive: isLive
        )
    }

    /// Failures older than this say nothing of a channel's state now.
    private static let failureSeconds = 3_600

    private func alarms(_ failing: [StoredDelivery], at now: Instant) -> [NowPage.Alarm] {
        var alarms: [NowPage.Alarm] = []
        if engine.health.fatal != nil {
            alarms.append(NowPage.Alarm("The store has failed: Tocsin must be started again"))
        }
        let since = now.milliseconds - Milliseconds(Self.failureSeconds * 1_000)
        let recent = failing.filter {
            ($0.attempts.last?.startedAt ?? $0.notification.createdAt) >= since
        }
        let byChannel = Dictionary(grouping: recent) {
            $0.notification.notification.contact.channel
        }
        for (channel, deliveries) in byChannel.sorted(by: { $0.key < $1.key }) {
            let reason = deliveries.first?.attempts.last?.error ?? "no answer"
            let count = deliveries.count == 1 ? "a message" : "\(deliveries.count) messages"
            alarms.append(
                NowPage.Alarm("Channel \(channel) fails: \(count) not delivered, \(reason)")
            )
        }
        return alarms
    }
}
