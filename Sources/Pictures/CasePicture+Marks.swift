import CivilTime

extension CasePicture {
    static let laneHeight = 26.0

    /// Marks of a lane that would touch, drawn as one where the first of them stands.
    struct Group {
        var x: Double
        var marks: [Mark]

        /// The gravest of them.
        var tone: Tone {
            let order: [Tone] = [.bad, .good, .plain, .quiet]
            return order.first { tone in marks.contains { $0.tone == tone } } ?? .plain
        }

        var radius: Double { marks.count == 1 ? 5 : marks.count < 100 ? 8 : 11 }
    }

    /// Two of the largest have room between them.
    static let groupWidth = 24.0

    /// In order of time; of one instant, in the order given.
    func groups(of lane: Lane, _ axis: TimeAxis) -> [Group] {
        let mine = marks.filter { $0.lane == lane }.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        var groups: [Group] = []
        for (_, mark) in mine {
            let x = axis.x(of: mark.at)
            if let last = groups.last, x - last.x < Self.groupWidth {
                groups[groups.count - 1].marks.append(mark)
            } else {
                groups.append(Group(x: x, marks: [mark]))
            }
        }
        return groups
    }

    func draw(_ lane: Lane, _ axis: TimeAxis, y: Double, _ svg: inout SVG) {
        let right = Self.margin + Self.labels - 16
        svg.text(lane.words, at: (right, y + 4), class: "label muted end")
        svg.line((axis.left, y), (axis.right, y), class: "rule")
        let groups = groups(of: lane, axis)
        var taken = axis.left + 4
        for (index, group) in groups.enumerated() {
            let next = index + 1 < groups.count ? groups[index + 1] : nil
            let stop = next.map { $0.x - $0.radius - 3 } ?? Double(svg.width) - 4
            svg.circle(
                (group.x, y),
                radius: group.radius,
                class: group.tone.rawValue,
                title: caption(of: group)
            )
            if group.marks.count > 1 {
                let count = group.marks.count > 999 ? "1k+" : "\(group.marks.count)"
                svg.text(count, at: (group.x, y + 3.6), class: "small on-mark middle")
            }
            let words = label(of: group)
            let long = Self.width(words)
            let edges = (left: group.x - group.radius - 3, right: group.x + group.radius + 3)
            if edges.right + long <= stop {
                svg.text(words, at: (edges.right, y + 3.6), class: "small halo")
                taken = edges.right + long + 3
            } else if edges.left - long >= taken {
                svg.text(words, at: (edges.left, y + 3.6), class: "small halo end")
                taken = edges.right
            } else {
                taken = edges.right
            }
        }
    }

    /// The number is in the circle: words alone where all are of one kind.
    private func label(of group: Group) -> String {
        let words = Set(group.marks.map(\.word))
        return words.count == 1 ? words.joined() : Self.counted(group.marks)
    }

    private func caption(of group: Group) -> String {
        guard let first = group.marks.first, let last = group.marks.last else { return "" }
        if group.marks.count == 1 { return "\(first.text), \(zone.spoken(first.at))" }
        let (from, to) = (zone.spoken(first.at), zone.spoken(last.at))
        return "\(Self.counted(group.marks)), \(from == to ? from : "\(from) to \(to)")"
    }
}

extension CasePicture.Lane {
    var words: String {
        switch self {
        case .course: "case"
        case .team: "team"
        case .pages: "pages"
        case .messages: "messages"
        }
    }
}
