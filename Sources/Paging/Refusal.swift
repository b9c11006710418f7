/// Why a request was refused; each door turns it into its own status or exit code.
package struct Refusal: Error, Hashable, Sendable {
    /// Stable codes; `exit` in the command line and the HTTP status follow from them.
    package enum Code: String, Hashable, Sendable {
        /// No such case, policy, person, …: 404, exit 5.
        case notFound = "not-found"
        /// The state does not allow it: 409, exit 6.
        case conflict
        /// The request itself is wrong: 400, exit 64.
        case invalid
        /// The caller may not: 403, exit 4.
        case notAllowed = "not-allowed"
        /// The store or engine cannot take it now; nothing was lost: 503, exit 7.
        case unavailable
    }

    package var code: Code
    /// What is wrong, quoting the caller's words.
    package var message: String
    /// What to do about it, in the imperative.
    package var fix: String

    package init(_ code: Code, _ message: String, fix: String) {
        self.code = code
        self.message = message
        self.fix = fix
    }
}
