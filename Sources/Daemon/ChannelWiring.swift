import Delivery
import RuleFiles

/// One channel of tocsin.yaml as the courier needs it: its address, its secrets, its form.
struct ChannelWiring {
    let channel: DaemonSettings.Channel
    let secrets: SecretFile
    let templates: Templates

    /// What its bodies look like; `nil` for the local channel, whose text is no body.
    func form() throws(StartFault) -> BodyForm? {
        switch channel.kind {
        case .local: nil
        case .webhook:
            try channel.template.map { name throws(StartFault) in
                .template(try templates.template(name))
            } ?? .webhook
        case .slack: .slack
        case .mattermost: .mattermost
        case .teams: .teams
        case .discord: .discord
        case .ntfy: .ntfy
        case .gotify: .gotify
        case .apprise: .apprise
        case .twilio: .twilio(from: channel.from ?? "")
        case .alertmanager: .alertmanager
        case .cloudevents: .cloudevents
        }
    }

    func endpoint(_ form: BodyForm?) throws(StartFault) -> Endpoint {
        guard let form else { return Endpoint(name: channel.name, transport: .local) }
        let account = try account()
        let base = try address()
        let key = try signingKey()
        var headers = try token()
        if let account {
            let text = Secret.basicAuthorization("\(account.id):\(account.token)")
            headers.append(Webhook.Header(name: "Authorization", text: text))
        }
        var authority: String?
        if let file = channel.authorityFile { authority = try secrets.readablePath(of: file) }
        do throws(EndpointFault) {
            var webhook = try Webhook(
                url: form.url(base, account: account?.id ?? ""),
                secret: key,
                headers: headers,
                authorityFile: authority
            )
            webhook.contentType = form.contentType
            return Endpoint(name: channel.name, transport: .webhook(webhook))
        } catch {
            // An address that came from a file of secrets is one: it is not repeated.
            let message =
                channel.urlFile.map { "`\($0)` holds no address that can be called" }
                ?? error.message
            throw StartFault(
                "channel-malformed",
                "channel `\(channel.name)`: \(message)",
                fix: error.fix
            )
        }
    }

    private func address() throws(StartFault) -> String {
        if let file = channel.urlFile { return try secrets.text(file) }
        return channel.url ?? (channel.kind == .twilio ? BodyForm.twilioURL : "")
    }

    private func signingKey() throws(StartFault) -> Secret? {
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

    private func token() throws(StartFault) -> [Webhook.Header] {
        guard let file = channel.tokenFile else { return [] }
        let text = try secrets.text(file)
        if channel.kind == .gotify { return [Webhook.Header(name: "X-Gotify-Key", text: text)] }
        return [Webhook.Header(name: "Authorization", text: "Bearer \(text)")]
    }

    /// Twilio's account and its token, in a file as `AC...:TOKEN`.
    private func account() throws(StartFault) -> (id: String, token: String)? {
        guard let file = channel.accountFile else { return nil }
        let parts = try secrets.text(file).split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else {
            throw StartFault(
                "secret-malformed",
                "channel `\(channel.name)`: `\(file)` holds no account and token",
                fix: "write both on one line with a colon between them, as AC0123:TOKEN"
            )
        }
        return (parts[0], parts[1])
    }
}
