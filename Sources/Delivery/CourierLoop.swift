import CLibcurl
import Glibc

/// What a thread of the courier does: begins what may begin, drives libcurl, reports what ended.
final class CourierLoop {
    private struct Lane {
        var endpoint: Endpoint?
        var isNamed = false
        var bulkhead: Bulkhead
        var transfers: [Transfer] = []
        var idle: [Transfer] = []
        /// The receiver said that it is gone for good; nothing goes there until settings are
        /// put in force again.
        var isGone = false
    }

    private let multi: MultiHandle
    private let desk: Desk
    private let outlets: Courier.Outlets
    private let acknowledgeKey: AcknowledgeKey?
    private var lanes: [Lane] = []
    private var settings = Courier.Settings()
    private var inFlight = 0
    /// Until then no connection that is open already is taken, by milliseconds of the steady clock.
    private var freshUntil: Int64 = 0
    private var lookups = Lookups()
    /// Whether the last pass began as much as it may, so that more may be ready.
    private var hasLeftOver = false
    private var reports: [AttemptReport] = []
    /// Local messages to show once the desk's lock is free: who shows them may call back.
    private var shown: [Parcel] = []

    /// In all, over every endpoint.
    private let inFlightMax: Int
    /// Kept for pages: nothing less urgent fills the last quarter.
    private var pageReserve: Int { inFlightMax / 4 }
    /// Kept for endpoints that answered well a moment ago, whatever hangs beside them.
    private var provenReserve: Int { inFlightMax / 16 }
    private static let beginsMaxInPass = 256
    private static let idleTransfersMax = 64
    /// The longest attempt, and the 50 s after which libcurl takes no idle connection any more.
    private static let freshMillis: Int64 = 120_000
    static let webhookInFlight = (initial: 8, ceiling: 512)
    static let mailInFlight = (initial: 8, ceiling: 8)

    init(
        multi: MultiHandle,
        desk: Desk,
        outlets: Courier.Outlets,
        acknowledgeKey: AcknowledgeKey?
    ) {
        self.multi = multi
        self.desk = desk
        self.outlets = outlets
        self.acknowledgeKey = acknowledgeKey
        inFlightMax = outlets.connectionsMax
        // The cache holds what may be in flight, so that a burst finds its connections again.
        _ = tocsin_multi_set_long(multi.pointer, CURLMOPT_MAXCONNECTS, inFlightMax)
    }

    func run() {
        var deadline: Int64?
        while true {
            let news = desk.news(at: Self.steadyMillis())
            if let changed = news.settings { apply(changed) }
            for parcel in news.withdrawn { report(parcel, .withdrawn, nil, outlets.clock()) }
            if let grace = news.stopGraceMillis, deadline == nil {
                deadline = Self.steadyMillis() + Int64(grace)
            }
            if deadline == nil { desk.whileBeginning { beginWaiting() } }
            let (inFlightBefore, lookupsBefore) = (inFlight, lookups.count)
            drive()
            lookups.sweep(at: Self.steadyMillis())
            flush()
            if let deadline, inFlight == 0 || Self.steadyMillis() >= deadline { break }
            let isRoomFreed = inFlight < inFlightBefore || lookups.count < lookupsBefore
            let isAsleep = desk.sleeps(roomFreed: isRoomFreed || hasLeftOver)
            _ = curl_multi_poll(multi.pointer, nil, 0, isAsleep ? pause(until: deadline) : 0, nil)
        }
        abandon()
        flush()
        lanes = []
        desk.end()
    }

    /// Milliseconds of a clock that never steps.
    static func steadyMillis() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    private func pause(until deadline: Int64?) -> Int32 {
        guard let deadline else { return 1_000 }
        return Int32(clamping: min(1_000, max(1, deadline - Self.steadyMillis())))
    }

    private func apply(_ changed: Courier.Settings) {
        let isFilterChanged = changed.allowNetworks != settings.allowNetworks
        // What was opened under the old filter would pass by the new one.
        if isFilterChanged, !lanes.isEmpty { freshUntil = Self.steadyMillis() + Self.freshMillis }
        settings = changed
        let indices = desk.indices(of: changed.endpoints.map(\.name))
        for (endpoint, index) in zip(changed.endpoints, indices) {
            grow(toHold: index)
            lanes[index].isGone = false
            if lanes[index].endpoint != endpoint || isFilterChanged {
                renew(index, as: endpoint)
            }
        }
        let names = Set(changed.endpoints.map(\.name))
        for index in lanes.indices {
            guard let name = lanes[index].endpoint?.name, !names.contains(name) else { continue }
            renew(index, as: nil)
        }
    }

