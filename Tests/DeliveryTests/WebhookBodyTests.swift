import Paging
import Testing

@testable import Delivery

@Suite("A webhook's body has the shape that receivers were promised")
struct WebhookBodyTests {
    private func data(around inner: String) -> String {
        """
        "data":{"case":{"id":"01hq3case","number":4711,"key":null,"intake":"cli",\
        "customer":"Northwind","title":"checkout returns 502",\
        "details":"\\nEvery checkout since 10:00 fails.\\nStack trace below.",\
        "policy":"quik","priority":"P1","status":"open","status_reason":null,\
        "status_until":null,"owner":null,"acknowledged":null,\
        "opened_at":"2027-01-04T09:00:00Z","next_due_at":"2027-01-04T09:15:00Z",\
        "links":["https://wiki.example.com/checkout"],"contacts":[],"tags":[]},\
        \(inner),\
        "to":{"contact":"email","channel":"email","address":"anna@example.com"},\
        "clocks":[{"clock":"response","kind":"commitment","state":"running",\
        "due":"2027-01-04T09:30:00Z","due_local":"2027-01-04T10:30:00+01:00",\
        "due_latest":null,"elapsed_seconds":600,"target":"30 min"},\
        {"clock":"update","kind":"internal","state":"paused","due":null,"due_local":null,\
        "due_latest":null,"elapsed_seconds":0,"target":"1 h"}],\
        "sequence":7,"rulebook":"0f3a"}
        """
    }

    @Test("A page carries its place in the ladder and the address to acknowledge at")
    func page() {
        var briefing = Fixture.briefing()
        briefing.acknowledgeURL = "https://pager.example.com/a/x7k"
        let page = """
            "page":{"id":"01hq3case.c1.s2.r0.anna","step":2,"steps":[1,2],"round":0,"cycle":1,\
            "drill":false,"person":"anna",\
            "why":"quik P1 response 30 min, step 2, rotations/support.yaml:12 layer week",\
            "acknowledge_url":"https://pager.example.com/a/x7k"},\
            "notification":{"kind":"page","person":"anna",\
            "summary":"Nobody has answered Northwind yet.",\
            "why":"quik P1 response 30 min, step 2, rotations/support.yaml:12 layer week"}
            """
        let expected =
            #"{"type":"case.paged","timestamp":"2027-01-04T09:10:00Z","# + data(around: page) + "}"
        #expect(String(decoding: WebhookBody.bytes(of: briefing), as: UTF8.self) == expected)
    }

    @Test("What asks for no acknowledgement has no page but says what it is")
    func reminder() {
        let notification = """
            "page":null,"notification":{"kind":"reminder","person":"anna",\
            "summary":"Nobody has answered Northwind yet.",\
            "why":"quik P1 response 30 min, step 2, rotations/support.yaml:12 layer week"}
            """
        let expected =
            #"{"type":"case.reminded","timestamp":"2027-01-04T09:10:00Z","#
            + data(around: notification) + "}"
        let body = WebhookBody.bytes(of: Fixture.briefing(.reminder))
        #expect(String(decoding: body, as: UTF8.self) == expected)
    }
}
