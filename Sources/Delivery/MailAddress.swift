/// An address that is safe in an envelope and in a header.
///
/// Stricter than RFC 5321: no quoted local parts, no domain literals, ASCII only. libcurl puts what
/// it is given on the wire as it is, so nothing that could end a line or a path may pass here.
package struct MailAddress: Hashable, Sendable, CustomStringConvertible {
    package let text: String
    private let at: String.Index

    package static let bytesMax = 254

    /// `nil` where the text is not such an address.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.bytesMax, let at = text.firstIndex(of: "@") else {
            return nil
        }
        let local = text[..<at]
        let domain = text[text.index(after: at)...]
        guard (1...64).contains(local.utf8.count), Self.isDotted(local, Self.isAtomText),
            Self.isDotted(domain, Self.isDomainText), !domain.hasPrefix("-")
        else { return nil }
        self.text = text
        self.at = at
    }

    package var domain: Substring { text[text.index(after: at)...] }
    package var description: String { text }

    private static func isDotted(_ text: Substring, _ isAllowed: (UInt8) -> Bool) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isAllowed) }
    }

    /// `atext` of RFC 5322, less what a mailer's shell or percent hack could read.
    static func isAtomText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$&'*+-/=?^_{}~".utf8.contains(byte)
        }
    }

    private static func isDomainText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
