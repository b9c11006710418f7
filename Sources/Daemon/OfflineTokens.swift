package import CivilTime
import Engine
import HTTPAPI
import OnCall
import Paging
import RuleFiles
import Shapes
import Store
import StoreSQLite

/// Tokens made while no daemon runs, which a daemon that listens beyond this machine needs to
/// start; the lock of the store keeps it from happening beside one.
package enum OfflineTokens {
    /// The answer of `POST /v1/tokens`, as JSON.
    package static func create(
        _ options: DaemonProcess.Options,
        name: String,
        role word: String,
        person: String?,
        expiresAt: Instant?
    ) throws(StartFault) -> String {
        guard let role = Role(rawValue: word) else {
            throw StartFault("role-unknown", "there is no role `\(word)`", fix: "use admin")
        }
        let files = try FilesInForce(options, at: WallClock.instant())
        if let person, files.rulebook.people[person] == nil {
            throw StartFault(
                "person-unknown",
                "`\(person)` is not in people",
                fix: "use a key of people.yaml"
            )
        }
        do {
            let (token, secret) = try Tokens.made(
                name: name,
                role: role,
                person: person,
                expiresAt: expiresAt?.milliseconds,
                at: WallClock.milliseconds()
            )
            let (database, store) = try DaemonProcess.store(files.settings)
            try store.transaction { (tx) throws(StoreError) in try tx.insert(token) }
            try database.close()
            var writer = JSONWriter()
            writer.value(token, secret: secret)
            return writer.text
        } catch let refusal as Refusal {
            throw StartFault(refusal.code.rawValue, refusal.message, fix: refusal.fix)
        } catch let fault as StartFault {
            throw fault
        } catch {
            throw StartFault("store", "\(error)", fix: "see that the store is well")
        }
    }
}
