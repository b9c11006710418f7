import Mustache

/// Templates of the pages, parsed once; text in them is escaped by default.
enum HTML {
    /// The page `name` over `view`, whose stored properties are the template's words.
    static func page(_ name: String, _ view: Any) -> String {
        guard let html = library.render(view, withTemplate: name) else {
            preconditionFailure("there is no template `\(name)`")
        }
        return revealed(html)
    }

    private static let sources: [(name: String, bytes: [UInt8])] = [
        ("layout", PackageResources.layout_mustache),
        ("moment", PackageResources.moment_mustache),
        ("step", PackageResources.step_mustache),
        ("as", PackageResources.as_mustache),
        ("sign-in", PackageResources.sign_in_mustache),
        ("now", PackageResources.now_mustache),
        ("card", PackageResources.card_mustache),
        ("case", PackageResources.case_mustache),
        ("verbs", PackageResources.verbs_mustache),
        ("acknowledge", PackageResources.acknowledge_mustache),
        ("calendar", PackageResources.calendar_mustache),
        ("files", PackageResources.files_mustache),
        ("person", PackageResources.person_mustache),
        ("reports", PackageResources.reports_mustache),
        ("refusal", PackageResources.refusal_mustache),
    ]

    private static let library: MustacheLibrary = {
        var library = MustacheLibrary()
        for source in sources {
            do {
                var text = String(decoding: source.bytes, as: UTF8.self)
                // A part stands within a line as often as on its own.
                if text.hasSuffix("\n") { text.removeLast() }
                try library.register(text, named: source.name)
            } catch {
                preconditionFailure("the template `\(source.name)` does not parse: \(error)")
            }
        }
        return library
    }()

    /// Characters that turn or hide their neighbours, shown by their number, wherever they stand;
    /// the templates have none of their own.
    static func revealed(_ html: String) -> String {
        let isPlain = html.utf8.allSatisfy { ($0 >= 0x20 && $0 < 0x7F) || $0 == 0x0A }
        if isPlain { return html }
        var shown = ""
        shown.reserveCapacity(html.utf8.count + 64)
        for scalar in html.unicodeScalars {
            switch scalar.value {
            case 0x0A: shown.unicodeScalars.append(scalar)
            case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: shown += " "
            case 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF,
                0xFFF9...0xFFFB, 0xE0000...0xE007F:
                shown += "&lt;U+\(String(scalar.value, radix: 16, uppercase: true))&gt;"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
