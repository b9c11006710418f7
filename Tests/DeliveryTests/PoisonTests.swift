import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Delivery

/// Receivers that hang, drip, flood and break off, by the hundred.
@Suite("Bad receivers, however many, cost neither the good ones nor memory")
struct PoisonTests {
    /// So many bad receivers of those kinds, and so many good ones.
    struct Crowd: Sendable {
        let bad: Int
        let paths: [String]
        let good: Int
    }

    private final class Ledger: Sendable {
        let reports = Mutex<[AttemptReport]>([])
    }

    private func endpoints(
        _ count: Int,
        _ paths: [String],
        at receiver: Receiver
    ) throws -> [Endpoint] {
        try (0..<count).map { index in
            let path = paths[index % paths.count]
            var webhook = try Webhook(url: "http://127.0.0.1:\(receiver.webPort)/\(path)")
            webhook.totalSeconds = 8
            return Endpoint(name: "\(path).\(index)", transport: .webhook(webhook))
        }
    }

    private func page(_ id: Int, to endpoint: Endpoint) -> Parcel {
        Parcel(
            id: Int64(id),
            attempt: 1,
            endpoint: endpoint.name,
            key: "key.\(id)",
            urgency: .page,
            address: "",
            body: [0x7B, 0x7D]
        )
    }

    private static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }

    @Test(
        "Of the pages to good receivers beside bad ones 99 in 100 are there within 2 s",
        arguments: [
            Crowd(bad: 50, paths: ["hang"], good: 1),
            Crowd(bad: 200, paths: ["hang", "drip", "reset", "half", "status/503"], good: 5),
            Crowd(bad: 200, paths: ["hang"], good: 5),
        ]
    )
    func beside(crowd: Crowd) async throws {
        let (bad, good) = (crowd.bad, crowd.good)
        let receiver = try await Receiver.started()
        let broken = try endpoints(bad, crowd.paths, at: receiver)
        let sound = try endpoints(good, ["ok"], at: receiver)
        let ledger = Ledger()
        let outlets = Courier.Outlets(
            clock: { Self.now() },
            showLocally: { _, _ in true },
            onOutcomes: { batch in ledger.reports.withLock { $0 += batch } }
        )
        let settings = Courier.Settings(
            endpoints: broken + sound,
            allowNetworks: ["127.0.0.0/8"].compactMap { Network($0) }
        )
        let courier = try #require(Courier(settings, outlets: outlets))
        let first = 10_000
        let began = Self.now()
        // As many as a new receiver may have in flight: more, all together, than there are places.
        courier.send((0..<bad * 8).map { page($0, to: broken[$0 / 8]) })
        courier.send((0..<good * 60).map { page(first + $0, to: sound[$0 / 60]) })
        func arrived() -> [AttemptReport] {
            ledger.reports.withLock { $0 }.filter { $0.id >= first }
        }
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end, arrived().count < good * 60 {
            try await Task.sleep(for: .milliseconds(10))
        }
        _ = try await Blocking.run { courier.stop(graceMillis: 100) }
        let reports = arrived()
        #expect(reports.count == good * 60)
        #expect(reports.allSatisfy { $0.outcome == .delivered })
        // From the handing over, so that waiting for a turn counts.
        let waits = reports.map { $0.startedAt - began + Int64($0.millis) }.sorted()
        let late = waits.dropFirst(waits.count * 99 / 100).first
        #expect(try #require(late) <= 2_000, "\(waits.suffix(10))")
    }

    @Test("Sixty-four that drip a byte each half second are all cut after five")
    func dripping() async throws {
        let receiver = try await Receiver.started()
        let reports = try await outcomes(of: endpoints(64, ["drip"], at: receiver))
        for (name, report) in reports {
            #expect(report.outcome == .unknown, "\(name): \(report)")
            #expect((4_000..<7_900).contains(report.millis), "\(name): \(report)")
        }
    }

    /// Resident memory of this process.
    private func residentKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return try #require(line.flatMap { Int($0.filter(\.isNumber)) })
    }

    @Test("Endless headers, floods of interim answers, huge and packed bodies take up no memory")
    func memory() async throws {
        let receiver = try await Receiver.started()
        let inWave = 40
        func wave() async throws {
            let paths = ["headers", "flood", "huge", "bomb"]
            let reports = try await outcomes(of: endpoints(inWave, paths, at: receiver))
            for (name, report) in reports where name.hasPrefix("huge") || name.hasPrefix("bomb") {
                #expect(report.outcome == .delivered, "\(name): \(report)")
            }
            for (name, report) in reports where name.hasPrefix("flood") {
                #expect(report.outcome == .unknown, "\(name): \(report)")
            }
        }
        // What the first ones take is kept for the next.
        try await wave()
        let before = try residentKilobytes()
        let waves = (rounds("HOSTILE_ANSWERS", usually: inWave) + inWave - 1) / inWave
        for _ in 0..<waves { try await wave() }
        let after = try residentKilobytes()
        #expect(after - before <= 20 * 1_024, "\(after - before) KiB in \(waves) waves")
    }
}
