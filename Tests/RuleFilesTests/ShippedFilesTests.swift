import Clocks
import OnCall
import Paging
import Testing

@testable import RuleFiles

@Suite struct ShippedFilesTests {
    @Test("The shipped files load, with nothing but readings to confirm")
    func shippedFilesLoad() throws {
        let load = Fixture.load(Fixture.shipped)
        let others = load.diagnostics.filter { $0.code != .readingUnconfirmed }
        #expect(others.isEmpty, "\(others.rendered(over: Fixture.shipped))")
        let rulebook = try #require(load.rulebook)
        #expect(
            Set(rulebook.policies.keys) == [
                "quik", "quadrotech", "support-guidelines", "user-support", "esq",
            ]
        )
        #expect(rulebook.people.count == 8)
        let settings = try #require(load.settings)
        #expect(settings.channels.map(\.kind) == [.local])
    }
}
