import HTTPAPI
import Hummingbird
import HummingbirdTLS
import NIOCore
import NIOSSL
import RuleFiles
import Synchronization

/// The certificate that `tls:` serves, read anew on a reload without ending a connection.
final class Certificate: Sendable {
    private struct Pair {
        var chain: [NIOSSLCertificateSource]
        var key: NIOSSLPrivateKeySource
    }

    private let pair: Mutex<Pair>

    init(_ settings: DaemonSettings.TLS, _ secrets: SecretFile) throws(StartFault) {
        pair = Mutex(try Self.read(settings, secrets))
    }

    /// The old one stays where the new one cannot be served.
    func reload(_ settings: DaemonSettings.TLS, _ secrets: SecretFile) throws(StartFault) {
        let read = try Self.read(settings, secrets)
        pair.withLock { $0 = read }
    }

    /// TLS 1.2 and later; what is served is asked for at each handshake.
    var configuration: TLSConfiguration {
        let first = pair.withLock { $0 }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: first.chain,
            privateKey: first.key
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        configuration.sslContextCallback = { [self] _, promise in
            let current = pair.withLock { $0 }
            var changed = NIOSSLContextConfigurationOverride.noChanges
            changed.certificateChain = current.chain
            changed.privateKey = current.key
            promise.succeed(changed)
        }
        return configuration
    }

    private static func read(
        _ settings: DaemonSettings.TLS,
        _ secrets: SecretFile
    ) throws(StartFault) -> Pair {
        let path = try secrets.readablePath(of: settings.certificateFile)
        let text = try secrets.text(settings.keyFile)
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(path)
            guard !chain.isEmpty else { throw Unfit(reason: "it holds no certificate") }
            let key = try NIOSSLPrivateKey(bytes: Array(text.utf8), format: .pem)
            let pair = Pair(
                chain: chain.map { .certificate($0) },
                key: .privateKey(key)
            )
            // A key that is not of this certificate is found now, not at the first handshake.
            _ = try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: pair.chain,
                    privateKey: pair.key
                )
            )
            return pair
        } catch {
            throw StartFault(
                "certificate-unfit",
                "tls: cannot serve `\(settings.certificateFile)` with `\(settings.keyFile)`:"
                    + " \(error)",
                fix: "write the certificate with its chain, and its own key, both as PEM"
            )
        }
    }

    private struct Unfit: Error, CustomStringConvertible {
        var reason: String
        var description: String { reason }
    }
}
