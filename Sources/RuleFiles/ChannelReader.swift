/// `channels:` of tocsin.yaml.
struct ChannelReader {
    let findings: Findings

    func channel(_ entry: Value.Entry) -> DaemonSettings.Channel? {
        guard let fields = Fields(entry.value, as: .channel),
            let kind = fields.required("type", "webhook")?
                .word("a type of channel", of: DaemonSettings.Channel.Kind.allCases.map(\.rawValue))
                .flatMap({ DaemonSettings.Channel.Kind(rawValue: $0) })
        else { return nil }
        if entry.key == "email" {
            findings.error(
                .duplicate,
                at: entry.keyPlace,
                "`email` is the channel of `mail`",
                fix: "Give this one another name"
            )
        }
        let channel = DaemonSettings.Channel(
            name: entry.key,
            kind: kind,
            url: fields["url"].flatMap { $0.url(schemes: ["http", "https"]) },
            urlFile: fields.text("url_file", "a path"),
            secretFile: fields.text("secret_file", "a path"),
            tokenFile: fields.text("token_file", "a path"),
            accountFile: fields.text("account_file", "a path"),
            from: fields.text("from", "a number or a name"),
            authorityFile: fields.text("ca_file", "a path"),
            template: fields["template"].flatMap { template($0) },
            bundle: fields["bundle"]?.flag("true or false"),
            confirmSeconds: fields["confirm_every"]?.confirmation
        )
        demand(of: channel, in: fields)
        refuse(in: fields, of: kind)
        return channel
    }

    /// What a type of channel cannot do without.
    private func demand(of channel: DaemonSettings.Channel, in fields: Fields) {
        switch channel.kind {
        case .local: return
        case .twilio:
            if channel.accountFile == nil { fields.missing("account_file", "secrets/twilio") }
            if channel.from == nil { fields.missing("from", "\"+13035550100\"") }
            return
        case .gotify:
            if channel.tokenFile == nil { fields.missing("token_file", "secrets/gotify") }
        default: break
        }
        if fields["url"] == nil, channel.urlFile == nil {
            fields.missing("url", "\"https://...\"")
        }
    }

    /// A key that a type does not read would be believed to do something.
    private func refuse(in fields: Fields, of kind: DaemonSettings.Channel.Kind) {
        let isTwilio = kind == .twilio
        let unread: [(key: String, isRead: Bool, readers: String)] = [
            ("template", kind == .webhook, "webhook"), ("account_file", isTwilio, "twilio"),
            ("from", isTwilio, "twilio"),
            ("confirm_every", kind != .local, "webhook, or any that brings messages to people"),
            ("token_file", !isTwilio && kind != .local, "webhook, ntfy or gotify"),
        ]
        for (key, isRead, readers) in unread where !isRead {
            fields[key]?.error(
                .value,
                "a channel of type \(kind.rawValue) reads no `\(key)`",
                fix: "Take it out, or use type \(readers)"
            )
        }
        if let second = fields["url_file"], fields["url"] != nil {
            second.error(
                .value,
                "the address is given twice",
                fix: "Keep `url`, or `url_file` where it is a secret"
            )
        }
    }

    /// Its name, without folder and `.mustache`.
    private func template(_ value: Value) -> String? {
        guard let text = value.text("a template such as ops.json") else { return nil }
        let isPlain = text.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))
        }
        let isKnown = [".json", ".text", ".form"].contains { text.hasSuffix($0) && text != $0 }
        if isPlain, isKnown, !text.hasPrefix(".") { return text }
        value.error(
            .value,
            "`\(text)` is not the name of a template",
            fix: "Write ops.json for templates/ops.json.mustache; or NAME.text, NAME.form"
        )
        return nil
    }
}

extension Value {
    /// How often somebody is to confirm a channel: no oftener than its daily check comes.
    var confirmation: Int? {
        guard let seconds = seconds("an interval such as 7 days") else { return nil }
        if seconds < 86_400 { notADuration("\(plain ?? "")", "an interval of a day at least") }
        return seconds
    }
}
