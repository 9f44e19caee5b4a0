//! Credential helpers: programs that give credentials, by a contract like that of kubectl's `exec` plugins.
//!
//! The program is run without a shell and without standard input at each sign-in. `TABLEAU_EXEC_INFO` gives the purpose
//! (JSON: `apiVersion`, `kind`, `spec` with `profile`, `server`, `site`); it prints one JSON object and ends with 0:
//!
//! ```json
//! {"apiVersion": "tabctl/v1", "kind": "ExecCredential", "status": {"personalAccessTokenName": "ci", "personalAccessTokenSecret": "…"}}
//! ```
//!
//! `status` has the names of Tableau's sign-in: a token as above, `name` and `password`, or `jwt` and perhaps `isUat`.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tableau_client::{Credentials, Jwt, PersonalAccessToken, Secret, UserPassword};

use crate::encoding;
use crate::env;

const INFO: &str = "TABLEAU_EXEC_INFO";
const API_VERSION: &str = "tabctl/v1";
const KIND: &str = "ExecCredential";
const TIMEOUT_SECONDS: u64 = 30;
/// A day.
const LONGEST_TIMEOUT_SECONDS: u64 = 86_400;
/// The longest answer that is read, in bytes.
const LONGEST: u64 = 256 * 1024;
/// How often to check whether a program that has closed its output has ended.
const LOOK: Duration = Duration::from_millis(5);

/// A program that gives credentials.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Helper {
    pub(crate) command: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) args: Vec<String>,
    pub(crate) timeout_seconds: Option<u64>,
}

/// The purpose of the credentials.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Purpose {
    pub(crate) profile: String,
    pub(crate) server: String,
    pub(crate) site: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    api_version: &'static str,
    kind: &'static str,
    spec: &'a Purpose,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    api_version: String,
    kind: String,
    status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    personal_access_token_name: Option<String>,
    personal_access_token_secret: Option<Secret>,
    name: Option<String>,
    password: Option<Secret>,
    jwt: Option<Secret>,
    #[serde(default)]
    is_uat: bool,
}

impl Helper {
    /// Runs the program, or says why it gave nothing. Its answer is never quoted.
    pub(crate) fn ask(&self, purpose: &Purpose) -> Result<Credentials, String> {
        let text = self.run(purpose)?;
        let answer: Answer = serde_json::from_str(text.expose()).map_err(|_| {
            self.wrong(&format!(
                "did not print a JSON object with `apiVersion`, `kind` and `status` (see {INFO} in the guide)"
            ))
        })?;
        if (answer.api_version.as_str(), answer.kind.as_str()) != (API_VERSION, KIND) {
            return Err(self.wrong(&format!(
                "answered with something else than {KIND} of {API_VERSION}"
            )));
        }
        answer.status.credentials().ok_or_else(|| {
            self.wrong("gave neither a token (`personalAccessTokenName`, `personalAccessTokenSecret`) nor `name` and `password` nor `jwt`")
        })
    }

    fn wrong(&self, what: &str) -> String {
        format!("the credential helper {} {what}", self.command)
    }

    fn run(&self, purpose: &Purpose) -> Result<Secret, String> {
        let mut child = self.start(purpose)?;
        // A profile may have been written by hand.
        let seconds = self.timeout_seconds.unwrap_or(TIMEOUT_SECONDS);
        let time = Duration::from_secs(seconds.min(LONGEST_TIMEOUT_SECONDS));
        let end = Instant::now() + time;
        let result = self.read_until(&mut child, end);
        if result.is_err() {
            // The program may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
        result
    }

    fn start(&self, purpose: &Purpose) -> Result<Child, String> {
        let request = Request {
            api_version: API_VERSION,
            kind: KIND,
            spec: purpose,
        };
        let info = serde_json::to_string(&request).map_err(|error| error.to_string())?;
        let mut command = Command::new(&self.command);
        command
            .args(&self.args)
            .env(INFO, info)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        env::hide_secrets(&mut command);
        command
            .spawn()
            .map_err(|error| self.wrong(&format!("cannot be started: {error}")))
    }

    fn read_until(&self, child: &mut Child, end: Instant) -> Result<Secret, String> {
        let stdout = child.stdout.take();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = stdout.map(|stdout| stdout.take(LONGEST).read_to_end(&mut bytes));
            let text = encoding::decode(bytes).ok().map(Secret::new);
            // The receiver may have stopped waiting.
            let _ = sender.send(text.filter(|_| read.is_some_and(|read| read.is_ok())));
        });
        let late = || self.wrong("did not end in time");
        let left = end.saturating_duration_since(Instant::now());
        let text = receiver.recv_timeout(left).map_err(|_| late())?;
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if Instant::now() < end => thread::sleep(LOOK),
                Ok(None) => return Err(late()),
                Err(error) => return Err(self.wrong(&format!("cannot be waited for: {error}"))),
            }
        };
        if !status.success() {
            return Err(self.wrong(&format!("failed ({status})")));
        }
        text.ok_or_else(|| self.wrong("printed something that is not text"))
    }
}

impl Status {
    fn credentials(self) -> Option<Credentials> {
        if let (Some(name), Some(secret)) =
            (self.personal_access_token_name, self.personal_access_token_secret)
        {
            return Some(PersonalAccessToken::new(name, secret).into());
        }
        if let (Some(name), Some(password)) = (self.name, self.password) {
            return Some(UserPassword::new(name, password).into());
        }
        let jwt = Jwt::new(self.jwt?);
        Some(
            if self.is_uat {
                jwt.unified_access_token()
            } else {
                jwt
            }
            .into(),
        )
    }
}
