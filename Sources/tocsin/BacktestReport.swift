import CivilTime
import Paging
import Shapes

/// What the cases of a backtest came to, summed and case by case.
struct BacktestReport {
    /// Pages to one person, under the files in force and under the changed ones.
    struct Load {
        var before = 0
        var after = 0
    }

    /// A page of the same step to the same person that comes at another time.
    struct Move {
        var page: BacktestOutcome.Page
        var to: Instant
    }

    /// A case that the changed files decide otherwise.
    struct Change {
        var line: Int
        var id: String?
        var added: [BacktestOutcome.Page]
        var removed: [BacktestOutcome.Page]
        var moved: [Move]
        /// Clocks that run out under the changed files only, and under those in force only.
        var breached: [String]
        var kept: [String]

        var isEmpty: Bool {
            added.isEmpty && removed.isEmpty && moved.isEmpty && breached.isEmpty && kept.isEmpty
        }
    }

    /// A line that tells no case.
    struct Fault {
        var line: Int
        var message: String
    }

    private(set) var cases = 0
    private(set) var pages = Load()
    private(set) var breaches = Load()
    private(set) var people: [String: Load] = [:]
    private(set) var changes: [Change] = []
    private(set) var faults: [Fault] = []

    /// Decides the case that a line tells, twice where there are changed files.
    mutating func add(
        _ bytes: ArraySlice<UInt8>,
        line: Int,
        _ before: Rulebook,
        _ after: Rulebook?,
        _ likeness: Likeness?,
        _ times: Times
    ) {
        do throws(CommandFailure) {
            let (story, id) = try Self.story(bytes, times)
            let old = try BacktestOutcome(story, before)
            let new = try after.map { rulebook throws(CommandFailure) in
                try story.isAlike(under: likeness) ? old : BacktestOutcome(story, rulebook)
            }
            count(old, new)
            guard let new else { return }
            let change = Self.change(from: old, to: new, line: line, id: id)
            if !change.isEmpty { changes.append(change) }
        } catch {
            faults.append(Fault(line: line, message: error.message))
        }
    }

    /// The case of a line, the plain form without a tree of JSON in between.
    private static func story(
        _ bytes: ArraySlice<UInt8>,
        _ times: Times
    ) throws(CommandFailure) -> (Story, id: String?) {
        let read = bytes.withUnsafeBytes { line -> Result<(Story, id: String?)?, CommandFailure> in
            do throws(CommandFailure) {
                return .success(try Self.plain(line, times))
            } catch {
                return .failure(error)
            }
        }
        if let plain = try read.get() { return plain }
        let question = try Question(line: Array(bytes))
        return (try StoryOptions.story(question, times), try question.text("id"))
    }

    /// `nil` where the line is not of the plain form.
    private static func plain(
        _ line: UnsafeRawBufferPointer,
        _ times: Times
    ) throws(CommandFailure) -> (Story, id: String?)? {
        var told: [PlainStory.Event] = []
        guard let plain = PlainStory(line, events: &told), plain.at == nil else { return nil }
        let id = plain.id.map { String(decoding: $0, as: UTF8.self) }
        return (try Story(plain, told: told, times: times), id)
    }

    private mutating func count(_ old: BacktestOutcome, _ new: BacktestOutcome?) {
        cases += 1
        pages.before += old.pages.count
        pages.after += new?.pages.count ?? 0
        breaches.before += old.breaches.count
        breaches.after += new?.breaches.count ?? 0
        for page in old.pages { people[page.person, default: Load()].before += 1 }
        for page in new?.pages ?? [] { people[page.person, default: Load()].after += 1 }
    }

    /// Pages of one step to one person are matched in order of time.
    private static func change(
        from old: BacktestOutcome,
        to new: BacktestOutcome,
        line: Int,
        id: String?
    ) -> Change {
        var change = Change(
            line: line,
            id: id,
            added: [],
            removed: [],
            moved: [],
            breached: new.breaches.subtracting(old.breaches).sorted(),
            kept: old.breaches.subtracting(new.breaches).sorted()
        )
        if old.pages == new.pages { return change }
        var left = new.pages
        for page in old.pages {
            let match = left.firstIndex { $0.person == page.person && $0.step == page.step }
            guard let match else {
                change.removed.append(page)
                continue
            }
            if left[match].at != page.at {
                change.moved.append(Move(page: page, to: left[match].at))
            }
            left.remove(at: match)
        }
        change.added = left
        return change
    }

    mutating func merge(_ other: BacktestReport) {
        cases += other.cases
        pages.merge(other.pages)
        breaches.merge(other.breaches)
        for (person, load) in other.people { people[person, default: Load()].merge(load) }
        changes += other.changes
        faults += other.faults
    }
}

