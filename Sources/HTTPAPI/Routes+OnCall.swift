import CivilTime
import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import OnCall
import Paging
import Shapes

extension Routes {
    /// The longest stretch of shifts in one answer.
    static let shiftsSecondsMax = 1_200 * 86_400

    func onCall(_ request: Request, _ visit: Visit) async throws -> Response {
        let query = Query(request: request)
        let at = try query.instant("at") ?? engine.now()
        let rotations = engine.rulebook.rotations
        let names = query.text("rotation").map { [$0] } ?? rotations.rotations.keys.sorted()
        var watches: [Watch] = []
        for name in names {
            guard let watch = Watch(name, at: at, in: rotations) else { throw unknown(name) }
            watches.append(watch)
        }
        return .json { $0.value(watches, at: at) }
    }

    func shifts(_ request: Request, _ visit: Visit) async throws -> Response {
        let query = Query(request: request)
        let name = try visit.parameters.require("rotation")
        let rotations = engine.rulebook.rotations
        guard rotations.rotations[name] != nil else { throw unknown(name) }
        let from = try query.instant("from") ?? engine.now()
        let to = try query.instant("to") ?? from.adding(seconds: 14 * 86_400)
        guard from < to, to.seconds(since: from) <= Self.shiftsSecondsMax else {
            throw Refusal(
                .invalid,
                "\(from) to \(to) is no stretch of at most \(Self.shiftsSecondsMax / 86_400) days",
                fix: "send `from` before `to`, and less at a time"
            )
        }
        let shifts = rotations.shifts(name, from: from, to: to)
        return .json { $0.value(shifts, of: name) }
    }

    private func unknown(_ rotation: String) -> Refusal {
        let known = engine.rulebook.rotations.rotations.keys.sorted().prefix(20)
        return Refusal(
            .notFound,
            "there is no rotation `\(rotation)`",
            fix: "use one of: \(known.joined(separator: ", "))"
        )
    }
}
