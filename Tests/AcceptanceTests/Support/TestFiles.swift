import Foundation

/// The files of a test's daemon: the shipped policies, calendars and ladders, with people and
/// rotations that name one person each, so that no test depends on the hour it runs.
struct TestFiles {
    /// Where pages go; a path of the receiver, or `nil` for a machine without one.
    var hook: String?
    var mailPort: Int?
    /// `off`, or `required` with the certificates of `cert.pem`.
    var startTLS = "off"
    /// How often somebody is to confirm that mails arrive.
    var confirmEvery: String?
    /// The signing key of the webhook channel.
    var secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    /// What else stands in tocsin.yaml.
    var extra = ""

    func write(to workspace: Workspace) throws {
        for name in ["config/policies", "config/calendars.yaml", "config/ladders.yaml"] {
            try workspace.copy(name)
        }
        try workspace.copy("config/holidays")
        try workspace.write("config/secrets/hook", secret + "\n")
        try workspace.write("config/secrets/mail", "swordfish\n")
        try workspace.write("config/people.yaml", people)
        try workspace.write("config/tocsin.yaml", settings(port: workspace.port))
        try workspace.write("rotations/support.yaml", Self.rotations)
    }

    private var people: String {
        var text = "format: 1\ntimezone: Europe/Berlin\npeople:\n"
        for (id, name) in [
            ("anna", "Anna Keller"), ("ben", "Ben Ortiz"), ("lena", "Lena Vogt"),
            ("marcus", "Marcus Hale"),
        ] {
            var contacts: [String] = []
            if hook != nil { contacts.append("hook: \(id)") }
            if mailPort != nil { contacts.append("email: \(id)@example.com") }
            if contacts.isEmpty { contacts.append("terminal: \(id)") }
            let uses = contacts.map { "{use: \($0.split(separator: ":")[0])}" }
            text +=
                "  \(id):\n    name: \(name)\n    contacts: {\(contacts.joined(separator: ", "))}\n"
            text += "    page: [\(uses.joined(separator: ", "))]\n"
        }
        return text
    }

    private func settings(port: Int) -> String {
        var text = """
            format: 1
            listen: 127.0.0.1:\(port)
            socket: var/tocsin.sock
            store: {sqlite: var/tocsin.db}
            allow_networks: [127.0.0.0/8]
            channels:
              terminal: {type: local}

            """
        if let hook {
            text += "  hook: {type: webhook, url: \"\(hook)\", secret_file: secrets/hook}\n"
        }
        if let mailPort {
            text += """
                mail:
                  smtp: smtp://127.0.0.1:\(mailPort)
                  starttls: \(startTLS)
                  user: tocsin
                  password_file: secrets/mail
                  from: tocsin@pager.example.com

                """
            if let confirmEvery { text += "  confirm_every: \(confirmEvery)\n" }
            if startTLS != "off" { text += "  ca_file: ../cert.pem\n" }
        }
        return text + extra
    }

    /// Always the same people: anna first, then ben, with lena leading.
    private static let rotations = """
        format: 1
        timezone: Europe/Berlin
        rotations:
        \(rotation("support-primary", person: "anna", otherwise: "lena"))
        \(rotation("support-secondary", person: "ben", otherwise: "lena"))
        \(rotation("specialists", person: "ben", otherwise: "lena"))
        \(rotation("leadership", person: "lena", otherwise: "marcus"))

        """

    private static func rotation(_ name: String, person: String, otherwise: String) -> String {
        """
          \(name):
            if_nobody: [\(otherwise)]
            layers:
              - name: week
                handoff: {every: 1 week, day: monday, at: "09:00"}
                members: [{from: 2025-01-06, order: [\(person)], first: \(person)}]
        """
    }
}

extension TestFiles {
    /// Pages by webhook and the alarms of Tocsin itself go to the receiver, and mails where there
    /// is a port for them; `extra` is what else stands in tocsin.yaml.
    static func alarming(_ receiver: Receiver, mailPort: Int? = nil, extra: String = "") -> Self {
        TestFiles(
            hook: "http://127.0.0.1:\(receiver.port)/hook",
            mailPort: mailPort,
            extra: "emergency: {channel: hook}\n" + extra
        )
    }
}

extension Workspace {
    /// A workspace whose pages and alarms go to a receiver.
    static func alarming() throws -> (Workspace, Receiver) {
        let workspace = try Workspace()
        let receiver = try Receiver(in: workspace)
        try TestFiles.alarming(receiver).write(to: workspace)
        return (workspace, receiver)
    }
}
