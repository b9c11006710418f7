import CivilTime
import Clocks
import Shapes

/// The answer to a line of `clocks --batch`, appended to others without a writer of its own.
///
/// The same bytes as `ClocksCommand.json`; the fields of a clock are those of `JSONWriter.value`.
enum ClockLine {
    /// More room than the longest clock takes, its target aside.
    private static let clockBytesMax = 448
    /// Longer answers are written the general way.
    private static let bytesMax = 8 * 1_024

    /// Of a policy that `writes` holds of.
    static func append(_ clocks: [Clock], to output: inout [UInt8]) {
        var room = 16
        for index in clocks.indices { room += clockBytesMax + clocks[index].target.utf8.count }
        guard room <= bytesMax else {
            return output.append(contentsOf: ClocksCommand.json(clocks).bytes)
        }
        withUnsafeTemporaryAllocation(byteCount: bytesMax, alignment: 1) { buffer in
            var line = Self.Bytes(buffer)
            line.append("{\"clocks\":[")
            for index in clocks.indices {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                line.append(clocks[index])
            }
            line.append("]}")
            output.append(contentsOf: line.written)
        }
    }

    /// Whether the targets of these promises can be written as they are: none needs an escape.
    static func writes(_ promises: [PriorityPromises]) -> Bool {
        promises.allSatisfy { promises in
            let own = [promises.response?.text, promises.update?.text, promises.resolution?.text]
            let texts = own.compactMap { $0 } + promises.channelResponses.values.map(\.text)
            return texts.allSatisfy { $0.utf8.allSatisfy(isPlain) }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C && byte != 0x3C
    }

    /// Bytes written front to back into room that is large enough for all of them.
    private struct Bytes {
        private let room: UnsafeMutableRawBufferPointer
        private var count = 0

        init(_ room: UnsafeMutableRawBufferPointer) { self.room = room }

        var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: room[..<count]) }

        mutating func append(_ byte: UInt8) {
            room[count] = byte
            count += 1
        }

        mutating func append(_ text: StaticString) {
            append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }

        private mutating func append(_ text: UnsafeRawBufferPointer) {
            UnsafeMutableRawBufferPointer(rebasing: room[count..<count + text.count])
                .copyMemory(from: text)
            count += text.count
        }

        private mutating func append(text: String) {
            var text = text
            text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
        }

        private mutating func append(two value: Int) {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10 % 10))
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
        }

        private mutating func append(decimal value: Int) {
            if value < 0 { append(UInt8(ascii: "-")) }
            let start = count
            var rest = value.magnitude
            repeat {
                append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
                rest /= 10
            } while rest > 0
            room[start..<count].reverse()
        }

        /// RFC 3339, with `Z` where `offsetSeconds` is nil.
        private mutating func append(_ instant: Instant, offsetSeconds: Int?) {
            let offset = (offsetSeconds ?? 0) / 60 * 60
            let local = instant.adding(seconds: offset).secondsSinceEpoch
            let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
            let second = local - days * 86_400
            let date = CivilDate(daysSinceEpoch: days).components
            append(two: date.year / 100)
            append(two: date.year % 100)
            append(UInt8(ascii: "-"))
            append(two: date.month)
            append(UInt8(ascii: "-"))
            append(two: date.day)
            append(UInt8(ascii: "T"))
            append(two: second / 3_600)
            append(UInt8(ascii: ":"))
            append(two: second / 60 % 60)
            append(UInt8(ascii: ":"))
            append(two: second % 60)
            guard offsetSeconds != nil else { return append(UInt8(ascii: "Z")) }
            append(UInt8(ascii: offset < 0 ? "-" : "+"))
            append(two: abs(offset) / 3_600)
            append(UInt8(ascii: ":"))
            append(two: abs(offset) / 60 % 60)
        }

        /// In quotes, in UTC; `null` where there is none.
        private mutating func append(_ instant: Instant?) {
            guard let instant else { return append("null") }
            append(UInt8(ascii: "\""))
            append(instant, offsetSeconds: nil)
            append(UInt8(ascii: "\""))
        }

        mutating func append(_ clock: Clock) {
            append("{\"clock\":\"")
            append(text: clock.name.rawValue)
            append("\",\"kind\":\"")
            append(text: clock.kind.rawValue)
            append("\",\"state\":\"")
            append(text: clock.state.rawValue)
            append("\",\"due\":")
            append(clock.due)
            append(",\"due_local\":")
            if let due = clock.due {
                append(UInt8(ascii: "\""))
                append(due, offsetSeconds: clock.calendar.zone?.offsetSeconds(at: due) ?? 0)
                append(UInt8(ascii: "\""))
            } else {
                append("null")
            }
            append(",\"due_latest\":")
            append(clock.dueLatest)
            append(",\"elapsed_seconds\":")
            append(decimal: clock.elapsedSeconds)
            append(",\"target\":\"")
            append(text: clock.target)
            append(UInt8(ascii: "\""))
            if let objective = clock.objective {
                append(",\"objective\":")
                append(objective)
            }
            append(UInt8(ascii: "}"))
        }
    }
}
