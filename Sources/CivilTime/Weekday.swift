/// A day of the week, Monday first as ISO 8601 has it.
package enum Weekday: Int, CaseIterable, Comparable, Sendable {
    case monday = 1
    case tuesday, wednesday, thursday, friday, saturday, sunday

    package static func < (left: Weekday, right: Weekday) -> Bool { left.rawValue < right.rawValue }

    /// As files write it: `monday`.
    package var name: String {
        switch self {
        case .monday: "monday"
        case .tuesday: "tuesday"
        case .wednesday: "wednesday"
        case .thursday: "thursday"
        case .friday: "friday"
        case .saturday: "saturday"
        case .sunday: "sunday"
        }
    }

    /// As people are shown it: `Mon`.
    package var abbreviation: String { name.prefix(1).uppercased() + name.prefix(3).dropFirst() }

    /// `monday` or `mon`, in any case; `nil` for anything else.
    package init?(name: some StringProtocol) {
        let wanted = name.lowercased()
        let found = Self.allCases.first { $0.name == wanted || $0.name.prefix(3) == wanted }
        guard let found else { return nil }
        self = found
    }
}