extension BacktestReport.Load {
    mutating func merge(_ other: BacktestReport.Load) {
        before += other.before
        after += other.after
    }
}

// MARK: Words

extension BacktestReport {
    /// Cases listed one by one in text; JSON has them all.
    private static let changesShown = 50

    private var totals: (added: Int, removed: Int, moved: Int) {
        changes.reduce(into: (0, 0, 0)) { sum, change in
            sum.0 += change.added.count
            sum.1 += change.removed.count
            sum.2 += change.moved.count
        }
    }

    func text(isCompared: Bool, _ times: Times) -> String {
        var text = faults.map { "line \($0.line): \($0.message)\n" }.joined()
        guard isCompared else {
            text += "\(cases) cases: \(pages.before) pages, \(breaches.before) breaches.\n\n"
            return text + loadTable(["PERSON", "PAGES"]) { ["\($0.before)"] }
        }
        let totals = totals
        text += """
            \(cases) cases, \(changes.count) of them changed.
            pages     \(pages.before) before, \(pages.after) after: \(totals.added) added, \
            \(totals.removed) removed, \(totals.moved) moved
            breaches  \(breaches.before) before, \(breaches.after) after\n\n
            """
        text += loadTable(["PERSON", "BEFORE", "AFTER", "CHANGE"]) { load in
            let change = load.after - load.before
            return ["\(load.before)", "\(load.after)", change > 0 ? "+\(change)" : "\(change)"]
        }
        for change in changes.prefix(Self.changesShown) { text += "\n" + words(of: change, times) }
        let more = changes.count - Self.changesShown
        return text + (more > 0 ? "\n… and \(more) more cases; -o json has them all.\n" : "")
    }

    private func loadTable(_ header: [String], _ cells: (Load) -> [String]) -> String {
        var table = Table(header: header)
        for (person, load) in people.sorted(by: { $0.key < $1.key }) {
            table.rows.append([person] + cells(load))
        }
        return table.text
    }

    private func words(of change: Change, _ times: Times) -> String {
        var lines = ["line \(change.line)\(change.id.map { " (\($0))" } ?? ""):"]
        for page in change.added {
            lines.append("  + \(times.shown(page.at)) step \(page.step) \(page.person)")
        }
        for page in change.removed {
            lines.append("  - \(times.shown(page.at)) step \(page.step) \(page.person)")
        }
        for move in change.moved {
            let from = times.shown(move.page.at)
            lines.append(
                "  ~ \(from) to \(times.shown(move.to)) step \(move.page.step) \(move.page.person)"
            )
        }
        for clock in change.breached { lines.append("  ! the \(clock) clock is breached now") }
        for clock in change.kept { lines.append("  ! the \(clock) clock is kept now") }
        return lines.joined(separator: "\n") + "\n"
    }

    func json(isCompared: Bool) -> String {
        var writer = JSONWriter()
        let totals = totals
        writer.beginObject()
        writer.field("cases", cases)
        writer.key("pages")
        writer.beginObject()
        writer.field("before", pages.before)
        if isCompared {
            writer.field("after", pages.after)
            writer.field("added", totals.added)
            writer.field("removed", totals.removed)
            writer.field("moved", totals.moved)
        }
        writer.endObject()
        writer.key("breaches")
        writer.beginObject()
        writer.field("before", breaches.before)
        if isCompared { writer.field("after", breaches.after) }
        writer.endObject()
        writer.key("people")
        writer.beginArray()
        for (person, load) in people.sorted(by: { $0.key < $1.key }) {
            writer.beginObject()
            writer.field("person", person)
            writer.field("before", load.before)
            if isCompared { writer.field("after", load.after) }
            writer.endObject()
        }
        writer.endArray()
        if isCompared {
            writer.key("changes")
            writer.beginArray()
            for change in changes { writer.value(change) }
            writer.endArray()
        }
        writer.key("errors")
        writer.beginArray()
        for fault in faults {
            writer.beginObject()
            writer.field("line", fault.line)
            writer.field("message", fault.message)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.text
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ change: BacktestReport.Change) {
        beginObject()
        field("line", change.line)
        if let id = change.id { field("id", id) }
        key("added")
        pages(change.added)
        key("removed")
        pages(change.removed)
        key("moved")
        beginArray()
        for move in change.moved {
            beginObject()
            field("person", move.page.person)
            field("step", move.page.step)
            field("from", move.page.at)
            field("to", move.to)
            endObject()
        }
        endArray()
        field("breached", change.breached)
        field("kept", change.kept)
        endObject()
    }

    private mutating func pages(_ pages: [BacktestOutcome.Page]) {
        beginArray()
        for page in pages {
            beginObject()
            field("at", page.at)
            field("person", page.person)
            field("step", page.step)
            endObject()
        }
        endArray()
    }
}
