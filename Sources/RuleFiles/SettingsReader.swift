import Paging

/// The keys of tocsin.yaml to `DaemonSettings`.
struct SettingsReader {
    let findings: Findings

    func settings(_ fields: Fields) -> DaemonSettings {
        var settings = DaemonSettings()
        if let endpoint = fields["listen"].flatMap({ self.endpoint($0) }) {
            settings.listen = endpoint
        }
        settings.tls = fields["tls"].flatMap { tls($0) }
        if let limits = fields["limits"] { settings.limits = self.limits(limits) }
        if let path = fields.text("socket", "a path") { settings.socket = path }
        settings.baseURL = fields["base_url"].flatMap { url($0, schemes: ["http", "https"]) }
            .map { String($0.reversed().drop { $0 == "/" }.reversed()) }
        settings.acknowledgeSecretFile = fields.text("acknowledge_secret_file", "a path")
        if let store = fields["store"].flatMap({ self.store($0) }) { settings.store = store }
        settings.allowNetworks = networks(fields["allow_networks"])
        settings.mail = fields["mail"].flatMap { mail($0) }
        settings.channels = (fields["channels"]?.entries("a mapping by name") ?? [])
            .compactMap { ChannelReader(findings: findings).channel($0) }
        demandLinks(fields, settings)
        settings.emergency = fields["emergency"].flatMap { emergency($0, settings) }
        settings.intake = (fields["intake"]?.entries("a mapping by name") ?? [])
            .compactMap { IntakeReader(findings: findings).intake($0) }
        settings.heartbeats = (fields["heartbeat"]?.list("a list of addresses") ?? [])
            .compactMap { heartbeat($0) }
        if let log = fields["log"].flatMap({ self.log($0) }) { settings.log = log }
        return settings
    }

    /// What is to be confirmed is confirmed by a link.
    private func demandLinks(_ fields: Fields, _ settings: DaemonSettings) {
        guard fields["base_url"] == nil else { return }
        let channels = (fields["channels"]?.entriesIfMap ?? []).map(\.value)
        for channel in channels + [fields["mail"]].compactMap({ $0 }) {
            let wish = channel.entriesIfMap?.first { $0.key == "confirm_every" }
            wish?.value.error(
                .value,
                "`confirm_every` needs `base_url`: without it no message carries a link",
                fix: "Write `base_url` too, the address at which people reach Tocsin"
            )
        }
    }

    private func endpoint(_ value: Value) -> DaemonSettings.Endpoint? {
        guard let text = value.text("an address such as 127.0.0.1:8470") else { return nil }
        let colon = text.lastIndex(of: ":")
        if let colon, let port = digits(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        {
            var host = String(text[..<colon])
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = String(host.dropFirst().dropLast())
            }
            if !host.isEmpty, !host.contains(where: { " /[]".contains($0) }) {
                return DaemonSettings.Endpoint(host: host, port: port)
            }
        }
        value.error(
            .value,
            "`\(text)` is not an address with a port",
            fix: "Write it as 127.0.0.1:8470, or 0.0.0.0:8470 for every interface"
        )
        return nil
    }

    private func tls(_ value: Value) -> DaemonSettings.TLS? {
        guard let fields = Fields(value, as: .tls) else { return nil }
        let listen = fields.required("listen", "0.0.0.0:8471").flatMap { endpoint($0) }
        let certificate = fields.required("certificate_file", "secrets/cert.pem")?.text("a path")
        let key = fields.required("key_file", "secrets/key.pem")?.text("a path")
        guard let listen, let certificate, let key else { return nil }
        return DaemonSettings.TLS(listen: listen, certificateFile: certificate, keyFile: key)
    }

    private func limits(_ value: Value) -> DaemonSettings.Limits {
        var limits = DaemonSettings.Limits()
        guard let fields = Fields(value, as: .limits) else { return limits }
        let range = Record.limitRange
        limits.connections = fields["connections"]?.number("a number of connections", in: range)
        limits.connectionsPerAddress = fields["connections_per_address"]?
            .number("a number of connections", in: range)
        limits.requestsPerMinute = fields["requests_per_minute"]?
            .number("a number of requests", in: range)
        limits.enqueuePerMinute = fields["enqueue_per_minute"]?
            .number("a number of events", in: range)
        return limits
    }

    private func store(_ value: Value) -> DaemonSettings.StoreLocation? {
        guard let fields = Fields(value, as: .store) else { return nil }
        switch (fields.text("sqlite", "a path"), fields.text("postgres_file", "a path")) {
        case (let path?, nil): return .sqlite(path: path)
        case (nil, let path?): return .postgres(urlFile: path)
        case (nil, nil): fields.missing("sqlite", "var/tocsin.db")
        case (_?, _?):
            value.error(.value, "two stores are named", fix: "Keep `sqlite` or `postgres_file`")
        }
        return nil
    }

