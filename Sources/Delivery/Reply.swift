import CLibcurl

/// What libcurl says about a finished transfer.
struct Reply {
    var result: CURLcode
    /// HTTP status or SMTP code; 0 where none came.
    var status: Int
    /// Whether the whole message had left when it ended.
    var wasSentWhole: Bool
    /// Whether the socket filter refused an address of the host.
    var wasAddressRefused: Bool
    /// Whether an HTTP answer's status and headers came whole; its body does not matter.
    var hasWholeHead: Bool

    /// How the attempt ended, and for all but a delivery one sentence that says why.
    func outcome(isMail: Bool) -> (outcome: AttemptOutcome, error: String?) {
        if isMail {
            // A refusal comes as an error of the verb it answered, with the code beside it.
            return result == CURLE_OK || status >= 400 ? mailAnswer : fault
        }
        // What follows a whole head does not matter; half a head may be anyone's.
        if hasWholeHead, status >= 200 { return webAnswer }
        return result == CURLE_OK ? (.unknown, "the answer broke off") : fault
    }

    private var webAnswer: (AttemptOutcome, String?) {
        switch status {
        case 200..<300: (.delivered, nil)
        case 300..<400: (.configuration, "the receiver redirects (HTTP \(status)); not followed")
        case 408, 425, 429, 500...: (.transient, "the receiver answered HTTP \(status)")
        case 410: (.permanent, "the receiver is gone (HTTP 410)")
        case 400..<500: (.permanent, "the receiver refused it (HTTP \(status))")
        default: (.transient, "the receiver answered nothing that can be read")
        }
    }

    private var mailAnswer: (AttemptOutcome, String?) {
        switch status {
        case _ where result == CURLE_LOGIN_DENIED && status >= 500:
            (.configuration, "the mail relay refused user and password (\(status))")
        case 200..<300: (.delivered, nil)
        case 400..<500: (.transient, "the mail relay asks to try later (\(status))")
        case 500...: (.permanent, "the mail relay refused it (\(status))")
        default: (.unknown, "the mail relay answered nothing that can be read")
        }
    }

    private var fault: (AttemptOutcome, String?) {
        if wasAddressRefused, result == CURLE_COULDNT_CONNECT {
            let advice = "name its network in allow_networks to permit it"
            return (.configuration, "the address is private or reserved; \(advice)")
        }
        let words = sentence
        switch result {
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED, CURLE_URL_MALFORMAT,
            CURLE_UNSUPPORTED_PROTOCOL, CURLE_LOGIN_DENIED:
            return (.configuration, words)
        default: return (wasSentWhole ? .unknown : .transient, words)
        }
    }

    private var sentence: String {
        switch result {
        case CURLE_OPERATION_TIMEDOUT: "no answer in time"
        case CURLE_COULDNT_CONNECT: "could not connect"
        case CURLE_COULDNT_RESOLVE_HOST: "the host name was not found"
        case CURLE_PEER_FAILED_VERIFICATION: "the certificate could not be verified"
        case CURLE_USE_SSL_FAILED: "the mail relay offers no TLS"
        case CURLE_GOT_NOTHING: "the connection was closed without an answer"
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR: "the connection broke"
        default: String(cString: curl_easy_strerror(result))
        }
    }

    /// What the answer says of the endpoint.
    func health(of outcome: AttemptOutcome) -> Bulkhead.Answer {
        if status == 429 { return .overloaded }
        return switch outcome {
        case .delivered, .permanent, .withdrawn: .good
        case .transient, .unknown, .configuration: .failed
        }
    }
}
