import Foundation
import Testing

@Suite("The protocol of the outbox is proven, not only tested")
struct ModelTests {
    @Test("Every property of the models holds, every mutant is caught, and the table is theirs")
    func models() throws {
        let workspace = try Workspace()
        let script = Workspace.repository.appending(path: "scripts/models").path
        let ran = try workspace.run(script, [], within: 600)
        #expect(ran.exit == 0, "\(ran.output)\n\(ran.errors)")
        #expect(ran.output.contains("10 moves"))
    }
}
