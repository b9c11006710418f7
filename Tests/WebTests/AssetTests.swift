import Testing
import Web

@Suite("Assets ride in the binary")
struct AssetTests {
    @Test("The style sheet says that it knows both colour schemes")
    func style() {
        #expect(String(decoding: Asset.style, as: UTF8.self).contains("color-scheme: light dark"))
    }
}
