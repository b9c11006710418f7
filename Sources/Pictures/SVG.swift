/// An SVG document while it is written: shapes by class, so that one style sheet colours them.
struct SVG {
    private var body = ""
    let width: Int

    init(width: Int) { self.width = width }

    /// Text and attribute values as XML wants them; what XML cannot hold becomes a space.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\u{FFFE}", "\u{FFFF}": escaped += " "
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// To a tenth, which is finer than a screen shows.
    static func number(_ value: Double) -> String {
        let tenths = Int((min(max(value, -1e9), 1e9) * 10).rounded())
        let (whole, rest) = (tenths.magnitude / 10, tenths.magnitude % 10)
        let sign = tenths < 0 ? "-" : ""
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
    }

    /// A rectangle; `title` is shown where a pointer rests on it.
    mutating func rectangle(
        _ frame: Frame,
        class name: String,
        radius: Double = 0,
        fill: String? = nil,
        title: String? = nil
    ) {
        body += "<rect class=\"\(name)\" x=\"\(Self.number(frame.x))\" "
        body += "y=\"\(Self.number(frame.y))\" width=\"\(Self.number(max(0, frame.width)))\" "
        body += "height=\"\(Self.number(frame.height))\""
        if radius > 0 { body += " rx=\"\(Self.number(radius))\"" }
        if let fill { body += " fill=\"\(fill)\"" }
        guard let title else {
            body += "/>\n"
            return
        }
        body += "><title>\(Self.escaped(title))</title></rect>\n"
    }

    mutating func line(_ from: (Double, Double), _ to: (Double, Double), class name: String) {
        body += "<line class=\"\(name)\" x1=\"\(Self.number(from.0))\" "
        body += "y1=\"\(Self.number(from.1))\" x2=\"\(Self.number(to.0))\" "
        body += "y2=\"\(Self.number(to.1))\"/>\n"
    }

    mutating func circle(
        _ center: (Double, Double),
        radius: Double,
        class name: String,
        title: String? = nil
    ) {
        body += "<circle class=\"\(name)\" cx=\"\(Self.number(center.0))\" "
        body += "cy=\"\(Self.number(center.1))\" r=\"\(Self.number(radius))\""
        guard let title else {
            body += "/>\n"
            return
        }
        body += "><title>\(Self.escaped(title))</title></circle>\n"
    }

    mutating func text(_ text: String, at point: (Double, Double), class name: String) {
        body += "<text class=\"\(name)\" x=\"\(Self.number(point.0))\" "
        body += "y=\"\(Self.number(point.1))\">\(Self.escaped(text))</text>\n"
    }

    mutating func raw(_ markup: String) { body += markup }

    /// The whole document; `style` is left out where the page that holds it brings its own.
    func document(
        height: Double,
        title: String,
        description: String,
        style: String?,
        class name: String = "picture"
    ) -> String {
        let size = "\(width) \(Self.number(height.rounded(.up)))"
        let side = size.split(separator: " ")
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="\(name)" viewBox="0 0 \(size)" \
            width="\(side[0])" height="\(side[1])" \(name == "picture" ? "" : stretch)role="img">
            <title>\(Self.escaped(title))</title>
            <desc>\(Self.escaped(description))</desc>
            \(style.map { "<style>\($0)</style>\n" } ?? "")\
            \(ground(name, side))\
            \(body)</svg>

            """
    }

    private var stretch: String { "preserveAspectRatio=\"none\" " }

    /// Pictures have a ground of their own; what stands in a line of text has none.
    private func ground(_ name: String, _ side: [Substring]) -> String {
        guard name == "picture" else { return "" }
        return "<rect class=\"ground\" x=\"0\" y=\"0\" width=\"\(side[0])\" "
            + "height=\"\(side[1])\"/>\n"
    }
}

/// A rectangle's place.
struct Frame {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
}
