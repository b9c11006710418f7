/// The form of the bodies that a channel's service takes.
package enum BodyForm: Hashable, Sendable {
    case webhook
    case slack, mattermost, teams, discord
    case ntfy, gotify, apprise
    case twilio(from: String)
    case alertmanager, cloudevents
    case template(MessageTemplate)

    package func bytes(of briefing: Briefing) -> [UInt8] {
        // The form of storms: no words are made that it does not carry.
        if case .webhook = self { return WebhookBody.bytes(of: briefing) }
        let message = Message(briefing)
        return switch self {
        case .webhook: WebhookBody.bytes(of: briefing)
        case .slack: ChatBody.slack(message)
        case .mattermost: ChatBody.mattermost(message)
        case .teams: ChatBody.teams(message)
        case .discord: ChatBody.discord(message)
        case .ntfy: PushBody.ntfy(message)
        case .gotify: PushBody.gotify(message)
        case .apprise: PushBody.apprise(message)
        case .twilio(let from): TextMessage.form(message, from: from)
        case .alertmanager: EventBody.alertmanager(briefing)
        case .cloudevents: EventBody.cloudEvent(briefing)
        case .template(let template): template.bytes(of: briefing)
        }
    }

    package var contentType: String {
        switch self {
        case .twilio: "application/x-www-form-urlencoded"
        case .cloudevents: "application/cloudevents+json"
        case .template(let template): template.escaping.contentType
        default: "application/json"
        }
    }

    /// The address to post to, from the one that is configured.
    ///
    /// Services with one fixed path take the address of the server alone.
    package func url(_ base: String, account: String = "") -> String {
        let root = String(base.reversed().drop { $0 == "/" }.reversed())
        let path = URLText.path(of: root)
        switch self {
        case .gotify where !path.hasSuffix("/message"): return root + "/message"
        case .alertmanager where !path.hasSuffix("/alerts"): return root + "/api/v2/alerts"
        case .twilio where !path.hasSuffix(".json"):
            return root + "/2010-04-01/Accounts/\(account)/Messages.json"
        default: return base
        }
    }

    /// Where Twilio is, unless the settings say otherwise.
    package static let twilioURL = "https://api.twilio.com"
}