    private func networks(_ value: Value?) -> [String] {
        (value?.listOrOne("networks such as 10.20.0.0/16") ?? []).compactMap { item in
            guard let text = item.text("a network such as 10.20.0.0/16") else { return nil }
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            let isV6 = text.contains(":")
            let bits = parts.count == 2 ? digits(parts[1]) : nil
            let octets = parts[0].split(separator: ".", omittingEmptySubsequences: false)
            let isV4 =
                octets.count == 4 && octets.allSatisfy { digits($0).map { $0 < 256 } ?? false }
            if let bits, bits <= (isV6 ? 128 : 32), isV4 || isV6 { return text }
            if parts.count == 1, isV4 || isV6 { return text + (isV6 ? "/128" : "/32") }
            item.error(
                .value,
                "`\(text)` is not a network",
                fix: "Write an address and a length: 10.20.0.0/16"
            )
            return nil
        }
    }

    private func mail(_ value: Value) -> DaemonSettings.Mail? {
        guard let fields = Fields(value, as: .mail) else { return nil }
        let smtp = fields.required("smtp", "smtps://mail.example.com:465")
            .flatMap { url($0, schemes: ["smtp", "smtps"]) }
        let from = fields.required("from", "tocsin@example.com").flatMap { mailbox($0) }
        let startTLS = fields["starttls"]?
            .word("a way", of: DaemonSettings.Mail.StartTLS.allCases.map(\.rawValue))
            .flatMap { DaemonSettings.Mail.StartTLS(rawValue: $0) }
        guard let smtp, let from else { return nil }
        return DaemonSettings.Mail(
            smtp: smtp,
            startTLS: startTLS ?? .opportunistic,
            user: fields.text("user", "a user"),
            passwordFile: fields.text("password_file", "a path"),
            from: from,
            bounces: fields["bounces"].flatMap { mailbox($0) },
            authorityFile: fields.text("ca_file", "a path"),
            confirmSeconds: fields["confirm_every"]?.confirmation
        )
    }

    private func mailbox(_ value: Value) -> String? {
        guard let text = value.text("a mail address") else { return nil }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        if parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
            !text.contains(where: { $0.isWhitespace || "<>,".contains($0) })
        {
            return text
        }
        value.error(.value, "`\(text)` is not a mail address", fix: "Write it as name@example.com")
        return nil
    }

    private func emergency(_ value: Value, _ settings: DaemonSettings) -> DaemonSettings.Emergency?
    {
        guard let fields = Fields(value, as: .emergency),
            let channel = fields.required("channel", "NAME"),
            let name = channel.text("a channel")
        else { return nil }
        let known = settings.channels.map(\.name) + (settings.mail == nil ? [] : ["email"])
        if !known.contains(name) {
            channel.error(
                .channelUnknown,
                "`\(name)` is no channel of tocsin.yaml",
                fix: nearest(to: name, among: known).map { "Did you mean `\($0)`?" }
                    ?? "Define it under `channels:`"
            )
        }
        let emergency = DaemonSettings.Emergency(
            channel: name,
            address: fields.text("address", "an address")
        )
        if name == "email", emergency.address == nil {
            fields.missing("address", "ops@example.com")
        }
        return emergency
    }

    private func heartbeat(_ value: Value) -> DaemonSettings.Heartbeat? {
        guard let fields = Fields(value, as: .heartbeat),
            let address = fields.required("url", "\"https://...\"")
                .flatMap({ url($0, schemes: ["http", "https"]) })
        else { return nil }
        let every = fields["every"]?.seconds("a pause such as 60 s") ?? 60
        if every < 1 { fields["every"]?.notADuration("0", "a pause of a second at least") }
        return DaemonSettings.Heartbeat(url: address, everySeconds: max(1, every))
    }

    private func log(_ value: Value) -> DaemonSettings.Log? {
        guard let fields = Fields(value, as: .log) else { return nil }
        let format = fields["format"]?
            .word("a format", of: DaemonSettings.Log.Format.allCases.map(\.rawValue))
        let level = fields["level"]?
            .word("a level", of: DaemonSettings.Log.Level.allCases.map(\.rawValue))
        return DaemonSettings.Log(
            format: format.flatMap { DaemonSettings.Log.Format(rawValue: $0) } ?? .logfmt,
            level: level.flatMap { DaemonSettings.Log.Level(rawValue: $0) } ?? .info
        )
    }

    private func url(_ value: Value, schemes: [String]) -> String? {
        value.url(schemes: schemes)
    }
}

extension Value {
    func url(schemes: [String]) -> String? {
        guard let text = text("an address such as \(schemes[0])://example.com") else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1)
        if parts.count == 2, schemes.contains(parts[0].lowercased()), parts[1].hasPrefix("//"),
            parts[1].count > 2, !text.contains(where: \.isWhitespace)
        {
            return text
        }
        error(
            .value,
            "this is not an address that begins with \(schemes.joined(separator: ":// or "))://",
            fix: "Write the whole address, such as \(schemes[0])://example.com"
        )
        return nil
    }
}
