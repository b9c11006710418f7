import Foundation

/// A page by webhook, as a test asks for it.
struct ArrivedPage {
    /// Minutes of the engine's time from the opening of the case to the writing of the page.
    let minutes: Double
    let person: String
    let step: Int
    let round: Int
    let cycle: Int
}

extension Receiver {
    /// Arrivals about the case with that number.
    func arrivals(of number: Int) -> [Arrival] {
        arrivals.filter { $0.json["data"]["case"]["number"].int == number }
    }

    /// Those with these words in their body.
    func arrivals(with words: String, at path: String = "/hook") -> [Arrival] {
        arrivals.filter { $0.path == path && $0.body.contains(words) }
    }

    /// First arrivals of each page of the case, repeats of the same message left out.
    func pages(of number: Int) -> [ArrivedPage] {
        var seen: Set<String> = []
        return arrivals(of: number).compactMap { arrival in
            let data = arrival.json["data"]
            guard case .object = data["page"], seen.insert(arrival.key).inserted,
                let opened = data["case"]["opened_at"].instant,
                let written = arrival.json["timestamp"].instant
            else { return nil }
            return ArrivedPage(
                minutes: (written - opened) / 60,
                person: data["page"]["person"].string ?? "",
                step: data["page"]["step"].int ?? 0,
                round: data["page"]["round"].int ?? 0,
                cycle: data["page"]["cycle"].int ?? 0
            )
        }
    }

    /// Everything but pages: what was told about the case, in order, each message once.
    func messages(of number: Int, kind: String) -> [JSONValue] {
        var seen: Set<String> = []
        return arrivals(of: number).filter {
            $0.json["data"]["notification"]["kind"].string == kind && seen.insert($0.key).inserted
        }.map(\.json)
    }
}
