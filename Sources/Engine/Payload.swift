package import Delivery
import Paging

/// A briefing as its channel carries it.
package enum Payload {
    /// Mail where the channel is one, plain text where it shows it here, else the form of the
    /// channel's service, webhook JSON where it has none.
    package static func bytes(
        of briefing: Briefing,
        mailChannels: [String: Relay],
        localChannels: Set<String>,
        bodyForms: [String: BodyForm] = [:]
    ) -> [UInt8] {
        let channel = briefing.notification.contact.channel
        if let relay = mailChannels[channel] {
            return Letter.bytes(of: briefing, from: relay.from) ?? []
        }
        if localChannels.contains(channel) { return Array(Wording.localText(of: briefing).utf8) }
        return (bodyForms[channel] ?? .webhook).bytes(of: briefing)
    }
}
