//! What has no secret.

/// Public types without a secret, by file or by name, with the reason.
pub(crate) const FREE: &[(&str, &[&str], &str)] = &[
    ("tableau-client", &["mode.rs"], "holds a thread at most"),
    ("tableau-client", &["ErrorKind", "Reached"], "is a word"),
    ("tableau-client", &["JobOutcome"], "describes work on content"),
    (
        "tableau-client",
        &["SessionKey", "StoreError"],
        "is a digest, or a reason without what is kept",
    ),
    (
        "tableau-sandbox",
        &["server/redirect.rs"],
        "holds an address that whoever starts the sandbox gives",
    ),
    (
        "tableau-sandbox",
        &["server/error.rs"],
        "names paths, addresses and reasons of the system",
    ),
    ("tableau-sandbox", &["clock.rs"], "is a time"),
    ("tableau-sandbox", &["JobPlan"], "says how jobs go"),
    (
        "tableau-sandbox",
        &["CredentialKind", "LogEntry", "OpenSession", "RequestLog"],
        "names sessions by what is no part of their tokens",
    ),
    ("tableau-sandbox", &["tls/mod.rs", "Fate"], "is a word"),
    ("tableau-sandbox", &["TsmCertificate"], "is a number of days"),
    ("tableau-sandbox", &["ReadySite"], "names a site"),
    (
        "tableau-wire",
        &[
            "codec/mod.rs",
            "endpoint/operation.rs",
            "registry.rs",
            "sign_in_code.rs",
        ],
        "is a fact about the API",
    ),
    ("tableau-wire", &["KnownCode"], "is a fact about the API"),
    ("tableau-wire", &["ApiError"], "is what the server says"),
    (
        "tableau-wire",
        &[
            "endpoint/arguments.rs",
            "Target",
            "query/filter.rs",
            "query/mod.rs",
            "Pagination",
        ],
        "stands in addresses, where no call puts a secret",
    ),
    (
        "tableau-wire",
        &[
            "rest/content.rs",
            "rest/datasources.rs",
            "rest/jobs.rs",
            "rest/projects.rs",
            "rest/views.rs",
            "rest/workbooks.rs",
        ],
        "describes content, and work on it",
    ),
    (
        "tableau-wire",
        &["rest/sites.rs", "rest/server.rs"],
        "describes a site, a server or whose session it is, not its token",
    ),
    (
        "tableau-wire",
        &["rest/users.rs"],
        "describes a user or a token, never its secret: servers do not give it again",
    ),
    (
        "tableau-wire",
        &["SiteName", "SiteId", "UserId", "SwitchSite", "ProjectIds"],
        "names things",
    ),
    (
        "tableau-wire",
        &[
            "SignOut",
            "RevokeServerAdminTokens",
            "RevokeAllServerAdminTokens",
            "InitiateFileUpload",
        ],
        "is empty",
    ),
    (
        "tableau-wire",
        &[
            "NewConnectedApplication",
            "ConnectedApplicationPatch",
            "DeleteSecret",
            "FileUpload",
        ],
        "names and describes things",
    ),
    ("tableau-wire", &["Delete"], "names a thing"),
    (
        "tableau-wire",
        &[
            "tsm/async_jobs.rs",
            "tsm/maintenance.rs",
            "tsm/nodes.rs",
            "tsm/repository.rs",
            "tsm/server.rs",
            "tsm/status.rs",
            "tsm/time.rs",
            "tsm/topologies.rs",
        ],
        "describes servers, what runs on them and work on them",
    ),
    ("tableau-wire", &["tsm/error.rs"], "is what the controller says"),
    (
        "tableau-wire",
        &[
            "Logout",
            "LogoutAll",
            "GetRequestedVersion",
            "RequestedVersion",
            "ListKeys",
            "Export",
            "GetLicensing",
            "ListProductKeys",
        ],
        "is empty, or holds a number or a flag",
    ),
    (
        "tableau-wire",
        &["Register", "Registration"],
        "names a person and a company",
    ),
    (
        "tableau-wire",
        &[
            "value/id.rs",
            "value/version.rs",
            "value/time.rs",
            "value/items.rs",
        ],
        "is a value, or prints what it holds",
    ),
];
