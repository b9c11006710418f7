/// What must happen now and then; a run in which one of them never occurs proves too little.
struct Sometimes {
    enum Event: String, CaseIterable {
        case lateSuccessAfterDeath = "a late success of a message that had been given up"
        case takenBetweenClaimAndTransmit = "a case taken between claim and transmission"
        case crashWithParcelsInFlight = "a crash with messages in flight"
        case breakerOpen = "an attempt behind an open breaker"
        case commitUnknownKept = "a commit whose answer was lost and which was kept"
        case commitUndone = "a commit that was undone"
        case diskFailed = "a disk that failed for good"
        case storeBusy = "a store that was busy"
        case clockBackAnHour = "a wall clock set back by more than an hour"
        case leaseExpired = "an acknowledgement that ran out"
        case repeated = "a ladder repeated after its last step"
        case leadershipPaged = "a page to somebody of leadership"
        case nobodyOnCall = "a step with nobody on call behind one of its rotations"
        case caughtUp = "steps caught up that fell due while nothing was paged"
        case resent = "an opening sent again after a lost answer"
        case allChannelsDead = "every channel of a page dead"
        case burst = "twenty cases or more within a minute"
        case longAbsence = "an absence of more than an hour with an open case"
        case reopened = "a case reopened"
        case priorityChanged = "a priority changed on the way"
        case crashInTurn = "a crash between a commit and what follows it"
        case levelThree = "the third step of a ladder paged"
        case otherFilesAtStart = "other files after a restart, with open cases"
        case reloadDuringStorm = "new files while twenty cases were open"
        case clocksSet =
            "a page in the hours in which Berlin set its clocks, by a rotation that changes then"
        case restored = "a copy put back while cases were open"
        case quarantined = "a case set aside that two processes died of"
        case breakerClosed = "a breaker that closed again"
        case bundleOfMany = "a message that named more than fifty cases"
        case lastGasp = "a store that failed for good, and last words that named a case still open"
        case overdueFound = "an audit that found a case overdue"
        case coreAlone = "a core that worked while other channels stayed broken"
        case filesUndone = "new files whose turn the store undid"
        case bundleAgain = "a message of several cases tried again"
    }

    private(set) var counts: [Event: Int] = [:]

    mutating func note(_ event: Event, _ count: Int = 1) {
        if count > 0 { counts[event, default: 0] += count }
    }

    mutating func add(_ other: Sometimes) {
        for (event, count) in other.counts { note(event, count) }
    }
}
