import CLibcurl
import Glibc
import Synchronization

/// One thread that carries parcels, and the desk at which it gets them.
final class CourierThread: Sendable {
    /// So long after its grace a thread that is to stop is waited for.
    private static let patienceMillis: Int64 = 1_000

    private let multi: MultiHandle
    private let desk = Desk()
    private let thread: Mutex<pthread_t?>

    /// `nil` where the machine has no memory or thread for it.
    init?(_ outlets: Courier.Outlets, acknowledgeKey: AcknowledgeKey?) {
        guard Self.isLibraryReady, let multi = MultiHandle() else { return nil }
        self.multi = multi
        let loop = CourierLoop(
            multi: multi,
            desk: desk,
            outlets: outlets,
            acknowledgeKey: acknowledgeKey
        )
        var thread = pthread_t()
        let opaque = Unmanaged.passRetained(loop).toOpaque()
        let status = pthread_create(&thread, nil, Self.body, opaque)
        guard status == 0 else {
            Unmanaged<CourierLoop>.fromOpaque(opaque).release()
            return nil
        }
        self.thread = Mutex(thread)
    }

    private static let isLibraryReady = tocsin_global_init() == CURLE_OK

    private static let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { opaque in
            guard let opaque else { return nil }
            // For whoever looks at the process's threads.
            tocsin_name_thread("courier")
            Unmanaged<CourierLoop>.fromOpaque(opaque).takeRetainedValue().run()
            return nil
        }

    func configure(_ settings: Courier.Settings) { wake(if: desk.put(settings)) }

    func send(_ parcels: [Parcel]) {
        guard !parcels.isEmpty else { return }
        wake(if: desk.put(parcels))
    }

    func withdraw(ids: [Int64]) { wake(if: desk.withdraw(ids)) }

    func beginStop(graceMillis: Int) { wake(if: desk.stop(graceMillis: graceMillis)) }

    /// Waits for the end that `beginStop` asked for, and returns the parcels that never began.
    ///
    /// A thread that a relay holds beyond its grace is left to itself.
    func endStop(graceMillis: Int) -> [Parcel] {
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        guard let running else { return [] }
        let until = CourierLoop.steadyMillis() + Int64(graceMillis) + Self.patienceMillis
        while !desk.hasEnded, CourierLoop.steadyMillis() < until { usleep(2_000) }
        if desk.hasEnded { pthread_join(running, nil) } else { pthread_detach(running) }
        return desk.drain(endpoint: nil)
    }

    /// Milliseconds since the thread last began a pass, which it does once a second even where it
    /// has nothing to do; `nil` before the first.
    var passAge: Int64? { desk.passAge(at: CourierLoop.steadyMillis()) }

    private func wake(if isAsleep: Bool) {
        if isAsleep { _ = curl_multi_wakeup(multi.pointer) }
    }
}

/// libcurl's multi handle, freed with its last owner.
final class MultiHandle: @unchecked Sendable {
    // Unchecked: only the courier's thread uses the pointer, but for curl_multi_wakeup, which
    // libcurl lets any thread call.
    let pointer: UnsafeMutableRawPointer

    init?() {
        guard let pointer = curl_multi_init() else { return nil }
        self.pointer = pointer
    }

    deinit { _ = curl_multi_cleanup(pointer) }
}

extension Courier {
    /// The version of libcurl, to be logged at start (reliability.md, T20).
    package static var libraryVersion: String {
        let words = String(cString: curl_version()).split(separator: " ")
        return words.first.map { String($0.drop { !$0.isNumber }) } ?? ""
    }
}
