import Glibc
import RuleFiles
import Store
import StoreSQLite

/// The database of a daemon that does not run, for the command line.
package struct DatabaseFile: Sendable {
    package let path: String

    /// `path` where one is named, else what tocsin.yaml says.
    package init(path: String?, options: DaemonProcess.Options) throws(StartFault) {
        if let path {
            self.path = path
            return
        }
        let files = try FilesInForce(options, at: WallClock.instant())
        self.path = files.settings.databasePath
    }

    /// Writes a checked copy, for the owner only.
    package func backup(to copy: String) throws(StartFault) {
        try mapped { () throws(StoreError) in
            guard access(path, F_OK) == 0 else {
                throw StoreError.cannotOpen(path: path, reason: String(cString: strerror(errno)))
            }
            let database = try SQLiteDatabase(path: path)
            try database.backup(to: copy)
            try database.close()
        }
    }

    /// Puts a backup in its place; the next start tells people of it.
    package func restore(from backup: String) throws(StartFault) {
        let name = backup.split(separator: "/").last.map(String.init) ?? backup
        try mapped { () throws(StoreError) in
            try SQLiteDatabase.restore(from: backup, to: path, note: name)
        }
    }

    /// Brings the schema up to date; answers its number before and after.
    package func migrate() throws(StartFault) -> (before: Int, after: Int) {
        try mapped { () throws(StoreError) in
            try SQLiteDatabase.refuseNewerSchema(of: path)
            let database = try SQLiteDatabase(path: path)
            let before = try database.schema()
            _ = try CaseStore(database)
            let after = try database.schema()
            try database.close()
            return (before, after)
        }
    }

    private func mapped<T>(_ body: () throws(StoreError) -> T) throws(StartFault) -> T {
        do throws(StoreError) {
            return try body()
        } catch {
            throw StartFault(error.code, error.description, fix: error.fix)
        }
    }
}
