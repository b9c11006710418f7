import RuleFiles
import Testing

@testable import Daemon

@Suite struct KnocksTests {
    @Test("A door at which three knocks in a row have no answer is named")
    func deaf() throws {
        let scratch = Scratch()
        var settings = DaemonSettings()
        settings.socket = scratch.path + "/none.sock"
        // Nobody listens at the first port.
        settings.listen = DaemonSettings.Endpoint(host: "0.0.0.0", port: 1)
        let knocks = Knocks(at: settings)
        for _ in 1...2 { knocks.knock() }
        #expect(knocks.deaf.isEmpty)
        knocks.knock()
        #expect(knocks.deaf == [settings.socket, "0.0.0.0:1"])
    }
}
