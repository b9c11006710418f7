/// A short message for phones: few segments, the link and the number always whole.
enum TextMessage {
    /// A segment of a longer message holds 153 characters of the GSM alphabet, or 67 others.
    static let segmentsMax = 3
    private static let plainSegment = (single: 160, joined: 153)
    private static let wideSegment = (single: 70, joined: 67)

    /// The parameters that Twilio's Messages resource takes.
    static func form(_ message: Message, from: String) -> [UInt8] {
        let fields = [("To", message.address), ("From", from), ("Body", text(of: message))]
        let text = fields.map { "\($0)=\(URLText.pathSegment($1))" }.joined(separator: "&")
        return Array(text.utf8)
    }

    /// State, subject and how to acknowledge; of the subject what there is room for.
    static func text(of message: Message) -> String {
        let tail = request(of: message)
        let whole = message.title + tail
        if segments(of: whole) <= segmentsMax { return whole }
        var title = Substring(message.title)
        while !title.isEmpty, segments(of: title + "..." + tail) > segmentsMax {
            title.removeLast()
        }
        return title + "..." + tail
    }

    private static func request(of message: Message) -> String {
        guard let link = message.link else {
            guard let request = message.request, message.blocks.indices.contains(request),
                case .list(_, let lines) = message.blocks[request], let line = lines.last
            else { return "" }
            return "\nTo acknowledge: \(line.content)"
        }
        return "\n\(link)" + (message.number.map { "\nthen type \($0)" } ?? "")
    }

    static func segments(of text: String) -> Int {
        var length = 0
        for character in text.unicodeScalars {
            guard let septets = septets(of: character) else {
                return segments(text.utf16.count, wideSegment)
            }
            length += septets
        }
        return segments(length, plainSegment)
    }

    private static func segments(_ length: Int, _ size: (single: Int, joined: Int)) -> Int {
        length <= size.single ? 1 : (length + size.joined - 1) / size.joined
    }

    private static let basic: Set<Unicode.Scalar> = Set(
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
            + "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars
    )
    private static let extended: Set<Unicode.Scalar> = Set("^{}\\[~]|€".unicodeScalars)

    /// In the GSM 7-bit alphabet; `nil` where it lacks the character.
    private static func septets(of character: Unicode.Scalar) -> Int? {
        if basic.contains(character) { return 1 }
        return extended.contains(character) ? 2 : nil
    }
}
