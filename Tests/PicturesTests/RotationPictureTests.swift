import CivilTime
import OnCall
import Pictures
import Testing

@Suite struct RotationPictureTests {
    private let office: Office
    private let picture: RotationPicture

    init() throws {
        office = try Office()
        picture = try #require(
            RotationPicture(
                "support",
                in: office.rotations,
                names: office.names,
                from: try instant("2027-03-08T00:00:00Z"),
                to: try instant("2027-04-01T00:00:00Z"),
                now: try instant("2027-03-17T10:00:00Z")
            )
        )
    }

    @Test("A picture is XML, and what people named things in it stays text")
    func isXML() throws {
        let svg = picture.svg()
        try keep(svg, as: "rotation")
        let markup = Markup(svg)
        #expect(markup.fault == nil)
        let isTitled = markup.texts.contains("Support, first responder <24x7>")
        #expect(isTitled)
    }

    @Test("Overrides are hatched, gaps red, clock changes and the present moment marked")
    func marks() {
        let markup = Markup(picture.svg())
        // The override lies in one week; its legend has a patch besides.
        #expect(markup.count("rect", class: "cover") == 2)
        // An hour each day once Denver's clocks have changed, and one in the legend.
        #expect(markup.count("rect", class: "gap") == 18 + 1)
        #expect(markup.count("rect", class: "pill") == 2)
        let texts = markup.texts
        let isPilled = texts.contains("23 h Denver") && texts.contains("23 h")
        #expect(isPilled)
        #expect(markup.count("line", class: "change") == 2)
        #expect(markup.count("line", class: "now") == 1)
    }

    @Test("Both colour schemes are in the style, and a page may bring its own")
    func schemes() {
        #expect(picture.svg().contains("@media (prefers-color-scheme:dark)"))
        #expect(!picture.svg(withStyle: false).contains("<style>"))
    }

    @Test("No shape lies outside the picture, and every shift is one shape in each week it is in")
    func shapes() throws {
        let markup = Markup(picture.svg())
        for element in markup.elements where element.name == "rect" {
            let x = try #require(Double(element.attributes["x"] ?? ""))
            let width = try #require(Double(element.attributes["width"] ?? ""))
            #expect(x >= 0 && x + width <= 1_120 && width >= 0)
        }
    }

    @Test("There is no picture of no rotation or of no time, and a long one is cut")
    func limits() throws {
        let start = try instant("2027-03-08T00:00:00Z")
        func picture(_ rotation: String, days: Int) -> RotationPicture? {
            RotationPicture(
                rotation,
                in: office.rotations,
                names: [:],
                from: start,
                to: start.adding(seconds: days * 86_400)
            )
        }
        #expect(picture("suport", days: 7) == nil)
        #expect(picture("support", days: 0) == nil)
        #expect(picture("support", days: 4_000)?.svg() == picture("support", days: 420)?.svg())
    }
}
