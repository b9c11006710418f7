package import CivilTime

/// JSON text written front to back into bytes, without a tree in between.
///
/// Commas come by themselves; the caller pairs begins with ends and writes keys inside objects.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8]

    package init(reserving capacity: Int = 512) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// The text so far.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func beginObject() {
        separate()
        bytes.append(UInt8(ascii: "{"))
    }

    package mutating func endObject() { bytes.append(UInt8(ascii: "}")) }

    package mutating func beginArray() {
        separate()
        bytes.append(UInt8(ascii: "["))
    }

    package mutating func endArray() { bytes.append(UInt8(ascii: "]")) }

    /// A key of our own shapes: plain ASCII, nothing to escape.
    package mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        )
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    /// A key that is somebody's text.
    package mutating func key(text: String) {
        separate()
        appendQuoted(text)
        bytes.append(UInt8(ascii: ":"))
    }

    package mutating func null() {
        separate()
        append("null")
    }

    package mutating func value(_ value: Bool) {
        separate()
        append(value ? "true" : "false")
    }

    package mutating func value(_ value: Int) {
        separate()
        appendDecimal(value)
    }

    package mutating func value(_ value: String) {
        separate()
        appendQuoted(value)
    }

    /// RFC 3339 in UTC with `Z`.
    package mutating func value(_ value: Instant) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        appendTime(value, offsetSeconds: nil)
        bytes.append(UInt8(ascii: "\""))
    }

    /// RFC 3339 on the clocks of `zone`, with the offset in force there.
    package mutating func value(_ value: Instant, in zone: Zone) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        appendTime(value, offsetSeconds: zone.offsetSeconds(at: value))
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func value(_ value: [String]) {
        beginArray()
        for element in value { self.value(element) }
        endArray()
    }

    /// JSON text made elsewhere, as one value.
    package mutating func raw(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
    }

    /// Ends a line, for output of one JSON value a line.
    package mutating func newline() { bytes.append(UInt8(ascii: "\n")) }
}

extension JSONWriter {
    package mutating func field(_ name: StaticString, _ value: Bool) {
        key(name)
        self.value(value)
    }

    package mutating func field(_ name: StaticString, _ value: Int) {
        key(name)
        self.value(value)
    }

    package mutating func field(_ name: StaticString, _ value: Int?) {
        key(name)
        if let value { self.value(value) } else { null() }
    }

    package mutating func field(_ name: StaticString, _ value: String) {
        key(name)
        self.value(value)
    }

    package mutating func field(_ name: StaticString, _ value: String?) {
        key(name)
        if let value { self.value(value) } else { null() }
    }

    package mutating func field(_ name: StaticString, _ value: Instant?) {
        key(name)
        if let value { self.value(value) } else { null() }
    }

    package mutating func field(_ name: StaticString, _ value: Instant?, in zone: Zone) {
        key(name)
        if let value { self.value(value, in: zone) } else { null() }
    }

    package mutating func field(_ name: StaticString, _ value: [String]) {
        key(name)
        self.value(value)
    }
}

extension JSONWriter {
    /// A comma where the last byte ended a value; no value ends in one of the bytes tested.
    private mutating func separate() {
        switch bytes.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: "\n"):
            return
        default: bytes.append(UInt8(ascii: ","))
        }
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        )
    }

    private mutating func appendQuoted(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        let isWritten: Void? = value.utf8.withContiguousStorageIfAvailable { appendEscaped($0) }
        if isWritten == nil { Array(value.utf8).withUnsafeBufferPointer { appendEscaped($0) } }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Copies stretches that need no escape whole; most texts are one such stretch.
    private mutating func appendEscaped(_ utf8: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for (index, byte) in utf8.enumerated() where Self.isEscaped(byte) {
            bytes.append(contentsOf: utf8[start..<index])
            appendEscape(of: byte)
            start = index + 1
        }
        bytes.append(contentsOf: utf8[start...])
    }

    /// RFC 8259 asks for quotes, backslashes and controls; DEL and `<` are escaped besides, so that
    /// the text is harmless on a terminal and inside a script element.
    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F || byte == 0x3C
    }

    private mutating func appendEscape(of byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: bytes.append(byte)
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default:
            append("u00")
            bytes.append(Self.hexDigit(byte >> 4))
            bytes.append(Self.hexDigit(byte & 0x0F))
        }
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }

    private mutating func appendDecimal(_ value: Int) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let magnitude = value.magnitude
        let start = bytes.count
        var rest = magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    /// `offsetSeconds` nil writes `Z`.
    private mutating func appendTime(_ instant: Instant, offsetSeconds: Int?) {
        // RFC 3339 knows no seconds in an offset: of a zone before standard time they are dropped.
        let offset = (offsetSeconds ?? 0) / 60 * 60
        let local = instant.adding(seconds: offset).secondsSinceEpoch
        let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let second = local - days * 86_400
        let date = CivilDate(daysSinceEpoch: days).components
        append(date.year, digits: 4)
        bytes.append(UInt8(ascii: "-"))
        append(date.month, digits: 2)
        bytes.append(UInt8(ascii: "-"))
        append(date.day, digits: 2)
        bytes.append(UInt8(ascii: "T"))
        append(second / 3600, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        append(second / 60 % 60, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        append(second % 60, digits: 2)
        guard offsetSeconds != nil else { return bytes.append(UInt8(ascii: "Z")) }
        bytes.append(UInt8(ascii: offset < 0 ? "-" : "+"))
        append(abs(offset) / 3600, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        append(abs(offset) / 60 % 60, digits: 2)
    }

    private mutating func append(_ value: Int, digits: Int) {
        if digits == 4 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 1000 % 10))
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 100 % 10))
        }
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10 % 10))
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }
}
