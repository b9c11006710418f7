extension ZoneTable {
    /// No real file reaches 4 KiB; what is far larger is not one.
    static let bytesMax = 1 << 20

    /// The rules in a TZif file's bytes; whatever they are, an answer or a fault, never a trap.
    convenience init(tzif bytes: [UInt8]) throws(ZoneFault) {
        guard bytes.count <= Self.bytesMax else { throw .tooLarge(bytesMax: Self.bytesMax) }
        var reader = TZifReader(bytes)
        var header = try reader.header()
        var block: TZifBlock
        if header.version >= 2 {
            // The first block holds the years up to 2037 for old readers only.
            _ = try reader.take(header.blockSize(timeSize: 4))
            header = try reader.header()
            block = try reader.block(header, timeSize: 8)
            block.footer = try reader.footer()
        } else {
            block = try reader.block(header, timeSize: 4)
        }
        try self.init(block)
    }

    private convenience init(_ block: TZifBlock) throws(ZoneFault) {
        guard var first = block.kinds.first else { throw .outOfRange(field: "number of kinds") }
        var changes: [(at: Int, kind: LocalKind)] = []
        changes.reserveCapacity(block.starts.count)
        var last: Int?
        for (start, index) in zip(block.starts, block.indices) {
            if let last, start <= last { throw .transitionsUnsorted }
            last = start
            guard index < block.kinds.count else {
                throw .outOfRange(field: "kind of a transition")
            }
            if start <= Instant.distantPast.secondsSinceEpoch {
                // Some files begin with the Big Bang; for years from 1 on it is the first kind.
                first = block.kinds[index]
            } else if start <= Instant.distantFuture.secondsSinceEpoch {
                changes.append((start, block.kinds[index]))
            }
        }
        self.init(first: first, changes: changes, footer: block.footer)
    }
}

/// What a TZif file's header counts.
private struct TZifHeader {
    /// 1 for the first version, whose byte is NUL.
    var version: Int
    var utIndicators: Int
    var standardIndicators: Int
    var leapSeconds: Int
    var transitions: Int
    var kinds: Int
    var characters: Int

    func blockSize(timeSize: Int) -> Int {
        transitions * (timeSize + 1) + kinds * 6 + characters
            + leapSeconds * (timeSize + 4) + standardIndicators + utIndicators
    }
}

private struct TZifBlock {
    /// One for each transition, as the file has them.
    var starts: [Int]
    /// The kind that begins at each start.
    var indices: [Int]
    var kinds: [LocalKind]
    var footer: FooterRule?
}

/// A TZif file while it is read, from front to back.
private struct TZifReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func take(_ count: Int) throws(ZoneFault) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw .truncated }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func header() throws(ZoneFault) -> TZifHeader {
        guard rest.starts(with: "TZif".utf8) else {
            throw rest.count < 4 ? .truncated : .notTZif
        }
        _ = try take(4)
        let version: Int
        switch try take(1).first {
        case 0: version = 1
        // Later versions promise that a reader of version 2 goes on working.
        case let byte? where byte >= UInt8(ascii: "2") && byte <= UInt8(ascii: "9"):
            version = Int(byte - UInt8(ascii: "0"))
        default: throw .outOfRange(field: "version")
        }
        _ = try take(15)
        let header = TZifHeader(
            version: version,
            utIndicators: try count(),
            standardIndicators: try count(),
            leapSeconds: try count(),
            transitions: try count(),
            kinds: try count(),
            characters: try count()
        )
        guard header.leapSeconds == 0 else { throw .leapSeconds }
        guard (1...256).contains(header.kinds) else { throw .outOfRange(field: "number of kinds") }
        guard [0, header.kinds].contains(header.utIndicators),
            [0, header.kinds].contains(header.standardIndicators)
        else { throw .outOfRange(field: "number of indicators") }
        return header
    }

    private mutating func count() throws(ZoneFault) -> Int {
        Int(try take(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    }

    mutating func block(_ header: TZifHeader, timeSize: Int) throws(ZoneFault) -> TZifBlock {
        // Before anything is allocated for it, the whole block must be there.
        guard header.blockSize(timeSize: timeSize) <= rest.count else { throw .truncated }
        let times = try take(header.transitions * timeSize)
        let starts = stride(from: times.startIndex, to: times.endIndex, by: timeSize).map {
            times[$0..<$0 + timeSize].bigEndianInteger
        }
        let indices = try take(header.transitions).map(Int.init)
        let records = try take(header.kinds * 6)
        let characters = try take(header.characters)
        _ = try take(header.standardIndicators + header.utIndicators)
        var kinds: [LocalKind] = []
        for start in stride(from: records.startIndex, to: records.endIndex, by: 6) {
            kinds.append(try Self.kind(records[start..<start + 6], names: characters))
        }
        return TZifBlock(starts: starts, indices: indices, kinds: kinds, footer: nil)
    }

    /// A record of six bytes: offset, daylight flag, and where its abbreviation begins.
    private static func kind(
        _ record: ArraySlice<UInt8>,
        names: ArraySlice<UInt8>
    ) throws(ZoneFault) -> LocalKind {
        let offset = record.prefix(4).bigEndianInteger
        guard LocalKind.offsetsAllowed.contains(offset) else { throw .outOfRange(field: "offset") }
        let flag = record[record.startIndex + 4]
        guard flag <= 1 else { throw .outOfRange(field: "daylight flag") }
        let name = names.dropFirst(Int(record[record.startIndex + 5]))
        guard let end = name.firstIndex(of: 0), end > name.startIndex,
            name[..<end].allSatisfy(\.isInAbbreviation)
        else { throw .outOfRange(field: "abbreviation") }
        return LocalKind(
            offsetSeconds: offset,
            isDaylight: flag == 1,
            abbreviation: String(decoding: name[..<end], as: UTF8.self)
        )
    }

    /// The rule between the two newlines at the end; `nil` where there is none between them.
    mutating func footer() throws(ZoneFault) -> FooterRule? {
        let newline = UInt8(ascii: "\n")
        guard try take(1).first == newline else { throw .footerMalformed }
        guard let end = rest.firstIndex(of: newline) else { throw .truncated }
        let text = rest[..<end]
        guard !text.isEmpty else { return nil }
        guard let rule = FooterRule(text) else { throw .footerMalformed }
        return rule
    }
}

extension ArraySlice<UInt8> {
    /// The bytes as one signed number, the highest first; at most eight of them.
    fileprivate var bigEndianInteger: Int {
        let bits = reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let unused = 64 - count * 8
        return Int(Int64(bitPattern: bits << unused) >> Int64(unused))
    }
}
