import CLibcurl
import Glibc

/// One libcurl easy handle and what it carries at the moment.
///
/// Used again and again for one endpoint, on the courier's thread alone.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    let endpoint: Int
    /// `nil` while idle.
    private(set) var parcel: Parcel?
    /// Wall clock, in milliseconds.
    private(set) var startedAt: Int64 = 0
    /// By the courier's steady clock: after this nothing more is waited for.
    private var giveUpAt = Int64.max
    /// Settings that have since been replaced: the handle is not used again.
    var isStale = false

    private let transport: Endpoint.Transport
    private let signature: Signature?
    private let allowed: [Network]
    /// Headers of a webhook or the recipient of a mail.
    private var list: UnsafeMutablePointer<curl_slist>?
    private var answerBytes = 0
    private var hasAnswered = false
    /// Whether the blank line after an answer's headers has come.
    private var hasWholeHead = false
    private var isAddressRefused = false
    private var readOffset = 0
    /// Whether it takes no connection that is open already.
    var opensAnew = false {
        didSet {
            if opensAnew != oldValue { set(CURLOPT_FRESH_CONNECT, opensAnew ? 1 : 0) }
        }
    }

    static let answerBytesMax = 16 * 1024
    private static let slowBytesPerSecond = 100
    private static let slowSeconds = 5

    /// `nil` where libcurl has no memory, or the transport needs no transfer.
    init?(_ transport: Endpoint.Transport, endpoint: Int, allowed: [Network]) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.endpoint = endpoint
        self.transport = transport
        switch transport {
        case .local:
            curl_easy_cleanup(easy)
            return nil
        case .webhook(let webhook):
            signature = webhook.secret.map { Signature(secret: $0) }
            self.allowed = allowed
            configureCommon()
            configure(webhook)
        case .mail(let relay):
            signature = nil
            self.allowed = allowed + Network.relays
            configureCommon()
            configure(relay)
        }
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(list)
    }

    /// Whether its host's address is known; a connection that is used again has it at once.
    var isResolved: Bool { tocsin_easy_offset(easy, CURLINFO_NAMELOOKUP_TIME_T) > 0 }

    private var opaque: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    private func set(_ option: CURLoption, _ value: Int) {
        _ = tocsin_easy_set_long(easy, option, value)
    }

    private func set(_ option: CURLoption, _ value: String) {
        _ = tocsin_easy_set_text(easy, option, value)
    }

    private func configureCommon() {
        _ = tocsin_easy_set_pointer(easy, CURLOPT_PRIVATE, opaque)
        set(CURLOPT_NOSIGNAL, 1)
        // Else a dead resolver holds the thread long after the timeout.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        // Empty, not unset: the environment's proxy would pass by the address filter.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        set(CURLOPT_BUFFERSIZE, 4_096)
        set(CURLOPT_MAXAGE_CONN, 50)
        _ = tocsin_easy_set_open_socket(easy) { client, _, address in
            guard let client, let address else { return -1 }
            let transfer = Unmanaged<Transfer>.fromOpaque(client).takeUnretainedValue()
            return transfer.openSocket(address)
        }
        _ = tocsin_easy_set_pointer(easy, CURLOPT_OPENSOCKETDATA, opaque)
        _ = tocsin_easy_set_sink(easy, CURLOPT_WRITEFUNCTION) { _, size, count, client in
            guard let client else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(client).takeUnretainedValue()
            return transfer.acceptBody(bytes: size * count)
        }
        _ = tocsin_easy_set_pointer(easy, CURLOPT_WRITEDATA, opaque)
    }

    /// `file` holds all certificates that count: the system's folder of them would as well.
    private func trust(onlyWhatIsIn file: String?) {
        guard let file else { return }
        set(CURLOPT_CAINFO, file)
        _ = tocsin_easy_set_text(easy, CURLOPT_CAPATH, nil)
        // Without a folder libcurl would keep what it read for a day.
        set(CURLOPT_CA_CACHE_TIMEOUT, 0)
    }

    private func configure(_ webhook: Webhook) {
        set(CURLOPT_URL, webhook.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        set(CURLOPT_CONNECTTIMEOUT, webhook.connectSeconds)
        set(CURLOPT_TIMEOUT, webhook.totalSeconds)
        set(CURLOPT_USERAGENT, "tocsin")
        set(CURLOPT_POST, 1)
        trust(onlyWhatIsIn: webhook.authorityFile)
        _ = tocsin_easy_set_sink(easy, CURLOPT_HEADERFUNCTION) { line, size, count, client in
            guard let client, let line else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: line, count: size * count)
            Unmanaged<Transfer>.fromOpaque(client).takeUnretainedValue().noteHead(line: bytes)
            return size * count
        }
        _ = tocsin_easy_set_pointer(easy, CURLOPT_HEADERDATA, opaque)
    }

    private func configure(_ relay: Relay) {
        set(CURLOPT_URL, relay.url)
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        set(CURLOPT_CONNECTTIMEOUT, relay.connectSeconds)
        set(CURLOPT_TIMEOUT, relay.totalSeconds)
        let level =
            switch relay.startTLS {
            case .required: CURLUSESSL_ALL
            case .opportunistic: CURLUSESSL_TRY
            case .off: CURLUSESSL_NONE
            }
        set(CURLOPT_USE_SSL, Int(level.rawValue))
        trust(onlyWhatIsIn: relay.authorityFile)
        if let user = relay.user { set(CURLOPT_USERNAME, user) }
        if let password = relay.password?.text { set(CURLOPT_PASSWORD, password) }
        set(CURLOPT_MAIL_FROM, "<\(relay.bounces)>")
        set(CURLOPT_UPLOAD, 1)
        set(CURLOPT_UPLOAD_BUFFERSIZE, 16_384)
        _ = tocsin_easy_set_source(easy) { buffer, size, count, client in
            guard let buffer, let client else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(client).takeUnretainedValue()
            return transfer.readBody(into: buffer, bytesMax: size * count)
        }
        _ = tocsin_easy_set_pointer(easy, CURLOPT_READDATA, opaque)
        _ = tocsin_easy_set_seek(easy) { client, offset, origin in
            guard let client, origin == SEEK_SET else { return CURL_SEEKFUNC_FAIL }
            Unmanaged<Transfer>.fromOpaque(client).takeUnretainedValue().readOffset = Int(offset)
            return CURL_SEEKFUNC_OK
        }
        _ = tocsin_easy_set_pointer(easy, CURLOPT_SEEKDATA, opaque)
        // libcurl waits two minutes for the answer to QUIT, whatever the timeout, and asks this
        // once a second meanwhile.
        set(CURLOPT_NOPROGRESS, 0)
        _ = tocsin_easy_set_progress(easy) { client, _, _, _, _ in
            guard let client else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(client).takeUnretainedValue()
            return transfer.giveUpAt < CourierLoop.steadyMillis() ? 1 : 0
        }
        _ = tocsin_easy_set_pointer(easy, CURLOPT_XFERINFODATA, opaque)
    }
}

