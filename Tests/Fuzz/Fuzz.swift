import Foundation

/// What libFuzzer calls for each input; the parser that gets it stands in `FUZZ`.
///
/// `scripts/fuzz` builds it with AddressSanitizer and starts one process a parser. A trap, a
/// failed `precondition` and a bad access all end the process, and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    parser(Array(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)))
    return 0
}

private let parser: @Sendable ([UInt8]) -> Void = {
    let name = ProcessInfo.processInfo.environment["FUZZ"] ?? ""
    guard let parser = Parsers.all[name] else {
        let names = Parsers.all.keys.sorted().joined(separator: " ")
        FileHandle.standardError.write(Data("FUZZ must be one of: \(names)\n".utf8))
        exit(64)
    }
    return parser
}()
