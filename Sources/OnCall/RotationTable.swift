import CivilTime

/// What answers at one instant, and until when nothing that decided it can change.
struct Resolution: Sendable {
    enum Answerer: Equatable, Sendable {
        case override(Int)
        case layer(Int)
        case ifNobody
    }

    var people: [PersonID]
    var answerer: Answerer
    /// The member version of the layer that answers, else 0.
    var version: Int
    /// Later than the instant asked about; the answer may go on after it.
    var until: Int

    /// Whether both belong to one shift; a new version that changes nobody does not end it.
    func continues(_ earlier: Resolution) -> Bool {
        answerer == earlier.answerer && people == earlier.people
    }
}

/// A rotation compiled for lookups; other rotations are meant by their index.
final class RotationTable: Sendable {
    /// Who answers where no layer does.
    enum StandIn: Sendable {
        case people(PresenceTable)
        case rotation(Int)
    }

    /// An override as far as its people are reachable.
    struct Stretch: Sendable {
        let start: Int
        let end: Int
        let people: [PersonID]
        let source: SourceLine
    }

    let rotation: Rotation
    let layers: [LayerTable]
    /// Sorted by start.
    let overrides: [Stretch]
    private let overrideStarts: [Int]
    let standIns: [StandIn]
    let distinctFrom: Int?

    init(
        _ rotation: Rotation,
        layers: [LayerTable],
        overrides: [Stretch],
        standIns: [StandIn],
        distinctFrom: Int?
    ) {
        self.rotation = rotation
        self.layers = layers
        self.overrides = overrides.sorted { $0.start < $1.start }
        overrideStarts = self.overrides.map(\.start)
        self.standIns = standIns
        self.distinctFrom = distinctFrom
    }

    /// The index of the override that covers `second`; takes `until` back to where that changes.
    func override(at second: Int, until: inout Int) -> Int? {
        guard !overrides.isEmpty else { return nil }
        let begun = overrideStarts.count(upTo: second)
        if begun < overrides.count { until = min(until, overrideStarts[begun]) }
        guard begun > 0, second < overrides[begun - 1].end else { return nil }
        until = min(until, overrides[begun - 1].end)
        return begun - 1
    }

    func answer(_ resolution: Resolution) -> Answer {
        var layer: String?
        var source = rotation.source
        switch resolution.answerer {
        case .override(let index):
            source = overrides[index].source
        case .layer(let index):
            layer = rotation.layers[index].name
            source = rotation.layers[index].versions[resolution.version].source
        case .ifNobody:
            break
        }
        return Answer(
            people: resolution.people,
            layer: layer,
            isOverride: layer == nil && resolution.answerer != .ifNobody,
            isGap: resolution.answerer == .ifNobody,
            source: source
        )
    }
}
