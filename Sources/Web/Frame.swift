package import CivilTime
import Shapes

/// What every page has around it.
package struct Frame: Sendable {
    /// Where in the navigation a page stands.
    package enum Place: String, Sendable {
        case now, cases, calendar, reports, files, person, none
    }

    struct Link: Sendable {
        var name: String
        var address: String
        var isHere: Bool
    }

    var title: String
    var links: [Link]
    package var viewer: Viewer?
    var nowISO: String
    /// Seconds of the daemon's time in one real second.
    var speed: Int
    /// What the viewer's last action did; `nil` where there was none.
    package var notice: String?
    /// Why it was refused, and what to do instead.
    package var fault: Fault?
    var version: String
    /// Whether the page reads itself again while it is looked at.
    package var isLive: Bool

    package struct Fault: Sendable {
        package var message: String
        package var fix: String

        package init(message: String, fix: String) {
            self.message = message
            self.fix = fix
        }
    }

    package init(
        _ title: String,
        place: Place,
        viewer: Viewer?,
        at now: Instant,
        speed: Int = 1,
        isLive: Bool = false
    ) {
        self.title = title
        self.viewer = viewer
        self.speed = speed
        self.isLive = isLive
        nowISO = now.rfc3339
        version = Product.version
        links = []
        guard let viewer else { return }
        links = [
            Link(name: "Now", address: "/", isHere: place == .now),
            Link(name: "Calendar", address: "/calendar", isHere: place == .calendar),
            Link(name: "Reports", address: "/reports", isHere: place == .reports),
            Link(name: "Files", address: "/files", isHere: place == .files),
        ]
        if let person = viewer.person {
            let address = "/people/\(person.addressPart)"
            links.append(Link(name: "Me", address: address, isHere: place == .person))
        }
    }
}

/// Who looks at a page.
package struct Viewer: Sendable {
    /// The person they are in people.yaml; `nil` while a sign-in without one has not said.
    package var person: String?
    /// How the page calls them.
    package var name: String
    package var role: String
    /// Whether they may use the verbs on a case.
    package var mayAct: Bool
    /// Whether they may say whom they act for.
    package var mayChoose: Bool
    /// In every form of the page.
    package var csrf: String
    /// Whom they may act for, whoever is on call first.
    package var people: [Choice] = []

    package init(
        person: String?,
        name: String,
        role: String,
        mayAct: Bool,
        mayChoose: Bool,
        csrf: String
    ) {
        self.person = person
        self.name = name
        self.role = role
        self.mayAct = mayAct
        self.mayChoose = mayChoose
        self.csrf = csrf
    }
}

/// One entry of a list to choose from.
package struct Choice: Sendable {
    package var value: String
    package var label: String
    package var isChosen: Bool

    package init(value: String, label: String, isChosen: Bool = false) {
        self.value = value
        self.label = label
        self.isChosen = isChosen
    }
}

extension String {
    /// As one part of an address: what is neither letter nor digit is percent-encoded.
    package var addressPart: String {
        var part = ""
        for byte in utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                part.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                part += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return part
    }
}
