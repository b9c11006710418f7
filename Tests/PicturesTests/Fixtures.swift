import CivilTime
import Foundation
import FoundationXML
import OnCall
import Testing

/// A zone of the machine that runs the test.
func zone(_ name: String) throws -> Zone {
    let file = URL(fileURLWithPath: "/usr/share/zoneinfo").appendingPathComponent(name)
    return try Zone(name: name, tzif: [UInt8](Data(contentsOf: file)))
}

func instant(_ text: String) throws -> Instant { try #require(Instant(rfc3339: text)) }

/// A support rotation around the world whose pictures show everything that a picture can.
struct Office {
    let rotations: Rotations
    let names = [
        "anna": "Anna Keller", "ben": "Ben Ortiz", "chitra": "Chitra Rao", "wei": "Wei Lim",
        "dana": "Dana Whitaker", "erik": "Erik Sorensen", "lena": "Lena Vogt",
        "marcus": "Marcus Hale",
    ]

    init() throws {
        let (berlin, denver) = (try zone("Europe/Berlin"), try zone("America/Denver"))
        let singapore = try zone("Asia/Singapore")
        let layers = [
            try Self.layer("asia", singapore, ("08:00", "16:00"), ["chitra", "wei"]),
            try Self.layer("europe", berlin, ("09:00", "17:00"), ["anna", "ben"]),
            try Self.layer("americas", denver, ("09:00", "17:00"), ["dana", "erik"]),
        ]
        let swap = Override(
            rotation: "support",
            start: try instant("2027-03-10T12:00:00Z"),
            end: try instant("2027-03-11T05:00:00Z"),
            people: ["marcus"],
            insteadOf: nil,
            reason: nil,
            source: Self.line(50)
        )
        rotations = Rotations(
            rotations: [
                Self.rotation("support", "Support, first responder <24x7>", berlin, layers)
            ],
            overrides: [swap],
            away: [],
            unreachable: []
        )
    }

    static func line(_ line: Int) -> SourceLine { SourceLine(file: "rotations/a.yaml", line: line) }

    static func rotation(_ id: String, _ title: String, _ zone: Zone, _ layers: [Layer]) -> Rotation
    {
        Rotation(
            id: id,
            title: title,
            zone: zone,
            layers: layers,
            ifNobody: ["lena"],
            distinctFrom: nil,
            requiredCoverageSeconds: nil,
            source: line(1)
        )
    }

    static func layer(
        _ name: String,
        _ zone: Zone,
        _ hours: (String, String),
        _ order: [PersonID]
    ) throws -> Layer {
        let window = HoursWindow(
            days: Set(Weekday.allCases),
            from: try #require(WallTime(hours.0)),
            to: try #require(WallTime(hours.1))
        )
        return Layer(
            name: name,
            zone: zone,
            hours: [window],
            onDates: nil,
            handoff: Handoff(
                every: .weeks(1, on: .monday),
                at: window.from,
                countsCoveredTurnsOnly: false
            ),
            versions: [
                MemberVersion(
                    from: try #require(CivilDate("2026-01-05")),
                    order: order.map { [$0] },
                    first: 0,
                    source: line(10)
                )
            ],
            source: line(9)
        )
    }
}

/// What an XML reader finds: elements by name, with the texts.
final class Markup: NSObject, XMLParserDelegate {
    private(set) var elements: [(name: String, attributes: [String: String])] = []
    /// Whole lines between elements, white space trimmed.
    var texts: Set<String> { Set(raw.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }) }
    private var raw: [String] = []
    private(set) var fault: String?

    init(_ svg: String) {
        super.init()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = self
        if !parser.parse() { fault = "\(String(describing: parser.parserError))" }
    }

    /// Elements of this name with the text in each.
    func leaves(_ name: String) -> [(attributes: [String: String], text: String)] {
        zip(elements, raw).filter { $0.0.name == name }.map { element, text in
            (element.attributes, text.trimmingCharacters(in: .newlines))
        }
    }

    func count(_ name: String, class style: String) -> Int {
        elements.filter { element in
            element.name == name
                && (element.attributes["class"] ?? "").split(separator: " ").contains(
                    Substring(style)
                )
        }.count
    }

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements.append((name, attributes))
        raw.append("")
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if !raw.isEmpty { raw[raw.count - 1] += text }
    }
}

/// Writes a picture to the folder that `PICTURES` names, for looking at; else nothing.
func keep(_ svg: String, as name: String) throws {
    guard let folder = ProcessInfo.processInfo.environment["PICTURES"] else { return }
    let file = URL(fileURLWithPath: folder).appendingPathComponent("\(name).svg")
    try svg.write(to: file, atomically: true, encoding: .utf8)
}
