import CivilTime
import Crypto
import Delivery
import Dialects
import Engine
import Hummingbird
import HummingbirdCore
import OnCall
import Paging
import Shapes
import Store
import Web

/// iCal feeds at addresses that nobody guesses: made from the secret, the name and its generation.
extension Routes {
    enum FeedKind: String, Sendable {
        case person, rotation
    }

    private static let feedSeconds = 400 * 86_400
    /// Shifts that ended lately stay in the feed.
    private static let feedBackSeconds = 14 * 86_400

    var feedRoutes: [Operation] {
        [
            Operation(
                .get,
                "/feeds/{kind}/{feed}",
                needs: .nothing,
                isPage: true,
                "The shifts of a person or a rotation as iCal",
                answer: feed
            ),
            Operation(
                .get,
                "/v1/feeds",
                needs: .role(.admin),
                "The address of every feed",
                Description(
                    answers: [
                        .init(
                            200,
                            "All of them",
                            .object([("feeds", .list(Schemas.feed))], required: ["feeds"])
                        )
                    ]
                ),
                answer: feeds
            ),
            Operation(
                .post,
                "/v1/feeds/{name}/renew",
                needs: .role(.admin),
                "A new address for a feed; the old one leads nowhere",
                Description(answers: [.init(200, "Its address", Schemas.feed)]),
                answer: renewFeed
            ),
        ]
    }

    /// `/feeds/person/anna.TOKEN.ics`; `nil` where there is no secret, or no such name.
    func feedPath(_ kind: FeedKind, _ name: String?) async throws -> String? {
        guard let name, let key = engine.setting.acknowledgeLinks?.key else { return nil }
        let generation = try await engine.reader.read { (snapshot) throws(StoreError) in
            try snapshot.generation(ofFeed: "\(kind.rawValue):\(name)")
        }
        let token = key.token(of: Self.feedID(kind, name, generation))
        return "/feeds/\(kind.rawValue)/\(name.addressPart).\(token).ics"
    }

    /// Begins like no notification's key, which begins with the id of a case.
    private static func feedID(_ kind: FeedKind, _ name: String, _ generation: Int) -> String {
        "feed \(generation) \(kind.rawValue) \(name)"
    }

    private func feed(_ request: Request, _ visit: Visit) async throws -> Response {
        let unknown = Refusal(
            .notFound,
            "there is no feed at this address",
            fix: "ask for its address anew: tocsin feed NAME"
        )
        let parts = request.uri.path.split(separator: "/")
        guard parts.count == 3, let kind = FeedKind(rawValue: String(parts[1])),
            parts[2].hasSuffix(".ics"), let key = engine.setting.acknowledgeLinks?.key
        else { throw unknown }
        let word = parts[2].dropLast(4).percentDecodedWherePossible
        guard let dot = word.lastIndex(of: ".") else { throw unknown }
        let name = String(word[..<dot])
        let generation = try await engine.reader.read { (snapshot) throws(StoreError) in
            try snapshot.generation(ofFeed: "\(kind.rawValue):\(name)")
        }
        let token = String(word[word.index(after: dot)...])
        guard key.isGenuine(token: token, of: Self.feedID(kind, name, generation)),
            let calendar = calendar(kind, name)
        else { throw unknown }
        return .file(calendar.text, type: "text/calendar; charset=utf-8")
    }

    private func calendar(_ kind: FeedKind, _ name: String) -> ICalendar? {
        let rulebook = engine.rulebook
        let rotations = rulebook.rotations
        let now = engine.now()
        // The beginning of a day, so that a feed asked for twice is the same.
        let day = now.secondsSinceEpoch / 86_400 * 86_400
        let start = Instant(secondsSinceEpoch: day).adding(seconds: -Self.feedBackSeconds)
        let end = start.adding(seconds: Self.feedBackSeconds + Self.feedSeconds)
        let names = rulebook.people.mapValues(\.name)
        switch kind {
        case .rotation:
            guard let rotation = rotations.rotations[name] else { return nil }
            return ICalendar(
                name: rotation.title,
                entries: ICalendar.entries(of: name, in: rotations, from: start, to: end),
                names: names
            )
        case .person:
            guard let person = rulebook.people[name] else { return nil }
            let entries = rotations.rotations.keys.sorted().flatMap {
                ICalendar.entries(of: $0, in: rotations, from: start, to: end, person: name)
            }
            return ICalendar(name: "\(person.name) on call", entries: entries, names: names)
        }
    }

    private func feeds(_ request: Request, _ visit: Visit) async throws -> Response {
        let rulebook = engine.rulebook
        var rows: [(kind: FeedKind, name: String, url: String)] = []
        for (kind, names) in [
            (FeedKind.person, rulebook.people.keys.sorted()),
            (.rotation, rulebook.rotations.rotations.keys.sorted()),
        ] {
            for name in names {
                guard let path = try await feedPath(kind, name) else { continue }
                rows.append((kind, name, (engine.setting.baseURL ?? "") + path))
            }
        }
        return .json { writer in
            writer.beginObject()
            writer.key("feeds")
            writer.beginArray()
            for row in rows {
                writer.beginObject()
                writer.field("kind", row.kind.rawValue)
                writer.field("name", row.name)
                writer.field("url", row.url)
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
        }
    }

    private func renewFeed(_ request: Request, _ visit: Visit) async throws -> Response {
        let name = try visit.parameters.require("name").percentDecodedWherePossible
        let rulebook = engine.rulebook
        let kind: FeedKind
        if rulebook.people[name] != nil {
            kind = .person
        } else if rulebook.rotations.rotations[name] != nil {
            kind = .rotation
        } else {
            throw Refusal(
                .notFound,
                "`\(name)` is neither a person nor a rotation",
                fix: "use a key of people.yaml or the name of a rotation"
            )
        }
        let id = "\(kind.rawValue):\(name)"
        try await engine.change { (tx) throws(StoreError) in
            try tx.renew(feed: id)
            return .success(())
        }
        let path = try await feedPath(kind, name) ?? ""
        return .json { writer in
            writer.beginObject()
            writer.field("kind", kind.rawValue)
            writer.field("name", name)
            writer.field("url", (engine.setting.baseURL ?? "") + path)
            writer.endObject()
        }
    }
}
