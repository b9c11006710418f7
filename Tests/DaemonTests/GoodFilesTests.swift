import RuleFiles
import Testing

@testable import Daemon

@Suite("Files that were in force are kept for a start that finds broken ones")
struct GoodFilesTests {
    private let files = [
        SourceText(path: "config/people.yaml", text: "format: 1\npeople:\n"),
        SourceText(path: "config/empty.yaml", bytes: []),
        SourceText(path: "rotations/a.csv", bytes: [0, 10, 255, 10]),
    ]

    @Test("What is kept comes back byte for byte, for the same folders only")
    func kept() {
        let scratch = Scratch()
        let path = scratch.write("good", "")
        let options = DaemonProcess.Options(config: "./config/", rotations: "rotations")
        let good = GoodFiles(options, path: path)
        #expect(good.files == nil, "nothing yet")
        good.keep(files)
        #expect(good.files == files)
        #expect(SystemFile.mode(of: path).permissions == 0o600)
        let other = DaemonProcess.Options(config: "elsewhere", rotations: "rotations")
        #expect(GoodFiles(other, path: path).files == nil)
    }

    @Test("A copy that is cut off is not taken")
    func cut() throws {
        let scratch = Scratch()
        let path = scratch.write("good", "")
        let options = DaemonProcess.Options(config: "config", rotations: "rotations")
        let good = GoodFiles(options, path: path)
        good.keep(files)
        let whole = try SystemFile.bytes(of: path, upTo: 4_096)
        for count in stride(from: 0, to: whole.count, by: 1) {
            scratch.write("good", "")
            try SystemFile.append(Array(whole.prefix(count)), to: path)
            let found = good.files
            #expect(found == nil || found.map { files.starts(with: $0) } == true, "\(count) bytes")
        }
    }

    @Test("The copy before it is kept beside one of other files, and the same files change nothing")
    func before() {
        let scratch = Scratch()
        let path = scratch.write("good", "")
        scratch.write("good.before", "")
        let options = DaemonProcess.Options(config: "config", rotations: "rotations")
        let good = GoodFiles(options, path: path)
        var edited = files
        edited[0].bytes += [10]
        good.keep(files)
        #expect(good.copies == [files])
        good.keep(edited)
        good.keep(edited)
        #expect(good.copies == [edited, files])
        good.keep(files)
        #expect(good.copies == [files, edited])
    }

    @Test("The number of a reading follows from every byte of every file")
    func digests() {
        var other = files
        other[2].bytes[0] = 1
        #expect(FilesInForce.unit(files) == FilesInForce.unit(files))
        #expect(FilesInForce.unit(files) != FilesInForce.unit(other))
        #expect(FilesInForce.unit(files) != FilesInForce.unit(files.dropLast()))
    }
}
