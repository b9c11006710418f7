/// What tocsin.yaml says.
///
/// Paths are as written there: secrets relative to it, `var/` to where the daemon runs.
package struct DaemonSettings: Hashable, Sendable {
    /// A host, or an address without brackets, and a port.
    package struct Endpoint: Hashable, Sendable {
        package var host: String
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Whether only this machine can reach it.
        package var isLoopback: Bool {
            host == "localhost" || host == "::1" || host.hasPrefix("127.")
        }
    }

    package struct TLS: Hashable, Sendable {
        package var listen: Endpoint
        package var certificateFile: String
        package var keyFile: String
    }

    package enum StoreLocation: Hashable, Sendable {
        case sqlite(path: String)
        case postgres(urlFile: String)
    }

    package struct Mail: Hashable, Sendable {
        package enum StartTLS: String, Hashable, Sendable, CaseIterable {
            case required, opportunistic, off
        }

        /// `smtp://` or `smtps://` with host and, where written, port.
        package var smtp: String
        package var startTLS: StartTLS
        package var user: String?
        package var passwordFile: String?
        package var from: String
        /// The envelope sender; `nil` means `from`.
        package var bounces: String?
        /// Certificates to trust instead of the system's, for a relay of one's own.
        package var authorityFile: String?
        /// `confirm_every:`, as of a channel.
        package var confirmSeconds: Int?
    }

    package struct Channel: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable, CaseIterable {
            case local, webhook, ntfy, twilio, slack, mattermost, teams, discord, gotify, apprise
            case alertmanager, cloudevents
        }

        package var name: String
        package var kind: Kind
        package var url: String?
        package var urlFile: String?
        /// Signs webhooks.
        package var secretFile: String?
        /// A bearer token, as ntfy and Gotify have it.
        package var tokenFile: String?
        /// Twilio's account and token.
        package var accountFile: String?
        /// Twilio's sending number.
        package var from: String?
        /// Certificates to trust instead of the system's.
        package var authorityFile: String?
        /// Makes a webhook's bodies: `ops.json` is the file `templates/ops.json.mustache`.
        package var template: String?
        /// Whether several pages to a person may leave in one message; `nil` where it is not said.
        package var bundle: Bool?
        /// `confirm_every:`: somebody is to confirm so often that a message by it arrived; `nil`
        /// where taken counts as arrived.
        package var confirmSeconds: Int?
    }

    /// The product's own alarms: a channel, and an address on it where one is written.
    package struct Emergency: Hashable, Sendable {
        package var channel: String
        package var address: String?
    }

    package struct Intake: Hashable, Sendable {
        package enum Dialect: String, Hashable, Sendable, CaseIterable {
            case pagerduty, alertmanager, opsgenie, mail, json
            case alertmanagerAPI = "alertmanager-api"
        }

        package var name: String
        package var dialect: Dialect
        package var keyFile: String?
        /// The mailbox of the `mail` dialect.
        package var address: String?
        package var policy: String
        package var customer: String?
        /// The sender's severities to the policy's priorities.
        package var priorities: [String: String]
        /// What the `json` dialect polls, how often, and which of its fields are which of a case.
        package var url: String?
        package var everySeconds: Int?
        package var map: [String: String]
        /// How often its sender is heard of at least; after twice as long its silence is told.
        package var expectSeconds: Int?
    }

    package struct Heartbeat: Hashable, Sendable {
        package var url: String
        package var everySeconds: Int
    }

    /// What the doors take from whom; `nil` leaves the doors' own.
    package struct Limits: Hashable, Sendable {
        package var connections: Int?
        package var connectionsPerAddress: Int?
        package var requestsPerMinute: Int?
        package var enqueuePerMinute: Int?
    }

    package struct Log: Hashable, Sendable {
        package enum Format: String, Hashable, Sendable, CaseIterable {
            case logfmt, json
        }
        package enum Level: String, Hashable, Sendable, CaseIterable {
            case trace, debug, info, notice, warning, error, critical
        }

        package var format: Format
        package var level: Level
    }

    /// Plain HTTP.
    package var listen = Endpoint(host: "127.0.0.1", port: 8470)
    package var tls: TLS?
    package var limits = Limits()
    package var socket = "var/tocsin.sock"
    /// What links begin with, without a slash at the end; `nil` means the address of `listen`.
    package var baseURL: String?
    /// What acknowledge links are made with; `nil`: a file beside the store, made where missing.
    package var acknowledgeSecretFile: String?
    package var store = StoreLocation.sqlite(path: "var/tocsin.db")
    /// Private networks that channels may call, as written: `10.20.0.0/16`.
    package var allowNetworks: [String] = []
    package var mail: Mail?
    /// By name, in file order.
    package var channels: [Channel] = []
    package var emergency: Emergency?
    package var intake: [Intake] = []
    package var heartbeats: [Heartbeat] = []
    package var log = Log(format: .logfmt, level: .info)

    package init() {}

    package func channel(named name: String) -> Channel? {
        channels.first { $0.name == name }
    }
}
