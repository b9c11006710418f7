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

        init(_ parcel: Parcel) { self.init(parcel.key, in: parcel) }

        /// One of those that a message brings.
        init(_ key: String, in parcel: Parcel) {
            self.key = key
            person = parcel.person
            isPage = parcel.urgency.isPage
            let parts = key.split(separator: ".").map(String.init)
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
    /// Pages that receivers took in the messages of others, and those known to have arrived so.
    private var carried: Set<String> = []
    private var confirmed: Set<String> = []
    var crashes = 0
    var inFlight = 0

    mutating func confirm(_ key: String) {
        entries[key]?.isConfirmed = true
        confirmed.insert(key)
    }

    func isConfirmed(_ key: String) -> Bool { confirmed.contains(key) }

    func wasTaken(_ key: String) -> Bool {
        entries[key]?.taken ?? 0 > 0 || carried.contains(key)
    }

    /// `pages` are all that the message brings.
    mutating func note(_ parcel: Parcel, _ pages: [String], fate: Receiver.Fate, epoch: Int) {
        if fate.isTaken { carried.formUnion(pages.dropFirst()) }
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
