import Delivery
import HTTPAPI
import RuleFiles

/// What tocsin.yaml asks for, with its secrets read and its addresses checked.
struct Wiring: Sendable {
    var courier: Courier.Settings
    var mailChannels: [String: Relay] = [:]
    var localChannels: Set<String> = []
    /// Of every channel but mail and the local ones.
    var bodyForms: [String: BodyForm] = [:]
    /// Channels that people read, where many pages at once become few messages.
    var bundlingChannels: Set<String> = []
    /// Channels that somebody is to confirm, and how often, in seconds.
    var confirmSeconds: [String: Int] = [:]
    var senders: Intakes.Senders
    /// Addresses that are looked at, of the `json` dialect.
    var polled: [PolledSource.Settings]

    var channels: Set<String> { Set(courier.endpoints.map(\.name)) }

    init(
        _ settings: DaemonSettings,
        secrets: SecretFile,
        templates: Templates
    ) throws(StartFault) {
        var networks: [Network] = []
        for text in settings.allowNetworks {
            guard let network = Network(text) else {
                throw StartFault(
                    "network-malformed",
                    "`\(text)` under allow_networks is no range of addresses",
                    fix: "write one such as 10.20.0.0/16"
                )
            }
            networks.append(network)
        }
        courier = Courier.Settings(allowNetworks: networks)
        for channel in settings.channels {
            let wiring = ChannelWiring(channel: channel, secrets: secrets, templates: templates)
            let form = try wiring.form()
            courier.endpoints.append(try wiring.endpoint(form))
            bodyForms[channel.name] = form
            if channel.kind == .local { localChannels.insert(channel.name) }
            if channel.isBundling { bundlingChannels.insert(channel.name) }
            confirmSeconds[channel.name] = channel.confirmSeconds
        }
        if let mail = settings.mail {
            let relay = try Self.relay(mail, secrets)
            mailChannels["email"] = relay
            bundlingChannels.insert("email")
            confirmSeconds["email"] = mail.confirmSeconds
            courier.endpoints.append(Endpoint(name: "email", transport: .mail(relay)))
        }
        senders = try Intakes.Senders(settings.intake, secrets: secrets)
        polled = try PolledSource.Settings.all(settings.intake, secrets: secrets)
    }

    private static func authorityFile(
        _ name: String?,
        _ secrets: SecretFile
    ) throws(StartFault) -> String? {
        guard let name else { return nil }
        return try secrets.readablePath(of: name)
    }

    private static func relay(
        _ mail: DaemonSettings.Mail,
        _ secrets: SecretFile
    ) throws(StartFault) -> Relay {
        let password: Secret?
        if let file = mail.passwordFile {
            password = Secret(try secrets.text(file))
        } else {
            password = nil
        }
        let authority = try authorityFile(mail.authorityFile, secrets)
        do throws(EndpointFault) {
            return try Relay(
                url: mail.smtp,
                startTLS: Relay.StartTLS(rawValue: mail.startTLS.rawValue) ?? .required,
                user: mail.user,
                password: password,
                from: mail.from,
                bounces: mail.bounces,
                authorityFile: authority
            )
        } catch {
            throw StartFault("mail-malformed", "mail: \(error.message)", fix: error.fix)
        }
    }
}

extension DaemonSettings.Channel {
    /// What is not said: people read all but webhooks in our own form and those for other systems,
    /// which sort what they get themselves (docs/decisions/0014).
    var isBundling: Bool {
        if let bundle { return bundle }
        return switch kind {
        case .webhook: template != nil
        case .alertmanager, .cloudevents: false
        case .local, .ntfy, .twilio, .slack, .mattermost, .teams, .discord, .gotify, .apprise: true
        }
    }
}
