import CivilTime
import OnCall
import Paging
import Testing

@testable import Shapes

@Suite struct ShapeTests {
    private let source = SourceLine(file: "rotations/support.yaml", line: 12)
    private let start = Instant(secondsSinceEpoch: 1_772_352_000)

    private func answer(
        _ people: [String],
        layer: String? = "day",
        override: Bool = false,
        gap: Bool = false
    ) -> Answer {
        Answer(people: people, layer: layer, isOverride: override, isGap: gap, source: source)
    }

    @Test("Who is on call has the fields that scripts rely on")
    func whoShape() {
        var writer = JSONWriter()
        let watch = Watch(
            rotation: "support-primary",
            answer: answer(["anna"]),
            until: start.adding(seconds: 3_600),
            next: Watch.Next(people: [], from: start.adding(seconds: 3_600))
        )
        writer.value([watch], at: start)
        #expect(
            writer.text == """
                {"at":"2026-03-01T08:00:00Z","rotations":[{"rotation":"support-primary",\
                "people":["anna"],"layer":"day","override":false,"gap":false,\
                "until":"2026-03-01T09:00:00Z",\
                "next":{"people":[],"from":"2026-03-01T09:00:00Z"},\
                "source":"rotations/support.yaml:12"}]}
                """
        )
    }

    @Test("A watch without a change ahead has neither an end nor a next")
    func whoWithoutEnd() {
        var writer = JSONWriter()
        let watch = Watch(
            rotation: "desk",
            answer: answer([], layer: nil, gap: true),
            until: nil,
            next: nil
        )
        writer.value([watch], at: start)
        #expect(writer.text.contains(#""people":[],"layer":null,"override":false,"gap":true"#))
        #expect(writer.text.contains(#""until":null,"next":null"#))
    }

    @Test("Shifts have the fields that scripts rely on")
    func shiftsShape() {
        var writer = JSONWriter()
        let shift = Shift(
            start: start,
            end: start.adding(seconds: 60),
            answer: answer(["anna", "ben"], layer: nil, override: true)
        )
        writer.value([shift], of: "support-primary")
        #expect(
            writer.text == """
                {"rotation":"support-primary","shifts":[{"start":"2026-03-01T08:00:00Z",\
                "end":"2026-03-01T08:01:00Z","people":["anna","ben"],"layer":null,\
                "override":true,"gap":false}]}
                """
        )
    }

    @Test(
        "Each kind of refusal has its exit code and its status",
        arguments: [
            (Refusal.Code.notAllowed, 4, 403), (.notFound, 5, 404), (.conflict, 6, 409),
            (.unavailable, 7, 503), (.invalid, 64, 400),
        ]
    )
    func refusals(code: Refusal.Code, exit: Int, status: Int) {
        #expect(code.exit == exit)
        #expect(code.status == status)
    }

    @Test("An error of the command line is one object")
    func commandErrorShape() {
        var writer = JSONWriter()
        writer.commandError(code: "conflict", message: "ben has it", fix: "ask \"ben\"", exit: 6)
        #expect(
            writer.text == """
                {"error":{"code":"conflict","message":"ben has it","fix":"ask \\"ben\\"","exit":6}}
                """
        )
    }

    @Test("Problem details carry the code and the way out")
    func problemShape() {
        var writer = JSONWriter()
        writer.problem(Refusal(.notFound, "there is no case 9", fix: "list them"), status: 404)
        #expect(
            writer.text == """
                {"type":"about:blank","title":"Not found","status":404,\
                "detail":"there is no case 9","code":"not-found","fix":"list them"}
                """
        )
    }
}
