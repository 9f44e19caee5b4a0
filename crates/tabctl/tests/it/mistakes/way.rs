//! Mistakes on the way to the server: the address, the network, TLS, redirects and proxies.

use http::StatusCode;
use tableau_sandbox::{Builder, Certificate, Redirect, Sandbox};

use super::peer;
use super::{Mistake, Rank, Stage};

const PAGE: &str = "<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>";
/// The fingerprint of some other certificate.
const OTHER: &str =
    "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA";

pub(super) const MISTAKES: &[Mistake] = &[
    Mistake {
        name: "a host that does not exist",
        // Longer than a name may be, so that no DNS server is asked for it.
        make: || Stage::new().server(format!("http://{}.example", "x".repeat(70))),
        layer: "✗ dns",
        cause: "no connection to the server: there is no host called xxx…xxx.example (…)",
        rank: Rank::First,
        codes: (11, 11),
    },
    Mistake {
        name: "a port at which nothing listens",
        make: || Stage::new().server(format!("http://{}", peer::nobody())),
        layer: "✗ tcp",
        cause: "no connection to the server: Connection refused…",
        rank: Rank::First,
        codes: (11, 11),
    },
    Mistake {
        name: "the port of TSM, by its number",
        make: || Stage::new().server("https://tableau.example:8850"),
        layer: "✗ address",
        cause: "port 8850 is Tableau Services Manager (TSM), not the REST API: leave the port out (https://tableau.example)",
        rank: Rank::First,
        codes: (2, 2),
    },
    Mistake {
        name: "TSM behind another port",
        make: || {
            let stage = Stage::with(Sandbox::builder().listen_tsm(any()));
            let url = stage.bench.sandbox.tsm_url().unwrap().to_owned();
            let pin = stage.bench.sandbox.tsm_fingerprint().unwrap();
            stage.server(url).option("--pin-sha256", pin)
        },
        layer: "✗ serverinfo",
        cause: "this is Tableau Services Manager (TSM), not the REST API",
        rank: Rank::First,
        codes: (2, 2),
    },
    Mistake {
        name: "a user name in the address",
        make: || Stage::new().server("https://admin@tableau.example"),
        layer: "✗ address",
        cause: "the address has a user name in it: give credentials apart from the address",
        rank: Rank::First,
        codes: (2, 2),
    },
    Mistake {
        name: "a path that belongs to a page",
        make: || {
            let stage = Stage::new();
            let url = format!("{}/server/home.html", stage.bench.sandbox.url());
            stage.server(url)
        },
        layer: "✗ serverinfo",
        cause: "the address has a path, `/server/home.html`, below which the server has no REST API",
        rank: Rank::First,
        codes: (3, 3),
    },
    Mistake {
        name: "a web server that is not Tableau",
        make: || Stage::new().server(format!("http://{}", peer::page("404 Not Found", PAGE))),
        layer: "✗ serverinfo",
        cause: "there is a web server at this address, but no Tableau Server",
        rank: Rank::First,
        codes: (3, 3),
    },
    Mistake {
        name: "a server that is starting, behind its gateway",
        make: || Stage::new().server(format!("http://{}", peer::page("503 Service Unavailable", PAGE))),
        layer: "✗ serverinfo",
        cause: "the gateway before the server answers: the server is starting, stopped or overloaded",
        rank: Rank::First,
        codes: (10, 10),
    },
    Mistake {
        name: "http where the server wants https",
        make: || {
            let stage = tls(Certificate::Good);
            let url = stage.bench.sandbox.tls_url().unwrap().replace("https:", "http:");
            stage.server(url)
        },
        layer: "✗ serverinfo",
        cause: "the server wants https at this port",
        rank: Rank::First,
        codes: (1, 1),
    },
    Mistake {
        name: "https where the server has none",
        make: || {
            let stage = Stage::new();
            let url = stage.bench.sandbox.url().replace("http:", "https:");
            stage.server(url)
        },
        layer: "✗ tls",
        cause: "the server does not speak TLS at this port",
        rank: Rank::First,
        codes: (11, 11),
    },
    Mistake {
        name: "an expired certificate",
        make: || tls(Certificate::Expired).over_tls().trusting(),
        layer: "✗ tls          CN=tabctl sandbox, issued by CN=tabctl sandbox CA, good until ",
        cause: "the server's certificate has expired",
        rank: Rank::First,
        codes: (11, 11),
    },
    Mistake {
        name: "a certificate for another name",
        make: || tls(Certificate::WrongName).over_tls().trusting(),
        layer: "✗ tls",
        cause: "the server's certificate is for another name: …, not 127.0.0.1",
        rank: Rank::First,
        codes: (11, 11),
    },
    Mistake {
        name: "a self-signed certificate",
        make: || tls(Certificate::SelfSigned).over_tls().by(&["auth", "login"]),
        layer: "✗ tls",
        cause: "the server's certificate is signed by …itself",
        rank: Rank::First,
        codes: (11, 11),
    },
    Mistake {
        name: "an authority of one's own that is not trusted",
        make: || tls(Certificate::Good).over_tls(),
        layer: "✗ tls",
        cause: "the server's certificate is signed by an unknown authority, or by itself",
        rank: Rank::First,
        codes: (11, 11),
    },
    Mistake {
        name: "a pin of a certificate that was replaced",
        make: || tls(Certificate::Good).over_tls().option("--pin-sha256", OTHER),
        layer: "✗ tls",
        cause: "the server's certificate has the fingerprint …, not AA:AA…",
        rank: Rank::First,
        codes: (11, 11),
    },
    Mistake {
        name: "no client certificate where one is wanted",
        make: || {
            let stage = Stage::with(with_tls().require_client_certificate());
            stage.over_tls().trusting()
        },
        layer: "✗ tls",
        cause: "the server broke off the handshake: it probably wants a client certificate",
        rank: Rank::First,
        codes: (11, 11),
    },
    Mistake {
        name: "a redirect to another server",
        make: || {
            let elsewhere = Redirect::to_origin(StatusCode::FOUND, "https://sso.example");
            Stage::with(Sandbox::builder().redirect(elsewhere))
        },
        layer: "✗ redirect",
        cause: "the server redirects to another one: https://sso.example/api/2.4/serverinfo (HTTP 302)",
        rank: Rank::First,
        codes: (1, 1),
    },
    Mistake {
        name: "a redirect from https back to http",
        make: || {
            let back = Redirect::to_http(StatusCode::MOVED_PERMANENTLY);
            Stage::with(with_tls().redirect(back)).over_tls().trusting()
        },
        layer: "✗ redirect",
        cause: "the server redirects from https to http://127.0.0.1:…, which is not encrypted",
        rank: Rank::First,
        codes: (1, 1),
    },
    Mistake {
        name: "a sign-on page before the API",
        make: || Stage::with(Sandbox::builder().redirect(Redirect::sign_on_page())),
        layer: "✗ serverinfo",
        cause: "a sign-on page stands before the REST API and answers for it",
        rank: Rank::First,
        codes: (1, 1),
    },
    Mistake {
        name: "a proxy that answers with a page",
        make: || {
            let proxy = format!("http://{}", peer::page("403 Forbidden", PAGE));
            Stage::new().set("HTTP_PROXY", proxy)
        },
        layer: "✗ proxy",
        cause: "the proxy http://127.0.0.1:… (HTTP_PROXY) answers in the server's stead, with a page of its own",
        rank: Rank::First,
        codes: (5, 5),
    },
    Mistake {
        name: "a proxy that wants credentials",
        make: || {
            let proxy = peer::page("407 Proxy Authentication Required", PAGE);
            let stage = tls(Certificate::Good).over_tls().trusting();
            stage.set("HTTPS_PROXY", format!("http://user:wr0ng@{proxy}"))
        },
        layer: "✗ proxy",
        cause: "the proxy http://127.0.0.1:… (HTTPS_PROXY) wants credentials, or others than it was given",
        rank: Rank::First,
        codes: (11, 11),
    },
    Mistake {
        name: "a proxy that is not there",
        make: || {
            Stage::new()
                .set("HTTP_PROXY", format!("http://{}", peer::nobody()))
                .by(&["auth", "login"])
        },
        layer: "✗ tcp          the proxy 127.0.0.1",
        cause: "no connection to the proxy http://127.0.0.1:… (HTTP_PROXY): Connection refused…",
        rank: Rank::First,
        codes: (11, 11),
    },
];

pub(super) fn any() -> std::net::SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

pub(super) fn with_tls() -> Builder {
    Sandbox::builder().listen_tls(any())
}

fn tls(certificate: Certificate) -> Stage {
    Stage::with(with_tls().certificate(certificate))
}
