import HTTPTypes
import Store

extension Routes {
    /// Everything that is served, but for `POST /v2/enqueue`, which has a door of its own.
    var operations: [Operation] {
        caseOperations + readingOperations + onCallOperations + deliveryOperations
            + reportOperations + daemonOperations + tokenOperations + statusOperations + dialects
            + pages
    }

    private var caseOperations: [Operation] {
        [
            Operation(
                .post,
                "/v1/cases",
                needs: .opening,
                "Open a case, or join the open one with the same key",
                Description(
                    headers: [.init("Idempotency-Key", Schemas.idempotencyKey, "Kept 24 h")],
                    body: Schemas.opening,
                    example: Schemas.openingExample,
                    answers: [
                        .init(201, "The new case", .named("Case")),
                        .init(200, "The case that was open already", .named("Case")),
                    ]
                ),
                answer: open
            ),
            Operation(
                .get,
                "/v1/cases",
                needs: .role(.viewer),
                "Cases, the latest opened first",
                Description(
                    query: [
                        .init("state", .words(["open", "all"]), "open where not said"),
                        .init("priority", .string, "Only of this priority"),
                        .init("owner", .string, "Only of this person"),
                        .init("due_before", .instant, "Only with something due before"),
                    ] + paging(max: Self.casesListedMax, cursor: "^[0-9]{1,15}-[0-9]{1,15}$"),
                    answers: [.init(200, "A page of cases", Schemas.page("cases", of: "Case"))]
                ),
                answer: cases
            ),
            Operation(
                .post,
                "/v1/cases/{case}/events",
                needs: .role(.responder),
                "Say a verb about a case",
                Description(
                    headers: [
                        .init("Idempotency-Key", Schemas.idempotencyKey, "Kept 24 h"),
                        .init("If-Match", .string, "The ETag of the case as it was read"),
                    ],
                    body: Schemas.verb,
                    example: Schemas.verbExample,
                    answers: [
                        .init(201, "The event", .named("Event")),
                        .init(200, "It was said before: that event", .named("Event")),
                    ]
                ),
                answer: act
            ),
        ]
    }

    private var readingOperations: [Operation] {
        [
            Operation(
                .get,
                "/v1/cases/{case}",
                needs: .role(.viewer),
                "A case and its log",
                Description(
                    answers: [
                        .init(
                            200,
                            "The case, with an ETag",
                            .object(
                                [("case", .named("Case")), ("events", .list(.named("Event")))],
                                required: ["case", "events"]
                            )
                        )
                    ]
                ),
                answer: show
            ),
            Operation(
                .get,
                "/v1/cases/{case}/plan",
                needs: .role(.viewer),
                "What would be sent if nobody acts",
                Description(
                    query: [.init("until", .instant, "Where the plan ends; a day from now")],
                    answers: [.init(200, "The plan", .named("Plan"))]
                ),
                answer: plan
            ),
            Operation(
                .get,
                "/v1/plan",
                needs: .role(.viewer),
                "What would be sent for a case that somebody might open",
                Description(
                    query: [
                        .init("policy", .string, "A policy's name"),
                        .init("priority", .string, "The policy's default where there is one"),
                        .init("opened", .instant, "When it is opened; now"),
                        .init("until", .instant, "Where the plan ends; a day after"),
                    ],
                    answers: [.init(200, "The plan", .named("Plan"))]
                ),
                answer: planOfNone
            ),
            Operation(
                .get,
                "/v1/why/{subject}",
                needs: .role(.viewer),
                "Why a page, or each page of a case, went to whom",
                Description(
                    query: [.init("not", .string, "A person who was not paged")],
                    answers: [.init(200, "The pages, each with its reason", .any)]
                ),
                answer: why
            ),
        ]
    }

    private var onCallOperations: [Operation] {
        [
            Operation(
                .get,
                "/v1/oncall",
                needs: .role(.viewer),
                "Who is on call",
                Description(
                    query: [
                        .init("at", .instant, "When; now"),
                        .init("rotation", .string, "Only this one"),
                    ],
                    answers: [
                        .init(
                            200,
                            "Each rotation",
                            .object(
                                [("at", .instant), ("rotations", .list(.named("Watch")))],
                                required: ["at", "rotations"]
                            )
                        )
                    ]
                ),
                answer: onCall
            ),
            Operation(
                .get,
                "/v1/rotations/{rotation}/shifts",
                needs: .role(.viewer),
                "The final schedule of a rotation",
                Description(
                    query: [
                        .init("from", .instant, "From when; now"),
                        .init("to", .instant, "Until when; 14 days later, at most 1,200"),
                    ],
                    answers: [.init(200, "Its shifts", .any)]
                ),
                answer: shifts
            ),
        ]
    }

