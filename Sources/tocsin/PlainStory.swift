import CivilTime

/// A line that tells a case in its plain form: each member at most once, texts without escapes,
/// instants in UTC with `Z`.
///
/// Its texts stand in the line; they are gone with it.
struct PlainStory {
    private(set) var policy: UnsafeRawBufferPointer
    private(set) var priority: UnsafeRawBufferPointer
    private(set) var opened: Instant
    private(set) var channel: UnsafeRawBufferPointer?
    private(set) var id: UnsafeRawBufferPointer?
    private(set) var at: Instant?

    /// An entry of `events`.
    struct Event {
        var at: Instant
        var word: UnsafeRawBufferPointer
    }

    /// A longer line is refused by the general reader.
    private static let bytesMax = 256 * 1_024

    /// `events` is emptied first and holds the line's events then, in the order told.
    init?(_ line: UnsafeRawBufferPointer, events: inout [Event]) {
        events.removeAll(keepingCapacity: true)
        var reader = PlainReader(bytes: line)
        var members = Members()
        guard line.count <= Self.bytesMax, reader.take(UInt8(ascii: "{")) else { return nil }
        repeat {
            guard let name = reader.text(), reader.take(UInt8(ascii: ":")) else { return nil }
            if name.holds("events") {
                guard !members.hasEvents, reader.events(&events) else { return nil }
                members.hasEvents = true
            } else {
                guard let value = reader.text(), members.take(value, as: name) else { return nil }
            }
        } while reader.take(UInt8(ascii: ","))
        guard reader.take(UInt8(ascii: "}")), reader.isAtEnd, let policy = members.policy,
            let priority = members.priority,
            let opened = members.opened.flatMap(Instant.init(plain:))
        else { return nil }
        if let at = members.at {
            guard let at = Instant(plain: at) else { return nil }
            self.at = at
        }
        self.policy = policy
        self.priority = priority
        self.opened = opened
        channel = members.channel
        id = members.id
    }

    private struct Members {
        var policy: UnsafeRawBufferPointer?
        var priority: UnsafeRawBufferPointer?
        var opened: UnsafeRawBufferPointer?
        var channel: UnsafeRawBufferPointer?
        var at: UnsafeRawBufferPointer?
        var id: UnsafeRawBufferPointer?
        var hasEvents = false

        /// `false` where the member is unknown, or there already.
        mutating func take(
            _ value: UnsafeRawBufferPointer,
            as name: UnsafeRawBufferPointer
        ) -> Bool {
            if name.holds("policy") { return Self.set(&policy, value) }
            if name.holds("priority") { return Self.set(&priority, value) }
            if name.holds("opened") { return Self.set(&opened, value) }
            if name.holds("at") { return Self.set(&at, value) }
            if name.holds("id") { return Self.set(&id, value) }
            if name.holds("channel") { return Self.set(&channel, value) }
            return false
        }

        private static func set(
            _ member: inout UnsafeRawBufferPointer?,
            _ value: UnsafeRawBufferPointer
        ) -> Bool {
            guard member == nil else { return false }
            member = value
            return true
        }
    }
}

extension PlainReader {
    /// A list of `{"at": "…", "event": "…"}`, the two in either order.
    fileprivate mutating func events(_ events: inout [PlainStory.Event]) -> Bool {
        guard take(UInt8(ascii: "[")) else { return false }
        if take(UInt8(ascii: "]")) { return true }
        repeat {
            guard let event = event() else { return false }
            events.append(event)
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]"))
    }

    private mutating func event() -> PlainStory.Event? {
        guard take(UInt8(ascii: "{")), let first = text(), take(UInt8(ascii: ":")),
            let firstValue = text(), take(UInt8(ascii: ",")), let second = text(),
            take(UInt8(ascii: ":")), let secondValue = text(), take(UInt8(ascii: "}"))
        else { return nil }
        let isTimeFirst = first.holds("at")
        guard isTimeFirst ? second.holds("event") : first.holds("event") && second.holds("at"),
            let at = Instant(plain: isTimeFirst ? firstValue : secondValue)
        else { return nil }
        return PlainStory.Event(at: at, word: isTimeFirst ? secondValue : firstValue)
    }
}
