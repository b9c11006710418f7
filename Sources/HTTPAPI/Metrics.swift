import Engine
import Shapes
import Store

/// The text of `/metrics`, in the exposition format of Prometheus.
struct Metrics {
    private(set) var text = ""

    mutating func add(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        _ samples: [(labels: String, value: String)]
    ) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            text +=
                name + (sample.labels.isEmpty ? "" : "{\(sample.labels)}") + " \(sample.value)\n"
        }
    }

    enum Kind: String {
        case gauge, counter
    }

    mutating func add(_ name: String, _ help: String, _ value: Int?) {
        guard let value else { return }
        add(name, .gauge, help, [("", "\(value)")])
    }

    mutating func add(_ name: String, _ help: String, milliseconds: Milliseconds?) {
        guard let milliseconds else { return }
        add(name, .gauge, help, [("", Self.seconds(milliseconds))])
    }

    mutating func add(_ name: String, _ help: String, _ counts: Latencies.Counts) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) histogram\n"
        var sum = 0
        for (bound, count) in zip(Latencies.bounds, counts.buckets) {
            sum += count
            text += "\(name)_bucket{le=\"\(Self.seconds(bound))\"} \(sum)\n"
        }
        sum += counts.buckets.last ?? 0
        text += "\(name)_bucket{le=\"+Inf\"} \(sum)\n"
        text += "\(name)_sum \(Self.seconds(counts.sumMilliseconds))\n\(name)_count \(sum)\n"
    }

    /// Thousandths written out, so that no number is rounded.
    private static func seconds(_ milliseconds: Milliseconds) -> String {
        let sign = milliseconds < 0 ? "-" : ""
        let size = milliseconds.magnitude
        let rest = "\(size % 1_000)"
        return "\(sign)\(size / 1_000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
    }

    /// A label's value, with what the format escapes escaped.
    static func label(_ name: String, _ value: String) -> String {
        var escaped = ""
        for character in value {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(character)
            }
        }
        return "\(name)=\"\(escaped)\""
    }
}
