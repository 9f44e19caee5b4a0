//! Mistakes in signing in: the site, the credentials, their sessions, the clock.

use std::sync::mpsc;
use std::time::Duration;

use tableau_client::{Client, PersonalAccessToken};
use tableau_sandbox::{Fault, well_known};

use super::peer;
use super::way::with_tls;
use super::{Mistake, Rank, Stage};

pub(super) const MISTAKES: &[Mistake] = &[
    Mistake {
        name: "the Default site by its name",
        make: || Stage::new().site("Default").by(&["auth", "login"]),
        layer: "✗ site         \"Default\"",
        cause: "the Default site has an empty name, not \"Default\"",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "a site by its id",
        make: || {
            let stage = Stage::new();
            let sites = stage.bench.sandbox.ready().sites;
            let id = sites
                .iter()
                .find(|site| !site.content_url.is_empty())
                .unwrap()
                .id
                .clone();
            stage.site(&id)
        },
        layer: "✗ site",
        cause: "the site is named by its id; it has to be its content URL (from the address in a browser)",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "a site by the name that people see",
        make: || Stage::new().site("Marketing Team"),
        layer: "✗ site",
        cause: "the site's name has a space in it; content URLs have none, so this is probably its display name",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "a site that is not there",
        make: || Stage::new().site("Finance"),
        layer: "✗ site",
        cause: "there is no site with the content URL \"Finance\", or the user does not belong to it",
        rank: Rank::Among,
        codes: (4, 4),
    },
    Mistake {
        name: "the wrong pod of Tableau Cloud",
        make: || {
            cloud("10ax.online.tableau.com", "prod-useast-a.online.tableau.com").site(well_known::CLOUD_SITE)
        },
        layer: "✗ credential",
        cause: "there is no site with the content URL \"umbrellacorp816664\" at 10ax.online.tableau.com, or the user does not belong to it: \
                each site of Tableau Cloud is on one pod, which a browser's address shows",
        rank: Rank::Among,
        codes: (4, 4),
    },
    Mistake {
        name: "no site on Tableau Cloud",
        make: || {
            let pod = "10ax.online.tableau.com";
            cloud(pod, pod)
        },
        layer: "✗ site",
        cause: "no site is named, and Tableau Cloud has no Default site",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "name and secret exchanged",
        make: || {
            Stage::new()
                .set("TABLEAU_PAT_NAME", well_known::PAT_SECRET)
                .set("TABLEAU_PAT_SECRET", well_known::PAT_NAME)
        },
        layer: "✗ credential",
        cause: "the token's name looks like a secret: name and secret are probably exchanged",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "a secret that was cut short",
        make: || Stage::new().set("TABLEAU_PAT_SECRET", "c2FuZGJveC1zZWNyZXQtMQ=="),
        layer: "✗ credential",
        cause: "the token's secret does not look like one (two parts with a colon between them): it may be cut short, or be something else",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "quotation marks around the secret",
        make: || Stage::new().set("TABLEAU_PAT_SECRET", format!("\"{}\"", well_known::PAT_SECRET)),
        layer: "✗ credential",
        cause: "the token's secret has quotation marks around it, as files of variables may keep them",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "a variable that was not expanded",
        make: || Stage::new().set("TABLEAU_PAT_SECRET", "$(TABLEAU_SECRET)"),
        layer: "✗ credential",
        cause: "the token's secret is the name of a variable that was not replaced by its value",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "the end of a line behind the token's name",
        make: || Stage::new().set("TABLEAU_PAT_NAME", "sandbox\n"),
        layer: "✗ credential",
        cause: "the token's name has white space around it, such as the end of a line",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        // The command works: what others send is cut off.
        name: "the end of a line behind the secret",
        make: || Stage::new().set("TABLEAU_PAT_SECRET", format!("{}\n", well_known::PAT_SECRET)),
        layer: "! credential",
        cause: "the token's secret has white space around it, such as the end of a line; it was cut off",
        rank: Rank::First,
        codes: (0, 0),
    },
    Mistake {
        name: "a token that was not used for 15 days",
        make: || {
            let stage = Stage::new();
            stage
                .bench
                .sandbox
                .service()
                .clock()
                .advance(Duration::from_secs(16 * 24 * 60 * 60));
            stage
        },
        layer: "✗ credential",
        cause: "the personal access token \"sandbox\" is expired (unused for 15 days, or a year old), revoked, or its secret is another's",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "a token of a profile that was not used for 15 days",
        make: || {
            let stage = Stage::new().without_token();
            assert_eq!(stage.bench.login("MarketingTeam").code, 0);
            let days = Duration::from_secs(16 * 24 * 60 * 60);
            stage.bench.sandbox.service().clock().advance(days);
            stage
        },
        layer: "✗ credential",
        cause: "the personal access token \"sandbox\" is expired (unused for 15 days, or a year old), revoked, or its secret is another's",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "a token that something else uses too",
        make: || {
            let stage = Stage::new().without_token();
            assert_eq!(stage.bench.login("").code, 0);
            let client = Client::new(stage.bench.sandbox.url())
                .unwrap()
                .blocking()
                .unwrap();
            let token = PersonalAccessToken::new(well_known::PAT_NAME, well_known::PAT_SECRET);
            client.sign_in(token).unwrap();
            // The other signs in again and again; to this one each of its sessions is over at once.
            let over = Fault::new(401, "401002").on("workbooks.list").times(2);
            stage.bench.sandbox.service().controls().inject(over);
            stage
        },
        layer: "! credential",
        cause: "something else signed in with the same personal access token \"sandbox\", which ends the session before",
        rank: Rank::First,
        codes: (0, 4),
    },
    Mistake {
        name: "half of a token",
        make: || {
            let mut stage = Stage::new();
            stage
                .environment
                .retain(|(name, _)| *name != "TABLEAU_PAT_SECRET");
            stage
        },
        layer: "✗ credential",
        cause: "TABLEAU_PAT_NAME is set, and TABLEAU_PAT_SECRET is not: …",
        rank: Rank::First,
        codes: (2, 2),
    },
    Mistake {
        name: "not signed in",
        make: || Stage::new().without_token(),
        layer: "✗ credential",
        cause: "not signed in: run `tabctl auth login`, or set TABLEAU_SERVER_URL, TABLEAU_SITE_NAME, TABLEAU_PAT_NAME and TABLEAU_PAT_SECRET",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "signed in to another server",
        make: || {
            let stage = Stage::new().without_token();
            assert_eq!(stage.bench.login("").code, 0);
            let other = stage.bench.sandbox.url().replace("127.0.0.1", "localhost");
            stage.server(other)
        },
        layer: "✗ credential",
        cause: "not signed in to http://localhost:… (…http://127.0.0.1:…): run `tabctl auth login http://localhost:…`",
        rank: Rank::First,
        codes: (4, 4),
    },
];

/// A pod of Tableau Cloud, reached by a proxy as nothing leaves this machine; the site that plays Cloud is on this pod or another.
pub(super) fn cloud(asked: &str, is_on: &str) -> Stage {
    let stage = Stage::with(with_tls());
    stage.bench.sandbox.service().controls().pod(is_on);
    let url = stage.bench.sandbox.tls_url().unwrap().to_owned();
    let proxy = peer::tunnel(&url);
    stage
        .server(format!("https://{asked}"))
        .set("HTTPS_PROXY", format!("http://{proxy}"))
        // For whatever name it is.
        .option("--pin-sha256", fingerprint(&url))
}

/// The fingerprint of the certificate that is shown at an address.
fn fingerprint(url: &str) -> String {
    let (shown, seen) = mpsc::channel();
    let client =
        Client::builder(url).watch_certificates(move |chain| shown.send(chain[0].fingerprint()).unwrap());
    let client = client.build().unwrap().blocking().unwrap();
    client.server_info().unwrap_err();
    seen.recv().unwrap()
}
