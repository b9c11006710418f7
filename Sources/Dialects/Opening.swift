/// What a sender's words make of a case, whatever its dialect.
package struct Opening: Hashable, Sendable {
    /// The sender's name for it; `nil` where it has none and each sending is a case of its own.
    package var key: String?
    package var title: String
    package var details = ""
    /// Where it comes from; stands for the customer where the intake names none.
    package var source = ""
    /// The sender's word for how bad it is; empty where it says none.
    package var severity = ""
    package var links: [String] = []
    package var tags: [String] = []

    package init(key: String?, title: String) {
        self.key = key
        self.title = title
    }
}
