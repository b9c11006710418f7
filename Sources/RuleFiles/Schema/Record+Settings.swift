extension Record {
    /// A file of config/ or rotations/: any of them may hold any section.
    static let file = Record("file", "the file", header + sections)

    static let settings = Record("settings", "tocsin.yaml", header + sections + settingsKeys)

    private static let header: [Key] = [
        .must("format", .words(["1"])), .may("timezone", .zone),
    ]

    private static let sections: [Key] = [
        .may("people", .named(.record(.person))), .may("rotations", .named(.record(.rotation))),
        .may("calendars", .named(.either([.words(["24x7"]), .record(.calendar)]))),
        .may("holidays", .named(.either([.record(.holidayFile), .named(.text("a holiday"))]))),
        .may("ladders", .named(.record(.ladder))), .may("policies", .named(.record(.policy))),
        .may("overrides", .list(.record(.override))), .may("away", .list(.record(.absence))),
    ]

    private static let settingsKeys: [Key] = [
        .may("listen", .text("an address such as 127.0.0.1:8470")), .may("tls", .record(.tls)),
        .may("limits", .record(.limits)),
        .may("socket", .path), .may("base_url", .text("an address")),
        .may("acknowledge_secret_file", .path),
        .may("store", .record(.store)),
        .may("allow_networks", .listOrOne(.text("a network such as 10.20.0.0/16"))),
        .may("mail", .record(.mail)), .may("channels", .named(.record(.channel))),
        .may("emergency", .record(.emergency)), .may("intake", .named(.record(.intake))),
        .may("heartbeat", .list(.record(.heartbeat))), .may("log", .record(.log)),
    ]

    static let tls = Record(
        "tls",
        "`tls`",
        [
            .must("listen", .text("an address such as 0.0.0.0:8471")),
            .must("certificate_file", .path), .must("key_file", .path),
        ]
    )

    static let limitRange = 1...10_000_000

    static let limits = Record(
        "limits",
        "`limits`",
        [
            .may("connections", .number(limitRange)),
            .may("connections_per_address", .number(limitRange)),
            .may("requests_per_minute", .number(limitRange)),
            .may("enqueue_per_minute", .number(limitRange)),
        ]
    )

    static let store = Record(
        "store",
        "`store`",
        [.may("sqlite", .path), .may("postgres_file", .path)]
    )

    static let mail = Record(
        "mail",
        "`mail`",
        [
            .must("smtp", .text("an address such as smtps://mail.example.com:465")),
            .may("starttls", .words(DaemonSettings.Mail.StartTLS.allCases.map(\.rawValue))),
            .may("user", .text("a user")), .may("password_file", .path),
            .must("from", .text("a mail address")), .may("bounces", .text("a mail address")),
            .may("ca_file", .path), .may("confirm_every", .duration),
        ]
    )

    static let channel = Record(
        "channel",
        "a channel",
        [
            .must("type", .words(DaemonSettings.Channel.Kind.allCases.map(\.rawValue))),
            .may("url", .text("an address")), .may("url_file", .path),
            .may("secret_file", .path), .may("token_file", .path), .may("account_file", .path),
            .may("from", .text("a number or a name")), .may("ca_file", .path),
            .may("template", .text("a template such as ops.json")), .may("bundle", .flag),
            .may("confirm_every", .duration),
        ]
    )

    static let emergency = Record(
        "emergency",
        "`emergency`",
        [.must("channel", .name), .may("address", .text("an address"))]
    )

    static let intake = Record(
        "intake",
        "an intake",
        [
            .must("dialect", .words(DaemonSettings.Intake.Dialect.allCases.map(\.rawValue))),
            .may("key_file", .path), .may("address", .text("a mail address")),
            .must("policy", .name), .may("customer", .text("a customer")),
            .may("priorities", .named(.name)), .may("url", .text("an address")),
            .may("every", .duration), .may("map", .named(.text("a word"))),
            .may("expect_every", .duration),
        ]
    )

    static let heartbeat = Record(
        "heartbeat",
        "a heartbeat",
        [.must("url", .text("an address")), .may("every", .duration)]
    )

    static let log = Record(
        "log",
        "`log`",
        [
            .may("format", .words(DaemonSettings.Log.Format.allCases.map(\.rawValue))),
            .may("level", .words(DaemonSettings.Log.Level.allCases.map(\.rawValue))),
        ]
    )
}
