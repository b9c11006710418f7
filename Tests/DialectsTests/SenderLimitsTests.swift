import Dialects
import Testing

@Suite("What a sender may put into one request")
struct SenderLimitsTests {
    @Test("A key is as long as PagerDuty's documents allow")
    func keyLength() {
        #expect(SenderLimits.keyLengthMax == 255)
    }
}