    private func grow(toHold index: Int) {
        while lanes.count <= index {
            lanes.append(Lane(endpoint: nil, bulkhead: Bulkhead(initial: 1, ceiling: 1)))
        }
    }

    private func renew(_ index: Int, as endpoint: Endpoint?) {
        lanes[index].endpoint = endpoint
        lanes[index].isNamed = endpoint?.isNamed ?? false
        for transfer in lanes[index].transfers { transfer.isStale = true }
        lanes[index].transfers.removeAll { $0.parcel == nil }
        lanes[index].idle = []
        let size =
            if case .mail = endpoint?.transport { Self.mailInFlight } else { Self.webhookInFlight }
        let inFlight = lanes[index].bulkhead.inFlight
        lanes[index].bulkhead = Bulkhead(initial: size.initial, ceiling: size.ceiling)
        for _ in 0..<inFlight { lanes[index].bulkhead.begin() }
    }
}

extension CourierLoop {
    private func beginWaiting() {
        let now = outlets.clock()
        let steady = Self.steadyMillis()
        var budget = Self.beginsMaxInPass
        for urgency in Parcel.Urgency.allCases {
            let free = inFlightMax - (urgency.isPage ? 0 : pageReserve) - inFlight
            let kept = provenReserve
            var promised = 0
            let taken = desk.take(urgency, total: budget, free: free, kept: kept) { index in
                var own = room(index, isPage: urgency.isPage, steady: steady)
                if own.inFlight != nil, isLookedUp(index, steady: steady) {
                    let left = lookups.room(of: index, among: lanes.count, besides: promised)
                    own.left = min(own.left, left)
                    promised += own.left
                }
                return own
            }
            budget -= taken.count
            for (index, parcel) in taken { begin(parcel, on: index, now: now) }
        }
        hasLeftOver = budget == 0
        refuseBehindBreakers(now: now)
    }

    private func room(_ index: Int, isPage: Bool, steady: Int64) -> Waiting.Room {
        // What no transfer can carry is taken at once, to be reported.
        guard lanes.indices.contains(index), let endpoint = lanes[index].endpoint else {
            return .unbounded
        }
        if case .local = endpoint.transport { return .unbounded }
        if lanes[index].isGone { return .unbounded }
        let bulkhead = lanes[index].bulkhead
        return Waiting.Room(
            left: bulkhead.room(isPage: isPage, now: steady),
            inFlight: bulkhead.inFlight,
            isProven: bulkhead.isProven(now: steady)
        )
    }

    /// Whether a new transfer may have to ask for the host's address.
    ///
    /// One that answered well a moment ago has a connection, or an address in libcurl's cache.
    private func isLookedUp(_ index: Int, steady: Int64) -> Bool {
        lanes[index].isNamed && !lanes[index].bulkhead.isProven(now: steady)
    }

    private func begin(_ parcel: Parcel, on index: Int, now: Int64) {
        guard lanes.indices.contains(index), let endpoint = lanes[index].endpoint else {
            return report(parcel, .configuration, "no channel is named \(parcel.endpoint)", now)
        }
        var parcel = parcel
        if let acknowledgeKey {
            parcel.body = acknowledgeKey.opened(parcel.body, of: parcel.key)
            parcel.body = acknowledgeKey.opened(parcel.body, others: parcel.others)
        }
        if case .local = endpoint.transport {
            shown.append(parcel)
            return
        }
        guard !lanes[index].isGone else {
            let error = "the receiver is gone (HTTP 410); mend its channel, then reload"
            return report(parcel, .configuration, error, now)
        }
        guard let transfer = idleTransfer(index, endpoint) else {
            return report(parcel, .transient, "no memory for another transfer", now)
        }
        transfer.opensAnew = Self.steadyMillis() < freshUntil
        if let fault = transfer.load(parcel, at: now) {
            lanes[index].idle.append(transfer)
            return report(parcel, .configuration, fault, now)
        }
        guard curl_multi_add_handle(multi.pointer, transfer.easy) == CURLM_OK else {
            lanes[index].transfers.removeAll { $0 === transfer }
            return report(parcel, .transient, "the transfer could not begin", now)
        }
        if isLookedUp(index, steady: Self.steadyMillis()) { lookups.begin(transfer) }
        lanes[index].bulkhead.begin()
        inFlight += 1
    }

