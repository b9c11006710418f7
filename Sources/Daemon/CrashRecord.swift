import Engine
import Glibc

/// What the running process works on, in a file mapped into memory: the system keeps it however
/// the process ends, and a mark costs two writes to memory.
final class CrashRecord: @unchecked Sendable {
    // Unchecked: one thread at a time writes to it, and it is read once, at start.
    private let memory: UnsafeMutableRawPointer
    private let words: UnsafeMutablePointer<Int>

    private enum Word {
        static let kind = 0, id = 1, suspectKind = 2, suspectID = 3, deaths = 4
    }
    private static let bytes = 4_096
    private static let partBytes = 64

    /// Makes the file where it is missing; `nil` where it cannot be mapped.
    ///
    /// Each `part` of a file, up to 63, is a record of its own.
    init?(path: String, part: Int = 0) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // Really allocated, so that a full disk cannot end the process at a mark.
        guard posix_fallocate(descriptor, 0, off_t(Self.bytes)) == 0,
            let memory = mmap(
                nil,
                Self.bytes,
                PROT_READ | PROT_WRITE,
                MAP_SHARED,
                descriptor,
                0
            ), memory != MAP_FAILED
        else { return nil }
        self.memory = memory
        words = (memory + part * Self.partBytes)
            .bindMemory(to: Int.self, capacity: Self.partBytes / MemoryLayout<Int>.size)
        takeUp()
    }

    deinit { munmap(memory, Self.bytes) }

    /// What stands marked is what the last process died of.
    private func takeUp() {
        guard let died = Self.unit(words[Word.kind], words[Word.id]) else { return }
        let suspect = Self.unit(words[Word.suspectKind], words[Word.suspectID])
        words[Word.deaths] = died == suspect ? words[Word.deaths] &+ 1 : 1
        words[Word.suspectKind] = words[Word.kind]
        words[Word.suspectID] = words[Word.id]
        words[Word.kind] = 0
    }

    var marker: WorkMarker {
        WorkMarker(
            begin: { self.begin($0) },
            end: { self.end($0) },
            poison: words[Word.deaths] >= WorkMarker.crashesMax
                ? Self.unit(words[Word.suspectKind], words[Word.suspectID]) : nil
        )
    }

    func begin(_ unit: WorkMarker.Unit) {
        let (kind, id) = Self.words(of: unit)
        words[Word.id] = id
        words[Word.kind] = kind
    }

    func end(_ unit: WorkMarker.Unit) {
        words[Word.kind] = 0
        guard words[Word.deaths] > 0 else { return }
        // It went well this time, so it was not what the process died of.
        let (kind, id) = Self.words(of: unit)
        if words[Word.suspectKind] == kind, words[Word.suspectID] == id { words[Word.deaths] = 0 }
    }

    private static func words(of unit: WorkMarker.Unit) -> (kind: Int, id: Int) {
        switch unit {
        case .watched(let number): (1, number)
        case .opening(let digest): (2, digest)
        case .files(let digest): (3, digest)
        }
    }

    private static func unit(_ kind: Int, _ id: Int) -> WorkMarker.Unit? {
        switch kind {
        case 1: .watched(id)
        case 2: .opening(id)
        case 3: .files(id)
        default: nil
        }
    }
}
