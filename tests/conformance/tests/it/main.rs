//! The suite against each implementation, in each format.
//!
//! A real server is tested too if `TABLEAU_CONFORMANCE_SERVER_URL`, `…_SITE_NAME`, `…_PAT_NAME` and `…_PAT_SECRET` name one. It needs a token that
//! nothing else uses, and a site with some workbooks; nothing is changed on it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Mutex, MutexGuard, PoisonError};

use conformance::{Target, for_each_case};
use support::InProcess;
use tableau_client::{Format, HttpTransport, ServerAddress};
use tableau_sandbox::{Sandbox, well_known};

const TOKEN: (&str, &str) = (well_known::PAT_NAME, well_known::PAT_SECRET);

fn in_process(format: Format) -> Option<Target> {
    let service = Sandbox::builder().build().unwrap();
    Some(Target::new(
        InProcess(service),
        "http://sandbox.invalid",
        "MarketingTeam",
        TOKEN,
        format,
    ))
}

fn over_tcp(format: Format) -> Option<(Target, Sandbox)> {
    let sandbox = Sandbox::start().unwrap();
    let address: ServerAddress = sandbox.url().parse().unwrap();
    let transport = HttpTransport::for_server(&address).unwrap();
    Some((Target::new(transport, sandbox.url(), "", TOKEN, format), sandbox))
}

/// A real server has one token for all cases, and a token has one session: its cases run one after another.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn real_server(format: Format) -> Option<(Target, MutexGuard<'static, ()>)> {
    let variable = |name: &str| std::env::var(format!("TABLEAU_CONFORMANCE_{name}")).ok();
    let (server, name, secret) = (
        variable("SERVER_URL")?,
        variable("PAT_NAME")?,
        variable("PAT_SECRET")?,
    );
    let address: ServerAddress = server.parse().unwrap();
    let transport = HttpTransport::for_server(&address).unwrap();
    let site = variable("SITE_NAME").unwrap_or_default();
    let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    Some((
        Target::new(transport, address.to_string(), site, (name, secret), format),
        turn,
    ))
}

/// The result of a runner: a target, and the guard that has to live as long.
trait Running {
    fn target(&self) -> &Target;
}

impl Running for Target {
    fn target(&self) -> &Target {
        self
    }
}

impl<T> Running for (Target, T) {
    fn target(&self) -> &Target {
        &self.0
    }
}

macro_rules! run {
    ($module:ident = $runner:path, $format:expr; $($group:ident: $($case:ident)*;)*) => {
        mod $module {
            use super::*;
            $($(
                #[tokio::test]
                async fn $case() {
                    let Some(running) = $runner($format) else { return };
                    conformance::$group::$case(running.target()).await.unwrap();
                }
            )*)*
        }
    };
}

for_each_case!(run, in_process_xml = in_process, Format::Xml;);
for_each_case!(run, in_process_json = in_process, Format::Json;);
for_each_case!(run, over_tcp_xml = over_tcp, Format::Xml;);
for_each_case!(run, over_tcp_json = over_tcp, Format::Json;);
for_each_case!(run, real_server_xml = real_server, Format::Xml;);
for_each_case!(run, real_server_json = real_server, Format::Json;);
