//! The mistakes people make when they sign in: each is made, and `auth doctor` and the command that fails both name its cause.

pub(crate) mod jwt;
mod peer;
mod signing_in;
mod way;

use std::process::Command;

use support::each_at_once;
use tableau_sandbox::{Builder, Sandbox, well_known};
use tempfile::TempDir;

use crate::support::{Bench, Ended, end};

/// A mistake, and what is said of it.
struct Mistake {
    name: &'static str,
    make: fn() -> Stage,
    /// The layer at which the doctor finds it, with its mark.
    layer: &'static str,
    /// The one sentence; `…` stands for anything.
    cause: &'static str,
    /// Whether the cause comes first: what can be seen does, what only is likely may not.
    rank: Rank,
    /// How the doctor ends, and how the command does.
    codes: (i32, i32),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    First,
    Among,
}

/// Where the mistake has been made.
struct Stage {
    bench: Bench,
    environment: Vec<(&'static str, String)>,
    options: Vec<String>,
    command: &'static [&'static str],
}

impl Stage {
    fn new() -> Self {
        Self::with(Sandbox::builder())
    }

    fn with(sandbox: Builder) -> Self {
        let bench = Bench {
            sandbox: sandbox.start().unwrap(),
            folder: TempDir::new().unwrap(),
        };
        let url = bench.sandbox.url().to_owned();
        let stage = Self {
            bench,
            environment: Vec::new(),
            options: Vec::new(),
            command: &["workbooks", "list"],
        };
        stage
            .server(url)
            .set("TABLEAU_PAT_NAME", well_known::PAT_NAME)
            .set("TABLEAU_PAT_SECRET", well_known::PAT_SECRET)
    }

    fn set(mut self, variable: &'static str, value: impl Into<String>) -> Self {
        self.environment.retain(|(name, _)| *name != variable);
        self.environment.push((variable, value.into()));
        self
    }

    fn without_token(mut self) -> Self {
        self.environment.retain(|(name, _)| !name.contains("PAT"));
        self
    }

    fn server(self, address: impl Into<String>) -> Self {
        self.set("TABLEAU_SERVER_URL", address)
    }

    fn site(self, site: &str) -> Self {
        self.set("TABLEAU_SITE_NAME", site)
    }

    fn option(mut self, name: &str, value: impl Into<String>) -> Self {
        self.options.extend([name.to_owned(), value.into()]);
        self
    }

    fn over_tls(self) -> Self {
        let url = self.bench.sandbox.tls_url().unwrap().to_owned();
        self.server(url)
    }

    fn trusting(self) -> Self {
        let ca = self.bench.sandbox.ca_file().unwrap().to_str().unwrap().to_owned();
        self.option("--ca-file", ca)
    }

    fn by(mut self, command: &'static [&'static str]) -> Self {
        self.command = command;
        self
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        let mut command: Command = self.bench.command(arguments);
        command.args(&self.options);
        command.envs(self.environment.iter().map(|(name, value)| (*name, value)));
        end(command.output().unwrap())
    }
}

/// Whether a text is what a pattern says, in which `…` stands for anything.
fn is(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('…');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<_> = parts.collect();
    let Some((last, between)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in between {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

impl Mistake {
    fn check(&self) {
        let stage = (self.make)();
        let doctor = stage.run(&["auth", "doctor"]);
        let (out, err) = (&doctor.out, &doctor.err);
        let case = format!("{}: doctor said\n{out}{err}", self.name);
        assert_eq!(doctor.code, self.codes.0, "{case}");
        let mut lines = out.lines().skip_while(|line| !line.starts_with(self.layer));
        assert!(lines.next().is_some(), "{case}");
        let causes: Vec<_> = lines
            .take_while(|line| line.starts_with("  "))
            .filter_map(|line| line.strip_prefix("  cause: ").or(line.strip_prefix("  or:    ")))
            .collect();
        self.check_causes(&causes, self.cause, &case);
        if doctor.code != 0 {
            let last = out.lines().rfind(|line| !line.starts_with("  ")).unwrap();
            assert!(last.starts_with(self.layer), "it goes on after a failure: {case}");
        }

        let command = stage.run(stage.command);
        let (out, err) = (&command.out, &command.err);
        let case = format!("{}: {:?} said\n{out}{err}", self.name, stage.command);
        assert_eq!(command.code, self.codes.1, "{case}");
        if command.code == 0 {
            return;
        }
        let listed: Vec<_> = err.lines().filter_map(|line| line.strip_prefix("  - ")).collect();
        if listed.is_empty() {
            let error = err.lines().next().and_then(|line| line.strip_prefix("error: "));
            let pattern = format!("…{}", self.cause);
            assert!(error.is_some_and(|error| is(error, &pattern)), "{case}");
        } else {
            self.check_causes(&listed, self.cause, &case);
        }
    }

    fn check_causes(&self, causes: &[&str], pattern: &str, case: &str) {
        let at = causes.iter().position(|cause| is(cause, pattern));
        assert!(at.is_some(), "{pattern:?} is not among {causes:?}: {case}");
        assert!(at == Some(0) || self.rank == Rank::Among, "{case}");
    }
}

#[test]
fn each_mistake_on_the_way_to_the_server_is_named() {
    each_at_once(way::MISTAKES, Mistake::check);
}

#[test]
fn each_mistake_in_signing_in_is_named() {
    each_at_once(signing_in::MISTAKES, Mistake::check);
}

#[test]
fn each_mistake_with_other_credentials_is_named() {
    each_at_once(jwt::MISTAKES, Mistake::check);
}

#[test]
fn at_least_twenty_five_distinct_mistakes_are_named() {
    let all = [way::MISTAKES, signing_in::MISTAKES, jwt::MISTAKES];
    let mut names: Vec<_> = all.into_iter().flatten().map(|mistake| mistake.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert!(names.len() == count && count >= 25, "{count}");
}
