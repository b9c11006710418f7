extension Rule {
    static let pureTargets: Set<String> = [
        "CivilTime", "OnCall", "Clocks", "Paging", "Pictures", "Shapes", "Dialects", "Web",
        "RuleFiles",
    ]

    /// Who may import whom; the toolchain's own modules stand here as well, so that a pure target
    /// cannot reach them.
    static let allowedImports: [String: Set<String>] = {
        let pure: Set<String> = ["CivilTime", "OnCall", "Clocks", "Paging"]
        let system: Set<String> = [
            "Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Dispatch",
        ]
        return [
            "CivilTime": [],
            "OnCall": ["CivilTime"],
            "Clocks": ["CivilTime"],
            "Paging": ["CivilTime", "Clocks", "OnCall"],
            "Pictures": pure,
            "Shapes": pure,
            "Dialects": pure.union(["Shapes"]),
            "Web": pure.union(["Pictures", "Shapes", "Mustache"]),
            "RuleFiles": pure.union(["Yams"]),
            "Store": system.union(["CivilTime", "Paging", "Crypto"]),
            "StoreSQLite": system.union(["CivilTime", "Paging", "Store", "GRDB", "GRDBSQLite"]),
            "Delivery": system.union(pure).union(["Shapes", "CLibcurl", "Crypto", "Mustache"]),
            "Client": system.union(["CLibcurl"]),
            "Engine": system.union(pure).union(["Shapes", "Store", "Delivery"]),
            "HTTPAPI": system.union(pure)
                .union([
                    "Pictures", "Shapes", "Dialects", "Web", "Store", "Delivery", "Engine",
                    "Crypto",
                    "Hummingbird", "HummingbirdCore", "HTTPTypes",
                    "NIOCore", "NIOHTTPTypes", "ServiceLifecycle", "Logging",
                ]),
            "Daemon": system.union(pure).union([
                "Shapes", "RuleFiles", "Store", "StoreSQLite", "Delivery", "Client", "Engine",
                "HTTPAPI", "Web", "Hummingbird", "HummingbirdTLS", "NIOCore", "NIOSSL",
                "ServiceLifecycle", "UnixSignals", "Logging",
            ]),
            "tocsin": system.union(pure)
                .union(["Pictures", "Shapes", "RuleFiles", "Client", "Daemon", "ArgumentParser"]),
            "Bench": system.union(pure).union(["RuleFiles"]),
        ]
    }()

    static let importRules: [Rule] = [
        Rule("A target imports only what the law allows it", brokenBy: "import Foundation\n") {
            file in
            guard !file.isTest, !file.target.isEmpty else { return [] }
            guard let allowed = allowedImports[file.target] else {
                return [
                    file.fault(1, "target \(file.target) is not in the law: add it to the table")
                ]
            }
            return file.imports.filter { !allowed.contains($0.module) }.map {
                file.fault(
                    $0.line,
                    "\(file.target) may not import \($0.module): arrows go down only"
                )
            }
        },
        Rule("Nothing is public", brokenBy: "public struct Turn {}\n") { file in
            guard !file.isTest else { return [] }
            return file.lines(holding: "public").map {
                file.fault($0, "write `package`: no other package uses this one")
            }
        },
    ]
}
