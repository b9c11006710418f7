import CivilTime
import Foundation
import Testing

@Suite struct TZifTests {
    @Test("A file cut short is a fault, wherever it is cut", arguments: SystemZones.varied)
    func truncated(name: String) throws {
        let bytes = try SystemZones.bytes(name)
        for count in 0..<bytes.count {
            #expect(throws: ZoneFault.self, "cut at \(count)") {
                try Zone(name: name, tzif: Array(bytes.prefix(count)))
            }
        }
    }

    @Test("Damaged bytes are a fault or a zone with an answer, never a trap", arguments: Seed.all)
    func damaged(seed: Seed) throws {
        var random = SplitMix64(seed: seed)
        for name in SystemZones.varied {
            let bytes = try SystemZones.bytes(name)
            for _ in 0..<150 {
                var damaged = bytes
                for _ in 0...Int.random(in: 0...3, using: &random) {
                    let place = Int.random(in: 0..<damaged.count, using: &random)
                    damaged[place] = .random(in: 0...255, using: &random)
                }
                guard let zone = try? Zone(name: name, tzif: damaged) else { continue }
                ask(zone)
            }
        }
    }

    private func ask(_ zone: Zone) {
        for seconds in stride(from: -63_000_000_000, through: 254_000_000_000, by: 8_765_432_100) {
            let instant = Instant(secondsSinceEpoch: seconds)
            let civil = zone.civil(at: instant)
            _ = zone.spoken(instant)
            #expect(zone.first(of: civil) <= zone.last(of: civil))
        }
        _ = zone.transitions(
            from: Instant(secondsSinceEpoch: 0),
            to: Instant(secondsSinceEpoch: 9_000_000_000)
        )
    }

    @Test("Every distinct damage has its own fault")
    func faults() throws {
        func fault(_ bytes: [UInt8]) -> ZoneFault? {
            do throws(ZoneFault) {
                _ = try Zone(name: "Test", tzif: bytes)
                return nil
            } catch { return error }
        }
        #expect(fault([]) == .truncated)
        #expect(fault(Array("Zone file".utf8)) == .notTZif)
        #expect(fault(Array(repeating: 0, count: 1_048_577)) == .tooLarge(bytesMax: 1_048_576))
        #expect(fault(file()) == nil)
        #expect(fault(file(starts: [5, 5])) == .transitionsUnsorted)
        #expect(fault(file(starts: [5, 4])) == .transitionsUnsorted)
        #expect(fault(file(kind: 2)) == .outOfRange(field: "kind of a transition"))
        #expect(fault(file(offset: 93_600)) == .outOfRange(field: "offset"))
        #expect(fault(file(footer: "AAA")) == .footerMalformed)
        #expect(fault(file(footer: "")) == nil)
        #expect(fault(file(version: "1")) == .outOfRange(field: "version"))
        #expect(fault(file(leapSeconds: 1)) == .leapSeconds)
        #expect(ZoneFault.truncated.reason == "ends too early")
    }

    /// A version 2 file: standard time at 0, `BBB` at `offset` from each of `starts` on.
    private func file(
        starts: [Int] = [5, 6],
        kind: UInt8 = 1,
        offset: Int32 = 3600,
        footer: String = "BBB-1",
        version: Unicode.Scalar = "2",
        leapSeconds: UInt32 = 0
    ) -> [UInt8] {
        func big(_ value: some FixedWidthInteger) -> [UInt8] {
            withUnsafeBytes(of: value.bigEndian) { Array($0) }
        }
        func header(_ counts: [UInt32]) -> [UInt8] {
            Array("TZif".utf8) + [UInt8(ascii: version)] + Array(repeating: 0, count: 15)
                + counts.flatMap(big)
        }
        let times = UInt32(starts.count)
        var bytes = header([0, 0, 0, 0, 1, 4]) + big(Int32(0)) + [0, 0] + Array("AAA\0".utf8)
        bytes += header([0, 0, leapSeconds, times, 2, 8])
        bytes += starts.flatMap { big(Int64($0)) } + starts.map { _ in kind }
        bytes += big(Int32(0)) + [0, 0] + big(offset) + [0, 4] + Array("AAA\0BBB\0".utf8)
        return bytes + Array("\n\(footer)\n".utf8)
    }

    @Test("A version 1 file, and a transition at the Big Bang, are read")
    func oldFiles() throws {
        let zone = try Zone(name: "Test", tzif: file(starts: [-(1 << 59), 7]))
        #expect(zone.abbreviation(at: .distantPast) == "BBB")
        var bytes = file()
        bytes[4] = 0
        let first = try Zone(name: "Test", tzif: bytes)
        #expect(first.abbreviation(at: Instant(secondsSinceEpoch: 0)) == "AAA")
    }

    @Test("Files that count leap seconds are refused")
    func rightFiles() throws {
        let path = "\(SystemZones.folder)/right/Europe/London"
        guard let content = FileManager.default.contents(atPath: path) else { return }
        #expect(throws: ZoneFault.leapSeconds) {
            try Zone(name: "right/Europe/London", tzif: Array(content))
        }
    }
}
