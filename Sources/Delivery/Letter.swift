import Crypto
import Paging

/// A notification as a MIME message: text first and complete, then HTML.
package enum Letter {
    /// The message with CRLF line ends, ready for the wire.
    ///
    /// `nil` where the recipient is no address that may stand in a header or envelope.
    package static func bytes(of briefing: Briefing, from sender: MailAddress) -> [UInt8]? {
        guard let recipient = MailAddress(briefing.notification.contact.address) else {
            return nil
        }
        let domain = String(sender.domain)
        let key = messageKey(of: briefing.key)
        let boundary = "=_tocsin_\(digest(of: briefing.key).prefix(24))"
        let thread = "<case-\(briefing.value.number)@\(domain)>"
        let subject = Wording.subject(of: briefing)

        var head = "Date: \(TimeText.mailDate(briefing.at))\r\n"
        let state = Wording.state(of: briefing.notification)
        head += "From: \(MailText.phrase(state)) <\(sender)>\r\n"
        if let name = briefing.person?.name, !name.isEmpty {
            head += "To: \(MailText.phrase(name))\r\n <\(recipient)>\r\n"
        } else {
            head += "To: <\(recipient)>\r\n"
        }
        head += MailText.header("Subject", subject)
        head += "Message-ID: <\(key)@\(domain)>\r\n"
        head += "In-Reply-To: \(thread)\r\nReferences: \(thread)\r\n"
        head += "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n"
        head += "MIME-Version: 1.0\r\n"
        head += "Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"\r\n\r\n"

        var bytes: [UInt8] = []
        bytes.reserveCapacity(6_000)
        bytes += head.utf8
        let blocks = Wording.blocks(of: briefing)
        append(Wording.text(of: blocks), type: "plain", boundary: boundary, to: &bytes)
        append(Wording.html(of: blocks), type: "html", boundary: boundary, to: &bytes)
        bytes += "--\(boundary)--\r\n".utf8
        return bytes
    }

    private static func append(
        _ text: String,
        type: String,
        boundary: String,
        to bytes: inout [UInt8]
    ) {
        bytes += "--\(boundary)\r\nContent-Type: text/\(type); charset=utf-8\r\n".utf8
        bytes += "Content-Transfer-Encoding: quoted-printable\r\n\r\n".utf8
        MailText.appendQuotedPrintable(text, to: &bytes)
        // The line end before a boundary belongs to the boundary.
        bytes += [0x0D, 0x0A]
    }

    /// The key as the left side of a Message-ID: dots and atom text, the rest in hex after `=`.
    private static func messageKey(of key: String) -> String {
        var text = ""
        var previous: UInt8 = UInt8(ascii: ".")
        for byte in key.utf8 {
            let isDotAllowed = byte == UInt8(ascii: ".") && previous != byte
            if isDotAllowed || MailAddress.isAtomText(byte) && byte != UInt8(ascii: "=") {
                text.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                text += "=" + String(UInt16(byte) + 0x100, radix: 16).dropFirst()
            }
            previous = byte
        }
        return text.utf8.count > 180 || text.isEmpty || text.hasSuffix(".") ? digest(of: key) : text
    }

    private static func digest(of key: String) -> String {
        Hexadecimal.text(SHA256.hash(data: Array(key.utf8)))
    }

    /// Whether a body may follow DATA: no bare CR or LF, no line over 998 bytes.
    static func isCanonical(_ body: [UInt8]) -> Bool {
        var width = 0
        var previous: UInt8 = 0
        for byte in body {
            switch (previous, byte) {
            case (0x0D, 0x0A): width = 0
            case (0x0D, _), (_, 0x0A), (_, 0): return false
            case (_, 0x0D): break
            default:
                width += 1
                if width > 998 { return false }
            }
            previous = byte
        }
        return previous != 0x0D
    }
}
