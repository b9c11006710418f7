import Clocks
import Shapes

/// The promises of one priority as `tocsin policy -o json` lists them.
extension JSONWriter {
    mutating func value(_ promises: PriorityPromises) {
        beginArray()
        if let response = promises.response { value(response, clock: .response, channel: nil) }
        for (channel, response) in promises.channelResponses.sorted(by: { $0.key < $1.key }) {
            value(response, clock: .response, channel: channel)
        }
        if let update = promises.update { value(update) }
        if let resolution = promises.resolution {
            value(resolution, clock: .resolution, channel: nil)
        }
        if promises.ownership {
            beginObject()
            field("clock", ClockName.ownership.rawValue)
            field("kind", Promise.Kind.commitment.rawValue)
            field("target", "continuous effort")
            endObject()
        }
        endArray()
    }

    /// `objective_seconds` is the internal objective of a split promise: so long after the
    /// next opening, where that comes before the due.
    private mutating func value(_ promise: Promise, clock: ClockName, channel: String?) {
        beginObject()
        field("clock", clock.rawValue)
        field("kind", promise.kind.rawValue)
        field("target", promise.text)
        field("calendar", promise.calendar.id)
        field("channel", channel)
        field("starts_on", promise.startsOn == .diagnosed ? "diagnosed" : "opened")
        field("or_event", promise.orEvent)
        if case .split(let inHours, _) = promise.target { field("objective_seconds", inHours) }
        endObject()
    }

    private mutating func value(_ update: Cadence) {
        beginObject()
        field("clock", ClockName.update.rawValue)
        field("kind", update.kind.rawValue)
        field("target", update.text)
        field("calendar", update.calendar.id)
        field("only_when_delayed", update.onlyWhenDelayed)
        endObject()
    }
}
