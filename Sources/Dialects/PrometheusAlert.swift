package import CivilTime
package import Shapes

/// An alert as Prometheus and Alertmanager write it: labels that identify it, annotations that
/// explain it.
package struct PrometheusAlert: Hashable, Sendable {
    package struct Label: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Sorted by name, none of them empty.
    package var labels: [Label]
    package var annotations: [Label]
    package var startsAt: Instant?
    /// `nil` also where the sender writes year 1, which is its way to say "still firing".
    package var endsAt: Instant?
    package var generatorURL: String
    /// Whether the sender says that it is over; `nil` where the times alone tell.
    package var isResolved: Bool?
    /// Sixteen hexadecimal digits: the same labels, the same fingerprint.
    package var fingerprint: String

    /// Labels of one alert; an alert with more is refused.
    package static let labelsMax = 200

    /// `nil` where it can never be an alert: no labels, or labels that are no texts.
    package init?(_ json: JSON) {
        guard let labels = Self.labels(json["labels"]), !labels.isEmpty,
            let annotations = Self.labels(json["annotations"] ?? .object([]))
        else { return nil }
        self.labels = labels
        self.annotations = annotations
        startsAt = Self.instant(json["startsAt"])
        endsAt = Self.instant(json["endsAt"])
        generatorURL = json["generatorURL"]?.string ?? ""
        switch json["status"]?.string {
        case "firing": isResolved = false
        case "resolved": isResolved = true
        default: isResolved = nil
        }
        let given = json["fingerprint"]?.string ?? ""
        let isGiven =
            given.utf8.count == 16
            && given.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        fingerprint = isGiven ? given : Self.fingerprint(of: labels)
    }

    /// `nil` where it is malformed; labels with an empty value are as good as absent.
    private static func labels(_ json: JSON?) -> [Label]? {
        guard let members = json?.members, members.count <= labelsMax else { return nil }
        var values: [String: String] = [:]
        for member in members {
            guard let value = member.value.string, !member.name.isEmpty else { return nil }
            values[member.name] = value
        }
        return values.filter { !$0.value.isEmpty }.map { Label(name: $0.key, value: $0.value) }
            .sorted { $0.name < $1.name }
    }

    private static func instant(_ json: JSON?) -> Instant? {
        guard let text = json?.string, !text.hasPrefix("0001-01-01T00:00:00") else { return nil }
        return Instant(rfc3339: text)
    }

    /// FNV-1a over names and values, as Prometheus and Alertmanager print it.
    package static func fingerprint(of labels: [Label]) -> String {
        var hash: UInt64 = 14_695_981_039_346_656_037
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        for label in labels {
            for byte in label.name.utf8 { add(byte) }
            add(0xFF)
            for byte in label.value.utf8 { add(byte) }
            add(0xFF)
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    package func label(_ name: String) -> String? { labels.first { $0.name == name }?.value }

    private func annotation(_ name: String) -> String? {
        annotations.first { $0.name == name }?.value
    }

    /// The case that it opens while it fires.
    package var opening: Opening {
        let name =
            label("alertname") ?? labels.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        let titles = ["summary", "title", "message"].compactMap { annotation($0)?.plainLine }
        var title = titles.first { !$0.trimmed.isEmpty } ?? name.plainLine
        if title.trimmed.isEmpty { title = "Alert \(fingerprint)" }
        var opening = Opening(
            key: fingerprint,
            title: title.shortened(toCharacters: SenderLimits.titleLengthMax)
        )
        opening.severity = (label("severity") ?? label("priority") ?? "").plainLine
        let sources = ["customer", "instance", "job", "alertname"].compactMap {
            label($0)?.plainLine
        }
        opening.source = sources.first { !$0.trimmed.isEmpty } ?? "unnamed"
        opening.tags = labels.map { "\($0.name)=\($0.value)".plainLine }
        let links = annotations.filter { $0.name.hasSuffix("url") }.map(\.value) + [generatorURL]
        opening.links = links.map(\.plainLine).filter {
            ($0.hasPrefix("https://") || $0.hasPrefix("http://"))
                && $0.utf8.count <= SenderLimits.linkBytesMax
        }
        opening.details = details
        return opening
    }

    private var details: String {
        let told = annotations.filter { $0.name != "summary" && !$0.name.hasSuffix("url") }
        let said = told.map { annotation in
            let text = annotation.value.plainLine
            return annotation.name == "description" ? text : "\(annotation.name): \(text)"
        }
        let marks = labels.map { "\($0.name)=\($0.value)".plainLine }.joined(separator: ", ")
        return (said + ["Labels: \(marks)"]).joined(separator: "; ").shortenedToCase
    }

    /// When a firing alert counts as over unless it is sent again; in the past where it is over.
    ///
    /// An alert without an end lasts five minutes from each sending, as in Alertmanager.
    package func expiry(at now: Instant) -> Instant {
        endsAt ?? now.adding(seconds: Self.unendedSeconds)
    }

    static let unendedSeconds = 300
}

/// One notification of Alertmanager's webhook, version "4": the alerts of a group.
package struct AlertmanagerWebhook: Hashable, Sendable {
    package var alerts: [PrometheusAlert]
    /// Why some of it can never be taken; empty where all of it was.
    package var faults: [String]

    package init(_ body: JSON) {
        alerts = []
        faults = []
        guard body.members != nil else {
            faults.append("the body is \(body.kind), not an object")
            return
        }
        guard body["version"]?.string == "4" else {
            faults.append("`version` is not \"4\"")
            return
        }
        guard let list = body["alerts"]?.array else {
            faults.append("`alerts` is missing or no list")
            return
        }
        for (index, entry) in list.enumerated() {
            if let alert = PrometheusAlert(entry) {
                alerts.append(alert)
            } else {
                faults.append("`alerts[\(index)]` has no labels, or labels that are no texts")
            }
        }
    }
}

extension [PrometheusAlert] {
    /// The last of each fingerprint, in order.
    package var distinct: [PrometheusAlert] {
        var last: [String: Int] = [:]
        for (index, alert) in enumerated() { last[alert.fingerprint] = index }
        return enumerated().filter { last[$1.fingerprint] == $0 }.map(\.element)
    }
}
