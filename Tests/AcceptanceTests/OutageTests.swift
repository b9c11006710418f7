import Foundation
import Glibc
import Testing

@Suite("What carries the pages is down", .serialized)
struct OutageTests {
    @Test("A relay that says nothing for half an hour: everyone on the ladder is tried and reached")
    func relay() throws {
        let workspace = try Workspace()
        let mailServer = try MailServer(in: workspace)
        try TestFiles(mailPort: mailServer.port).write(to: workspace)
        // A second is a minute; an attempt keeps its deadline of real seconds.
        let daemon = try TestDaemon(in: workspace, speed: 60)
        mailServer.signal(SIGSTOP)
        let number = try daemon.open(title: "checkout returns 502")
        let began = Date()
        // At 45 minutes at the latest.
        let isLed = try becomesTrue(within: 60) {
            try workspace.tocsin("show", "\(number)", "-o", "json").output.contains("\"lena\"")
        }
        #expect(isLed, "leadership is paged while nothing gets through")
        while Date().timeIntervalSince(began) < 30 { usleep(200_000) }
        #expect(mailServer.mails.isEmpty)
        mailServer.signal(SIGCONT)
        let expected: Set = ["anna@example.com", "ben@example.com", "lena@example.com"]
        let areReached = becomesTrue(within: 90) {
            let reached = mailServer.mails.filter { $0.text.contains("(case \(number))") }
            return expected.isSubset(of: Set(reached.flatMap(\.to)))
        }
        #expect(areReached, "\(mailServer.mails.map(\.to))")
        #expect(try workspace.tocsin("ack", "\(number)", "--as", "lena").exit == 0)
        #expect(daemon.stop() == 0)
    }
}
