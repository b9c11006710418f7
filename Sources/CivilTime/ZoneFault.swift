/// Why bytes are not the rules of a time zone.
package enum ZoneFault: Error, Hashable, Sendable {
    case notTZif
    case tooLarge(bytesMax: Int)
    case truncated
    /// The file counts leap seconds (`right/…`), which instants here do not.
    case leapSeconds
    case transitionsUnsorted
    case outOfRange(field: String)
    case footerMalformed

    /// The fault in one clause, to follow the file's name.
    package var reason: String {
        switch self {
        case .notTZif: "is not a TZif file"
        case .tooLarge(let bytesMax): "is larger than \(bytesMax) bytes"
        case .truncated: "ends too early"
        case .leapSeconds: "counts leap seconds; use the files outside right/"
        case .transitionsUnsorted: "has transitions out of order"
        case .outOfRange(let field): "has a wrong \(field)"
        case .footerMalformed: "has a malformed rule in its last line"
        }
    }
}
