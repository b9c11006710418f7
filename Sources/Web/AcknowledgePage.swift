package import CivilTime
import Clocks
package import Paging

/// The page behind the link of a page: one button, or one number and one button.
package struct AcknowledgePage: Sendable {
    /// What stands in the middle of it.
    package enum State: Sendable {
        /// A form; `asksNumber` unless the viewer is signed in.
        case asks(nonce: String, asksNumber: Bool, triesLeft: Int?)
        /// The viewer has the case; `undo` signs the form that gives it back, for so long.
        case isYours(undo: String?, undoUntil: Instant?)
        /// Someone else has it since.
        case isTheirs(name: String, since: Instant)
        /// A daily check by the channel is known to have arrived.
        case isConfirmed(channel: String)
        /// The link is dead, in one sentence.
        case isOver(String)
    }

    var frame: Frame
    var address: String
    var heading: String
    var priority: String?
    var tone: Int
    var customer: String?
    var title: String?
    var number: Int?
    var person: String?
    var due: Moment?
    var clock: String?
    var asks: Form?
    var yours: Yours?
    var theirs: String?
    var over: String?

    struct Form: Sendable {
        var nonce: String
        var asksNumber: Bool
        var triesLeft: Int?
        var button: String
    }

    struct Yours: Sendable {
        var undo: String?
        var until: Moment?
    }

    /// `value` is left out where the link says nothing true; `isCheck` where it stands in a daily
    /// check instead of a page.
    ///
    /// Of a case that is set aside no clock is worked out.
    package init(
        frame: Frame,
        address: String,
        state: State,
        isCheck: Bool = false,
        value: Case?,
        isSetAside: Bool = false,
        person: Person?,
        rulebook: Rulebook,
        at now: Instant
    ) {
        self.frame = frame
        self.address = address
        let zone = person?.zone ?? .utc
        tone = value.map { rulebook.tone(of: $0) } ?? 4
        priority = value?.priority
        customer = value?.customer
        title = value?.title
        number = value?.number
        self.person = person?.name
        let running = value.flatMap { $0.isOpen && !isSetAside ? $0 : nil }
        let next = running?.clocks(rulebook: rulebook, at: now).nearest
        due = next?.due.map { Moment($0, in: zone, at: now) }
        clock = next?.name.rawValue
        switch state {
        case .asks(let nonce, let asksNumber, let triesLeft):
            heading = isCheck ? "Did it arrive?" : "You are paged"
            asks = Form(
                nonce: nonce,
                asksNumber: asksNumber,
                triesLeft: triesLeft,
                button: isCheck ? "It arrived" : "Acknowledge"
            )
        case .isYours(let undo, let until):
            heading = "You have it"
            yours = Yours(undo: undo, until: until.map { Moment($0, in: zone, at: now) })
        case .isTheirs(let name, let since):
            heading = "Someone has it"
            theirs = "\(name) has it since \(zone.spoken(since))."
        case .isConfirmed(let channel):
            heading = "Thank you"
            over = "It is known now that \(channel) reaches people."
        case .isOver(let sentence):
            heading = "This link is over"
            over = sentence
        }
    }

    package var html: String { HTML.page("acknowledge", self) }
}
