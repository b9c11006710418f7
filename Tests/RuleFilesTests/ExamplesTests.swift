import CivilTime
import Foundation
import OnCall
import Paging
import Testing

@testable import RuleFiles

/// The examples that the documentation shows, word for word.
@Suite struct ExamplesTests {
    private func example(_ name: String, as path: String) throws -> SourceText {
        let folder = Fixture.root.appendingPathComponent("Tests/RuleFilesTests/Examples")
        let data = try Data(contentsOf: folder.appendingPathComponent(name))
        return SourceText(path: path, bytes: [UInt8](data))
    }

    private let bavaria = SourceText(
        path: "config/holidays/de-by.csv",
        text:
            "2026-12-25,Christmas Day\n2026-12-26,Second Day of Christmas\n2027-12-26,Second Day\n"
    )

    @Test("The example of a rotation file loads without a finding")
    func rotations() throws {
        let files = [try example("rotations.yaml", as: "rotations/support.yaml"), bavaria]
        let load = Fixture.load(files)
        #expect(load.diagnostics.isEmpty, "\(load.diagnostics.rendered(over: files))")
        #expect(load.rulebook?.rotations.rotations.count == 3)
    }

    @Test(
        "The example of a policy file loads with its reading to confirm and what its line-up brings"
    )
    func policies() throws {
        let files =
            [
                try example("policies.yaml", as: "config/policies/quik.yaml"),
                try example("rotations.yaml", as: "rotations/support.yaml"), bavaria,
            ] + Fixture.shipped.filter { $0.path.hasSuffix("us-federal.csv") }
        let load = Fixture.load(files)
        #expect(load.diagnostics.map(\.code) == [.readingUnconfirmed, .samePerson])
        #expect(
            load.diagnostics.last?.message
                == "lena is both leadership and support-primary from 2027-03-01 to 2027-03-08; "
                + "an escalation would ring the same phone"
        )
        #expect(load.rulebook != nil)
    }

    @Test("The example of the daemon's file loads without a finding")
    func settings() throws {
        let policies = Fixture.shipped.filter { $0.fileName != "tocsin.yaml" }
        let files = policies + [try example("tocsin.yaml", as: "config/tocsin.yaml")]
        let load = Fixture.load(files)
        // What the shipped policies bring on purpose.
        let others = load.diagnostics.filter {
            ![.readingUnconfirmed, .stepsCross].contains($0.code)
        }
        #expect(others.isEmpty, "\(others.rendered(over: files))")
        let settings = try #require(load.settings)
        #expect(settings.channels.count == 5)
        #expect(settings.intake.count == 3)
        #expect(settings.intake.map(\.expectSeconds) == [nil, nil, 86_400])
        #expect(settings.tls?.listen == DaemonSettings.Endpoint(host: "0.0.0.0", port: 8471))
        #expect(settings.mail?.smtp == "smtps://mail.example.com:465")
        #expect(settings.heartbeats.map(\.everySeconds) == [60])
        #expect(settings.allowNetworks == ["10.20.0.0/16"])
    }
}
