//! No secret and no token is logged or printed, by anything, over the whole suite.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use conformance::{Target, for_each_case};
use tableau_client::{
    Client, Credentials, Format, HttpTransport, PersonalAccessToken, ServerAddress, Transport,
    TransportFuture, UserPassword,
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
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture {
        if let Some(token) = request.headers().get("x-tableau-auth") {
            self.tokens
                .lock()
                .unwrap()
                .insert(token.to_str().unwrap().to_owned());
        }
        self.inner.send(request)
    }
}

macro_rules! run_all {
    ($target:expr; $($group:ident: $($case:ident)*;)*) => {
        $($(conformance::$group::$case($target).await.unwrap();)*)*
    };
}

#[tokio::test]
async fn nothing_secret_is_logged_or_printed() {
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
    let credentials: [Credentials; 3] = [
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
            site.sign_out().await.unwrap();
        }
    }

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
    let known = [well_known::PAT_SECRET, well_known::PASSWORD, "wr0ng-passw0rd"];
    // The middle part of a token is the secret one: its last part is the site's identifier, which is no secret.
    let parts = good.iter().filter_map(|token| token.split('|').nth(1));
    for secret in known.into_iter().chain(parts) {
        let found = text.lines().find(|line| line.contains(secret));
        assert!(found.is_none(), "a secret in: {}", found.unwrap_or_default());
    }
}
