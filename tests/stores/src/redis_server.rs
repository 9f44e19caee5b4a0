//! A real Redis or Valkey server for one test.

use std::env;
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use crate::Child;

/// The user of the workers, with exactly the rights that the store needs.
const USER: &str = "worker";
const PASSWORD: &str = "p@ss/w0rd";
const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];

/// A server on a free port of the loopback interface, with one user.
#[derive(Debug)]
pub struct RedisServer {
    program: &'static str,
    directory: TempDir,
    port: u16,
    tls: bool,
    running: Option<Child>,
}

impl RedisServer {
    /// Starts one; `None` if it is not installed, unless the run requires it (`STORES_WITH_REDIS=1`).
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn start() -> Option<Self> {
        Self::new(false)
    }

    /// Starts one that speaks TLS only, with a certificate from an authority of its own: [`ca_file`](Self::ca_file).
    #[must_use]
    pub fn start_with_tls() -> Option<Self> {
        Self::new(true)
    }

    fn new(tls: bool) -> Option<Self> {
        let Some(program) = program() else {
            let why = format!(
                "neither {} is installed: `apt-get install redis-server`",
                PROGRAMS.join(" nor ")
            );
            assert!(env::var_os("STORES_WITH_REDIS").is_none(), "{why}");
            eprintln!("not tested with a server: {why}");
            return None;
        };
        let directory = tempfile::tempdir().unwrap();
        if tls {
            certificates(&directory);
        }
        // Another process may take a port that was free a moment ago.
        for _ in 0..10 {
            let port = free_port();
            if let Some(running) = run(program, &directory, port, tls) {
                let running = Some(running);
                return Some(Self {
                    program,
                    directory,
                    port,
                    tls,
                    running,
                });
            }
        }
        panic!("a Redis server does not start: {}", log(&directory));
    }

    /// The address, with the user and the password.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of(USER, &Self::password_in_url())
    }

    /// The address, for another user.
    #[must_use]
    pub fn url_of(&self, user: &str, password: &str) -> String {
        let scheme = if self.tls { "rediss" } else { "redis" };
        format!("{scheme}://{user}:{password}@127.0.0.1:{}/0", self.port)
    }

    /// The password, as it is written in an address.
    #[must_use]
    pub fn password_in_url() -> String {
        PASSWORD.replace('@', "%40").replace('/', "%2F")
    }

    /// The password.
    #[must_use]
    pub fn password() -> &'static str {
        PASSWORD
    }

    /// The authority that signed its certificate.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }

    /// Stops it: it loses its data.
    pub fn stop(&mut self) {
        self.running.take().unwrap().kill();
    }

    /// Starts it again, on the same port.
    pub fn restart(&mut self) {
        assert!(self.running.is_none());
        self.running = run(self.program, &self.directory, self.port, self.tls);
        assert!(self.running.is_some(), "{}", log(&self.directory));
    }

    /// Keeps it from answering.
    pub fn freeze(&self) {
        self.running.as_ref().unwrap().stop();
    }

    /// Lets it answer again.
    pub fn thaw(&self) {
        self.running.as_ref().unwrap().resume();
    }
}

/// The installed program.
fn program() -> Option<&'static str> {
    let is_installed = |program: &&str| Command::new(program).arg("--version").output().is_ok();
    PROGRAMS.into_iter().find(is_installed)
}

/// Starts the server and waits until it is ready; `None` if it ends instead.
fn run(program: &str, directory: &TempDir, port: u16, tls: bool) -> Option<Child> {
    let path = |name: &str| directory.path().join(name).display().to_string();
    let ports = if tls {
        let (cert, key, ca) = (path("cert.pem"), path("key.pem"), path("ca.pem"));
        format!(
            "port 0\ntls-port {port}\ntls-cert-file {cert}\ntls-key-file {key}\ntls-ca-cert-file {ca}\ntls-auth-clients no"
        )
    } else {
        format!("port {port}")
    };
    let config = format!(
        "bind 127.0.0.1\n{ports}\ndir {}\nsave \"\"\nappendonly no\ndaemonize no\nuser default off\n\
         user {USER} on >{PASSWORD} ~tableau-client:* -@all +get +set +del +incr +pexpire +eval\n\
         user reader on >{PASSWORD} ~tableau-client:* -@all +get\n",
        directory.path().display(),
    );
    fs::write(path("server.conf"), config).unwrap();
    let child = Child::start(Command::new(program).arg(path("server.conf")));
    let mut said = String::new();
    while let Some(line) = child.line() {
        if line.contains("Ready to accept connections") {
            return Some(child);
        }
        said.push_str(&line);
        said.push('\n');
    }
    fs::write(path("log"), said).unwrap();
    None
}

fn log(directory: &TempDir) -> String {
    fs::read_to_string(directory.path().join("log")).unwrap_or_default()
}

/// A port without a listener.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// An authority, and a certificate for the loopback address that it has signed.
fn certificates(directory: &TempDir) {
    let mut authority = CertificateParams::new([]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let ca = authority.self_signed(&authority_key).unwrap();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let server = server.signed_by(&key, &issuer).unwrap();
    for (name, text) in [
        ("ca.pem", ca.pem()),
        ("cert.pem", server.pem()),
        ("key.pem", key.serialize_pem()),
    ] {
        fs::write(directory.path().join(name), text).unwrap();
    }
}
