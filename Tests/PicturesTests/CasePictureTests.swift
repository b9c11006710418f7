import CivilTime
import OnCall
import Testing

@testable import Pictures

@Suite("A case's history as a picture")
struct CasePictureTests {
    typealias Mark = CasePicture.Mark
    static let widths = [320, 340, 840]

    static func picture(minutes: Int, isOpen: Bool = true) throws -> CasePicture {
        let opened = try instant("2027-01-04T09:00:00Z")
        return CasePicture(
            title: "Case 4711",
            opened: opened,
            until: opened.adding(seconds: minutes * 60),
            isOpen: isOpen,
            zone: .utc,
            names: ["anna": "Anna Keller", "ben": "Ben Ortiz"]
        )
    }

    static func mark(
        _ picture: CasePicture,
        second: Int,
        _ word: String = "noted",
        lane: CasePicture.Lane = .team
    ) -> Mark {
        let at = picture.opened.adding(seconds: second)
        return Mark(at: at, lane: lane, tone: .plain, word: word, text: "Anna \(word)")
    }

    /// Everything at once, by draws of a seed: days to months, hundreds of events.
    static func crowded(seed: UInt64) throws -> CasePicture {
        var state = seed
        func draw(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(count))
        }
        let minutes = [1, 45, 1_000, 20_000, 300_000][draw(5)]
        var picture = try picture(minutes: minutes, isOpen: draw(2) == 0)
        let words = ["paged", "delivered", "failed", "noted", "status changed", "caught up"]
        for _ in 0..<draw(300) {
            var mark = mark(picture, second: draw(minutes * 60), words[draw(words.count)])
            mark.lane = CasePicture.Lane.allCases[draw(4)]
            picture.marks.append(mark)
        }
        for index in 0..<draw(40) {
            let start = picture.opened.adding(seconds: index * minutes)
            let phase: CasePicture.Phase = index % 2 == 0 ? .acknowledged : .waiting
            let holder: CasePicture.Holder = index % 2 == 0 ? .person("anna") : .nobody
            picture.phases.append(.init(start: start, value: phase, text: phase.rawValue))
            picture.holders.append(.init(start: start, value: holder, text: "nobody"))
        }
        for index in 0..<draw(8) {
            let at = picture.opened.adding(seconds: draw(minutes * 150))
            let tone: CasePicture.Tone = index % 2 == 0 ? .bad : .plain
            picture.flags.append(.init(at: at, tone: tone, text: "resolution \(index) missed"))
        }
        return picture
    }

    /// Where the letters of a text stand.
    struct Box {
        var text: String
        var left: Double
        var right: Double
        var line: Double

        init?(_ attributes: [String: String], _ text: String) {
            let names = (attributes["class"] ?? "").split(separator: " ")
            guard let x = attributes["x"].flatMap({ Double($0) }),
                let y = attributes["y"].flatMap({ Double($0) })
            else { return nil }
            let long = Lettering.width(text, size: 11)
            self.text = text
            left = names.contains("end") ? x - long : names.contains("middle") ? x - long / 2 : x
            right = left + long
            line = y
        }

        func meets(_ other: Box) -> Bool {
            // A tenth is lost where numbers are written.
            abs(line - other.line) < 10 && left + 0.2 < other.right && other.left + 0.2 < right
        }
    }

    @Test("No words meet others or leave the picture", arguments: 1...20 as ClosedRange<UInt64>)
    func labels(seed: UInt64) throws {
        for width in Self.widths {
            let markup = Markup(try Self.crowded(seed: seed).svg(width: width))
            #expect(markup.fault == nil)
            let boxes = markup.leaves("text").compactMap { Box($0.attributes, $0.text) }
            #expect(boxes.count > 5)
            for (index, box) in boxes.enumerated() {
                #expect(box.left >= 0 && box.right <= Double(width), "\(width): \(box)")
                for other in boxes[..<index] {
                    #expect(!box.meets(other), "\(width): \(box) \(other)")
                }
            }
        }
    }

    @Test("Marks keep their number and order, and none touches its neighbour", arguments: 1...20)
    func collapse(seed: Int) throws {
        let picture = try Self.crowded(seed: UInt64(seed))
        for width in Self.widths {
            let axis = TimeAxis(
                start: picture.opened,
                end: picture.end,
                left: 80,
                right: Double(width)
            )
            for lane in CasePicture.Lane.allCases {
                let groups = picture.groups(of: lane, axis)
                let all = groups.flatMap(\.marks)
                let mine = picture.marks.filter { $0.lane == lane }
                #expect(all.count == mine.count)
                #expect(all.map(\.at) == mine.map(\.at).sorted())
                for (left, right) in zip(groups, groups.dropFirst()) {
                    #expect(left.x + left.radius < right.x - right.radius)
                }
            }
        }
    }

    @Test("Three hundred events of one second are one mark with their count")
    func oneSecond() throws {
        var picture = try Self.picture(minutes: 90)
        for index in 0..<300 {
            let word = index % 3 == 0 ? "paged" : "delivered"
            picture.marks.append(Self.mark(picture, second: 600, word, lane: .pages))
        }
        let markup = Markup(picture.svg(width: 340))
        #expect(markup.count("circle", class: "notice") == 1)
        #expect(markup.texts.contains("300"))
        #expect(markup.texts.contains("100 paged, 200 delivered"))
        #expect(
            markup.texts.contains("100 paged, 200 delivered, Mon 2027-01-04 09:10 UTC")
        )
    }

    @Test("One event is a mark with its word, its text and its instant")
    func oneEvent() throws {
        var picture = try Self.picture(minutes: 90)
        picture.marks = [Self.mark(picture, second: 60)]
        let markup = Markup(picture.svg(width: 340))
        #expect(markup.texts.contains("noted"))
        #expect(markup.texts.contains("Anna noted, Mon 2027-01-04 09:01 UTC"))
    }

    @Test("A case without a history is a picture too", arguments: [true, false])
    func empty(isOpen: Bool) throws {
        let markup = Markup(try Self.picture(minutes: 0, isOpen: isOpen).svg(width: 340))
        #expect(markup.fault == nil)
        #expect(markup.texts.contains { $0.hasSuffix("Nothing has happened yet.") })
    }

    @Test("The gravest of marks that stand together gives them its colour")
    func tone() throws {
        var picture = try Self.picture(minutes: 600)
        picture.marks = [.plain, .bad, .good].map { tone in
            Mark(at: picture.opened, lane: .pages, tone: tone, word: "paged", text: "paged")
        }
        let markup = Markup(picture.svg(width: 840))
        #expect(markup.count("circle", class: "missed") == 1)
        #expect(markup.count("circle", class: "met") == 0)
    }

    @Test("A missed due instant is red where it was; one far ahead stands at the end")
    func flags() throws {
        var picture = try Self.picture(minutes: 60)
        let late = picture.opened.adding(seconds: 1_800)
        let far = picture.opened.adding(seconds: 90 * 86_400)
        picture.flags = [
            .init(at: late, tone: .bad, text: "response missed"),
            .init(at: far, tone: .plain, text: "resolution due"),
        ]
        #expect(picture.end == picture.until)
        let markup = Markup(picture.svg(width: 340))
        #expect(markup.count("line", class: "flag-missed") == 1)
        #expect(markup.count("text", class: "alarm") == 1)
        #expect(markup.texts.contains("resolution due →"))
        let near = picture.opened.adding(seconds: 7_000)
        picture.flags[1].at = near
        #expect(picture.end == near)
        #expect(Markup(picture.svg(width: 340)).count("line", class: "now") == 1)
    }

    @Test("Stretches reach to the next, and there are never more than pixels")
    func stretches() throws {
        var picture = try Self.picture(minutes: 5_000)
        for index in 0..<5_000 {
            let start = picture.opened.adding(seconds: index * 60)
            let holder: CasePicture.Holder = index % 2 == 0 ? .person("ben") : .nobody
            picture.holders.append(.init(start: start, value: holder, text: "x"))
        }
        let bands = Markup(picture.svg(width: 340)).elements.filter {
            $0.attributes["height"] == "22"
        }
        #expect(bands.count > 50 && bands.count <= 340)
        var end = 86.0
        for band in bands {
            let x = try #require(band.attributes["x"].flatMap { Double($0) })
            let width = try #require(band.attributes["width"].flatMap { Double($0) })
            #expect(abs(x - end) < 0.2)
            end = x + width
        }
        #expect(abs(end - 328) < 0.2)
    }

    @Test("Text of a case cannot leave its element")
    func hostile() throws {
        var picture = try Self.picture(minutes: 600)
        let bad = "</title></svg><script>alert(1)</script>"
        picture.title = bad
        picture.names["anna"] = bad
        picture.marks = [
            Mark(at: picture.opened, lane: .team, tone: .plain, word: bad, text: bad)
        ]
        picture.phases = [.init(start: picture.opened, value: .open, text: bad)]
        picture.holders = [.init(start: picture.opened, value: .person("anna"), text: bad)]
        picture.flags = [.init(at: picture.until, tone: .bad, text: bad)]
        let svg = picture.svg(width: 840)
        #expect(!svg.contains("<script"))
        #expect(Markup(svg).fault == nil)
    }

    @Test("It is drawn for looking at", arguments: [2, 3, 9])
    func look(seed: Int) throws {
        for width in Self.widths {
            let svg = try Self.crowded(seed: UInt64(seed)).svg(width: width)
            #expect(svg.contains("prefers-color-scheme:dark"))
            try keep(svg, as: "case-\(seed)-\(width)")
        }
    }
}
