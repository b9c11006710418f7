/// A fault in the files, told so that their author can mend it without reading our source.
package struct Diagnostic: Error, Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable {
        case error, warning
    }

    package var code: Code
    package var severity: Severity
    package var file: String
    /// From 1.
    package var line: Int
    /// Unicode scalars from 1.
    package var column: Int
    /// One past the last.
    package var endColumn: Int
    /// What is wrong, in one clause that quotes the author's own words.
    package var message: String
    /// What to do about it, in the imperative.
    package var fix: String

    init(code: Code, severity: Severity, at place: Place, message: String, fix: String) {
        self.code = code
        self.severity = severity
        file = place.file
        line = place.line
        column = place.column
        endColumn = place.endColumn
        self.message = message
        self.fix = fix
    }

    /// An error in a file that is read elsewhere, such as a template.
    package init(
        code: Code,
        file: String,
        line: Int,
        column: Int,
        message: String,
        fix: String
    ) {
        self.code = code
        severity = .error
        self.file = file
        (self.line, self.column, endColumn) = (line, column, column + 1)
        self.message = message
        self.fix = fix
    }
}

extension Diagnostic: Comparable {
    /// By place, then code.
    package static func < (left: Diagnostic, right: Diagnostic) -> Bool {
        if left.file != right.file { return left.file < right.file }
        if left.line != right.line { return left.line < right.line }
        if left.column != right.column { return left.column < right.column }
        if left.code != right.code { return left.code.rawValue < right.code.rawValue }
        return left.message < right.message
    }
}

/// What one load found, in the order it was found; each finding once.
final class Findings {
    /// Past this many nobody reads on; the rest would say the same.
    static let findingsMax = 1_000

    private(set) var all: [Diagnostic] = []
    private var seen: Set<Diagnostic> = []

    var isFull: Bool { all.count >= Self.findingsMax }
    /// Errors told so far, those past the limit and those told before among them.
    private(set) var errorCount = 0
    var hasErrors: Bool { errorCount > 0 }

    func error(_ code: Diagnostic.Code, at place: Place, _ message: String, fix: String) {
        errorCount += 1
        add(Diagnostic(code: code, severity: .error, at: place, message: message, fix: fix))
    }

    func warn(_ code: Diagnostic.Code, at place: Place, _ message: String, fix: String) {
        add(Diagnostic(code: code, severity: .warning, at: place, message: message, fix: fix))
    }

    private func add(_ diagnostic: Diagnostic) {
        guard !isFull, seen.insert(diagnostic).inserted else { return }
        all.append(diagnostic)
    }
}