    private func idleTransfer(_ index: Int, _ endpoint: Endpoint) -> Transfer? {
        if let transfer = lanes[index].idle.popLast() { return transfer }
        let allowed = settings.allowNetworks
        guard let transfer = Transfer(endpoint.transport, endpoint: index, allowed: allowed) else {
            return nil
        }
        lanes[index].transfers.append(transfer)
        return transfer
    }

    /// Behind an open breaker nothing waits: it fails fast, so that the next channel starts.
    private func refuseBehindBreakers(now: Int64) {
        for index in lanes.indices where lanes[index].bulkhead.isOpen {
            for parcel in desk.drain(endpoint: index) {
                let error = "the breaker is open after repeated failures"
                report(parcel, .transient, error, now, isBehindBreaker: true)
            }
        }
    }

    private func report(
        _ parcel: Parcel,
        _ outcome: AttemptOutcome,
        _ error: String?,
        _ now: Int64,
        isBehindBreaker: Bool = false
    ) {
        var report = AttemptReport(
            id: parcel.id,
            attempt: parcel.attempt,
            startedAt: now,
            millis: 0,
            outcome: outcome,
            error: error
        )
        report.isBehindBreaker = isBehindBreaker
        reports.append(report)
    }
}

extension CourierLoop {
    private func drive() {
        var running: Int32 = 0
        _ = curl_multi_perform(multi.pointer, &running)
        var left: Int32 = 0
        let steady = Self.steadyMillis()
        while let message = curl_multi_info_read(multi.pointer, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else {
                continue
            }
            // The message dies with the handle's removal: read it first.
            let result = tocsin_message_result(message)
            guard let opaque = tocsin_easy_private(easy) else { continue }
            let transfer = Unmanaged<Transfer>.fromOpaque(opaque).takeUnretainedValue()
            finish(transfer, result, steady: steady)
        }
    }

    private func finish(_ transfer: Transfer, _ result: CURLcode, steady: Int64) {
        let index = transfer.endpoint
        let gaveUp = result == CURLE_OPERATION_TIMEDOUT || result == CURLE_ABORTED_BY_CALLBACK
        lookups.end(transfer, gaveUp: gaveUp, at: steady)
        if let (report, answer) = transfer.finish(result, now: steady) {
            lanes[index].bulkhead.end(answer, millis: report.millis, now: steady)
            if report.isEndpointGone { lanes[index].isGone = true }
            reports.append(report)
        }
        _ = curl_multi_remove_handle(multi.pointer, transfer.easy)
        inFlight -= 1
        if transfer.isStale || lanes[index].idle.count >= Self.idleTransfersMax {
            lanes[index].transfers.removeAll { $0 === transfer }
        } else {
            lanes[index].idle.append(transfer)
        }
    }

    private func flush() {
        for parcel in shown {
            let now = outlets.clock()
            let text = String(decoding: parcel.body, as: UTF8.self)
            let isShown = outlets.showLocally(parcel.address, text)
            let error = isShown ? nil : "standard output took nothing where the daemon runs"
            report(parcel, isShown ? .delivered : .transient, error, now)
        }
        shown = []
        guard !reports.isEmpty else { return }
        let batch = reports
        reports = []
        outlets.onOutcomes(batch)
    }

    /// Ends what the grace did not suffice for; whether it arrived nobody knows.
    private func abandon() {
        let steady = Self.steadyMillis()
        for transfer in lanes.flatMap(\.transfers) where transfer.parcel != nil {
            if var (report, _) = transfer.finish(CURLE_ABORTED_BY_CALLBACK, now: steady) {
                report.outcome = .unknown
                report.error = "cut off while stopping"
                reports.append(report)
            }
            _ = curl_multi_remove_handle(multi.pointer, transfer.easy)
        }
    }
}
