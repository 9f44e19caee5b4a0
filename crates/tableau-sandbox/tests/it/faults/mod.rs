//! Faults, as a client sees them that knows nothing of this library: bytes over a socket.

mod answers;
mod choice;
mod connections;
mod lists;
mod time;

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::Value;
use tableau_sandbox::{Sandbox, well_known};

use crate::fixture::token_credentials;

/// A connection to a sandbox that is used as long as it lasts.
pub(super) struct Peer(BufReader<TcpStream>);

/// An answer with all of its body.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

impl Whole {
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a document in JSON")
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a header, by its name in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    pub(super) fn length(&self) -> usize {
        self.header("content-length")
            .map_or(0, |length| length.parse().unwrap())
    }
}

impl Peer {
    pub(super) fn of(sandbox: &Sandbox) -> Self {
        let stream = TcpStream::connect(sandbox.url().strip_prefix("http://").unwrap()).unwrap();
        Self(BufReader::new(stream))
    }

    /// Sends a request; the token may be empty.
    pub(super) fn send(&mut self, line: &str, token: &str, accept: &str, body: &[u8]) -> io::Result<()> {
        let length = body.len();
        let head = format!(
            "{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Tableau-Auth: {token}\r\nAccept: {accept}\r\nContent-Type: {accept}\r\nContent-Length: {length}\r\n\r\n"
        );
        self.0.get_mut().write_all(head.as_bytes())?;
        self.0.get_mut().write_all(body)
    }

    /// Status, head, and as much of the body as comes; with the error that ends it before its announced length.
    pub(super) fn receive(&mut self) -> io::Result<(Whole, Option<io::Error>)> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut head)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Whole {
            status,
            head,
            body: Vec::new(),
        };
        let length = answer.length();
        let mut buffer = [0; 4096];
        while answer.body.len() < length {
            let room = buffer.len().min(length - answer.body.len());
            match self.0.read(&mut buffer[..room]) {
                Ok(0) => return Ok((answer, Some(io::ErrorKind::UnexpectedEof.into()))),
                Ok(count) => answer.body.extend_from_slice(&buffer[..count]),
                Err(error) => return Ok((answer, Some(error))),
            }
        }
        Ok((answer, None))
    }

    /// Sends a request that asks for JSON and gets its whole answer.
    pub(super) fn ask(&mut self, line: &str, token: &str, body: &str) -> io::Result<Whole> {
        self.send(line, token, "application/json", body.as_bytes())?;
        match self.receive()? {
            (answer, None) => Ok(answer),
            (_, Some(error)) => Err(error),
        }
    }
}

/// A sandbox with a session.
pub(super) struct Scene {
    pub(super) sandbox: Sandbox,
    pub(super) token: String,
    pub(super) site: String,
}

impl Scene {
    pub(super) fn new() -> Self {
        let sandbox = Sandbox::builder().with_control().workbooks(10).start().unwrap();
        let credentials = token_credentials(well_known::PAT_NAME, well_known::PAT_SECRET, "");
        let body = format!("{{\"credentials\":{credentials}}}");
        let answer = Peer::of(&sandbox)
            .ask("POST /api/3.29/auth/signin", "", &body)
            .unwrap();
        let json = answer.json();
        let part = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
        Self {
            token: part("/credentials/token"),
            site: part("/credentials/site/id"),
            sandbox,
        }
    }

    pub(super) fn peer(&self) -> Peer {
        Peer::of(&self.sandbox)
    }

    /// The line of a request below the site.
    pub(super) fn line(&self, method: &str, path: &str) -> String {
        format!("{method} /api/3.29/sites/{}/{path}", self.site)
    }

    /// Lists workbooks on a connection of its own.
    pub(super) fn list(&self, query: &str) -> io::Result<Whole> {
        let line = self.line("GET", &format!("workbooks{query}"));
        self.peer().ask(&line, &self.token, "")
    }

    /// Id and effect of the faults in the log, with the status of each request.
    pub(super) fn logged(&self) -> Vec<(String, &'static str, u16)> {
        let entries = self.sandbox.service().log().entries().into_iter();
        entries
            .filter_map(|entry| entry.fault.map(|fault| (fault.id, fault.effect, entry.status)))
            .collect()
    }
}

/// Whether a connection was reset.
#[track_caller]
pub(super) fn is_reset<T: std::fmt::Debug>(result: io::Result<T>) {
    let error = result.unwrap_err();
    assert!(
        matches!(
            error.kind(),
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
        ),
        "{error:?}"
    );
}
