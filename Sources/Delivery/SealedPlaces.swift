/// Where in a message its seals stand; a mail's soft line ends may run through them.
struct SealedPlaces {
    private var tokens: [[Int]] = []
    private var numbers: [Range<Int>] = []

    var isEmpty: Bool { tokens.isEmpty && numbers.isEmpty }

    var holdsNumber: Bool { !numbers.isEmpty }

    init(of seal: AcknowledgeKey.Seal, in body: [UInt8]) {
        let (token, number) = (Array(seal.token.utf8), Array(seal.number.utf8))
        body.withUnsafeBufferPointer { body in
            for index in body.indices {
                if body[index] == token.first, let places = Self.match(token, in: body, at: index) {
                    tokens.append(places)
                }
                if body[index] == number.first,
                    let places = Self.match(number, in: body, at: index),
                    let last = places.last
                {
                    numbers.append(index..<last + 1)
                }
            }
        }
    }

    /// `body` with each token written over its seal and each number in the place of its own.
    func filled(_ body: [UInt8], token: [UInt8], number: [UInt8]) -> [UInt8] {
        var filled = body
        for places in tokens {
            for (place, byte) in zip(places, token) { filled[place] = byte }
        }
        for range in numbers.reversed() { filled.replaceSubrange(range, with: number) }
        return filled
    }

    /// The place of each byte of `word`, `nil` where it does not stand at `start`.
    private static func match(
        _ word: [UInt8],
        in body: UnsafeBufferPointer<UInt8>,
        at start: Int
    ) -> [Int]? {
        // Nearly every place is none: it must cost nothing.
        guard start + 1 < body.count, body[start + 1] == word[1] || body[start + 1] == 0x3D else {
            return nil
        }
        var places: [Int] = []
        places.reserveCapacity(word.count)
        var index = start
        for byte in word {
            if isSoftLineEnd(body, index) { index += 3 }
            guard index < body.count, body[index] == byte else { return nil }
            places.append(index)
            index += 1
        }
        return places
    }

    static func isSoftLineEnd(_ body: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        index + 2 < body.count && body[index] == UInt8(ascii: "=") && body[index + 1] == 0x0D
            && body[index + 2] == 0x0A
    }
}
