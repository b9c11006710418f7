/// Where someone says who they are: by token, or by the one-time link that `run` prints.
package struct SignInPage: Sendable {
    var frame: Frame
    /// The one-time word of a link, which the form sends on; `nil` asks for a token.
    var link: String?
    /// Whether one button is enough: this machine, and no tokens yet.
    var isFree: Bool
    /// Signs the form.
    var nonce: String
    /// Where to go afterwards, an address of our own.
    var next: String

    package init(frame: Frame, link: String?, isFree: Bool, nonce: String, next: String) {
        self.frame = frame
        self.link = link
        self.isFree = isFree
        self.nonce = nonce
        self.next = next
    }

    package var html: String { HTML.page("sign-in", self) }
}

/// What was refused, and what to do about it.
package struct RefusalPage: Sendable {
    var frame: Frame

    package init(frame: Frame) { self.frame = frame }

    package var html: String { HTML.page("refusal", self) }
}