    private var deliveryOperations: [Operation] {
        [
            Operation(
                .get,
                "/v1/deliveries",
                needs: .role(.viewer),
                "What was sent and how it went, the newest first",
                Description(
                    query: [
                        .init("case", .string, "Only of this case"),
                        .init("failed", .boolean, "Only those that failed"),
                    ] + paging(max: Self.deliveriesListedMax, cursor: "^[0-9]{1,18}$"),
                    answers: [
                        .init(
                            200,
                            "A page of deliveries",
                            Schemas.page("deliveries", of: "Delivery")
                        )
                    ]
                ),
                answer: deliveries
            ),
            Operation(
                .post,
                "/v1/deliveries/{delivery}/retry",
                needs: .role(.responder),
                "Make a delivery due now",
                Description(answers: [.init(200, "It is pending", .any)]),
                answer: retry
            ),
            Operation(
                .post,
                "/v1/test",
                needs: .role(.leader),
                "A drill page to a person or to an address of a channel",
                Description(
                    body: Schemas.drill,
                    answers: [.init(201, "The keys of its deliveries", .any)]
                ),
                answer: test
            ),
        ]
    }

    private var daemonOperations: [Operation] {
        [
            Operation(
                .get,
                "/v1/events",
                needs: .role(.viewer),
                "Every event as it is committed (server-sent events)",
                Description(
                    headers: [.init("Last-Event-ID", .string, "Where the reader had got to")],
                    answers: [.init(200, "Events without end", type: "text/event-stream")]
                ),
                answer: events
            ),
            Operation(
                .get,
                "/v1/clock",
                needs: .role(.viewer),
                "What time it is by the engine's clock",
                Description(answers: [.init(200, "Now, and the speed of a rehearsal", .any)]),
                answer: clock
            ),
            Operation(
                .post,
                "/v1/clock/accept",
                needs: .role(.admin),
                "The machine's clock is right although it went back",
                Description(answers: [.init(200, "The time before and now", .any)]),
                answer: acceptClock
            ),
            Operation(
                .post,
                "/v1/db/backup",
                needs: .role(.admin),
                "A checked copy of the database, asked for on the daemon's machine",
                Description(
                    body: .object([("file", .matching("^/[!-~]+$"))], required: ["file"]),
                    answers: [
                        .init(200, "The file", .object([("file", .string)], required: ["file"]))
                    ]
                ),
                answer: backup
            ),
            Operation(
                .post,
                "/-/reload",
                needs: .role(.admin),
                "Load the files again",
                Description(
                    query: [.init("now", .boolean, "Also where it changes who is on call now")],
                    answers: [
                        .init(200, "They are in force", .any),
                        .init(422, "They have errors; the old ones stay", .any),
                    ]
                ),
                answer: reload
            ),
        ]
    }

    private var tokenOperations: [Operation] {
        [
            Operation(
                .post,
                "/v1/tokens",
                needs: .role(.admin),
                "Make a token",
                Description(
                    body: Schemas.tokenRequest,
                    answers: [.init(201, "The token, shown this once", Schemas.tokenMade)]
                ),
                answer: createToken
            ),
            Operation(
                .get,
                "/v1/tokens",
                needs: .role(.admin),
                "The tokens, without their secrets",
                Description(
                    answers: [.init(200, "All of them", Schemas.page("tokens", of: "Token"))]
                ),
                answer: listTokens
            ),
            Operation(
                .delete,
                "/v1/tokens/{id}",
                needs: .role(.admin),
                "Revoke a token at once",
                Description(answers: [.init(204, "It lets nobody in any more")]),
                answer: revokeToken
            ),
        ]
    }

    private var statusOperations: [Operation] {
        [
            Operation(
                .get,
                "/healthz",
                needs: .nothing,
                "The process answers",
                plain,
                answer: health
            ),
            Operation(
                .get,
                "/readyz",
                needs: .nothing,
                "Engine and courier were at work lately and the store can be read",
                plain,
                answer: readiness
            ),
            Operation(
                .get,
                "/metrics",
                needs: .nothing,
                "How the daemon does, for Prometheus",
                plain,
                answer: metrics
            ),
            Operation(
                .get,
                "/openapi.json",
                needs: .nothing,
                "This description",
                Description(answers: [.init(200, "OpenAPI 3.1", .any)]),
                answer: openAPI
            ),
        ]
    }

    private var plain: Description {
        Description(answers: [.init(200, "Plain text", type: "text/plain")])
    }

    private func paging(max: Int, cursor: String) -> [Description.Parameter] {
        [
            .init("limit", .within(1...max), "Entries of a page"),
            .init("cursor", .matching(cursor), "`next` of the page before"),
        ]
    }
}
