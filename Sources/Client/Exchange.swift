import CLibcurl

/// One request on its way, and what has come back so far.
final class Exchange {
    private let easy: UnsafeMutableRawPointer
    private let request: Remote.Request
    private let target: Remote.Target
    private var list: UnsafeMutablePointer<curl_slist>?
    private var headers: [(name: String, text: String)] = []
    private var body: [UInt8] = []

    /// `nil` where a part of the request would break out of its line.
    init?(_ request: Remote.Request, _ target: Remote.Target) {
        let words = [request.method, request.path]
        let texts = request.headers.flatMap { [$0.name, $0.text] } + [request.token ?? ""]
        guard words.allSatisfy(Self.isWord), texts.allSatisfy(Self.isLine),
            request.path.hasPrefix("/"), let easy = curl_easy_init()
        else { return nil }
        self.easy = easy
        self.request = request
        self.target = target
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(list)
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    private static func isLine(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    func reply() throws(ClientError) -> Remote.Reply {
        prepare()
        let result = curl_easy_perform(easy)
        guard result == CURLE_OK else { throw fault(result) }
        let status = tocsin_easy_long(easy, CURLINFO_RESPONSE_CODE)
        return Remote.Reply(status: status, headers: headers, body: body)
    }

    private func prepare() {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        set(CURLOPT_CONNECTTIMEOUT, request.connectSeconds)
        set(CURLOPT_TIMEOUT, request.timeoutSeconds)
        set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        set(CURLOPT_USERAGENT, "tocsin")
        if !request.verifies {
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        switch target {
        case .socket(let path):
            set(CURLOPT_UNIX_SOCKET_PATH, path)
            set(CURLOPT_PROXY, "")
            set(CURLOPT_URL, "http://localhost\(request.path)")
        case .url(let base):
            if !request.usesProxy { set(CURLOPT_PROXY, "") }
            set(CURLOPT_URL, (base.hasSuffix("/") ? String(base.dropLast()) : base) + request.path)
        }
        prepareBody()
        prepareHeaders()
        prepareSinks()
    }

    private func prepareBody() {
        if request.method == "HEAD" { return set(CURLOPT_NOBODY, 1) }
        if !request.body.isEmpty || request.method == "POST" {
            set(CURLOPT_POST, 1)
            // The size first: libcurl copies as many bytes as it has been told.
            set(CURLOPT_POSTFIELDSIZE, request.body.count)
            // No body must not be a null pointer, which means to read one from standard input.
            if request.body.isEmpty { set(CURLOPT_COPYPOSTFIELDS, "") } else { copyBody() }
        }
        set(CURLOPT_CUSTOMREQUEST, request.method)
    }

    private func copyBody() {
        request.body.withUnsafeBytes { bytes in
            let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
            _ = tocsin_easy_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, start)
        }
    }

    private func prepareHeaders() {
        append("Expect:")
        let names = request.headers.map { $0.name.lowercased() }
        if !request.body.isEmpty, !names.contains("content-type") {
            append("Content-Type: application/json")
        }
        if let token = request.token { append("Authorization: Bearer \(token)") }
        for header in request.headers { append("\(header.name): \(header.text)") }
        _ = tocsin_easy_set_list(easy, CURLOPT_HTTPHEADER, list)
    }

    private func prepareSinks() {
        let opaque = Unmanaged.passUnretained(self).toOpaque()
        _ = tocsin_easy_set_sink(easy, CURLOPT_WRITEFUNCTION) { start, size, count, client in
            guard let start, let client else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: start, count: size * count)
            return Unmanaged<Exchange>.fromOpaque(client).takeUnretainedValue().append(bytes)
        }
        _ = tocsin_easy_set_pointer(easy, CURLOPT_WRITEDATA, opaque)
        _ = tocsin_easy_set_sink(easy, CURLOPT_HEADERFUNCTION) { start, size, count, client in
            guard let start, let client else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: start, count: size * count)
            Unmanaged<Exchange>.fromOpaque(client).takeUnretainedValue().noteHeader(bytes)
            return size * count
        }
        _ = tocsin_easy_set_pointer(easy, CURLOPT_HEADERDATA, opaque)
    }

    private func append(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= Remote.replyBytesMax else { return 0 }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    private func noteHeader(_ bytes: UnsafeRawBufferPointer) {
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") { headers = [] }
        guard let colon = line.firstIndex(of: ":") else { return }
        let text = line[line.index(after: colon)...].drop { $0.isWhitespace }
        let end = text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) }
        headers.append((line[..<colon].lowercased(), String(text[..<(end ?? text.startIndex)])))
    }

    private func append(_ header: String) {
        if let longer = curl_slist_append(list, header) { list = longer }
    }

    private func set(_ option: CURLoption, _ value: Int) {
        _ = tocsin_easy_set_long(easy, option, value)
    }

    private func set(_ option: CURLoption, _ value: String) {
        _ = tocsin_easy_set_text(easy, option, value)
    }

    private func fault(_ result: CURLcode) -> ClientError {
        let reason = String(cString: curl_easy_strerror(result))
        switch result {
        case CURLE_OPERATION_TIMEDOUT:
            // A connection that never came about is not a slow answer.
            let isConnected = tocsin_easy_offset(easy, CURLINFO_PRETRANSFER_TIME_T) > 0
            return isConnected
                ? .timedOut(afterSeconds: request.timeoutSeconds) : .unreachable(reason)
        case CURLE_COULDNT_CONNECT: return .unreachable("nobody listens at \(place)")
        case CURLE_COULDNT_RESOLVE_HOST: return .unreachable("the host of \(place) is not known")
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_PEER_FAILED_VERIFICATION,
            CURLE_SSL_CACERT_BADFILE, CURLE_OUT_OF_MEMORY:
            return .refused(reason)
        default: return .unreachable(reason)
        }
    }

    private var place: String {
        switch target {
        case .socket(let path): path
        case .url(let base): base
        }
    }
}
