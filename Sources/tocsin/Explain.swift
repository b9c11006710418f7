import ArgumentParser
import CivilTime
import OnCall
import Paging
import Shapes

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Which lines of which files put someone on call.",
        discussion: "Exits 8 where nobody is on call."
    )

    @Argument(help: "The rotation.")
    var rotation: String

    @Option(parsing: .unconditional, help: "The instant to ask for.")
    var at = "now"

    @OptionGroup var files: FileOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let times = try time.times()
        let rulebook = try files.rulebook()
        let instant = try times.instant(at)
        guard let explanation = rulebook.rotations.explanation(rotation, at: instant) else {
            throw CommandFailure.notFound(
                "rotation `\(rotation)`",
                among: rulebook.rotations.rotations.keys
            )
        }
        let zone = rulebook.rotations.rotations[rotation]?.zone
        if output.isJSON {
            var writer = JSONWriter()
            writer.value(explanation, of: rotation, at: instant)
            Terminal.say(writer.text)
        } else {
            Terminal.say(
                "\(rotation) at \(times.shown(instant, in: zone))\n\n"
                    + explanation.text(rulebook) { times.shown($0, in: zone) }
            )
        }
        if explanation.answer.people.isEmpty { throw ExitCode(8) }
    }
}

extension Explanation {
    /// A line for each layer that was asked, and last who answers.
    func text(_ rulebook: Rulebook, shown: (Instant) -> String) -> String {
        var table = Table(header: ["ASKED", "SAYS", "LINE"])
        for consideration in considerations {
            let says =
                ([consideration.outcome.words(shown)] + consideration.passedOver.map(\.words))
                .joined(separator: "; ")
            table.rows.append([
                "layer \(consideration.layer)", says, consideration.source.description,
            ])
        }
        if answer.isOverride {
            table.rows.append(["override", "answers", answer.source.description])
        } else if answer.isGap {
            let says = answer.people.isEmpty ? "names nobody who is there" : "answers"
            table.rows.append(["if_nobody", says, answer.source.description])
        }
        return "\(table.text)\nOn call: \(rulebook.names(answer.people)), by \(answer.by)\n"
    }
}

extension Consideration.Outcome {
    /// The word of the JSON answer.
    var word: String {
        switch self {
        case .answers: "answers"
        case .notReached: "not_reached"
        case .notBegun: "not_begun"
        case .outsideDates: "outside_dates"
        case .outsideHours: "outside_hours"
        case .nobodyThere: "nobody_there"
        }
    }

    fileprivate func words(_ shown: (Instant) -> String) -> String {
        switch self {
        case .answers: "answers"
        case .notReached: "not asked: a later layer answers"
        case .notBegun(let until?): "begins at \(shown(until))"
        case .notBegun(nil): "has no line-up"
        case .outsideDates: "not on that date"
        case .outsideHours: "not at that hour"
        case .nobodyThere: "everyone in its order is away or cannot be reached"
        }
    }
}

extension Consideration.PassedOver {
    /// The word of the JSON answer.
    fileprivate var word: String {
        switch reason {
        case .away: "away"
        case .unreachable: "unreachable"
        case .answersElsewhere: "answers_elsewhere"
        }
    }

    fileprivate var words: String {
        switch reason {
        case .away: "\(person) is away"
        case .unreachable: "\(person) cannot be reached"
        case .answersElsewhere: "\(person) answers for the rotation to differ from"
        }
    }
}

extension JSONWriter {
    fileprivate mutating func value(
        _ explanation: Explanation,
        of rotation: RotationID,
        at instant: Instant
    ) {
        let answer = explanation.answer
        beginObject()
        field("rotation", rotation)
        field("at", instant)
        field("people", answer.people)
        field("layer", answer.layer)
        field("override", answer.isOverride)
        field("gap", answer.isGap)
        field("source", answer.source.description)
        key("considered")
        beginArray()
        for consideration in explanation.considerations {
            beginObject()
            field("layer", consideration.layer)
            field("outcome", consideration.outcome.word)
            if case .notBegun(let until) = consideration.outcome { field("begins", until) }
            field("source", consideration.source.description)
            key("passed_over")
            beginArray()
            for passed in consideration.passedOver {
                beginObject()
                field("person", passed.person)
                field("reason", passed.word)
                endObject()
            }
            endArray()
            endObject()
        }
        endArray()
        endObject()
    }
}
