import CivilTime
import OnCall
import Shapes

/// Answers to `{"rotation", "at"}`, made from stretches that are worked out once and kept.
///
/// It reads the plain form of such a line by itself and says `nil` to every other, which then goes
/// the general way; both ways give the same bytes.
struct WhoBatch {
    private let rotations: Rotations
    private let names: [[UInt8]]
    private let ids: [RotationID]
    private var chunks: [[Int: Chunk]]
    private var kept = 0
    private var last: (rotation: Int, number: Int, chunk: Chunk)?

    /// Days of one rotation that are resolved at once.
    private static let chunkSeconds = 8 * 86_400
    /// More chunks than this are forgotten, all at once: some 200 MB.
    private static let chunksMax = 20_000

    init(_ rotations: Rotations) {
        self.rotations = rotations
        ids = rotations.rotations.keys.sorted()
        names = ids.map { Array($0.utf8) }
        chunks = Array(repeating: [:], count: ids.count)
    }

    /// Appends the answer without its line end; `false` where the line is not of the plain form.
    mutating func answer(_ line: UnsafeRawBufferPointer, into output: inout [UInt8]) -> Bool {
        guard let question = PlainQuestion(line),
            let rotation = rotation(named: question.rotation),
            let instant = Instant(plain: question.at)?.secondsSinceEpoch
        else { return false }
        let chunk = chunk(of: rotation, at: instant)
        guard let tail = chunk.tail(at: instant) else { return false }
        output.append(contentsOf: Self.head)
        output.append(contentsOf: question.at)
        output.append(contentsOf: tail)
        return true
    }

    private static let head = Array("{\"at\":\"".utf8)

    private func rotation(named name: UnsafeRawBufferPointer) -> Int? {
        if let last, names[last.rotation].elementsEqual(name) { return last.rotation }
        return names.firstIndex { $0.count == name.count && $0.elementsEqual(name) }
    }

    private mutating func chunk(of rotation: Int, at second: Int) -> Chunk {
        let whole = second / Self.chunkSeconds
        let number = second < 0 ? whole - 1 : whole
        if let last, last.rotation == rotation, last.number == number { return last.chunk }
        let chunk: Chunk
        if let known = chunks[rotation][number] {
            chunk = known
        } else {
            if kept >= Self.chunksMax {
                chunks = Array(repeating: [:], count: ids.count)
                kept = 0
            }
            kept += 1
            let start = Instant(secondsSinceEpoch: number * Self.chunkSeconds)
            chunk = Chunk(
                of: ids[rotation],
                in: rotations,
                from: start,
                to: start.adding(seconds: Self.chunkSeconds)
            )
            chunks[rotation][number] = chunk
        }
        last = (rotation, number, chunk)
        return chunk
    }
}

/// Stretches of one rotation with their answers, which are written when first asked for.
private final class Chunk {
    private let starts: [Int]
    private let watches: [Watch?]
    private var tails: [[UInt8]?]

    init(of rotation: RotationID, in rotations: Rotations, from start: Instant, to end: Instant) {
        let stretches = Watch.stretches(of: rotation, in: rotations, from: start, to: end)
        starts = stretches.map(\.start.secondsSinceEpoch)
        watches = stretches.map(\.watch)
        tails = Array(repeating: nil, count: stretches.count)
    }

    /// What follows the instant in the answer; `nil` where nothing can be kept of it.
    func tail(at second: Int) -> [UInt8]? {
        var low = 0
        var count = starts.count
        while count > 1 {
            let half = count / 2
            if starts[low + half] <= second { low += half }
            count -= half
        }
        guard low < tails.count else { return nil }
        if let tail = tails[low] { return tail }
        guard let watch = watches[low] else { return nil }
        var writer = JSONWriter()
        let instant = Instant(secondsSinceEpoch: second)
        writer.value([watch], at: instant)
        // The instant has 20 characters, after `{"at":"`.
        let tail = Array(writer.bytes.dropFirst(27))
        tails[low] = tail
        return tail
    }
}

/// The two texts of a line `{"rotation": "…", "at": "…"}`, in either order, without escapes.
private struct PlainQuestion {
    private(set) var rotation: UnsafeRawBufferPointer
    private(set) var at: UnsafeRawBufferPointer

    init?(_ line: UnsafeRawBufferPointer) {
        var reader = PlainReader(bytes: line)
        var rotation: UnsafeRawBufferPointer?
        var at: UnsafeRawBufferPointer?
        guard reader.take(UInt8(ascii: "{")) else { return nil }
        for _ in 0..<2 {
            guard let name = reader.text(), reader.take(UInt8(ascii: ":")),
                let value = reader.text()
            else { return nil }
            if name.elementsEqual("rotation".utf8) {
                rotation = value
            } else if name.elementsEqual("at".utf8) {
                at = value
            } else {
                return nil
            }
            if at == nil || rotation == nil, !reader.take(UInt8(ascii: ",")) { return nil }
        }
        guard reader.take(UInt8(ascii: "}")), reader.isAtEnd, let rotation, let at else {
            return nil
        }
        self.rotation = rotation
        self.at = at
    }
}
