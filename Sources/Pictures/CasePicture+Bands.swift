import CivilTime
import OnCall

extension CasePicture {
    static let bandHeight = 24.0

    func draw(phases axis: TimeAxis, y: Double, _ svg: inout SVG) {
        draw(phases, label: "phase", axis, y: y, &svg) { phase, width in
            let text = Lettering.firstFitting([phase.text], width: width, size: 11)
            return ("phase-\(phase.value.rawValue)", "label", text)
        }
    }

    func draw(holders axis: TimeAxis, y: Double, _ svg: inout SVG) {
        let people = holders.compactMap { stretch -> PersonID? in
            if case .person(let person) = stretch.value { person } else { nil }
        }
        let cast = Cast(names: names, others: people)
        draw(holders, label: "has it", axis, y: y, &svg) { holder, width in
            switch holder.value {
            case .person(let person):
                let tone = cast.tone(of: person)
                let text = Lettering.firstFitting(cast.labels([person]), width: width, size: 11)
                return ("tone\(tone)", "label on-tone\(tone)", text)
            case .nobody:
                let text = Lettering.firstFitting([holder.text], width: width, size: 11)
                return ("gap", "label on-gap", text)
            case .noneNeeded: return nil
            }
        }
    }

    /// One row of stretches, each to where the next begins.
    ///
    /// Those less than a pixel wide are left out, so that there are never more than pixels.
    private func draw<Value>(
        _ stretches: [Stretch<Value>],
        label: String,
        _ axis: TimeAxis,
        y: Double,
        _ svg: inout SVG,
        look: (Stretch<Value>, Double) -> (band: String, letters: String, text: String)?
    ) {
        let right = Self.margin + Self.labels - 16
        svg.text(label, at: (right, y + 15), class: "label muted end")
        var drawn = axis.left
        for (index, stretch) in stretches.enumerated() where stretch.start <= until {
            let next = index + 1 < stretches.count ? stretches[index + 1].start : nil
            let stop = min(next ?? until, until)
            let x = next == nil || stop == until ? axis.x(of: stop) + lastRoom : axis.x(of: stop)
            guard x - drawn >= 1 else { continue }
            defer { drawn = x }
            guard let look = look(stretch, x - drawn - 8) else { continue }
            let frame = Frame(x: drawn, y: y, width: x - drawn, height: Self.bandHeight - 2)
            let span = "\(zone.spoken(stretch.start)) to \(zone.spoken(stop))"
            svg.rectangle(frame, class: look.band, title: "\(stretch.text), \(span)")
            guard !look.text.isEmpty else { continue }
            svg.text(look.text, at: (frame.x + 4, y + 15), class: look.letters)
        }
    }

    /// Only where the axis ends with what happened.
    private var lastRoom: Double { end > until ? 0 : Self.room }
}
