import Dialects
import Testing

@Suite("What a browser posts, and what stands behind percent signs")
struct WebFormTests {
    @Test("Fields are freed of their escapes; of several with one name the last counts")
    func fields() {
        let form = WebForm("note=first&note=back%20at+9%3A00&number=417&empty=&bare&=x&a%3Db=c%26d")
        #expect(form["note"] == "back at 9:00")
        #expect(form["number"] == "417")
        #expect(form["empty"] == nil && form["bare"] == nil && form["absent"] == nil)
        #expect(form["a=b"] == "c&d")
    }

    @Test("A line has no control characters, and none is no line")
    func lines() {
        let form = WebForm("note=%0D%0Aback%0D%0Aat%209%00&blank=%20%0A%09")
        #expect(form.line("note") == "back at 9")
        #expect(form["note"] == "\r\nback\r\nat 9\0")
        #expect(form.line("blank") == nil && form.line("absent") == nil)
    }

    @Test(
        "A percent sign that means nothing stays, or makes the whole wrong",
        arguments: [
            ("a%2Fb", "a/b", "a/b"), ("100%", "100%", nil), ("%4", "%4", nil), ("%zz", "%zz", nil),
            ("%+a", "%+a", nil), ("%-1", "%-1", nil), ("%%41", "%A", nil), ("+", "+", "+"),
            ("%C3%A4", "ä", "ä"), ("%C3", "\u{FFFD}", nil), ("", "", ""),
        ] as [(String, String, String?)]
    )
    func percentSigns(text: String, wherePossible: String, strict: String?) {
        #expect(text.percentDecodedWherePossible == wherePossible)
        #expect(text.percentDecoded == strict)
    }
}
