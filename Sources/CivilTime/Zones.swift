/// The zones of one machine: their names, and each one's rules when asked for.
///
/// A value that the shell hands in: `load` reads whatever the shell says, so pure code never opens
/// a file.
package struct Zones: Sendable {
    /// The release of the zone data, such as `2026f`.
    package var version: String
    /// Every name that `zone(named:)` knows, sorted.
    package var names: [String]
    package var load: @Sendable (String) -> Zone?

    package init(version: String, names: [String], load: @escaping @Sendable (String) -> Zone?) {
        self.version = version
        self.names = names
        self.load = load
    }

    /// The zone with exactly this name (case counts), or `nil`.
    package func zone(named name: String) -> Zone? { load(name) }

    /// A name that was probably meant: a slip of the pen, or the city alone (`berlin`).
    package func suggestion(for name: String) -> String? {
        let city = name.lowercased().split(separator: " ").joined(separator: "_")
        guard !city.isEmpty else { return nil }
        return names.first { $0.lowercased() == city }
            ?? names.first { $0.lowercased().hasSuffix("/" + city) }
            ?? nearest(to: name, in: names)
    }
}
