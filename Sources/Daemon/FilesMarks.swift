import Engine
import Paging

/// Marks the work by the files, each place that does any in a part of the record of its own: two
/// threads never write to one, and what goes well in one clears nothing in another.
struct FilesMarks: Sendable {
    /// Their reading, by their bytes.
    let reading: WorkMarker
    /// What is worked out by them of no one case, in the engine's turns, beside them, and as a
    /// reload tells people.
    let engine: WorkMarker
    let watch: WorkMarker
    let reload: WorkMarker

    static let none = FilesMarks { _ in .none }

    /// Makes the file where it is missing; where it cannot be mapped nothing is marked.
    init(path: String) {
        self.init { CrashRecord(path: path, part: $0)?.marker ?? .none }
    }

    private init(_ marker: (Int) -> WorkMarker) {
        reading = marker(0)
        engine = marker(1)
        watch = marker(2)
        reload = marker(3)
    }

    /// Whether two processes died of what follows from these files.
    func isPoison(_ rulebook: Rulebook) -> Bool {
        [engine, watch, reload].contains { $0.poison == rulebook.unit }
    }
}
