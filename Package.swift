// swift-tools-version: 6.2
import PackageDescription

// The same strictness for every target; a warning anywhere fails the build.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "tocsin",
    products: [.executable(name: "tocsin", targets: ["tocsin"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.33.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Pure: no clock, files, network, randomness, async or Foundation.
        .target(name: "CivilTime", swiftSettings: settings),
        .target(name: "OnCall", dependencies: ["CivilTime"], swiftSettings: settings),
        .target(name: "Clocks", dependencies: ["CivilTime"], swiftSettings: settings),
        .target(
            name: "Paging",
            dependencies: ["CivilTime", "OnCall", "Clocks"],
            swiftSettings: settings
        ),
        .target(
            name: "Pictures",
            dependencies: ["CivilTime", "OnCall", "Clocks", "Paging"],
            swiftSettings: settings
        ),
        .target(
            name: "Shapes",
            dependencies: ["CivilTime", "OnCall", "Clocks", "Paging"],
            swiftSettings: settings
        ),
        .target(
            name: "RuleFiles",
            dependencies: [
                "CivilTime", "OnCall", "Clocks", "Paging",
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings
        ),

        .target(
            name: "Dialects",
            dependencies: ["CivilTime", "OnCall", "Clocks", "Paging", "Shapes"],
            swiftSettings: settings
        ),
        .target(
            name: "Web",
            dependencies: [
                "CivilTime", "OnCall", "Clocks", "Paging", "Pictures", "Shapes",
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [.embedInCode("Assets")],
            swiftSettings: settings
        ),

        // Adapters: one outside thing each.
        .systemLibrary(
            name: "CLibcurl",
            path: "Sources/CLibcurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]
        ),
        .target(
            name: "Store",
            dependencies: [
                "CivilTime", "Paging", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "StoreSQLite",
            dependencies: [
                "CivilTime", "Paging", "Store",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Delivery",
            dependencies: [
                "CivilTime", "OnCall", "Clocks", "Paging", "Shapes", "CLibcurl",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            swiftSettings: settings
        ),
        .target(name: "Client", dependencies: ["CLibcurl"], swiftSettings: settings),

        // Shell.
        .target(
            name: "Engine",
            dependencies: [
                "CivilTime", "OnCall", "Clocks", "Paging", "Shapes", "Store", "Delivery",
            ],
            swiftSettings: settings
        ),
        .target(
            name: "HTTPAPI",
            dependencies: [
                "CivilTime", "OnCall", "Clocks", "Paging", "Pictures", "Shapes", "Dialects", "Web",
                "Store", "Delivery", "Engine",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Daemon",
            dependencies: [
                "CivilTime", "OnCall", "Clocks", "Paging", "Shapes", "RuleFiles", "Store",
                "StoreSQLite", "Delivery", "Client", "Engine", "HTTPAPI", "Web",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "tocsin",
            dependencies: [
                "CivilTime", "OnCall", "Clocks", "Paging", "Pictures", "Shapes", "RuleFiles",
                "Client", "Daemon",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),

        // Measures single functions; `make bench` runs it beside the daemon's figures.
        .executableTarget(
            name: "Bench",
            dependencies: ["CivilTime", "OnCall", "Clocks", "Paging", "RuleFiles"],
            swiftSettings: settings
        ),

        // Seeds, random rules and databases that stand in, for more than one test target.
        .target(
            name: "TestSupport",
            dependencies: [
                "CivilTime", "OnCall", "Clocks", "Paging", "RuleFiles", "Store", "StoreSQLite",
            ],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .testTarget(name: "CivilTimeTests", dependencies: ["CivilTime"], swiftSettings: settings),
        .testTarget(
            name: "OnCallTests",
            dependencies: ["CivilTime", "OnCall"],
            exclude: ["Timelines"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ClocksTests",
            dependencies: ["CivilTime", "Clocks"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PagingTests",
            dependencies: ["CivilTime", "OnCall", "Clocks", "Paging", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RuleFilesTests",
            dependencies: ["CivilTime", "OnCall", "Clocks", "Paging", "RuleFiles"],
            exclude: ["Faults", "Examples", "Tools"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "StoreTests",
            dependencies: ["TestSupport", "CivilTime", "Clocks", "Paging", "Store", "StoreSQLite"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PicturesTests",
            dependencies: ["CivilTime", "OnCall", "Clocks", "Paging", "Pictures"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DeliveryTests",
            dependencies: [
                "TestSupport", "CivilTime", "OnCall", "Clocks", "Paging", "Shapes", "Delivery",
            ],
            exclude: ["Receivers"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ClientTests",
            dependencies: ["Client"],
            exclude: ["Receivers"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "TestSupport",
                "CivilTime", "OnCall", "Clocks", "Paging", "Store", "StoreSQLite", "Delivery",
                "Engine",
            ],
            swiftSettings: settings
        ),
        // Many virtual weeks with faults; scripts/test builds it optimised and lives them.
        .executableTarget(
            name: "Simulation",
            dependencies: [
                "TestSupport", "CivilTime", "OnCall", "Clocks", "Paging", "Store", "StoreSQLite",
                "Delivery", "Engine",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/Simulation",
            swiftSettings: settings
        ),
        .testTarget(
            name: "ShapesTests",
            dependencies: ["CivilTime", "OnCall", "Clocks", "Paging", "Shapes"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DialectsTests",
            dependencies: ["CivilTime", "Paging", "Shapes", "Dialects"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "TestSupport",
                "CivilTime", "OnCall", "Clocks", "Paging", "Pictures", "Shapes", "Web",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "HTTPAPITests",
            dependencies: [
                "TestSupport",
                "CivilTime", "Paging", "Shapes", "Dialects", "Web", "Store",
                "StoreSQLite", "Delivery",
                "Engine", "HTTPAPI",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "CivilTime", "RuleFiles", "Daemon",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "CivilTime", "Clocks", "Paging", "Shapes", "tocsin",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        // Drives the real binary; Tools holds the receivers it talks to, in Python. The store is
        // there to open what a crash left behind.
        .testTarget(
            name: "AcceptanceTests",
            dependencies: ["TestSupport", "CivilTime", "Paging", "Store", "StoreSQLite"],
            exclude: ["Tools"],
            swiftSettings: settings
        ),
        .testTarget(name: "TidyTests", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

// The parsers under libFuzzer: scripts/fuzz alone builds it, with the sanitizers.
if Context.environment["TOCSIN_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "CivilTime", "Paging", "Shapes", "RuleFiles", "Delivery", "Dialects",
            ],
            path: "Tests/Fuzz",
            exclude: ["Corpus", "Found"],
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]
        )
    )
}
