import Foundation
import Testing

/// A library that is loaded into the daemon before all others, built from `Tools`.
enum Shim {
    static func built(_ name: String, in workspace: Workspace) throws -> String {
        let library = workspace.path("\(name).so").path
        let source = Python.tool("\(name).c")
        let ran = try workspace.run(
            "/usr/bin/gcc",
            ["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", library, source, "-ldl"]
        )
        guard ran.exit == 0 else { throw Child.Failed(description: ran.errors) }
        return library
    }
}

/// Eight bytes that a shim reads while it runs.
struct SharedNumber {
    let path: String

    init(in workspace: Workspace, named name: String) throws {
        path = workspace.path(name).path
        try Data(count: 8).write(to: workspace.path(name))
    }

    func set(_ value: Int64) {
        let descriptor = open(path, O_RDWR)
        defer { close(descriptor) }
        withUnsafeBytes(of: value) { _ = pwrite(descriptor, $0.baseAddress, 8, 0) }
    }

    var value: Int64 {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var value: Int64 = 0
        withUnsafeMutableBytes(of: &value) { _ = pread(descriptor, $0.baseAddress, 8, 0) }
        return value
    }
}

extension Workspace {
    /// Makes the ladder of an hour's promise climb in eight seconds: anna at 0 and 2 s, ben at 4 s,
    /// both at 6 s, lena at 8 s.
    func writeShortLadder() throws {
        var text = ""
        let shipped = Self.repository.appending(path: "config/ladders.yaml")
        var isCritical = false
        for line in try String(contentsOf: shipped, encoding: .utf8).components(separatedBy: "\n") {
            var line = line
            if line.hasPrefix("  ") && line.hasSuffix(":") && !line.hasPrefix("   ") {
                isCritical = line == "  critical:"
            }
            if isCritical {
                for (share, time) in [
                    ("15%", "2 s"), ("30%", "4 s"), ("50%", "6 s"), ("75%", "8 s"),
                ] {
                    line = line.replacingOccurrences(of: "at: \(share)", with: "at: \(time)")
                }
                line = line.replacingOccurrences(of: "every: 15 min", with: "every: 1 h")
            }
            text += line + "\n"
        }
        try write("config/ladders.yaml", text)
    }
}

/// What of a short ladder arrived, each message once.
struct Climb: CustomStringConvertible {
    /// `page.c1.s2.r0 anna` with the keys that it came under.
    var keys: [String: Set<String>] = [:]
    /// Seconds from the opening to the first arrival, by the same.
    var seconds: [String: Double] = [:]
    /// Steps that a page stands for or that the log names as caught up.
    var steps: Set<Int> = []

    init(of number: Int, openedAt: Double, _ receiver: Receiver, _ workspace: Workspace) throws {
        for arrival in receiver.arrivals(of: number) {
            let page = arrival.json["data"]["page"]
            guard !page.isNull else { continue }
            let occasion =
                "page.c\(page["cycle"].int ?? 0).s\(page["step"].int ?? 0)"
                + ".r\(page["round"].int ?? 0) \(page["person"].string ?? "")"
            keys[occasion, default: []].insert(arrival.key)
            seconds[occasion] = min(seconds[occasion] ?? .infinity, arrival.at - openedAt)
            steps.formUnion(page["steps"].items.compactMap(\.int))
            steps.insert(page["step"].int ?? 0)
        }
        let shown = try workspace.tocsin("show", "\(number)", "-o", "json").json
        for event in shown["events"].items where event["event"].string == "caught_up" {
            for step in 1...5 where event["occasion"].string?.contains(".s\(step).") == true {
                steps.insert(step)
            }
        }
    }

    /// Every page of the short ladder's first round.
    static let whole: Set<String> = [
        "page.c1.s1.r0 anna", "page.c1.s2.r0 anna", "page.c1.s3.r0 ben", "page.c1.s4.r0 anna",
        "page.c1.s4.r0 ben", "page.c1.s5.r0 lena",
    ]

    var description: String { "\(seconds.sorted { $0.value < $1.value }), steps \(steps.sorted())" }
}