extension Transfer {
    /// Loads a parcel; answers with a sentence where it cannot be sent at all.
    func load(_ parcel: Parcel, at now: Int64) -> String? {
        curl_slist_free_all(list)
        list = nil
        (answerBytes, readOffset) = (0, 0)
        (hasAnswered, hasWholeHead) = (false, false)
        isAddressRefused = false
        switch transport {
        case .local: return "a local channel needs no transfer"
        case .webhook(let webhook):
            guard parcel.key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                return "the message's key holds characters that no header may"
            }
            loadHeaders(of: parcel, webhook: webhook, at: now)
            set(CURLOPT_LOW_SPEED_TIME, 0)
            loadBody(of: parcel)
        case .mail(let relay):
            giveUpAt = CourierLoop.steadyMillis() + Int64(relay.totalSeconds + 1) * 1_000
            guard let recipient = MailAddress(parcel.address) else {
                return "the recipient is not a mail address"
            }
            guard Letter.isCanonical(parcel.body) else {
                return "the mail holds line ends that could smuggle a second one"
            }
            list = curl_slist_append(nil, "<\(recipient)>")
            _ = tocsin_easy_set_list(easy, CURLOPT_MAIL_RCPT, list)
            _ = tocsin_easy_set_offset(
                easy,
                CURLOPT_INFILESIZE_LARGE,
                curl_off_t(parcel.body.count)
            )
        }
        self.parcel = parcel
        startedAt = now
        return nil
    }

    /// Whoever fell silent is not bid farewell: libcurl would keep the connection, and wait for the
    /// answer to QUIT where it is closed.
    private func endConversation() {
        let socket = tocsin_easy_socket(easy)
        if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    private func loadBody(of parcel: Parcel) {
        // The size first: libcurl copies as many bytes as it has been told.
        set(CURLOPT_POSTFIELDSIZE, parcel.body.count)
        // No body must not be a null pointer, which means to read one from standard input.
        if parcel.body.isEmpty { return set(CURLOPT_COPYPOSTFIELDS, "") }
        parcel.body.withUnsafeBytes { bytes in
            let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
            _ = tocsin_easy_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, start)
        }
    }

    private func loadHeaders(of parcel: Parcel, webhook: Webhook, at now: Int64) {
        let seconds = now / 1_000
        append("Content-Type: \(webhook.contentType)")
        // Receivers need not know how to ask for the rest of a body.
        append("Expect:")
        append("webhook-id: \(parcel.key)")
        append("webhook-timestamp: \(seconds)")
        if let signature {
            let text = signature.text(id: parcel.key, timestampSeconds: seconds, body: parcel.body)
            append("webhook-signature: \(text)")
        }
        for header in webhook.headers { append("\(header.name): \(header.text)") }
        _ = tocsin_easy_set_list(easy, CURLOPT_HTTPHEADER, list)
    }

    private func append(_ header: String) {
        if let longer = curl_slist_append(list, header) { list = longer }
    }

    /// The finished attempt; the handle is idle again.
    func finish(_ result: CURLcode, now: Int64) -> (report: AttemptReport, Bulkhead.Answer)? {
        guard let parcel else { return nil }
        self.parcel = nil
        let isMail = if case .mail = transport { true } else { false }
        let status = tocsin_easy_long(easy, CURLINFO_RESPONSE_CODE)
        let sent = Int(tocsin_easy_offset(easy, CURLINFO_SIZE_UPLOAD_T))
        let isRead = isMail ? readOffset == parcel.body.count : sent == parcel.body.count
        let reply = Reply(
            result: result,
            status: status,
            wasSentWhole: isRead && tocsin_easy_offset(easy, CURLINFO_PRETRANSFER_TIME_T) > 0,
            wasAddressRefused: isAddressRefused,
            hasWholeHead: hasWholeHead
        )
        if isMail, result == CURLE_OPERATION_TIMEDOUT || result == CURLE_ABORTED_BY_CALLBACK {
            endConversation()
        }
        let (outcome, error) = reply.outcome(isMail: isMail)
        var report = AttemptReport(
            id: parcel.id,
            attempt: parcel.attempt,
            startedAt: startedAt,
            millis: Int(tocsin_easy_offset(easy, CURLINFO_TOTAL_TIME_T) / 1_000),
            outcome: outcome,
            status: status > 0 ? status : nil,
            error: error
        )
        if outcome == .transient, status > 0, !isMail {
            let wait = Int(tocsin_easy_offset(easy, CURLINFO_RETRY_AFTER))
            if wait > 0 { report.retryAfterSeconds = wait }
        }
        return (report, reply.health(of: outcome))
    }
}

