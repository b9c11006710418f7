import Delivery
import Store

/// What the receivers really took, whatever the sender heard of it.
struct Ledger {
    /// A message as its person gets to see it.
    struct Taken {
        var key: String
        var person: String
        /// Only pages ask for an answer.
        var isPage: Bool
        var caseID: String
        /// The occasion's first word, such as `page` or `reminder`.
        var about: String

        init(_ parcel: Parcel) {
            key = parcel.key
            person = parcel.person
            isPage = parcel.urgency == .page
            let parts = parcel.key.split(separator: ".").map(String.init)
            caseID = parts.first ?? ""
            about = parts.dropFirst().first ?? ""
        }
    }

    /// One idempotency key.
    struct Entry {
        var body: [UInt8]
        var taken = 0
        /// Attempts whose outcome the sender could not know: their process ended, or the answer was
        /// lost.
        var unknown = 0
        /// The process of the last attempt.
        var epoch = 0
        /// Whether it is on record that it arrived: nothing may be sent of it again.
        var isConfirmed = false
    }

    private(set) var entries: [String: Entry] = [:]
    private(set) var attempts = 0
    var crashes = 0
    var inFlight = 0

    mutating func confirm(_ key: String) { entries[key]?.isConfirmed = true }

    mutating func note(_ parcel: Parcel, fate: Receiver.Fate, epoch: Int) {
        attempts += 1
        var entry = entries[parcel.key] ?? Entry(body: parcel.body)
        // A new process tries again what the one before it may have brought to its end.
        if entry.epoch != 0, entry.epoch != epoch { entry.unknown += 1 }
        if fate.outcome == .unknown { entry.unknown += 1 }
        if fate.isTaken { entry.taken += 1 }
        entry.epoch = epoch
        entries[parcel.key] = entry
    }
}
