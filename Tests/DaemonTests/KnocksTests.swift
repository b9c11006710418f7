import NIOCore
import Testing

@testable import Daemon

@Suite struct KnocksTests {
    @Test("A door at which three knocks in a row have no answer is named")
    func deaf() throws {
        let scratch = Scratch()
        let path = scratch.path + "/none.sock"
        let knocks = Knocks()
        knocks.add(try SocketAddress(unixDomainSocketPath: path), isTLS: false)
        // Nobody listens at the first port.
        knocks.add(try SocketAddress(ipAddress: "0.0.0.0", port: 1), isTLS: false)
        knocks.add(try SocketAddress(ipAddress: "::", port: 1), isTLS: true)
        for _ in 1...2 { knocks.knock() }
        #expect(knocks.deaf.isEmpty)
        knocks.knock()
        #expect(knocks.deaf == [path, "0.0.0.0 port 1", ":: port 1"])
    }
}
