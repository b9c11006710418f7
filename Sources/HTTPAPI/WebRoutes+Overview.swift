import CivilTime
import Clocks
import Dialects
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import OnCall
import Paging
import Shapes
import Store
import Web

/// Calendar, files, a person, reports.
extension Routes {
    var overviewPages: [Operation] {
        [
            webPage("/calendar", "A rotation as picture and table", answer: calendarPage),
            webPage("/files", "The files in force and what there is to say", answer: filesPage),
            webForm("/files", needs: .admin, "Loads the files again", answer: reloadOnPage),
            webPage("/people/{person}", "One person's shifts and pages", answer: personPage),
            webPage("/reports", "Promises kept and missed, and who was paged", answer: reportPage),
            webPage("/reports.csv", "The same as a table", answer: reportTable),
        ] + feedRoutes
    }

    @Sendable private func calendarPage(
        _ request: Request,
        _ visit: Visit,
        _ guest: Guest
    ) async throws -> Response {
        let query = Query(request: request)
        let rulebook = engine.rulebook
        let rotation = query.text("rotation") ?? rulebook.rotations.rotations.keys.min()
        if let rotation, rulebook.rotations.rotations[rotation] == nil {
            throw Refusal(
                .notFound,
                "there is no rotation `\(rotation)`",
                fix: "choose one on the calendar"
            )
        }
        let week = min(max(query.text("week").flatMap { Int($0) } ?? 0, -520), 520)
        let page = CalendarPage(
            frame: frame("Calendar", .calendar, guest),
            rotation: rotation,
            week: week,
            rulebook: rulebook,
            feed: try await feedPath(.rotation, rotation),
            at: engine.now()
        )
        return .page(page.html)
    }

    // MARK: Files

    @Sendable private func filesPage(
        _ request: Request,
        _ visit: Visit,
        _ guest: Guest
    ) async throws -> Response {
        var frame = frame("Files", .files, guest)
        if Query(request: request).text("did") == "load" { frame.notice = "The files are loaded." }
        let page = FilesPage(
            frame: frame,
            loaded: await loadedFiles(),
            mayReload: guest.session.access.allows(.role(.admin)),
            zone: guest.zone,
            at: engine.now()
        )
        return .page(page.html)
    }

    private func loadedFiles() async -> FilesPage.Loaded {
        await doors.files()
            ?? FilesPage.Loaded(
                at: engine.now(),
                rulebook: engine.rulebook.hash,
                zones: engine.rulebook.zoneDataVersion,
                files: [],
                findings: []
            )
    }

    @Sendable private func reloadOnPage(
        _ request: Request,
        _ visit: Visit,
        _ guest: Guest,
        _ form: WebForm
    ) async throws -> Response {
        let reload = try await doors.reload(false)
        return .seeOther(reload.isLoaded ? "/files?did=load" : "/files")
    }

    // MARK: Person

    private static let pagesShown = 30

    @Sendable private func personPage(
        _ request: Request,
        _ visit: Visit,
        _ guest: Guest
    ) async throws -> Response {
        let name = try visit.parameters.require("person").percentDecodedWherePossible
        let rulebook = engine.rulebook
        guard let person = rulebook.people[name] else {
            throw Refusal(.notFound, "`\(name)` is not in people", fix: "go back to Now")
        }
        let isOwn = guest.session.person == name || guest.session.access.allows(.role(.admin))
        let deliveries = try await engine.reader.read { (snapshot) throws(StoreError) in
            try snapshot.deliveries(limit: 1_000).deliveries
        }
        let own = deliveries.filter {
            $0.notification.notification.person == name
                && $0.notification.notification.kind == .page
        }
        let pages = own.prefix(Self.pagesShown).map { delivery in
            PersonPage.Paged(
                number: delivery.notification.caseNumber,
                title: delivery.notification.notification.summary,
                at: delivery.notification.notification.dueAt,
                channel: delivery.notification.notification.contact.channel,
                state: delivery.notification.state.rawValue
            )
        }
        let page = PersonPage(
            person,
            frame: frame(person.name, guest.session.person == name ? .person : .none, guest),
            pages: pages,
            feed: isOwn ? try await feedPath(.person, name) : nil,
            rulebook: rulebook,
            at: engine.now()
        )
        return .page(page.html)
    }
}
