import CivilTime
package import OnCall

/// A person found for a target, and by which rule.
struct Reached {
    var person: Person
    /// By which rotation, layer, override and line.
    var why: String

    /// The first entry for each person, in order.
    static func unique(_ all: [Reached]) -> [Reached] {
        if all.count <= 1 { return all }
        var seen: [PersonID] = []
        return all.filter { reached in
            if seen.contains(reached.person.id) { return false }
            seen.append(reached.person.id)
            return true
        }
    }
}

extension CaseTurn {
    /// Who stands behind a target of a ladder: a rotation's people at `now`, else a person.
    ///
    /// `fault` says what is wrong where the rotation has a gap or a person cannot be reached; the
    /// people then are those of `if_nobody`, or none.
    func resolve(_ target: String) -> (people: [Reached], fault: String?) {
        guard let answer = rulebook.rotations.answer(target, at: now) else {
            return resolvePerson(target)
        }
        let reached = answer.people.compactMap { id in
            rulebook.people[id].flatMap { person in
                person.isReachable
                    ? Reached(person: person, why: isWorded ? answer.why(of: target) : "") : nil
            }
        }
        if answer.isGap {
            let instead = answer.people.isEmpty ? "and if_nobody names nobody" : "if_nobody answers"
            return (reached, "nobody is on call in \(target) (\(answer.source)), \(instead)")
        }
        if reached.isEmpty { return ([], "nobody in \(target) has a contact that can be paged") }
        return (reached, nil)
    }

    private func resolvePerson(_ target: String) -> (people: [Reached], fault: String?) {
        guard let person = rulebook.people[target] else {
            return ([], "\(target) is neither a rotation nor a person")
        }
        guard person.isReachable else { return ([], "\(target) has no contact to page") }
        return ([Reached(person: person, why: "\(target) is named there")], nil)
    }

    /// Everyone behind several targets, once each.
    func people(of targets: [String]) -> [Reached] {
        Reached.unique(targets.flatMap { resolve($0).people })
    }

    /// The owner; where there is none, whoever the ladder's first step would page.
    var ownerOrOnCall: [Reached] {
        if let owner = value.owner {
            let found = people(of: [owner])
            if !found.isEmpty { return found }
        }
        return people(of: ladder?.steps.first?.page ?? [])
    }
}

extension Answer {
    /// By which rule of `rotation` these people answer, with the line of the file.
    package func why(of rotation: RotationID) -> String {
        if isOverride { return "\(rotation) by an override (\(source))" }
        if isGap { return "\(rotation) has a gap, if_nobody (\(source))" }
        return "\(rotation) by layer \(layer ?? "-") (\(source))"
    }
}
