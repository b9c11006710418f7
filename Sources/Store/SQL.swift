/// One statement, written once and kept as a `static let`.
///
/// Its identity is the key of each connection's cache of prepared statements, so values can only
/// travel as arguments. Placeholders are `?1`, `?2`, …; a conformer of `Database` for another
/// dialect rewrites them when it prepares.
package final class SQL: Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}

/// A bound argument.
package enum SQLValue: Hashable, Sendable {
    case null
    case int(Int64)
    case text(String)
    case bytes([UInt8])

    package static func int(_ value: Int) -> SQLValue { .int(Int64(value)) }
    package static func optional(_ value: Int64?) -> SQLValue { value.map { .int($0) } ?? .null }
    package static func optional(_ value: Int?) -> SQLValue { value.map { .int($0) } ?? .null }
    package static func optional(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
}