extension Transfer {
    /// Opens the socket, unless the resolved address is one that nothing may reach.
    fileprivate func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Int32 {
        guard let resolved = IPAddress(tocsin_address(address)), resolved.isAllowed(by: allowed)
        else {
            isAddressRefused = true
            return -1
        }
        let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return socket(address.pointee.family, kind, address.pointee.protocol)
    }

    /// A body past the cap ends the transfer: its status is known by then.
    fileprivate func acceptBody(bytes: Int) -> Int {
        answerBytes += bytes
        return answerBytes <= Self.answerBytesMax ? bytes : 0
    }

    /// From the first line of an answer on, a drip of bytes is cut; thinking before it is allowed.
    fileprivate func noteHead(line: UnsafeRawBufferPointer) {
        // An interim answer (1xx) has a head of its own; the status line of the next begins anew.
        hasWholeHead = line.first == 0x0D || line.first == 0x0A
        guard !hasAnswered else { return }
        hasAnswered = true
        set(CURLOPT_LOW_SPEED_LIMIT, Self.slowBytesPerSecond)
        set(CURLOPT_LOW_SPEED_TIME, Self.slowSeconds)
    }

    fileprivate func readBody(into buffer: UnsafeMutablePointer<CChar>, bytesMax: Int) -> Int {
        guard let parcel, bytesMax > 0, readOffset >= 0 else { return 0 }
        let count = min(bytesMax, parcel.body.count - readOffset)
        guard count > 0 else { return 0 }
        let target = UnsafeMutableRawBufferPointer(start: buffer, count: count)
        parcel.body.withUnsafeBytes { target.copyBytes(from: $0[readOffset..<readOffset + count]) }
        readOffset += count
        return count
    }
}
