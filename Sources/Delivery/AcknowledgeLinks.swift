/// Where the links of pages lead, and the key that makes them.
package struct AcknowledgeLinks: Sendable {
    package var key: AcknowledgeKey
    /// `base_url` as written, without a slash at the end; `nil` where people have no address to
    /// reach the daemon by.
    package var base: String?
    /// The daemon's own address, for pages shown where it runs.
    package var localBase: String

    package init(key: AcknowledgeKey, base: String?, localBase: String) {
        self.key = key
        self.base = base
        self.localBase = localBase
    }
}
