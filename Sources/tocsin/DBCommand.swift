import ArgumentParser
import Daemon
import Glibc
import Shapes

struct DBCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "The database: copy it, put a copy back, bring it up to date.",
        subcommands: [Backup.self, Restore.self, Migrate.self]
    )

    /// Which database, where no daemon is asked.
    struct Place: ParsableArguments {
        @Option(help: "The database's file; what tocsin.yaml says where it is not named.")
        var database: String?

        @OptionGroup var files: FileOptions

        func file() throws(CommandFailure) -> DatabaseFile {
            do throws(StartFault) {
                return try DatabaseFile(
                    path: database,
                    options: DaemonProcess.Options(
                        config: files.config,
                        rotations: files.rotations
                    )
                )
            } catch {
                throw CommandFailure(error)
            }
        }
    }

    struct Backup: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A checked copy in one file, for its owner only.",
            discussion: """
                The daemon makes it while it works; where none runs, the file is copied here.
                """
        )

        @Argument(help: "The copy; one that is there is replaced once the new one is whole.")
        var file: String

        @OptionGroup var place: Place
        @OptionGroup var output: OutputOptions

        func run() throws {
            let path = DBCommand.absolute(file)
            do throws(CommandFailure) {
                var body = JSONWriter()
                body.beginObject()
                body.field("file", path)
                body.endObject()
                guard place.database == nil else {
                    throw CommandFailure(code: "", message: "", fix: "", exit: 7)
                }
                let connection = try Connection(server: nil, tokenFile: nil)
                _ = try connection.post("/v1/db/backup", body: body, timeoutSeconds: 3_600)
            } catch {
                guard error.exit == 7, error.code != "unavailable" else { throw error }
                let target = try place.file()
                try DBCommand.done { () throws(StartFault) in try target.backup(to: path) }
            }
            DBCommand.say("Copied to \(path)", output) { $0.field("file", path) }
        }
    }

    struct Restore: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a copy in the place of the database; the daemon must not run.",
            discussion: """
                The copy is checked first, and what was there stays beside it as PATH.replaced. At \
                its next start the daemon sends one digest of the open cases to whoever is on \
                call, and their ladders start again a quarter of an hour later.
                """
        )

        @Argument(help: "The copy.")
        var file: String

        @OptionGroup var place: Place
        @OptionGroup var output: OutputOptions

        func run() throws {
            let target = try place.file()
            try DBCommand.done { () throws(StartFault) in
                try target.restore(from: DBCommand.absolute(file))
            }
            DBCommand.say("\(target.path) is now what \(file) held", output) { json in
                json.field("database", target.path)
            }
        }
    }

    struct Migrate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring the database to this version's schema, as a start would.",
            discussion: "Exits 1 where it is of a newer version, and 0 where nothing was to do."
        )

        @OptionGroup var place: Place
        @OptionGroup var output: OutputOptions

        func run() throws {
            let target = try place.file()
            var schema = (before: 0, after: 0)
            try DBCommand.done { () throws(StartFault) in schema = try target.migrate() }
            let text =
                schema.before == schema.after
                ? "Schema \(schema.after), as it was"
                : "Schema \(schema.after), from \(schema.before)"
            DBCommand.say(text, output) { json in
                json.field("before", schema.before)
                json.field("after", schema.after)
            }
        }
    }

    /// The daemon's folder may be another one.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }

    static func done(_ body: () throws(StartFault) -> Void) throws(CommandFailure) {
        do throws(StartFault) {
            try body()
        } catch {
            var failure = CommandFailure(error)
            // Somebody else has the file: a state, not a fault.
            if error.code == "store-locked" { failure.exit = 6 }
            throw failure
        }
    }

    static func say(_ text: String, _ output: OutputOptions, _ fields: (inout JSONWriter) -> Void) {
        guard output.isJSON else { return Terminal.say(text) }
        var writer = JSONWriter()
        writer.beginObject()
        fields(&writer)
        writer.endObject()
        Terminal.say(writer.text)
    }
}
