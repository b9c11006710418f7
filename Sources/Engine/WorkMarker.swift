package import Paging
import Shapes

/// Where the engine leaves word of what it is at, so that the process after a crash knows what the
/// one before died of (reliability.md F5).
package struct WorkMarker: Sendable {
    /// One unit of work, small enough to be set aside on its own.
    package enum Unit: Hashable, Sendable {
        /// An open case, by its number.
        case watched(Int)
        /// A request to open one, by a digest of its words.
        case opening(Int)
        /// A reading of the files, by a digest of their bytes; or what is worked out by them of no
        /// one case, by a digest of what they came to.
        case files(Int)
    }

    /// Two memory writes, kept by the system when the process dies.
    package var begin: @Sendable (Unit) -> Void
    package var end: @Sendable (Unit) -> Void
    /// What the last processes died of, `crashesMax` of them in a row; `nil` where none did.
    package var poison: Unit?

    /// Deaths over one unit, with no success between them, after which it is set aside.
    package static let crashesMax = 2

    package init(
        begin: @escaping @Sendable (Unit) -> Void,
        end: @escaping @Sendable (Unit) -> Void,
        poison: Unit?
    ) {
        self.begin = begin
        self.end = end
        self.poison = poison
    }

    /// Does what follows from the files and is about no one case, and leaves word of it meanwhile.
    package func under<T, E: Error>(
        _ rulebook: Rulebook,
        _ body: () throws(E) -> T
    ) throws(E) -> T {
        begin(rulebook.unit)
        defer { end(rulebook.unit) }
        return try body()
    }

    /// Nothing is marked: tests and rehearsals in memory.
    package static let none = WorkMarker(begin: { _ in }, end: { _ in }, poison: nil)
}

extension WorkMarker.Unit {
    /// FNV-1a over texts, so that the same words have the same number in every process.
    package static func digest(_ texts: some Sequence<String>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for text in texts {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = (hash ^ 0xff) &* 0x100_0000_01b3
        }
        return Int(truncatingIfNeeded: hash)
    }
}

extension Rulebook {
    /// All that decisions follow from but the log: equal words decide alike.
    var grounds: String { "\(hash) \(zoneDataVersion) \(Product.version)" }

    /// What is worked out by it of no one case.
    package var unit: WorkMarker.Unit { .files(WorkMarker.Unit.digest([grounds])) }
}

extension OpenRequest {
    var unit: WorkMarker.Unit {
        .opening(WorkMarker.Unit.digest([intake, key ?? "", policy, customer, title, details]))
    }
}
