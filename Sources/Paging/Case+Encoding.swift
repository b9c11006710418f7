import CivilTime
import Clocks
import OnCall

extension Case {
    /// The form's number, its first byte; a change of the fields below raises it.
    ///
    /// Earlier forms are read, what they lack as it stands in a new case.
    private static let form = 5

    /// The whole fold as bytes, for the store.
    package func encoded() -> [UInt8] {
        var out = ByteWriter()
        out.write(Self.form)
        for text in [id, intake, customer, title, details, policy, priority, openedPriority] {
            out.write(text)
        }
        for text in [key, channel, statusReason, owner] { out.write(text) }
        for list in [links, contacts, tags, responders] { out.write(list) { $0.write($1) } }
        out.write(number)
        out.write(status.rawValue)
        out.write(openedAt.secondsSinceEpoch)
        out.write(openedPhaseMilliseconds)
        out.write(lastWordAt.secondsSinceEpoch)
        out.write(statusUntil?.secondsSinceEpoch)
        out.write(snoozedUntil?.secondsSinceEpoch)
        out.write(acknowledgement?.by)
        out.write(acknowledgement?.at.secondsSinceEpoch)
        out.write(lastUpdate?.at.secondsSinceEpoch)
        out.write(lastUpdate?.by)
        out.write(lastUpdate?.text)
        out.write(records) { $1.encode(into: &$0) }
        progress.encode(into: &out)
        out.write(isUnassessed)
        out.write(estimateAt?.secondsSinceEpoch)
        out.write(expiresAt?.secondsSinceEpoch)
        flapping.encode(into: &out)
        out.write(acknowledgement?.since.secondsSinceEpoch)
        out.write(flapping.holder?.since.secondsSinceEpoch)
        return out.bytes
    }

    /// `nil` where the bytes are not a case of this form.
    package init?(encoded bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard let decoded = try? Case(from: &reader) else { return nil }
        self = decoded
    }

    private init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
        let form = try reader.int()
        guard (1...Self.form).contains(form) else { throw ByteReader.Malformed() }
        id = try reader.text()
        intake = try reader.text()
        customer = try reader.text()
        title = try reader.text()
        details = try reader.text()
        policy = try reader.text()
        priority = try reader.text()
        openedPriority = try reader.text()
        key = try reader.optionalText()
        channel = try reader.optionalText()
        statusReason = try reader.optionalText()
        owner = try reader.optionalText()
        links = try reader.texts()
        contacts = try reader.texts()
        tags = try reader.texts()
        responders = try reader.texts()
        number = try reader.int()
        guard let status = CaseStatus(rawValue: try reader.text()) else {
            throw ByteReader.Malformed()
        }
        self.status = status
        openedAt = try reader.instant()
        openedPhaseMilliseconds = try reader.int()
        lastWordAt = try reader.instant()
        statusUntil = try reader.optionalInstant()
        snoozedUntil = try reader.optionalInstant()
        let by = try reader.optionalText()
        let at = try reader.optionalInstant()
        acknowledgement =
            if let by, let at { Acknowledgement(by: by, at: at) } else { nil }
        let updateAt = try reader.optionalInstant()
        let updateBy = try reader.optionalText()
        let updateText = try reader.optionalText()
        lastUpdate = updateAt.map { Word(by: updateBy, at: $0, text: updateText ?? "") }
        records = try reader.list { (reader) throws(ByteReader.Malformed) in
            try ClockRecord(from: &reader)
        }
        progress = try Progress(from: &reader, form: form)
        guard form > 1 else { return }
        isUnassessed = try reader.flag()
        estimateAt = try reader.optionalInstant()
        guard form > 2 else { return }
        expiresAt = try reader.optionalInstant()
        guard form > 3 else { return }
        flapping = try Flapping(from: &reader)
        guard form > 4 else { return }
        if let since = try reader.optionalInstant() { acknowledgement?.since = since }
        if let since = try reader.optionalInstant() { flapping.holder?.since = since }
    }
}

extension Flapping {
    func encode(into out: inout ByteWriter) {
        out.write(endedAt?.secondsSinceEpoch)
        out.write(holder?.by)
        out.write(holder?.at.secondsSinceEpoch)
        out.write(raises) { $0.write($1.secondsSinceEpoch) }
        out.write(count)
        out.write(isFlapping)
    }

    init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
        endedAt = try reader.optionalInstant()
        let by = try reader.optionalText()
        let at = try reader.optionalInstant()
        if let by, let at { holder = Case.Acknowledgement(by: by, at: at) }
        raises = try reader.list { (reader) throws(ByteReader.Malformed) in try reader.instant() }
        count = try reader.int()
        isFlapping = try reader.flag()
    }
}

extension ByteReader {
    mutating func instant() throws(Malformed) -> Instant {
        Instant(secondsSinceEpoch: try int())
    }

    mutating func optionalInstant() throws(Malformed) -> Instant? {
        try optionalInt().map { Instant(secondsSinceEpoch: $0) }
    }

    mutating func texts() throws(Malformed) -> [String] {
        try list { (reader) throws(Malformed) in try reader.text() }
    }
}

extension ClockRecord {
    func encode(into out: inout ByteWriter) {
        out.write(at.secondsSinceEpoch)
        let (tag, text, instant): (Int, String?, Instant?) =
            switch event {
            case .acknowledged: (0, nil, nil)
            case .responded: (1, nil, nil)
            case .updated(let next): (2, nil, next)
            case .pending(let reason): (3, reason.rawValue, nil)
            case .onHold(let until): (4, nil, until)
            case .inProgress: (5, nil, nil)
            case .priority(let name): (6, name, nil)
            case .diagnosed: (7, nil, nil)
            case .delayed: (8, nil, nil)
            case .linkedRelease(let at): (9, nil, at)
            case .customerWrote: (10, nil, nil)
            case .resolved: (11, nil, nil)
            case .reopened: (12, nil, nil)
            case .closed: (13, nil, nil)
            case .dueOverridden(let clock, let at): (14, clock.rawValue, at)
            }
        out.write(tag)
        out.write(text)
        out.write(instant?.secondsSinceEpoch)
    }

    init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
        let at = try reader.instant()
        let tag = try reader.int()
        let text = try reader.optionalText()
        let instant = try reader.optionalInstant()
        guard let event = ClockEvent(tag: tag, text: text, instant: instant) else {
            throw ByteReader.Malformed()
        }
        self.init(at: at, event: event)
    }
}

extension ClockEvent {
    fileprivate init?(tag: Int, text: String?, instant: Instant?) {
        switch (tag, text, instant) {
        case (0, _, _): self = .acknowledged
        case (1, _, _): self = .responded
        case (2, _, _): self = .updated(next: instant)
        case (3, let text?, _):
            guard let reason = PauseReason(rawValue: text) else { return nil }
            self = .pending(reason)
        case (4, _, let until?): self = .onHold(until: until)
        case (5, _, _): self = .inProgress
        case (6, let name?, _): self = .priority(name)
        case (7, _, _): self = .diagnosed
        case (8, _, _): self = .delayed
        case (9, _, let at?): self = .linkedRelease(at: at)
        case (10, _, _): self = .customerWrote
        case (11, _, _): self = .resolved
        case (12, _, _): self = .reopened
        case (13, _, _): self = .closed
        case (14, let text?, let at?):
            guard let clock = ClockName(rawValue: text) else { return nil }
            self = .dueOverridden(clock, at: at)
        default: return nil
        }
    }
}
