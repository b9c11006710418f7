import CivilTime
package import Paging
import RuleFiles

extension Rulebook {
    /// Two people, one rotation, one policy.
    package static let tiny: Rulebook = {
        let zones = Zones(version: "test", names: ["UTC"]) { $0 == "UTC" ? .utc : nil }
        let files = [SourceText(path: "config/all.yaml", text: text)]
        let load = Loader(zones: zones, files: files, now: nil).load()
        guard let rulebook = load.rulebook else {
            preconditionFailure(load.diagnostics.rendered(over: files))
        }
        return rulebook
    }()

    private static let text = """
        format: 1
        timezone: UTC
        people:
          anna:
            name: Anna Keller
            timezone: UTC
            contacts: {terminal: anna}
            page: [{use: terminal}]
          ben: {name: Ben Ortiz, timezone: UTC, contacts: {terminal: ben}, page: [{use: terminal}]}
        rotations:
          desk:
            title: Desk
            if_nobody: [ben]
            layers:
              - name: all week
                handoff: {every: 1 week, day: monday, at: "09:00"}
                members:
                  - {from: 2026-01-05, order: [anna, ben], first: anna}
        calendars:
          always: 24x7
        ladders:
          desk:
            steps:
              - {at: 0%, page: [desk]}
              - {at: 50%, page: [ben]}
            leadership: [ben]
            last_resort: [ben]
            repeat: {every: 15 min}
        policies:
          quick:
            title: Quick
            default_priority: {any: P2}
            priorities:
              P1: {title: Critical, urgency: page, calendar: always, response: 1 h, ladder: desk}
              P2: {title: Major, urgency: page, calendar: always, response: 4 h, ladder: desk}
        """
}
