extension Loader {
    /// What `files`, tocsin.yaml among them, say of the daemon itself; their rules are not read.
    ///
    /// For what must work when rules do not. `settings` is whatever could be read, also where
    /// `diagnostics` holds errors; `nil` where nothing could.
    package func loadSettings() -> (settings: DaemonSettings?, diagnostics: [Diagnostic]) {
        let findings = Findings()
        let zoneNames = ZoneNames(zones: zones, findings: findings)
        let sections = Sections(files, zones: zoneNames, findings: findings)
        let settings = sections.settings.map {
            SettingsReader(findings: findings).settings($0.fields)
        }
        return (settings, findings.all.sorted())
    }
}
