import ArgumentParser
import RuleFiles

extension JSONSchema.Kind: ExpressibleByArgument {}

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "The JSON Schema of a kind of file, for editors.",
        discussion: """
            Any file may hold any section, so the first three differ in their title only; \
            `settings` is that of tocsin.yaml. An editor takes it from the first line of a file: \
            # yaml-language-server: $schema=rotation.schema.json
            """
    )

    @Argument(help: "The kind of file.")
    var kind: JSONSchema.Kind

    @OptionGroup var output: OutputOptions

    // A schema is JSON, so both forms are the same.
    func run() throws {
        Terminal.say(JSONSchema(kind).text)
    }
}
