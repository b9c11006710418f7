/// Where the engine leaves word of what it is at, so that the process after a crash knows what the
/// one before died of (reliability.md F5).
package struct WorkMarker: Sendable {
    /// One unit of work, small enough to be set aside on its own.
    package enum Unit: Hashable, Sendable {
        /// An open case, by its number.
        case watched(Int)
        /// A request to open one, by a digest of its words.
        case opening(Int)
        /// A reading of the files, by a digest of their bytes.
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

extension OpenRequest {
    var unit: WorkMarker.Unit {
        .opening(WorkMarker.Unit.digest([intake, key ?? "", policy, customer, title, details]))
    }
}
