import Foundation
import Testing

@testable import RuleFiles

@Suite struct SchemaTests {
    @Test("A schema has the readers' keys, those that must be there and no other")
    func keys() throws {
        let data = Data(JSONSchema(.settings).text.utf8)
        let schema = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
        #expect(definitions.count > 35)
        for record in [Record.layer, .priority, .ladder, .person, .channel, .reading] {
            let definition = try #require(definitions[record.name])
            let properties = try #require(definition["properties"] as? [String: Any])
            #expect(properties.keys.sorted() == record.keyNames.sorted())
            #expect(definition["additionalProperties"] as? Bool == false)
            #expect(
                definition["required"] as? [String]
                    == record.keys.filter(\.isRequired).map(\.name)
            )
        }
    }

    @Test("A key that must be there by the schema is missed by the reader as well")
    func required() {
        let load = Fixture.load(
            """
            format: 1
            timezone: Europe/Berlin
            ladders: {a: {}}
            away: [{}]
            overrides: [{}]
            rotations: {r: {layers: [{}]}}
            policies: {p: {priorities: {P1: {}}}}
            """
        )
        let missed = load.diagnostics.filter { $0.code == .keyMissing }.map(\.message)
        for record in [Record.absence, .override, .priority] {
            for key in record.keys where key.isRequired {
                #expect(missed.contains("\(record.what) has no `\(key.name)`"), "\(missed)")
            }
        }
    }

    @Test("The shipped files and examples are valid by their schemas, broken ones are not")
    func validated() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("tocsin-schema-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for kind in JSONSchema.Kind.allCases {
            try JSONSchema(kind).text.write(
                to: folder.appendingPathComponent("\(kind.rawValue).json"),
                atomically: true,
                encoding: .utf8
            )
        }
        let process = Process()
        let own = Fixture.root.appendingPathComponent(".build-venv/bin/python3").path
        let isThere = FileManager.default.isExecutableFile(atPath: own)
        process.executableURL = URL(fileURLWithPath: isThere ? own : "/usr/bin/python3")
        process.arguments = [
            Fixture.root.appendingPathComponent("Tests/RuleFilesTests/Tools/validate.py").path,
            folder.path, Fixture.root.path,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
    }
}
