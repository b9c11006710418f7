import CivilTime
import OnCall
import Paging
import Pictures
import Testing

@Suite struct PlanPictureTests {
    private func picture(_ marks: [PlanPicture.Mark]) throws -> PlanPicture {
        PlanPicture(
            title: "P1 under quik",
            marks: marks,
            opened: try instant("2027-03-10T08:00:00Z"),
            end: try instant("2027-03-10T12:00:00Z"),
            zone: try zone("Europe/Berlin"),
            names: ["anna": "Anna Keller", "ben": "Ben Ortiz", "lena": "Lena Vogt"]
        )
    }

    private func mark(
        _ at: String,
        _ kind: PlanStep.Kind,
        step: Int? = nil,
        _ to: [PersonID],
        why: String
    ) throws -> PlanPicture.Mark {
        PlanPicture.Mark(
            at: try instant("2027-03-10T\(at):00Z"),
            kind: kind,
            step: step,
            to: to,
            why: why
        )
    }

    @Test("Each message has a mark on the axis and a line in words")
    func marks() throws {
        let opened = "response is due in 1 h"
        let picture = try picture([
            mark("08:00", .page, step: 1, ["anna"], why: opened),
            mark("08:15", .page, step: 2, ["anna", "ben"], why: "nobody acknowledged in 15 min"),
            mark("08:30", .skip, step: 3, [], why: "the same people as in step 2"),
            mark("08:45", .warning, ["lena"], why: "75% of the response time is used up"),
            mark("09:00", .breach, ["lena"], why: "no response in 1 h"),
            mark("09:00", .page, step: 4, ["lena"], why: "the response is overdue"),
            mark("10:30", .reminder, ["anna"], why: "an update is owed & due <at 11:00>"),
            mark("11:00", .notice, ["ops@example.com"], why: "case escalated"),
        ])
        let svg = picture.svg()
        try keep(svg, as: "plan")
        let markup = Markup(svg)
        #expect(markup.fault == nil)
        #expect(markup.count("circle", class: "page") == 6)
        #expect(markup.count("circle", class: "breach") == 2)
        let texts = markup.texts
        for text in [
            "Page, step 2: Anna Keller, Ben Ortiz", "an update is owed & due <at 11:00>",
            "Wed 10 Mar 09:15 CET", "+15 min", "Notice: ops@example.com",
        ] {
            let isThere = texts.contains(text)
            #expect(isThere, "\(text)")
        }
    }

    @Test("A plan of nothing says so, and one of very much says how much is left out")
    func ends() throws {
        let empty = Markup(try picture([]).svg()).texts
        let isSaid = empty.contains("Nothing would be sent.")
        #expect(isSaid)
        let start = try instant("2027-03-10T08:00:00Z")
        let many = (0..<500).map { index in
            PlanPicture.Mark(
                at: start.adding(seconds: index * 7_200),
                kind: .reminder,
                step: nil,
                to: ["anna"],
                why: "an update is owed"
            )
        }
        let texts = Markup(try picture(many).svg()).texts
        let isCut = texts.contains("and 420 more")
        #expect(isCut)
    }
}
