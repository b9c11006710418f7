import NIOCore
import Synchronization

/// The connections of the network's doors: as many as there may be, and whom to send away.
///
/// Whoever comes when the house is full takes the seat of whoever has said nothing for longest, so
/// that silent connections never keep a speaking one out (reliability.md T17).
final class Connections: Sendable {
    /// One connection's seat.
    final class Seat: Sendable {
        fileprivate let channel: any Channel
        fileprivate let address: String
        /// Since when it waits for a request, in nanoseconds of the loop; `busy` while it has one.
        fileprivate let idleSince: Atomic<UInt64>

        fileprivate static let busy = UInt64.max

        fileprivate init(_ channel: any Channel, address: String, now: NIODeadline) {
            self.channel = channel
            self.address = address
            idleSince = Atomic(now.uptimeNanoseconds)
        }

        fileprivate var isBusy: Bool { idleSince.load(ordering: .relaxed) == Self.busy }

        func beginRequest() { idleSince.store(Self.busy, ordering: .relaxed) }

        func endRequest(at now: NIODeadline) {
            idleSince.store(now.uptimeNanoseconds, ordering: .relaxed)
        }
    }

    private let limits: Limits
    private let seats = Mutex<[ObjectIdentifier: Seat]>([:])

    init(_ limits: Limits) {
        self.limits = limits
    }

    var count: Int { seats.withLock(\.count) }

    /// Past so many open connections a door accepts none until one is closed.
    ///
    /// A newcomer takes a seat before the next one is accepted, or those that come at once would
    /// take each other's: one thread seats its own while another still reads what the first said.
    var openMax: Int { limits.connections + 2 }

    /// `nil` where everybody seated is being served: the newcomer is sent away.
    func seat(_ channel: any Channel, at now: NIODeadline) -> Seat? {
        let remote = channel.remoteAddress
        let address = remote?.ipAddress ?? ""
        let isOwn = remote?.isLoopback ?? true
        let seat = Seat(channel, address: address, now: now)
        let (isSeated, unseated) = seats.withLock { seats -> (Bool, Seat?) in
            var leaving: Seat?
            if seats.count >= limits.connections {
                leaving = Self.longestIdle(seats.values)
                guard leaving != nil else { return (false, nil) }
            } else if !isOwn {
                // A proxy on this machine is one address for everybody, so it is not counted.
                let others = seats.values.filter { $0.address == address }
                if others.count >= limits.connectionsPerAddress {
                    leaving = Self.longestIdle(others)
                    guard leaving != nil else { return (false, nil) }
                }
            }
            if let leaving { seats[ObjectIdentifier(leaving)] = nil }
            seats[ObjectIdentifier(seat)] = seat
            return (true, leaving)
        }
        if let unseated { sendAway(unseated) }
        return isSeated ? seat : nil
    }

    /// Closes a connection that has said nothing, unless its loop only had no time to hear it: what
    /// had come before this is read before this runs.
    private func sendAway(_ seat: Seat) {
        seat.channel.eventLoop.execute {
            guard seat.isBusy, seat.channel.isActive else {
                return seat.channel.close(promise: nil)
            }
            let next = self.seats.withLock { seats -> Seat? in
                seats[ObjectIdentifier(seat)] = seat
                guard seats.count > self.limits.connections,
                    let next = Self.longestIdle(seats.values)
                else { return nil }
                seats[ObjectIdentifier(next)] = nil
                return next
            }
            if let next { self.sendAway(next) }
        }
    }

    func leave(_ seat: Seat) {
        seats.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(seat)) }
    }

    private static func longestIdle(_ seats: some Sequence<Seat>) -> Seat? {
        let idle = seats.lazy.map { ($0, $0.idleSince.load(ordering: .relaxed)) }
            .filter { $0.1 != Seat.busy }
        return idle.min { $0.1 < $1.1 }?.0
    }
}
