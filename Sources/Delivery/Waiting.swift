/// Parcels not begun: one queue for each endpoint and urgency, emptied fairly.
struct Waiting {
    private struct Place {
        var endpoint: Int
        var urgency: Int
        var position: Int
    }

    private var queues: [[Queue]] = []
    private var indices: [String: Int] = [:]
    private var places: [Int64: Place] = [:]
    private var first = 0

    /// So many of one endpoint begin before another has its turn.
    private static let quantum = 16

    /// What one endpoint may begin, and what it has in flight.
    ///
    /// All endpoints share the places in flight, and one that answers nothing gives back none for
    /// as long as an attempt may take. So each holds only a part of what it leaves free: as much
    /// again where it answered well a moment ago, else a sixty-fourth, but always one. The first
    /// fifty that hang hold eight each and the next ones fewer. The last places are kept for those
    /// that answered well.
    struct Room {
        /// So many more by the endpoint's own limit.
        var left: Int
        /// `nil` where nothing it begins takes a place.
        var inFlight: Int?
        var isProven = false

        static let none = Room(left: 0)
        /// What no transfer carries.
        static let unbounded = Room(left: .max)

        private static let unprovenPart = 64

        /// How many may begin of `free` places, the last `kept` of them for who is proven.
        func share(of free: Int, kept: Int) -> Int {
            guard let inFlight else { return left }
            let part = isProven ? 1 : Self.unprovenPart
            let free = isProven ? free : free - kept
            // The most for which what is then held is no more than the part of what is then free.
            let most = (free - part * inFlight) / (part + 1)
            return min(left, free, max(most, inFlight == 0 ? 1 : 0))
        }

        /// Answers whether it took a place.
        mutating func begin() -> Bool {
            left -= 1
            guard let inFlight else { return false }
            self.inFlight = inFlight + 1
            return true
        }
    }

    var count: Int { places.count }

    /// An id is to wait once only.
    mutating func append(_ parcels: [Parcel]) {
        for parcel in parcels {
            let endpoint = index(of: parcel.endpoint)
            let urgency = parcel.urgency.rawValue
            let position = queues[endpoint][urgency].append(parcel)
            places[parcel.id] = Place(endpoint: endpoint, urgency: urgency, position: position)
        }
    }

    /// The place of an endpoint in `take`'s room; made where it is new.
    mutating func index(of endpoint: String) -> Int {
        if let index = indices[endpoint] { return index }
        let index = queues.count
        indices[endpoint] = index
        queues.append(Parcel.Urgency.allCases.map { _ in Queue() })
        return index
    }

    /// Takes out those of `ids` that wait.
    mutating func withdraw(_ ids: [Int64]) -> [Parcel] {
        ids.compactMap { id in
            guard let place = places.removeValue(forKey: id) else { return nil }
            return queues[place.endpoint][place.urgency].remove(at: place.position)
        }
    }

    /// Takes up to `total` parcels of one urgency, of which `free` may take a place in flight.
    ///
    /// The last `kept` of those are for endpoints that answered well a moment ago. `room` says what
    /// an endpoint may begin. What takes no place goes where none is free, too.
    mutating func take(
        _ urgency: Parcel.Urgency,
        total: Int,
        free: Int,
        kept: Int = 0,
        room: (_ endpoint: Int) -> Room
    ) -> [(endpoint: Int, parcel: Parcel)] {
        guard count > 0, total > 0 else { return [] }
        var taken: [(endpoint: Int, parcel: Parcel)] = []
        var free = free
        var rooms = queues.indices.map { queues[$0][urgency.rawValue].isEmpty ? .none : room($0) }
        var isProgressing = true
        while isProgressing, taken.count < total {
            isProgressing = false
            for offset in queues.indices {
                let endpoint = (first + offset) % queues.count
                let share = min(
                    rooms[endpoint].share(of: free, kept: kept),
                    Self.quantum,
                    total - taken.count
                )
                for _ in 0..<max(0, share) {
                    guard let parcel = next(endpoint, urgency) else { break }
                    taken.append((endpoint, parcel))
                    if rooms[endpoint].begin() { free -= 1 }
                    isProgressing = true
                }
            }
        }
        first = (first + 1) % queues.count
        return taken
    }

    /// Everything that waits, for one endpoint or for all.
    mutating func drain(endpoint: Int? = nil) -> [Parcel] {
        var drained: [Parcel] = []
        guard count > 0 else { return drained }
        for index in queues.indices where endpoint == nil || endpoint == index {
            for urgency in Parcel.Urgency.allCases {
                while let parcel = next(index, urgency) { drained.append(parcel) }
            }
        }
        return drained
    }

    private mutating func next(_ endpoint: Int, _ urgency: Parcel.Urgency) -> Parcel? {
        let parcel = queues[endpoint][urgency.rawValue].popFirst()
        if let parcel { places[parcel.id] = nil }
        return parcel
    }

    /// First in, first out, on an array whose used head is cut off now and then.
    private struct Queue {
        private var parcels: [Parcel?] = []
        private var head = 0
        /// Positions count from the first parcel ever; so many have been cut off.
        private var cut = 0

        var isEmpty: Bool { head == parcels.count }

        /// Answers with its position.
        mutating func append(_ parcel: Parcel) -> Int {
            parcels.append(parcel)
            return cut + parcels.count - 1
        }

        mutating func remove(at position: Int) -> Parcel? {
            let index = position - cut
            guard parcels.indices.contains(index) else { return nil }
            defer { parcels[index] = nil }
            return parcels[index]
        }

        mutating func popFirst() -> Parcel? {
            while head < parcels.count {
                let parcel = parcels[head]
                parcels[head] = nil
                head += 1
                if head == parcels.count || head > 4_096, head * 2 > parcels.count {
                    parcels.removeFirst(head)
                    (cut, head) = (cut + head, 0)
                }
                if let parcel { return parcel }
            }
            return nil
        }
    }
}
