/// The columns of a row, taken from left to right in the order of the statement's column list.
struct Fields {
    private let row: any Row
    private var next = 0

    init(row: any Row) {
        self.row = row
    }

    private mutating func advance() -> Int {
        defer { next += 1 }
        return next
    }

    mutating func optionalText() -> String? { row.text(advance()) }
    mutating func optionalInt64() -> Int64? { row.int(advance()) }
    mutating func optionalInt() -> Int? { row.int(advance()).map { Int(truncatingIfNeeded: $0) } }
    /// Empty where the column is null.
    mutating func bytes() -> [UInt8] { row.bytes(advance()) ?? [] }

    mutating func text() throws(StoreError) -> String {
        let column = advance()
        return try present(row.text(column), column)
    }

    mutating func int64() throws(StoreError) -> Int64 {
        let column = advance()
        return try present(row.int(column), column)
    }

    mutating func int() throws(StoreError) -> Int {
        Int(truncatingIfNeeded: try int64())
    }

    mutating func flag() throws(StoreError) -> Bool {
        try int64() != 0
    }

    /// A value of an enumeration that is kept by its raw text.
    mutating func choice<T: RawRepresentable<String>>(
        _ type: T.Type = T.self
    ) throws(StoreError) -> T {
        let text = try text()
        guard let value = T(rawValue: text) else {
            throw StoreError.corrupt("'\(text)' is not a known \(T.self)")
        }
        return value
    }

    mutating func optionalChoice<T: RawRepresentable<String>>(
        _ type: T.Type = T.self
    ) throws(StoreError) -> T? {
        guard let text = optionalText() else { return nil }
        guard let value = T(rawValue: text) else {
            throw StoreError.corrupt("'\(text)' is not a known \(T.self)")
        }
        return value
    }

    private func present<T>(_ value: T?, _ column: Int) throws(StoreError) -> T {
        guard let value else { throw StoreError.corrupt("column \(column) of a row is null") }
        return value
    }
}
