extension Diagnostic {
    /// A stable name for the fault: scripts match on it and the manual explains it.
    package enum Code: String, CaseIterable, Hashable, Sendable {
        // A file that cannot be read as YAML.
        case tooLarge = "too-large"
        case notUTF8 = "not-utf8"
        case controlCharacter = "control-character"
        case tab
        case yaml
        case severalDocuments = "several-documents"
        case aliases
        case tooDeep = "too-deep"

        // The shape of what was written.
        case format
        case keyUnknown = "key-unknown"
        case keyMissing = "key-missing"
        case value
        case duplicate
        case fileMissing = "file-missing"
        case limit

        // Names that must be somewhere.
        case personUnknown = "person-unknown"
        case rotationUnknown = "rotation-unknown"
        case ladderUnknown = "ladder-unknown"
        case calendarUnknown = "calendar-unknown"
        case holidaysEmpty = "holidays-empty"
        case holidaysUnknown = "holidays-unknown"
        case policyUnknown = "policy-unknown"
        case priorityUnknown = "priority-unknown"
        case channelUnknown = "channel-unknown"
        case zoneUnknown = "zone-unknown"
        case zoneFixed = "zone-fixed"
        case zoneMissing = "zone-missing"

        // Dates, times and durations.
        case clock
        case date
        case duration
        case timeOffset = "time-offset"
        case timeMissing = "time-missing"
        case timeTwice = "time-twice"
        case emptySpan = "empty-span"
        case windowMinute = "window-minute"
        case windowOverlap = "window-overlap"

        // People and rotations.
        case noContact = "no-contact"
        case oneContact = "one-contact"
        case phoneBare = "phone-bare"
        case handoffDay = "handoff-day"
        case notAHandoff = "not-a-handoff"
        case firstMissing = "first-missing"
        case cycle
        case ifNobody = "if-nobody"
        case gap
        case holidayGap = "holiday-gap"
        case overrideOverlap = "override-overlap"
        case expiredOverride = "expired-override"
        case insteadOf = "instead-of"
        case overrideAway = "override-away"
        case notDistinct = "not-distinct"
        case samePerson = "same-person"
        case awayAlone = "away-alone"

        // Ladders and policies.
        case ladderEmpty = "ladder-empty"
        case ladderLate = "ladder-late"
        case stepOrder = "step-order"
        case stepsCross = "steps-cross"
        case repeatFloor = "repeat-floor"
        case noHuman = "no-human"
        case daysNeedZone = "days-need-zone"
        case readingUnconfirmed = "reading-unconfirmed"

        // What grows old.
        case holidayFileEnds = "holiday-file-ends"
        case tzdataOld = "tzdata-old"
    }
}
