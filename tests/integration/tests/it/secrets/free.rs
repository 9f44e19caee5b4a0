//! Types without a secret whose members look as if they had one.

/// Types without a secret, with the reason.
pub(crate) const FREE: &[(&str, &[&str], &str)] = &[
    ("tableau-wire", &["Entry"], "is a fact about the API"),
    ("tableau-wire", &["Id", "Timestamp"], "is a value"),
    (
        "tableau-wire",
        &["InvalidQuery", "InvalidTimestamp", "InvalidVersion"],
        "shows what is not a value of its kind, none of which is a secret",
    ),
    (
        "tableau-wire",
        &["Arguments", "Query"],
        "stands in addresses, where no call puts a secret",
    ),
    (
        "tableau-wire",
        &["PersonalAccessToken"],
        "describes a token: servers do not give its secret again",
    ),
    ("tableau-wire", &["ProductVersion"], "is a version"),
    (
        "tableau-wire",
        &["Webhook", "WebhookTestResult"],
        "names an event and an address, which servers show again",
    ),
    (
        "tableau-wire",
        &["SiteKey"],
        "is a word: the name, the id or the content URL of a site",
    ),
    (
        "tableau-wire",
        &["StatusNote", "AsyncJob", "ProgressNote"],
        "describes work",
    ),
    (
        "tableau-wire",
        &["McpSetting", "McpSiteSettings"],
        "are settings that every user of a site may read",
    ),
    ("tableau-wire", &["Register"], "names a person and a company"),
    (
        "tableau-wire",
        &["ServerInfo", "SupportInfo"],
        "describes servers",
    ),
    ("tableau-wire", &["TsmError"], "is what the controller says"),
    (
        "tableau-wire",
        &[
            "FlowParameter",
            "FlowParameterDomain",
            "FlowParameterRun",
            "FlowParameterSpec",
            "FlowParameterValues",
        ],
        "have values of parameters, which servers show to all who may see the flow",
    ),
    (
        "tableau-wire",
        &["NewVirtualConnection", "VirtualConnection"],
        "have a definition, in which servers keep no password",
    ),
    (
        "tableau-wire",
        &["GraphqlError", "GraphqlReply", "GraphqlRequest"],
        "asks about content, or says what there is",
    ),
    (
        "tableau-client",
        &["Metadata", "MetadataPages", "MetadataQuery"],
        "asks about content, or says what there is",
    ),
    ("tableau-client", &["Certificate"], "is public"),
    ("tableau-client", &["FileStream"], "prints its length only"),
    ("tableau-client", &["SessionKey"], "is a digest"),
    (
        "tableau-client",
        &["Identities", "ListReader"],
        "knows the items of a list by their identifiers",
    ),
    (
        "tableau-client",
        &["StoreError"],
        "is a reason without what is kept",
    ),
    ("tableau-sandbox", &["Fate"], "is why a job fails"),
    (
        "tableau-sandbox",
        &["Delivery"],
        "is the message of a webhook, and has names and identifiers",
    ),
    (
        "tableau-sandbox",
        &[
            "DueFault",
            "Effect",
            "FaultPlan",
            "RetryAfter",
            "StatusAnswer",
            "StatusBody",
        ],
        "is what a test wants to go wrong",
    ),
    (
        "tableau-sandbox",
        &["Redirect"],
        "is an address that its caller gives",
    ),
];
