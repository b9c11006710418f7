/// Why the daemon does not start, told to its operator.
package struct StartFault: Error, Hashable, Sendable {
    /// A stable name for it, such as `port-taken`.
    package var code: String
    package var message: String
    /// What to do about it, in the imperative.
    package var fix: String
    /// Findings in the files, as `check` prints them; empty where those are in order.
    package var findings: String
    /// The same as `check -o json` prints them.
    package var findingsJSON: String

    package init(
        _ code: String,
        _ message: String,
        fix: String,
        findings: String = "",
        findingsJSON: String = "[]"
    ) {
        self.code = code
        self.message = message
        self.fix = fix
        self.findings = findings
        self.findingsJSON = findingsJSON
    }
}
