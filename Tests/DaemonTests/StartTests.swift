import Glibc
import Testing

@testable import Daemon

/// The code of the fault that `body` throws; `nil` where it throws none.
private func code(_ body: () throws(StartFault) -> Void) -> String? {
    do throws(StartFault) {
        try body()
        return nil
    } catch {
        #expect(!error.message.isEmpty)
        #expect(!error.fix.isEmpty)
        return error.code
    }
}

@Suite struct StartTests {
    @Test("A secret is its file's text without the line end")
    func readsSecrets() throws {
        let scratch = Scratch()
        scratch.write("key", "s3cret\n")
        let secrets = SecretFile(folder: scratch.path, credentialsFolder: nil)
        #expect(try secrets.text("key") == "s3cret")
        #expect(try secrets.text("\(scratch.path)/key") == "s3cret")
    }

    @Test("A secret that others can read is refused, whoever the others are")
    func refusesExposedSecrets() {
        let scratch = Scratch()
        let secrets = SecretFile(folder: scratch.path, credentialsFolder: nil)
        for mode: mode_t in [0o640, 0o604, 0o666, 0o620] {
            scratch.write("key", "s3cret", mode: mode)
            #expect(
                code { () throws(StartFault) in _ = try secrets.text("key") } == "secret-exposed"
            )
        }
    }

    @Test("A secret that is missing or empty is told")
    func refusesMissingSecrets() {
        let scratch = Scratch()
        scratch.write("empty", "\n")
        let secrets = SecretFile(folder: scratch.path, credentialsFolder: nil)
        #expect(code { () throws(StartFault) in _ = try secrets.text("none") } == "secret-missing")
        #expect(code { () throws(StartFault) in _ = try secrets.text("empty") } == "secret-empty")
    }

    @Test("A credential of the service manager stands in for a file that is not there")
    func readsCredentials() throws {
        let scratch = Scratch()
        let credentials = Scratch()
        credentials.write("smtp-password", "pw")
        let secrets = SecretFile(folder: scratch.path, credentialsFolder: credentials.path)
        #expect(try secrets.text("secrets/smtp-password") == "pw")
    }

    @Test("A socket that a dead daemon left is removed")
    func removesStaleSockets() throws {
        let scratch = Scratch()
        close(scratch.bind("s", isListening: false))
        try SocketPlace(path: "\(scratch.path)/s").prepare()
        #expect(access("\(scratch.path)/s", F_OK) != 0)
    }

    @Test("A socket that somebody answers at, or a file in its place, is refused and left alone")
    func refusesLivingSockets() {
        let scratch = Scratch()
        let living = scratch.bind("s", isListening: true)
        defer { close(living) }
        scratch.write("file", "")
        for name in ["s", "file"] {
            let place = SocketPlace(path: "\(scratch.path)/\(name)")
            #expect(code { () throws(StartFault) in try place.prepare() } == "socket-taken")
            #expect(access("\(scratch.path)/\(name)", F_OK) == 0)
        }
    }

    @Test("A folder that others may write in is no place for the socket")
    func refusesOpenFolders() {
        let scratch = Scratch()
        chmod(scratch.path, 0o777)
        let place = SocketPlace(path: "\(scratch.path)/s")
        #expect(code { () throws(StartFault) in try place.prepare() } == "socket-exposed")
    }

    @Test("A path too long for a socket is told before it is cut off")
    func refusesLongPaths() {
        let place = SocketPlace(path: "/tmp/" + String(repeating: "a", count: 120))
        #expect(code { () throws(StartFault) in try place.prepare() } == "socket-path")
    }

    @Test("A folder of files that is missing is named with the flag that names another")
    func namesMissingFolders() {
        do {
            _ = try RuleTree.read(
                config: "/nonexistent/config",
                rotations: "/nonexistent/rotations"
            )
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.message == "there is no folder `/nonexistent/config` here")
            #expect(error.fix == "run in the folder that holds it, or say --config DIR")
        }
    }

    @Test(
        "Folders are shown as a person would write them",
        arguments: [
            ("config", "config"), ("./config/", "config"), ("/etc/x//", "/etc/x"), ("/", "/"),
        ]
    )
    func trimsFolders(folder: String, shown: String) {
        #expect(RuleTree.trimmed(folder) == shown)
    }

    @Test("Ids of cases have one length and sort by time")
    func sortsIDs() {
        let ids = [1_772_445_600_000, 1_772_445_600_001, 1_900_000_000_000].map {
            CaseID.new(at: $0)
        }
        #expect(ids.allSatisfy { $0.count == 26 })
        #expect(ids == ids.sorted())
        #expect(CaseID.new(at: 5) != CaseID.new(at: 5))
    }
}
