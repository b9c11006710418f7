import CivilTime
import Clocks
import OnCall

extension Progress {
    func encode(into out: inout ByteWriter) {
        for number in [
            cycle, stepsDone, rounds, escalations, escalatedCycle, leadershipRemindedRun,
            notices, reminded.run, reminded.count,
        ] {
            out.write(number)
        }
        for flag in [startsAtOwner, isExhausted, isAnswered] { out.write(flag) }
        for instant in [anchor, broughtForwardAt, leaseWarnedFor] {
            out.write(instant?.secondsSinceEpoch)
        }
        out.write(currentOccasion)
        out.write(currentPeople) { $0.write($1) }
        out.write(tried) { out, tried in
            out.write(tried.person)
            out.write(tried.at.secondsSinceEpoch)
            out.write(tried.step)
            out.write(tried.isUnreached)
        }
        for clock in ClockName.allCases {
            out.write(warned[clock]?.run)
            out.write(warned[clock]?.count)
            out.write(breached[clock])
        }
        let known = duties.isEmpty ? [] : Duty.allCases.filter { duties[$0] != nil }
        out.write(known) { out, duty in
            out.write(duty.rawValue)
            out.write(duties[duty]?.run ?? 0)
            out.write(duties[duty]?.count ?? 0)
        }
        out.write(tierPagedAt?.secondsSinceEpoch)
        for list in [offered, staleContacts] { out.write(list) { $0.write($1) } }
    }

    init(from reader: inout ByteReader, form: Int) throws(ByteReader.Malformed) {
        self.init()
        cycle = try reader.int()
        stepsDone = try reader.int()
        rounds = try reader.int()
        escalations = try reader.int()
        escalatedCycle = try reader.int()
        leadershipRemindedRun = try reader.int()
        notices = try reader.int()
        reminded = Mark(run: try reader.int(), count: try reader.int())
        startsAtOwner = try reader.flag()
        isExhausted = try reader.flag()
        isAnswered = try reader.flag()
        anchor = try reader.optionalInstant()
        broughtForwardAt = try reader.optionalInstant()
        leaseWarnedFor = try reader.optionalInstant()
        currentOccasion = try reader.text()
        currentPeople = try reader.texts()
        tried = try reader.list { (reader) throws(ByteReader.Malformed) in
            Tried(
                person: try reader.text(),
                at: try reader.instant(),
                step: try reader.int(),
                isUnreached: try reader.flag()
            )
        }
        for clock in ClockName.allCases {
            let run = try reader.optionalInt()
            let count = try reader.optionalInt()
            if let run, let count { warned[clock] = Mark(run: run, count: count) }
            if let breach = try reader.optionalInt() { breached[clock] = breach }
        }
        guard form > 1 else { return }
        for _ in 0..<(try reader.count()) {
            let name = try reader.text()
            let mark = Mark(run: try reader.int(), count: try reader.int())
            // A duty that a later version added and this one does not know is left out.
            if let duty = Duty(rawValue: name) { duties[duty] = mark }
        }
        tierPagedAt = try reader.optionalInstant()
        offered = try reader.texts()
        staleContacts = try reader.texts()
    }
}
