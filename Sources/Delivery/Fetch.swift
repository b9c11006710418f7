import CLibcurl
import Glibc

/// One GET of what somebody else serves, behind the same filter of addresses as what is sent.
///
/// It blocks: for a thread of its own.
package final class Fetch {
    package struct Answer: Sendable {
        package var status: Int
        package var etag: String?
        package var body: [UInt8]
    }

    /// Larger answers are a failure.
    package static let bytesMax = 4 * 1_024 * 1_024
    private static let connectSeconds = 5
    private static let totalSeconds = 20

    private let allowed: [Network]
    private var isAddressRefused = false
    private var etag: String?
    private var body: [UInt8] = []

    private init(_ allowed: [Network]) { self.allowed = allowed }

    /// What `url` answers, whatever its status; `nil` and a sentence where nothing came of it.
    package static func answer(
        of url: String,
        etag: String?,
        bearer: String?,
        allowed: [Network]
    ) -> (answer: Answer?, fault: String) {
        guard tocsin_global_init() == CURLE_OK, let easy = curl_easy_init() else {
            return (nil, "no memory for a request")
        }
        defer { curl_easy_cleanup(easy) }
        let fetch = Fetch(allowed)
        var list = curl_slist_append(nil, "Accept: application/json")
        if let etag { list = curl_slist_append(list, "If-None-Match: \(etag)") ?? list }
        if let bearer { list = curl_slist_append(list, "Authorization: Bearer \(bearer)") ?? list }
        defer { curl_slist_free_all(list) }
        fetch.prepare(easy, url, list)
        let result = withExtendedLifetime(fetch) { curl_easy_perform(easy) }
        if fetch.isAddressRefused {
            return (nil, "its address is not allowed; name its network under allow_networks")
        }
        guard result == CURLE_OK else {
            return (nil, String(cString: curl_easy_strerror(result)))
        }
        let status = tocsin_easy_long(easy, CURLINFO_RESPONSE_CODE)
        return (Answer(status: status, etag: fetch.etag, body: fetch.body), "")
    }

    private func prepare(
        _ easy: UnsafeMutableRawPointer,
        _ url: String,
        _ list: UnsafeMutablePointer<curl_slist>?
    ) {
        func set(_ option: CURLoption, _ value: Int) {
            _ = tocsin_easy_set_long(easy, option, value)
        }
        func set(_ option: CURLoption, _ value: String) {
            _ = tocsin_easy_set_text(easy, option, value)
        }
        set(CURLOPT_URL, url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PROXY, "")
        set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        set(CURLOPT_CONNECTTIMEOUT, Self.connectSeconds)
        set(CURLOPT_TIMEOUT, Self.totalSeconds)
        set(CURLOPT_USERAGENT, "tocsin")
        _ = tocsin_easy_set_list(easy, CURLOPT_HTTPHEADER, list)
        let opaque = Unmanaged.passUnretained(self).toOpaque()
        _ = tocsin_easy_set_open_socket(easy) { client, _, address in
            guard let client, let address else { return -1 }
            return Unmanaged<Fetch>.fromOpaque(client).takeUnretainedValue().openSocket(address)
        }
        _ = tocsin_easy_set_pointer(easy, CURLOPT_OPENSOCKETDATA, opaque)
        _ = tocsin_easy_set_sink(easy, CURLOPT_WRITEFUNCTION) { start, size, count, client in
            guard let start, let client else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: start, count: size * count)
            return Unmanaged<Fetch>.fromOpaque(client).takeUnretainedValue().append(bytes)
        }
        _ = tocsin_easy_set_pointer(easy, CURLOPT_WRITEDATA, opaque)
        _ = tocsin_easy_set_sink(easy, CURLOPT_HEADERFUNCTION) { start, size, count, client in
            guard let start, let client else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: start, count: size * count)
            Unmanaged<Fetch>.fromOpaque(client).takeUnretainedValue().note(header: bytes)
            return size * count
        }
        _ = tocsin_easy_set_pointer(easy, CURLOPT_HEADERDATA, opaque)
    }

    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Int32 {
        guard let resolved = IPAddress(tocsin_address(address)), resolved.isAllowed(by: allowed)
        else {
            isAddressRefused = true
            return -1
        }
        let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return socket(address.pointee.family, kind, address.pointee.protocol)
    }

    private func append(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= Self.bytesMax else { return 0 }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    private func note(header bytes: UnsafeRawBufferPointer) {
        let line = String(decoding: bytes, as: UTF8.self)
        guard line.lowercased().hasPrefix("etag:") else { return }
        let text = line.dropFirst(5).filter { $0 != "\r" && $0 != "\n" && $0 != "\r\n" }
        let word = text.drop { $0 == " " }
        if !word.isEmpty { etag = String(word) }
    }
}
