/// A range of addresses in CIDR form, such as `10.20.0.0/16` or `fd00::/8`.
package struct Network: Hashable, Sendable, CustomStringConvertible {
    private let address: IPAddress
    private let prefixLength: Int
    package let description: String

    /// `nil` where the text is no range; an address without a length is that address alone.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = IPAddress(String(parts[0])) else {
            return nil
        }
        let width = address.bytes.count * 8
        let length = parts.count == 2 ? Int(parts[1]) : width
        guard let length, (0...width).contains(length) else { return nil }
        self.address = address
        self.prefixLength = length
        self.description = text
    }

    func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        let whole = prefixLength / 8
        guard other.bytes.prefix(whole) == address.bytes.prefix(whole) else { return false }
        let rest = prefixLength % 8
        guard rest > 0 else { return true }
        return (other.bytes[whole] ^ address.bytes[whole]) >> UInt8(8 - rest) == 0
    }

    /// Ranges that no message may reach unless they are allowed: this network, loopback, private,
    /// shared, link-local (where cloud metadata lives), documentation, benchmarks, multicast,
    /// reserved, and the ranges that smuggle one of these inside an IPv6 address.
    static let forbidden: [Network] = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
        "2002::/16", "3fff::/20", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ].compactMap { Network($0) }

    /// Of the forbidden ranges, those a mail relay that the operator named may well live in.
    static let relays: [Network] = [
        "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
        "::1/128", "fc00::/7",
    ].compactMap { Network($0) }
}

/// An IPv4 or IPv6 address as resolved; IPv4 inside IPv6 (`::ffff:0:0/96`) is IPv4.
struct IPAddress: Hashable, Sendable {
    /// 4 or 16, in network order.
    let bytes: [UInt8]

    init(bytes: [UInt8]) {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        if bytes.count == 16, bytes.starts(with: mapped) {
            self.bytes = Array(bytes.suffix(4))
        } else {
            self.bytes = bytes
        }
    }

    /// Whether a message may be sent there.
    func isAllowed(by allowed: [Network]) -> Bool {
        allowed.contains { $0.contains(self) } || !Network.forbidden.contains { $0.contains(self) }
    }
}
