import ArgumentParser
import CivilTime
import Daemon
import Paging
import RuleFiles
import Shapes

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Version, zone data and the hash of the files."
    )

    @OptionGroup var files: FileOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let zones: String
        do throws(StartFault) {
            zones = try SystemZones.zonesOnce().version
        } catch {
            zones = "none"
        }
        // Without files, or with faulty ones, the rest is worth telling all the same.
        let rulebook = try? files.load(now: nil).load.rulebook?.hash
        guard output.isJSON else {
            let hash = rulebook.map { String($0) } ?? "none"
            return Terminal.say(
                "\(Product.name) \(Product.version)\nzone data \(zones)\nrulebook \(hash)"
            )
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("version", Product.version)
        writer.field("zone_data", zones)
        writer.field("rulebook", rulebook)
        writer.endObject()
        Terminal.say(writer.text)
    }
}
