import Clocks
package import Paging

extension JSONWriter {
    /// The answer of `tocsin plan` and `/v1/cases/{id}/plan`; `cut` stands only where the plan was
    /// ended before its time.
    package mutating func value(_ plan: Plan) {
        beginObject()
        key("steps")
        beginArray()
        for step in plan.steps { value(step) }
        endArray()
        if plan.isCut { field("cut", true) }
        endObject()
    }

    private mutating func value(_ step: PlanStep) {
        beginObject()
        field("at", step.at)
        field("kind", step.kind.rawValue)
        field("clock", step.clock?.rawValue)
        field("step", step.step)
        key("to")
        beginArray()
        for recipient in step.to {
            beginObject()
            field("person", recipient.person)
            field("channels", recipient.channels)
            endObject()
        }
        endArray()
        field("why", step.why)
        endObject()
    }
}
