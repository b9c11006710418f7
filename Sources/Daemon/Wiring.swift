import Delivery
import HTTPAPI
import RuleFiles

/// What tocsin.yaml asks for, with its secrets read and its addresses checked.
struct Wiring: Sendable {
    var courier: Courier.Settings
    var mailChannels: [String: Relay] = [:]
    var localChannels: Set<String> = []
    /// Intake entries of the PagerDuty dialect, by routing key.
    var pagerduty: [String: Intakes.Entry] = [:]

    var channels: Set<String> { Set(courier.endpoints.map(\.name)) }

    init(_ settings: DaemonSettings, secrets: SecretFile) throws(StartFault) {
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
            courier.endpoints.append(try Self.endpoint(channel, secrets))
            if channel.kind == .local { localChannels.insert(channel.name) }
        }
        if let mail = settings.mail {
            let relay = try Self.relay(mail, secrets)
            mailChannels["email"] = relay
            courier.endpoints.append(Endpoint(name: "email", transport: .mail(relay)))
        }
        for intake in settings.intake where intake.dialect == .pagerduty {
            guard let keyFile = intake.keyFile else { continue }
            pagerduty[try secrets.text(keyFile)] = Intakes.Entry(
                name: intake.name,
                policy: intake.policy,
                customer: intake.customer,
                priorities: intake.priorities
            )
        }
    }

    private static func endpoint(
        _ channel: DaemonSettings.Channel,
        _ secrets: SecretFile
    ) throws(StartFault) -> Endpoint {
        switch channel.kind {
        case .local: return Endpoint(name: channel.name, transport: .local)
        case .webhook: break
        default:
            throw StartFault(
                "channel-unsupported",
                "channel `\(channel.name)` is of type \(channel.kind.rawValue),"
                    + " which this version does not send yet",
                fix: "use type webhook or local, or mail"
            )
        }
        let url: String
        if let file = channel.urlFile {
            url = try secrets.text(file)
        } else {
            url = channel.url ?? ""
        }
        let key = try signingKey(channel, secrets)
        let headers = try token(channel, secrets)
        let authority = try authorityFile(channel.authorityFile, secrets)
        do throws(EndpointFault) {
            let webhook = try Webhook(
                url: url,
                secret: key,
                headers: headers,
                authorityFile: authority
            )
            return Endpoint(name: channel.name, transport: .webhook(webhook))
        } catch {
            throw StartFault(
                "channel-malformed",
                "channel `\(channel.name)`: \(error.message)",
                fix: error.fix
            )
        }
    }

    private static func signingKey(
        _ channel: DaemonSettings.Channel,
        _ secrets: SecretFile
    ) throws(StartFault) -> Secret? {
        guard let file = channel.secretFile else { return nil }
        guard let key = Secret(signingKey: try secrets.text(file)) else {
            throw StartFault(
                "secret-malformed",
                "channel `\(channel.name)`: the key in `\(file)` cannot sign",
                fix: "write whsec_ and base64 of at least \(Secret.signingKeyBytesMin) bytes, or as"
                    + " many characters"
            )
        }
        return key
    }

    private static func token(
        _ channel: DaemonSettings.Channel,
        _ secrets: SecretFile
    ) throws(StartFault) -> [Webhook.Header] {
        guard let file = channel.tokenFile else { return [] }
        return [Webhook.Header(name: "Authorization", text: "Bearer \(try secrets.text(file))")]
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
