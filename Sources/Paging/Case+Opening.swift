package import CivilTime
import Clocks
import OnCall

extension Case {
    /// A case at its opening, before anything was decided for it.
    package init(
        id: String,
        number: Int,
        policy: String,
        priority: String,
        customer: String,
        title: String,
        openedAt: Instant,
        phaseMilliseconds: Int = 0
    ) {
        self.init(
            id: id,
            number: number,
            key: nil,
            intake: "cli",
            customer: customer,
            title: title,
            details: "",
            links: [],
            contacts: [],
            tags: [],
            policy: policy,
            priority: priority,
            openedPriority: priority,
            channel: nil,
            status: .open,
            statusReason: nil,
            statusUntil: nil,
            owner: nil,
            openedAt: openedAt,
            openedPhaseMilliseconds: phaseMilliseconds,
            records: [],
            acknowledgement: nil,
            lastWordAt: openedAt,
            snoozedUntil: nil,
            lastUpdate: nil,
            responders: [],
            progress: Progress()
        )
    }
}
