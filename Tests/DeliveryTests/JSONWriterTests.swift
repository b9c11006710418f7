import CivilTime
import Clocks
import Shapes
import Testing

@testable import Paging

@Suite("JSON is written as RFC 8259 and RFC 3339 ask")
struct JSONWriterTests {
    @Test(
        "A text is quoted so that any parser reads it back",
        arguments: [
            ("plain", #""plain""#),
            ("", #""""#),
            ("a\"b\\c", #""a\"b\\c""#),
            ("tab\tline\nreturn\r", #""tab\tline\nreturn\r""#),
            ("\u{0}\u{1F}\u{7F}", #""\u0000\u001f\u007f""#),
            ("</script>", #""\u003c/script>""#),
            ("Grüße 🚀", "\"Grüße 🚀\""),
        ]
    )
    func text(_ row: (given: String, written: String)) {
        var json = JSONWriter()
        json.value(row.given)
        #expect(json.text == row.written)
    }

    @Test("Whole numbers are written in full", arguments: [0, 7, -7, 4711, Int.max, Int.min])
    func number(_ value: Int) {
        var json = JSONWriter()
        json.value(value)
        #expect(json.text == "\(value)")
    }

    @Test("Commas stand between values and nowhere else")
    func commas() {
        var json = JSONWriter()
        json.beginArray()
        json.beginObject()
        json.endObject()
        json.beginObject()
        json.field("a", true)
        json.field("b", nil as String?)
        json.field("c", ["x", "y"])
        json.field("d", [] as [String])
        json.endObject()
        json.value(1)
        json.null()
        json.raw(Array("[2]".utf8))
        json.endArray()
        json.newline()
        json.value(false)
        let object = #"{"a":true,"b":null,"c":["x","y"],"d":[]}"#
        #expect(json.text == "[{},\(object),1,null,[2]]\nfalse")
    }

    @Test("Instants are written in UTC, or on the clocks of a zone with its offset")
    func instants() {
        var json = JSONWriter()
        json.beginArray()
        json.value(Fixture.now)
        json.value(Fixture.now, in: Fixture.berlin)
        json.value(Fixture.now, in: .utc)
        json.value(Instant(secondsSinceEpoch: -1))
        json.value(.distantPast)
        json.value(.distantFuture)
        json.endArray()
        let expected = [
            "2027-01-04T09:10:00Z", "2027-01-04T10:10:00+01:00", "2027-01-04T09:10:00+00:00",
            "1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
        ]
        #expect(json.text == "[\"" + expected.joined(separator: "\",\"") + "\"]")
    }
}

@Suite("The API's shapes are what its documentation says")
struct ShapesTests {
    @Test("A case that somebody has acknowledged")
    func acknowledgedCase() {
        var value = Fixture.value
        value.acknowledgement = Case.Acknowledgement(by: "anna", at: Fixture.now)
        var json = JSONWriter()
        json.value(
            value,
            nextDueAt: nil,
            acknowledgedUntil: Fixture.now.adding(seconds: 3_600),
            clocks: []
        )
        #expect(
            json.text == """
                {"id":"01hq3case","number":4711,"key":null,"intake":"cli","customer":"Northwind",\
                "title":"checkout returns 502",\
                "details":"\\nEvery checkout since 10:00 fails.\\nStack trace below.",\
                "policy":"quik","priority":"P1","status":"open","status_reason":null,\
                "status_until":null,"owner":null,"acknowledged":{"by":"anna",\
                "at":"2027-01-04T09:10:00Z","expires_at":"2027-01-04T10:10:00Z"},\
                "opened_at":"2027-01-04T09:00:00Z","next_due_at":null,"clocks":[],\
                "links":["https://wiki.example.com/checkout"],"contacts":[],"tags":[]}
                """
        )
    }

    @Test("Clocks carry their due instant twice, and an objective only where the promise is split")
    func clocks() {
        var clocks = Fixture.clocks
        clocks[1].objective = Fixture.now
        var json = JSONWriter()
        json.beginObject()
        json.field("clocks", clocks)
        json.endObject()
        #expect(
            json.text == """
                {"clocks":[{"clock":"response","kind":"commitment","state":"running",\
                "due":"2027-01-04T09:30:00Z","due_local":"2027-01-04T10:30:00+01:00",\
                "due_latest":null,"elapsed_seconds":600,"target":"30 min"},\
                {"clock":"update","kind":"internal","state":"paused","due":null,"due_local":null,\
                "due_latest":null,"elapsed_seconds":0,"target":"1 h",\
                "objective":"2027-01-04T09:10:00Z"}]}
                """
        )
    }

    @Test("An event carries its own fields only where it has them")
    func event() {
        let event = CaseEvent(
            .updated,
            at: Fixture.now,
            by: "anna",
            way: "cli",
            text: "Rolled back.",
            until: Fixture.now.adding(seconds: 1_800)
        )
        var json = JSONWriter()
        json.value(event, recordedAt: Fixture.now.adding(seconds: 1))
        #expect(
            json.text == """
                {"event":"updated","at":"2027-01-04T09:10:00Z",\
                "recorded_at":"2027-01-04T09:10:01Z","by":"anna","way":"cli",\
                "text":"Rolled back.","next":"2027-01-04T09:40:00Z"}
                """
        )
    }
}
