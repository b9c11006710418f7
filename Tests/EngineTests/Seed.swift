/// One seed of a property test; `SEED=0x2a swift test --filter PlanTests` is how it is named.
struct Seed: Sendable, CustomStringConvertible {
    var value: UInt64
    var description: String { "seed 0x\(String(value, radix: 16))" }

    static let all = (1...8).map { Seed(value: UInt64($0) &* 0x9E37_79B9_7F4A_7C15) }
}
