//! The sandbox: how many requests it answers.

use std::path::Path;
use std::time::Instant;

use serde_json::Value;

use crate::Outcome;
use crate::options::Options;
use crate::process::{Server, Task, wait_for};
use crate::result::{Bound, Figure, Judged, Line, Row};
use crate::servers::References;
use crate::setup::Setup;
use crate::spread::{Spread, Unit};

/// A sandbox that runs as the command runs it.
pub(crate) struct Sandbox {
    pub(crate) server: Server,
    pub(crate) url: String,
    /// The credentials that it has, as they stand in the environment of clients.
    token: [(&'static str, String); 2],
    password: [(&'static str, String); 2],
    /// From the start of the process until it serves, in seconds.
    pub(crate) start: f64,
}

impl Sandbox {
    pub(crate) fn start(setup: &Setup, workbooks: u32, data: Option<&Path>) -> Outcome<Self> {
        let ready = setup.path("ready.json");
        let _ = std::fs::remove_file(&ready);
        let mut arguments: Vec<String> = ["sandbox", "--listen", "127.0.0.1:0", "--workbooks"]
            .map(str::to_owned)
            .to_vec();
        arguments.extend([
            workbooks.to_string(),
            "--ready-file".to_owned(),
            ready.to_string_lossy().into_owned(),
        ]);
        if let Some(folder) = data {
            arguments.extend(["--data".to_owned(), folder.to_string_lossy().into_owned()]);
        }
        let begun = Instant::now();
        let server = Server::start(setup, "tabctl", &arguments)?;
        let ready: Value = wait_for("the sandbox", || {
            serde_json::from_str(&std::fs::read_to_string(&ready).ok()?).ok()
        })?;
        let start = begun.elapsed().as_secs_f64();
        let text = |pointer: &str| -> Outcome<String> {
            let value = ready.pointer(pointer).and_then(Value::as_str);
            Ok(value.ok_or_else(|| format!("no {pointer}"))?.to_owned())
        };
        Ok(Self {
            server,
            url: text("/rest")?,
            token: [
                ("TABLEAU_PAT_NAME", text("/personalAccessTokens/0/name")?),
                ("TABLEAU_PAT_SECRET", text("/personalAccessTokens/0/secret")?),
            ],
            password: [
                ("TABLEAU_USERNAME", text("/users/0/name")?),
                ("TABLEAU_PASSWORD", text("/users/0/password")?),
            ],
            start,
        })
    }

    /// How many requests of a kind it answers in a second of its CPU.
    pub(crate) fn rate(&self, setup: &Setup, load: Load<'_>, limit: &str) -> Outcome<f64> {
        load.rate(setup, self, &self.server, &self.url, limit)
    }
}

/// A request, by the words of `limit load`, and who signs in for it.
#[derive(Clone, Copy)]
pub(crate) struct Load<'a> {
    kind: &'a str,
    by_password: bool,
}

pub(crate) const fn by_token(kind: &str) -> Load<'_> {
    Load {
        kind,
        by_password: false,
    }
}

impl Load<'_> {
    /// How many of them a server answers in a second of its CPU, with credentials of the sandbox: the reference server takes all.
    fn rate(self, setup: &Setup, sandbox: &Sandbox, server: &Server, url: &str, limit: &str) -> Outcome<f64> {
        let environment = match self.by_password {
            true => &sandbox.password,
            false => &sandbox.token,
        };
        let task = Task {
            name: "limit",
            program: setup.program("limit"),
            arguments: ["load", url, self.kind, limit].map(str::to_owned).to_vec(),
            environment: environment.to_vec(),
            times: 1,
            pieces: 1,
        };
        let before = server.cpu()?;
        let (_, said) = task.run(setup)?;
        let requests = said.strip_prefix("requests=").ok_or("how many requests?")?;
        // One tick of the kernel's clock is the least that it counts.
        Ok(requests.parse::<f64>()? / (server.cpu()? - before).max(0.01))
    }
}

/// Signs in with a password.
pub(crate) const BY_PASSWORD: Load<'static> = Load {
    kind: "sign-in",
    by_password: true,
};

const RATES: [(&str, Load<'static>, f64); 4] = [
    ("serverinfo", by_token("serverinfo"), 0.7),
    ("sign-in by token", by_token("sign-in"), 0.5),
    ("sign-in by password", BY_PASSWORD, 0.4),
    ("list of 100", by_token("pageSize=100"), 0.3),
];

/// Requests per second of the server's CPU, beside the reference server.
pub(crate) fn rates(setup: &Setup, options: &Options, references: &References) -> Outcome<Row> {
    let rounds = options.rounds.min(5);
    let limit = format!("{}ms", options.sizes.load);
    let sandbox = Sandbox::start(setup, 1000, None)?;
    let (mut lines, mut goals) = (Vec::new(), Vec::new());
    for (name, load, goal) in RATES {
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            ours.push(sandbox.rate(setup, load, &limit)?);
            let reference = &references.few;
            bare.push(load.rate(setup, &sandbox, &reference.server, &reference.http, &limit)?);
        }
        goals.push(Judged {
            what: format!("{name}, sandbox ÷ hyper"),
            measured: Spread::of(ours.iter().zip(&bare).map(|(ours, bare)| ours / bare)),
            bound: Bound::AtLeast(goal),
            unit: Unit::Ratio,
        });
        lines.push(Line {
            name: name.to_owned(),
            figures: vec![
                figure("sandbox", ours, Unit::PerSecond),
                figure("hyper", bare, Unit::PerSecond),
            ],
        });
    }
    Ok(Row {
        key: "sandbox-rates",
        title: "sandbox: requests per second of its CPU, beside bare hyper with answers made before"
            .to_owned(),
        lines,
        goals,
        rounds,
    })
}

pub(crate) fn figure(of: &'static str, values: Vec<f64>, unit: Unit) -> Figure {
    Figure {
        of,
        spread: Spread::of(values),
        unit,
    }
}
