import CivilTime
import Dialects
import Shapes
import Testing

@Suite("Alerts as Prometheus and Alertmanager write them")
struct PrometheusAlertTests {
    /// 2026-03-02T10:00:00Z.
    private let now = Instant(secondsSinceEpoch: 1_772_445_600)

    private func alert(_ text: String) throws -> PrometheusAlert? {
        PrometheusAlert(try JSON(parsing: Array(text.utf8)))
    }

    @Test("The same labels in any order have the fingerprint that Prometheus prints")
    func fingerprints() throws {
        let one = try #require(try alert(#"{"labels":{"alertname":"Down","job":"a","no":""}}"#))
        let other = try #require(try alert(#"{"labels":{"job":"a","alertname":"Down"}}"#))
        #expect(one.fingerprint == other.fingerprint)
        #expect(one.fingerprint.utf8.count == 16)
        // FNV-1a of nothing, as client_golang's model has it.
        #expect(PrometheusAlert.fingerprint(of: []) == "cbf29ce484222325")
        let changed = try #require(try alert(#"{"labels":{"job":"b","alertname":"Down"}}"#))
        #expect(changed.fingerprint != one.fingerprint)
    }

    @Test("An end in year 1 is no end: it lasts five minutes from each sending")
    func firing() throws {
        let text = #"{"labels":{"a":"b"},"status":"firing","endsAt":"0001-01-01T00:00:00Z"}"#
        let firing = try #require(try alert(text))
        #expect(firing.endsAt == nil)
        #expect(firing.isResolved == false)
        #expect(firing.expiry(at: now) == now.adding(seconds: 300))
    }

    @Test(
        "What can never be an alert is none",
        arguments: [
            "[]", "{}", #"{"labels":{}}"#, #"{"labels":{"a":1}}"#, #"{"labels":{"a":""}}"#,
            #"{"labels":{"a":"b"},"annotations":[]}"#, #"{"labels":null}"#,
        ]
    )
    func refused(text: String) throws {
        #expect(try alert(text) == nil)
    }

    @Test("Its case has a plain title, its severity, its links and its labels as tags")
    func opening() throws {
        let text = #"""
            {"labels":{"alertname":"Disk","severity":"critical","instance":"db1"},
             "annotations":{"summary":"disk\r\nfull","runbook_url":"https://run.example/1",
             "description":"97 %"},"generatorURL":"javascript:alert(1)"}
            """#
        let opening = try #require(try alert(text)).opening
        #expect(opening.title == "disk full")
        #expect(opening.severity == "critical")
        #expect(opening.source == "db1")
        #expect(opening.links == ["https://run.example/1"])
        #expect(opening.tags == ["alertname=Disk", "instance=db1", "severity=critical"])
        #expect(opening.details.hasPrefix("97 %"))
    }

    @Test("A webhook keeps its good alerts and names its faulty ones")
    func webhook() throws {
        let text = #"{"version":"4","alerts":[{"labels":{"a":"b"}},{"labels":3}]}"#
        let webhook = AlertmanagerWebhook(try JSON(parsing: Array(text.utf8)))
        #expect(webhook.alerts.count == 1)
        #expect(webhook.faults == ["`alerts[1]` has no labels, or labels that are no texts"])
        let old = AlertmanagerWebhook(try JSON(parsing: Array(#"{"version":"3"}"#.utf8)))
        #expect(old.faults == ["`version` is not \"4\""])
    }

    @Test(
        "A pattern matches whole texts",
        arguments: [
            ("a|b.*", "b1", true), ("a|b.*", "ab", false), ("a.+", "a", false), (".*", "", true),
            ("^x$", "x", true), (#"a\.b"#, "a.b", true), (#"a\.b"#, "axb", false),
            ("a.c", "abc", true),
        ]
    )
    func patterns(pattern: String, text: String, matches: Bool) throws {
        #expect(try #require(LabelPattern(pattern)).matches(text) == matches)
    }

    @Test(
        "A pattern that could cost unbounded time is refused",
        arguments: [
            "(a+)+", "a*", "[a-z]", "a{2}", #"\d"#, "a?",
        ]
    )
    func refusedPatterns(pattern: String) {
        #expect(LabelPattern(pattern) == nil)
    }

    @Test("A silence must name something, and tells where it stands in time")
    func silences() throws {
        func silence(_ matcher: String) throws -> Silence? {
            let text = """
                {"matchers":[\(matcher)],"startsAt":"2026-03-02T09:00:00Z",\
                "endsAt":"2026-03-02T11:00:00Z","createdBy":"anna","comment":"x"}
                """
            return Silence(try JSON(parsing: Array(text.utf8)), id: "1", at: now)
        }
        let named = try #require(try silence(#"{"name":"job","value":"a","isRegex":false}"#))
        #expect(named.state(at: now) == "active")
        #expect(named.state(at: now.adding(seconds: 3_600)) == "expired")
        #expect(named.silences([.init(name: "job", value: "a")], at: now))
        #expect(!named.silences([.init(name: "job", value: "b")], at: now))
        #expect(try silence(#"{"name":"job","value":".*","isRegex":true}"#) == nil)
        var writer = JSONWriter()
        writer.beginArray()
        named.write(to: &writer, at: now)
        writer.endArray()
        #expect(Silence.list(writer.text) == [named])
    }
}
