import CivilTime
import Engine
import Glibc
import RuleFiles

/// Copies of the files that were in force last and before, for a start that finds broken ones (G8)
/// or such as two processes died of (F5).
struct GoodFiles: Sendable {
    static let path = "var/files.good"
    static let workPath = "var/files.work"
    private static let bytesMax = 64 << 20

    let path: String
    private var pathBefore: String { path + ".before" }
    /// Which folders it is a copy of; that of others is never taken.
    private let folders: String

    init(_ options: DaemonProcess.Options, path: String = GoodFiles.path) {
        self.path = path
        folders = RuleTree.trimmed(options.config) + "\n" + RuleTree.trimmed(options.rotations)
    }

    /// Replaces the copy only with a whole one; where that fails the old one stays.
    ///
    /// A copy of other files stays beside it as the one before.
    func keep(_ files: [SourceText]) {
        var writer = folders.utf8.map { $0 } + [0]
        for file in files where file.sizeOnDisk == nil {
            writer += Array("\(file.path)\n\(file.bytes.count)\n".utf8)
            writer += file.bytes
        }
        guard (try? SystemFile.bytes(of: path, upTo: Self.bytesMax)) != writer else { return }
        let part = path + ".part"
        unlink(part)
        do throws(SystemFile.Fault) {
            try SystemFile.append(writer, to: part)
            if self.files(in: path) != nil { rename(path, pathBefore) }
            rename(part, path)
        } catch {
            unlink(part)
        }
    }

    /// `nil` where there is no copy of these folders, or not a whole one.
    var files: [SourceText]? { files(in: path) }

    /// Those that are there and whole, the newest first.
    var copies: [[SourceText]] { [path, pathBefore].compactMap { files(in: $0) } }

    private func files(in path: String) -> [SourceText]? {
        guard let bytes = try? SystemFile.bytes(of: path, upTo: Self.bytesMax) else { return nil }
        var rest = bytes[...]
        guard let head = Self.take(upTo: 0, of: &rest), head == folders else { return nil }
        var files: [SourceText] = []
        while !rest.isEmpty {
            let newline = UInt8(ascii: "\n")
            guard let name = Self.take(upTo: newline, of: &rest),
                let count = Self.take(upTo: newline, of: &rest).flatMap({ Int($0) }),
                count >= 0, count <= rest.count
            else { return nil }
            files.append(SourceText(path: name, bytes: Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        return files.isEmpty ? nil : files
    }

    private static func take(upTo end: UInt8, of rest: inout ArraySlice<UInt8>) -> String? {
        guard let index = rest.firstIndex(of: end) else { return nil }
        defer { rest = rest[(index + 1)...] }
        return String(decoding: rest[..<index], as: UTF8.self)
    }
}

extension FilesInForce {
    /// The files as they stand, or where they are broken those that were in force last.
    ///
    /// `broken` says what is wrong with them; `nil` where nothing is. Where two processes died of
    /// all there are, the last decide nevertheless: it may have been something else after all.
    static func atStart(
        _ options: DaemonProcess.Options,
        at now: Instant,
        marks: FilesMarks,
        good: GoodFiles
    ) throws(StartFault) -> (files: FilesInForce, broken: StartFault?) {
        do throws(StartFault) {
            return (try FilesInForce(options, at: now, marks: marks), nil)
        } catch {
            let copies = good.copies
            for kept in copies {
                if let files = try? FilesInForce(options, at: now, marks: marks, files: kept) {
                    return (files, error)
                }
            }
            guard let kept = copies.first,
                let files = try? FilesInForce(options, at: now, files: kept)
            else { throw error }
            return (files, error)
        }
    }

    /// The same words have the same number in every process.
    static func unit(_ files: [SourceText]) -> WorkMarker.Unit {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for file in files {
            for byte in Array(file.path.utf8) + [0] + file.bytes {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
            }
        }
        return .files(Int(truncatingIfNeeded: hash))
    }
}
