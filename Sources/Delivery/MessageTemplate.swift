import Mustache
import Shapes

/// A template that an administrator wrote for the bodies of a webhook.
///
/// Words of a case only ever fill it in: they are escaped for its format whatever the template
/// says, and no tag in them is read.
package struct MessageTemplate: Hashable, Sendable {
    /// The format of what it makes, by the end of its file name.
    package enum Escaping: String, CaseIterable, Sendable {
        case json, text, form

        var contentType: String {
            switch self {
            case .json: "application/json"
            case .text: "text/plain; charset=utf-8"
            case .form: "application/x-www-form-urlencoded"
            }
        }

        func escaped(_ text: String) -> String {
            switch self {
            case .json:
                var json = JSONWriter(reserving: text.utf8.count + 16)
                json.value(text)
                return String(json.text.dropFirst().dropLast())
            case .text: return text
            case .form: return URLText.pathSegment(text)
            }
        }
    }

    /// What is wrong with a template, and where.
    package struct Fault: Error, Hashable, Sendable {
        /// From 1.
        package var line: Int
        package var column: Int
        package var message: String
        package var fix: String

        package init(line: Int, column: Int, message: String, fix: String) {
            (self.line, self.column) = (line, column)
            (self.message, self.fix) = (message, fix)
        }
    }

    package let name: String
    package let escaping: Escaping
    private let source: String
    private let template: MustacheTemplate

    private static let pragma = "{{% CONTENT_TYPE:TEXT}}"
    package static let bytesMax = 64 * 1_024

    /// `name` ends in `.json`, `.text` or `.form`; the template is tried with the sample.
    package init(name: String, source: String) throws(Fault) {
        guard let ending = name.split(separator: ".").last,
            let escaping = Escaping(rawValue: String(ending))
        else {
            throw Fault(
                line: 1,
                column: 1,
                message: "the name `\(name)` does not say what the template makes",
                fix: "end it in .json, .text or .form"
            )
        }
        if let fault = Self.unknownTag(in: source) { throw fault }
        do {
            // Text is escaped before it comes in, so that no tag can ask for it unescaped.
            template = try MustacheTemplate(string: Self.pragma + source)
        } catch let error as MustacheTemplate.ParserError {
            let line = error.context.lineNumber
            let shift = line == 1 ? Self.pragma.count : 0
            throw Fault(
                line: line,
                column: max(1, error.context.columnNumber - shift),
                message: "the template cannot be read: \(error.error)",
                fix: "close every tag and section, as {{#acknowledge}} ... {{/acknowledge}}"
            )
        } catch {
            throw Fault(line: 1, column: 1, message: "\(error)", fix: "mend the template")
        }
        (self.name, self.source, self.escaping) = (name, source, escaping)
        try check()
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.name == right.name && left.source == right.source
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(source)
    }

    package func bytes(of briefing: Briefing) -> [UInt8] {
        Array(template.render(TemplateWords.words(of: briefing, escaped: escaping.escaped)).utf8)
    }

    /// Renders samples: a page with a link and a notice, with words that need escaping.
    private func check() throws(Fault) {
        for sample in TemplateWords.samples {
            let body = bytes(of: sample)
            if body.allSatisfy({ $0 <= 0x20 }) {
                throw Fault(
                    line: 1,
                    column: 1,
                    message: "the template makes an empty body of a sample",
                    fix: "write what the receiver is to get"
                )
            }
            guard escaping == .json else { continue }
            do throws(JSONFault) {
                _ = try JSON(parsing: body)
            } catch {
                let before = body.prefix(error.offset)
                throw Fault(
                    line: 1,
                    column: 1,
                    message: "the sample's body is no JSON: \(error.message), in line"
                        + " \(before.count { $0 == 0x0A } + 1) of what the template makes",
                    fix: "put strings in quotes; a list takes no comma behind its last entry"
                )
            }
        }
    }

    /// A tag that names nothing would be filled with nothing, in the night it is needed.
    private static func unknownTag(in source: String) -> Fault? {
        for (index, line) in source.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            var rest = Substring(line)
            while let open = rest.firstRange(of: "{{") {
                rest = rest[open.upperBound...]
                guard let close = rest.firstRange(of: "}}") else { break }
                let tag = rest[..<close.lowerBound]
                let column = line.distance(from: line.startIndex, to: tag.startIndex) + 1
                rest = rest[close.upperBound...]
                if let fault = fault(of: tag, line: index + 1, column: column) { return fault }
            }
        }
        return nil
    }

    private static func fault(of tag: Substring, line: Int, column: Int) -> Fault? {
        let text = tag.trimmed
        guard let first = text.first, first != "!" else { return nil }
        guard !"><%=$&{".contains(first) else {
            return Fault(
                line: line,
                column: column,
                message: "`{{\(text)}}` is not taken here",
                fix: "use plain tags and sections: {{subject}}, {{#page}} ... {{/page}}"
            )
        }
        let name = "#^/".contains(first) ? text.dropFirst().trimmed : text
        guard !TemplateWords.names.contains(String(name)) else { return nil }
        return Fault(
            line: line,
            column: column,
            message: "`{{\(text)}}` names nothing that a message has",
            fix: "use one of: \(TemplateWords.names.sorted().joined(separator: ", "))"
        )
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let head = drop { $0 == " " || $0 == "\t" }
        return head.prefix(
            upTo: head.lastIndex { $0 != " " && $0 != "\t" }.map { index in
                head.index(after: index)
            } ?? head.startIndex
        )
    }
}
