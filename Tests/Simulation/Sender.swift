import Engine
import Paging
import Store
import Synchronization
import TestSupport

/// Whoever opens cases: sends each letter until it is answered, and some of them twice.
struct Sender {
    /// One case to be opened.
    struct Letter {
        var number: Int
        /// By the continuous clock.
        var at: Milliseconds
        var priority: String
        var tries = 0
    }

    /// The case's number for each letter that was answered.
    var answered: [Int: Int] = [:]

    /// `change` is when clocks are set, from now.
    func letters(
        _ weather: Weather,
        days: Int64,
        change: Milliseconds,
        using random: inout SplitMix64
    ) -> [Letter] {
        var letters: [Letter] = []
        func add(_ at: Milliseconds, _ random: inout SplitMix64) {
            let priority = Int.random(in: 0..<3, using: &random) == 0 ? "P2" : "P1"
            letters.append(Letter(number: letters.count + 1, at: at, priority: priority))
        }
        for _ in 0..<weather.cases {
            add(Int64.random(in: 0..<(days * day), using: &random), &random)
        }
        if change < days * day { add(max(0, change - 40 * minute), &random) }
        if weather.burst > 0 {
            let at = Int64.random(in: 0..<(days * day - hour), using: &random)
            for _ in 0..<weather.burst {
                add(at + Int64.random(in: 0..<weather.burstMilliseconds, using: &random), &random)
            }
        }
        return letters
    }
}

extension World {
    func post(_ letter: Sender.Letter) {
        var letter = letter
        letter.tries += 1
        var request = OpenRequest(
            policy: "random",
            customer: "Northwind",
            title: "checkout returns 502, letter \(letter.number)",
            intake: "api",
            way: "api"
        )
        request.priority = letter.priority
        request.contacts = []
        request.idempotencyKey = "letter \(letter.number)"
        let answer = Mutex<Result<Outcome, Refusal>?>(nil)
        turn([.open(request) { result in answer.withLock { $0 = result } }])
        if case .success(let outcome) = answer.withLock({ $0 }) {
            note("opened \(outcome.value.number) by letter \(letter.number)")
            let known = senders.answered[letter.number]
            if let known, known != outcome.value.number, areOfOneDay(known, outcome.value.number) {
                violate("G1", "letter \(letter.number) opened \(known) and \(outcome.value.number)")
            }
            if letter.tries > 1, !outcome.isNew, known == nil { sometimes.note(.resent) }
            senders.answered[letter.number] = outcome.value.number
            crew.meet(outcome.value.id, number: outcome.value.number)
            // Some senders never trust an answer.
            if known == nil, Int.random(in: 0..<10, using: &random) == 0 {
                after(Int64.random(in: second...hour, using: &random), .open(letter))
            }
        } else if letter.tries < 10_000 {
            after(Int64.random(in: second...(30 * second), using: &random), .open(letter))
        }
    }

    /// The key of a letter is known for a day; sent again later, it is another case.
    private func areOfOneDay(_ first: Int, _ second: Int) -> Bool {
        let opened = all("SELECT opened_at FROM cases WHERE number IN (\(first), \(second))") {
            $0.int(0) ?? 0
        }
        return opened.count == 2 && abs(opened[0] - opened[1]) < day
    }
}
