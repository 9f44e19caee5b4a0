//! No secret and no token is logged or printed, by anything, over the whole suite.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod free;
mod shown;
mod sources;
mod tsm;
mod types;

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use conformance::{Target, for_each_case};
use support::alone;
use tableau_client::{
    Client, ConnectedApp, Credentials, Format, HttpTransport, Jwt, PersonalAccessToken, RequestBody,
    ServerAddress, Source, Transport, TransportFuture, UnifiedAccessToken, UserPassword,
};
use tableau_sandbox::{Sandbox, well_known};
use tracing_subscriber::fmt::MakeWriter;

/// Everything that is logged, by any crate, at any level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// The network, remembering the tokens that pass.
#[derive(Clone)]
struct Watched {
    inner: HttpTransport,
    tokens: Arc<Mutex<BTreeSet<String>>>,
}

impl Transport for Watched {
    fn send(&self, request: http::Request<RequestBody>) -> TransportFuture {
        if let Some(token) = request.headers().get("x-tableau-auth") {
            self.tokens
                .lock()
                .unwrap()
                .insert(token.to_str().unwrap().to_owned());
        }
        // A JWT is in a document, and documents are in memory.
        let body = String::from_utf8_lossy(request.body().bytes().map_or(&[], |bytes| &bytes[..]));
        let jwts = body.split('"').filter(|text| text.starts_with("eyJ"));
        self.tokens.lock().unwrap().extend(jwts.map(str::to_owned));
        self.inner.send(request)
    }
}

/// A key pair for this test; it opens nothing.
const PRIVATE_KEY: &str = include_str!("../../keys/test-only.pem");
const PUBLIC_KEY: &str = include_str!("../../keys/test-only.pub.pem");
const CLOUD_USER: &str = "tara.novak@example.com";
/// The content of an uploaded file.
const CONTENT: &str = "the content of a file that is uploaded";

macro_rules! run_all {
    ($target:expr; $($group:ident: $($case:ident)*;)*) => {
        $($(conformance::$group::$case($target).await.unwrap();)*)*
    };
}

#[tokio::test]
async fn nothing_secret_is_logged_or_printed() {
    // Its subscriber is global: it hears every thread, and would hear other tests as well.
    if !alone("secrets::nothing_secret_is_logged_or_printed") {
        return;
    }
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .init();
    let sandbox = Sandbox::start().unwrap();
    let address: ServerAddress = sandbox.url().parse().unwrap();
    let tokens = Arc::default();
    let transport = Watched {
        inner: HttpTransport::for_server(&address).unwrap(),
        tokens: Arc::clone(&tokens),
    };

    for format in [Format::Xml, Format::Json] {
        let token = (well_known::PAT_NAME, well_known::PAT_SECRET);
        let target = Target::new(transport.clone(), sandbox.url(), "MarketingTeam", token, format);
        for_each_case!(run_all, &target;);
    }
    let client = Client::builder(sandbox.url())
        .transport(transport)
        .build()
        .unwrap();
    let service = sandbox.service();
    service
        .controls()
        .unified_access_token_issuer("https://issuer.example", "tenant", PUBLIC_KEY)
        .unwrap();
    let app = ConnectedApp::new(
        well_known::CONNECTED_APP_CLIENT_ID,
        well_known::CONNECTED_APP_SECRET_ID,
        well_known::CONNECTED_APP_SECRET_VALUE,
        well_known::ADMIN,
    );
    let jwt = app.mint(SystemTime::now()).unwrap();
    let unified = UnifiedAccessToken::new("https://issuer.example", "tenant", PRIVATE_KEY, CLOUD_USER);
    let credentials: [Credentials; 6] = [
        app.into(),
        Jwt::new(jwt.clone()).into(),
        unified.site(well_known::CLOUD_SITE),
        PersonalAccessToken::new(well_known::PAT_NAME, well_known::PAT_SECRET).into(),
        UserPassword::new(well_known::ADMIN, well_known::PASSWORD).into(),
        UserPassword::new(well_known::ADMIN, "wr0ng-passw0rd").into(),
    ];
    let mut printed = format!(
        "{client:?} {sandbox:?} {:?} {:?}",
        sandbox.service(),
        sandbox.ready()
    );
    for credentials in credentials {
        let signed_in = client.sign_in(credentials.clone()).await;
        printed.push_str(&format!("{credentials:?} {credentials} {signed_in:?}"));
        if let Ok(site) = signed_in {
            printed.push_str(&format!("{:?} {:?}", site.session(), site.workbooks().list()));
            let uploaded = site.upload(Source::reader(CONTENT.as_bytes())).await;
            printed.push_str(&format!("{uploaded:?}"));
            site.sign_out().await.unwrap();
        }
    }

    let cookie = tsm::use_it().await;

    let mut text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        text.contains("tableau_client") && text.contains("signed in"),
        "the log has what it should: {}",
        text.len()
    );
    text.push_str(&printed);
    let tokens: BTreeSet<String> = tokens.lock().unwrap().clone();
    let good: Vec<&String> = tokens
        .iter()
        .filter(|token| token.contains('|') && !token.starts_with("AAAA"))
        .collect();
    assert!(good.len() > 10, "many tokens were used: {}", good.len());
    // Every JWT that passed: what `eyJ` begins is base64 of `{"`.
    let jwts: Vec<&String> = tokens.iter().filter(|token| token.starts_with("eyJ")).collect();
    assert!(jwts.len() >= 3, "{}", jwts.len());
    let known = [
        well_known::PAT_SECRET,
        well_known::PASSWORD,
        well_known::CONNECTED_APP_SECRET_VALUE,
        "wr0ng-passw0rd",
        CONTENT,
        PRIVATE_KEY.lines().nth(1).unwrap(),
        jwt.expose(),
        cookie.as_str(),
    ];
    // The middle part of a token is the secret one: its last part is the site's identifier, which is no secret.
    let parts = good.iter().filter_map(|token| token.split('|').nth(1));
    let jwts = jwts.into_iter().map(String::as_str);
    for secret in known.into_iter().chain(parts).chain(jwts) {
        let found = text.lines().find(|line| line.contains(secret));
        assert!(found.is_none(), "a secret in: {}", found.unwrap_or_default());
    }
}
