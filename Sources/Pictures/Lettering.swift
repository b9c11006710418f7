package import CivilTime
import OnCall

/// How wide words are, and how they are shortened to fit.
enum Lettering {
    /// A guess that errs on the wide side, in pixels, for the sans-serif letters of screens.
    static func width(_ text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + em($1) } * size
    }

    private static func em(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!": 0.31
        case "f", "r", "t", " ", "(", ")", "-", "/": 0.38
        case "m", "w", "M", "W", "@", "%", "—": 0.92
        case "A"..."Z": 0.7
        case _ where scalar.value >= 0x1100: 1.05
        default: 0.58
        }
    }

    /// `text`, or as much of it as fits with an ellipsis; empty where not even that does.
    static func fitted(_ text: String, width limit: Double, size: Double) -> String {
        if width(text, size: size) <= limit { return text }
        var kept = text.unicodeScalars
        while !kept.isEmpty {
            kept.removeLast()
            if width("\(String(kept))…", size: size) <= limit {
                while kept.last == " " { kept.removeLast() }
                return kept.isEmpty ? "" : "\(String(kept))…"
            }
        }
        return ""
    }

    /// The first of `texts` that fits, else an empty one.
    static func firstFitting(_ texts: [String], width limit: Double, size: Double) -> String {
        texts.first { width($0, size: size) <= limit } ?? ""
    }
}

/// People's names and colours, the same in every picture that is given the same people.
struct Cast {
    private let names: [PersonID: String]
    private let tones: [PersonID: Int]

    init(names: [PersonID: String], others: some Sequence<PersonID>) {
        self.names = names
        let strangers = Set(others).subtracting(names.keys).sorted()
        let everyone = names.keys.sorted() + strangers
        tones = Dictionary(
            everyone.enumerated().map { ($1, $0 % PictureStyle.tones) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    func tone(of person: PersonID?) -> Int { person.flatMap { tones[$0] } ?? 0 }

    func name(_ person: PersonID) -> String { names[person] ?? person }

    /// From the whole names down to initials.
    func labels(_ people: [PersonID]) -> [String] {
        let full = people.map(name)
        let first = full.map { $0.split(separator: " ").first.map(String.init) ?? $0 }
        let initials = full.map { name in
            String(name.split(separator: " ").prefix(2).compactMap(\.first))
        }
        return [full, first, initials].map { $0.joined(separator: ", ") }
            + [initials.joined(separator: " ")]
    }
}

extension CivilDate {
    static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `4 Jan`.
    package var short: String { "\(day) \(Self.months[(month - 1) % 12])" }

    /// `Mon 4 Jan`.
    var withWeekday: String { "\(weekday.abbreviation) \(short)" }

    var midnight: CivilDateTime { CivilDateTime(date: self, time: .midnight) }
}

extension WallTime {
    /// `09:00`.
    var short: String {
        let minutes = secondsSinceMidnight / 60
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(minutes / 60)):\(two(minutes % 60))"
    }
}

extension Zone {
    /// `Wed 10 Mar 09:15 CET`.
    func short(_ instant: Instant) -> String {
        let civil = civil(at: instant)
        return "\(civil.date.withWeekday) \(civil.time.short) \(abbreviation(at: instant))"
    }
}
