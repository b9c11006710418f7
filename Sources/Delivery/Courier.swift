import CLibcurl
import Glibc
import Synchronization

/// Carries parcels to their endpoints on a thread of its own and reports how each attempt ended.
///
/// It keeps nothing: what is not reported when the process dies is still in the outbox. It bounds
/// what is in flight for each endpoint, so that a slow or dead one holds up only itself.
package final class Courier: Sendable {
    /// What the courier needs of the world.
    package struct Outlets: Sendable {
        /// Wall clock in milliseconds since 1970-01-01T00:00:00Z.
        package var clock: @Sendable () -> Int64
        /// Shows a local channel's text, given its address and the text, on the courier's thread.
        package var showLocally: @Sendable (String, String) -> Void
        /// Takes the attempts that ended in one pass, on the courier's thread: be quick.
        package var onOutcomes: @Sendable ([AttemptReport]) -> Void

        package init(
            clock: @escaping @Sendable () -> Int64,
            showLocally: @escaping @Sendable (String, String) -> Void,
            onOutcomes: @escaping @Sendable ([AttemptReport]) -> Void
        ) {
            self.clock = clock
            self.showLocally = showLocally
            self.onOutcomes = onOutcomes
        }
    }

    package struct Settings: Hashable, Sendable {
        package var endpoints: [Endpoint]
        /// Ranges that may be called although they are private, loopback or reserved.
        package var allowNetworks: [Network]

        package init(endpoints: [Endpoint] = [], allowNetworks: [Network] = []) {
            self.endpoints = endpoints
            self.allowNetworks = allowNetworks
        }
    }

    private let multi: MultiHandle
    private let desk = Desk()
    private let thread: Mutex<pthread_t?>

    /// Starts the thread; `nil` where the machine has no memory or thread for it.
    ///
    /// `acknowledgeKey` opens the seals of pages as they leave; without it they leave as they are.
    package init?(_ settings: Settings, outlets: Outlets, acknowledgeKey: AcknowledgeKey? = nil) {
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
        configure(settings)
    }

    deinit { _ = stop(graceMillis: 0) }

    private static let isLibraryReady = tocsin_global_init() == CURLE_OK

    private static let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { opaque in
            guard let opaque else { return nil }
            Unmanaged<CourierLoop>.fromOpaque(opaque).takeRetainedValue().run()
            return nil
        }

    /// Puts other endpoints in force; attempts in flight end under the old ones.
    package func configure(_ settings: Settings) {
        wake(if: desk.put(settings))
    }

    /// Takes parcels to be begun as soon as their endpoints have room, pages first.
    package func send(_ parcels: [Parcel]) {
        guard !parcels.isEmpty else { return }
        wake(if: desk.put(parcels))
    }

    /// Takes back parcels not begun, to be reported as `withdrawn` at once.
    ///
    /// When this returns none of them will begin; those in flight go on and are reported as they
    /// end.
    package func withdraw(ids: [Int64]) {
        guard !ids.isEmpty else { return }
        wake(if: desk.withdraw(ids))
    }

    /// Begins nothing more, lets attempts in flight end within the grace and ends the thread.
    ///
    /// Blocks for as long. Returns the parcels that never began; a second call returns none.
    package func stop(graceMillis: Int) -> [Parcel] {
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        guard let running else { return [] }
        wake(if: desk.stop(graceMillis: graceMillis))
        pthread_join(running, nil)
        return desk.drain(endpoint: nil)
    }

    /// Milliseconds since its thread last began a pass, which it does once a second even where it
    /// has nothing to do; `nil` before the first.
    package var passAge: Int64? { desk.passAge(at: CourierLoop.steadyMillis()) }

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
