import CivilTime
import Clocks
import OnCall

/// What the messages of a duty say.
extension CaseTurn {
    func words(of due: Due) -> String {
        guard isWorded else { return "" }
        let number = value.number
        let anchor = spoken(due.series.anchor)
        switch due.series.duty {
        case .estimate:
            return "The customer of case \(number) was answered without an estimate of when it will"
                + " be resolved. Give one and record it (the event estimate_given, with its time)."
        case .followUp:
            return
                "The estimate given for case \(number) was \(anchor). Tell the customer how things"
                + " stand, or give a new one: tocsin update \(number) --text \"…\""
        case .diagnosis:
            return "The resolution clock of case \(number) has not started: it waits until the"
                + " problem is reproducible or its defect identified. Record that (the event"
                + " diagnosed), or note why it cannot be decided."
        case .triage:
            return "Nobody has chosen the priority of case \(number), which stands at"
                + " \(value.priority) because it came without one:"
                + " tocsin priority \(number) PRIORITY"
        case .chase:
            let asked = spoken(value.attempts.last ?? due.series.anchor)
            return "Case \(number) waits for its customer since \(asked). Ask again and record it:"
                + " tocsin status \(number) pending --reason customer"
        case .unowned:
            return "Case \(number) was answered and nobody has it since the last word at"
                + " \(anchor): take it with tocsin ack \(number), or say how it ended:"
                + " tocsin resolve \(number)"
        case .silence: return silenceWords(due)
        case .bestBy:
            return "The early end of the range for the resolution of case \(number)"
                + " (\(clock(.resolution)?.target ?? "")) is reached."
        case .objective:
            return "The internal objective for the response to case \(number) is reached;"
                + " the promise itself runs out at \(spoken(clock(.response)?.due ?? due.at))."
        case .overdue:
            return "the resolution target of \(clock(.resolution)?.target ?? "") has passed"
        case .unstaffedResponse: return unstaffedWords(.response, anchor)
        case .unstaffedResolution: return unstaffedWords(.resolution, anchor)
        case .maintenance: return maintenanceWords(due)
        case .handoff, .handover, .tier: return ""
        }
    }

    private func unstaffedWords(_ name: ClockName, _ due: String) -> String {
        let clock = clock(name)
        let kind = clock?.kind == .commitment ? "promise" : "goal"
        let closing =
            clock?.unstaffedDeadline(staffed: ladderHours)?.lastClosing.map {
                " at \(spoken($0))"
            } ?? ""
        return
            "The \(name.rawValue) \(kind) of case \(value.number) (\(clock?.target ?? "")) runs out"
            + " at \(due), when nobody is in: answer it before the desk closes\(closing)."
    }
}
