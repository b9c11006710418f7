import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Delivery

/// The connection breaks at every byte of a receiver's answer.
@Suite("An answer that breaks off is believed only as far as it came")
struct CutTests {
    /// Every cut is tried so often; `make fault` makes a thousand of them.
    static let tries = (rounds("CUTS", usually: 90) + 89) / 90

    @Test("Reset or closed after any byte of the reply: unknown, or delivered once it was all read")
    func everyByte() async throws {
        let receiver = try await Receiver.started()
        // "HTTP/1.1 200 Status", "Content-Length: 2", an empty line and two bytes.
        let whole = 44
        var endpoints: [Endpoint] = []
        for turn in 0..<Self.tries {
            for (word, count) in ["cut", "end"].flatMap({ word in (0...whole).map { (word, $0) } })
            {
                var webhook = try Webhook(
                    url: "http://127.0.0.1:\(receiver.webPort)/\(word)/\(count)"
                )
                webhook.totalSeconds = 10
                let name = "\(word)/\(count)/\(turn)"
                endpoints.append(Endpoint(name: name, transport: .webhook(webhook)))
            }
        }
        let reports = try await outcomes(of: endpoints, withinSeconds: 120)
        for (name, report) in reports {
            let parts = name.split(separator: "/")
            let count = try #require(Int(parts[1]))
            // What is told before the head has ended says nothing of the request.
            let isWhole = count == whole && parts[0] == "end"
            if isWhole { #expect(report.outcome == .delivered, "\(name): \(report)") }
            let isPossible =
                report.outcome == .unknown || count > 21 && report.outcome == .delivered
            #expect(isPossible, "\(name): \(report)")
        }
        // An answer that never came is still a request that did: the key is what a retry carries.
        let keys = try await receiver.log().requests.compactMap { $0.headers["webhook-id"] }
        #expect(Set(keys).count == endpoints.count)
    }
}
