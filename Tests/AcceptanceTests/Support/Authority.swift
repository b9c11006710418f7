import Foundation
import Glibc

/// A private certificate authority of one test, and a certificate for 127.0.0.1 that it signed.
enum Authority {
    /// Writes `ca.pem`, and the certificate and its key where a daemon's `tls:` finds them.
    static func certify(in workspace: Workspace) throws {
        let key = workspace.path("config/secrets/key.pem").path
        try workspace.write("san", "subjectAltName=IP:127.0.0.1,DNS:localhost\n")
        for line in [
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
                + "-subj /CN=Authority -keyout ca.key -out ca.pem",
            "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=pager "
                + "-keyout \(key) -out request.pem",
            "x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
                + "-extfile san -out config/secrets/cert.pem",
        ] {
            let ran = try workspace.run(
                "/usr/bin/openssl",
                line.split(separator: " ").map(String.init)
            )
            guard ran.exit == 0 else { throw Child.Failed(description: ran.errors) }
        }
        chmod(key, 0o600)
    }
}
