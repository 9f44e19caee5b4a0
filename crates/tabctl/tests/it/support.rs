//! The binary in a clean environment.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use tableau_sandbox::{Builder, JobPlan, Sandbox, well_known};
use tempfile::TempDir;

/// A sandbox, and a folder for what `tabctl` keeps.
pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self {
            sandbox: Sandbox::start().unwrap(),
            folder: TempDir::new().unwrap(),
        }
    }

    /// One that speaks TLS too, with a certificate of its own authority.
    pub(crate) fn with_tls() -> Self {
        Self::with_tls_and(|builder| builder)
    }

    pub(crate) fn with_tls_and(options: impl FnOnce(Builder) -> Builder) -> Self {
        let folder = TempDir::new().unwrap();
        let local = SocketAddr::from(([127, 0, 0, 1], 0));
        let builder = Sandbox::builder().listen(local).listen_tls(local);
        let sandbox = options(builder.ca_dir(folder.path())).start().unwrap();
        Self { sandbox, folder }
    }

    /// `tabctl` without any variable that says where to sign in.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tabctl"));
        command
            .args(arguments)
            .env_clear()
            .env("TABLEAU_CONFIG_DIR", self.folder.path())
            // The user who runs the tests may have one.
            .env("TABLEAU_KEYRING", "off")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        end(self.command(arguments).output().unwrap())
    }

    /// What a command wrote, without what differs from run to run: `URL` and `FOLDER` stand for the sandbox's.
    pub(crate) fn neat(&self, text: &str) -> String {
        let text = text.replace(self.sandbox.url(), "URL");
        text.replace(self.folder.path().to_str().unwrap(), "FOLDER")
    }

    /// How many sign-ins there were.
    pub(crate) fn sign_ins(&self) -> usize {
        self.answered("auth.signIn")
    }

    /// How many requests of an operation were answered with what was asked for.
    pub(crate) fn answered(&self, operation: &str) -> usize {
        let log = self.sandbox.service().log().entries();
        let asked = log
            .iter()
            .filter(|entry| entry.operation.as_deref() == Some(operation));
        asked.filter(|entry| entry.status == 200).count()
    }

    /// Plans jobs that end at once by the sandbox's clock.
    pub(crate) fn plan_jobs(&self, plan: JobPlan) {
        let plan = plan.waits(Duration::ZERO).runs(Duration::ZERO);
        self.sandbox.service().controls().plan_jobs(plan);
    }

    /// `tabctl` with the sandbox's token in its environment.
    pub(crate) fn with_token(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(arguments);
        command
            .env("TABLEAU_SERVER_URL", self.sandbox.url())
            .env("TABLEAU_PAT_NAME", well_known::PAT_NAME)
            .env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET);
        command
    }

    pub(crate) fn run_with_token(&self, arguments: &[&str]) -> Ended {
        end(self.with_token(arguments).output().unwrap())
    }

    /// The arguments that sign in as a user by the sandbox's connected app, which may read content.
    pub(crate) fn by_app<'b>(&'b self, user: &'b str) -> Vec<&'b str> {
        let mut arguments = vec!["auth", "login", self.sandbox.url()];
        arguments.extend(["--client-id", well_known::CONNECTED_APP_CLIENT_ID]);
        arguments.extend(["--secret-id", well_known::CONNECTED_APP_SECRET_ID]);
        arguments.extend(["--username", user, "--scope", "tableau:content:read"]);
        arguments
    }

    /// Signs in to a site.
    pub(crate) fn login(&self, site: &str) -> Ended {
        let secret = self.folder.path().join("secret");
        std::fs::write(&secret, format!("{}\r\n", well_known::PAT_SECRET)).unwrap();
        let address = format!("{}/#/site/{site}/home", self.sandbox.url());
        let address = if site.is_empty() {
            self.sandbox.url()
        } else {
            &address
        };
        let file = secret.to_str().unwrap();
        self.run(&[
            "auth",
            "login",
            address,
            "--token-name",
            well_known::PAT_NAME,
            "--token-file",
            file,
        ])
    }

    pub(crate) fn profile(&self) -> impl AsRef<Path> + use<> {
        self.folder.path().join("profiles.toml")
    }
}

pub(crate) fn end(output: Output) -> Ended {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let ended = Ended {
        code: output.status.code().unwrap(),
        out: text(output.stdout),
        err: text(output.stderr),
    };
    for text in [&ended.out, &ended.err] {
        assert!(!text.contains("panicked"), "{text}");
        assert!(!text.contains("s4ndb0x"), "the secret is never printed: {text}");
    }
    ended
}

/// A script, by its path.
#[cfg(unix)]
pub(crate) fn executable(folder: &TempDir, name: &str, script: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.path().join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}
