//! A server on the loopback interface that does what a script says, byte by byte.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::ANY_PORT;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The whole head.
    pub head: String,
    /// How many requests of this method and path came before it.
    pub before: usize,
}

/// What the server does.
#[derive(Debug, Clone)]
pub enum Act {
    /// Reads the body of the request.
    Read,
    /// Sends bytes.
    Send(Vec<u8>),
    /// Sends bytes again and again, for as long as the client takes them, with a pause between.
    Repeat(Vec<u8>, Duration),
    /// Sends each of these bytes after a pause.
    Drip(Vec<u8>, Duration),
    /// Does nothing until the server ends.
    Hang,
    /// Closes the connection without having read all of the request, which resets it if there was more.
    Close,
}

type Script = dyn Fn(&Seen) -> Vec<Act> + Send + Sync;

/// A server that does what a script says. It ends when it is dropped.
pub struct Scripted {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    /// Ends what hangs when it is dropped.
    _alive: Sender<()>,
}

impl std::fmt::Debug for Scripted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scripted({})", self.address)
    }
}

struct Shared {
    script: Box<Script>,
    seen: Mutex<Vec<Seen>>,
    /// How many bytes were sent.
    sent: Mutex<u64>,
    /// Disconnected when the server ends.
    end: Mutex<std::sync::mpsc::Receiver<()>>,
}

impl Scripted {
    /// Starts a server. The script is asked when the head of a request is there.
    ///
    /// # Panics
    /// If it cannot listen.
    pub fn start(script: impl Fn(&Seen) -> Vec<Act> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(ANY_PORT).expect("a port");
        let address = listener.local_addr().expect("an address");
        let (alive, end) = channel();
        let shared = Arc::new(Shared {
            script: Box::new(script),
            seen: Mutex::default(),
            sent: Mutex::default(),
            end: Mutex::new(end),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&serving);
                // A client that goes away does not fail the test.
                thread::spawn(move || drop(shared.serve(stream)));
            }
        });
        Self {
            address,
            shared,
            _alive: alive,
        }
    }

    /// The address as a client takes it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far whose path contains a text.
    #[must_use]
    pub fn seen(&self, part: &str) -> Vec<Seen> {
        let seen = lock(&self.shared.seen);
        seen.iter()
            .filter(|seen| seen.target.contains(part))
            .cloned()
            .collect()
    }

    /// How many bytes were sent so far.
    #[must_use]
    pub fn sent(&self) -> u64 {
        *lock(&self.shared.sent)
    }
}

impl Shared {
    /// Serves the requests of a connection, one after the other.
    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        loop {
            let head = read_head(&mut stream)?;
            let seen = self.note(&head);
            let mut body_left = content_length(&head);
            for act in (self.script)(&seen) {
                match act {
                    Act::Read => {
                        io::copy(&mut Read::by_ref(&mut stream).take(body_left), &mut io::sink())?;
                        body_left = 0;
                    }
                    Act::Send(bytes) => self.send(&mut stream, &bytes)?,
                    Act::Repeat(bytes, pause) => loop {
                        self.send(&mut stream, &bytes)?;
                        self.pause(pause)?;
                    },
                    Act::Drip(bytes, pause) => {
                        for byte in bytes {
                            self.send(&mut stream, &[byte])?;
                            self.pause(pause)?;
                        }
                    }
                    Act::Hang => loop {
                        self.pause(Duration::from_secs(60))?;
                    },
                    Act::Close => return Ok(()),
                }
            }
        }
    }

    fn note(&self, head: &str) -> Seen {
        let mut words = head.split(' ').map(str::to_owned);
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let path = |target: &str| target.split('?').next().map(str::to_owned);
        let mut all = lock(&self.seen);
        let same = |seen: &&Seen| seen.method == method && path(&seen.target) == path(&target);
        let before = all.iter().filter(same).count();
        let seen = Seen {
            method,
            target,
            head: head.to_owned(),
            before,
        };
        all.push(seen.clone());
        seen
    }

    fn send(&self, stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
        stream.write_all(bytes)?;
        *lock(&self.sent) += bytes.len() as u64;
        Ok(())
    }

    /// Waits, unless the server ends.
    fn pause(&self, span: Duration) -> io::Result<()> {
        if span.is_zero() {
            return Ok(());
        }
        // Not held while it waits: connections wait side by side.
        let step = Duration::from_millis(5);
        let steps = span.as_millis().div_ceil(step.as_millis());
        for _ in 0..steps {
            let ended = lock(&self.end).recv_timeout(Duration::ZERO);
            if ended == Err(RecvTimeoutError::Disconnected) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            thread::park_timeout(step);
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.extend_from_slice(&byte);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn content_length(head: &str) -> u64 {
    let lower = head.to_ascii_lowercase();
    let length = lower
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    length.and_then(|length| length.trim().parse().ok()).unwrap_or(0)
}

/// An answer with a document.
#[must_use]
pub fn answer(status: &str, headers: &str, body: &str) -> Act {
    let length = body.len();
    let text = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n{body}");
    Act::Send(text.into_bytes())
}

/// A document of the REST API around some elements.
#[must_use]
pub fn document(content: &str) -> String {
    format!("<tsResponse xmlns=\"http://tableau.com/api\">{content}</tsResponse>")
}

/// What every server answers to the calls that begin and end a session; `None` for other requests.
#[must_use]
pub fn usual(seen: &Seen) -> Option<Vec<Act>> {
    let site = "11111111-2222-4333-8444-555555555555";
    let body = if seen.target.ends_with("/serverinfo") {
        document("<serverInfo><restApiVersion>3.20</restApiVersion></serverInfo>")
    } else if seen.target.ends_with("/auth/signin") {
        document(&format!(
            "<credentials token='token'><site id='{site}' contentUrl=''/><user id='u'/></credentials>"
        ))
    } else if seen.target.ends_with("/auth/signout") {
        return Some(vec![Act::Read, answer("204 No Content", "", "")]);
    } else {
        return None;
    };
    Some(vec![Act::Read, answer("200 OK", "", &body)])
}

/// A page of workbooks with as many items as it says.
#[must_use]
pub fn page(number: u64, size: u64, total: u64) -> String {
    let first = (number - 1) * size;
    let items: String = (first..total.min(first + size))
        .map(|item| format!("<workbook id='w{item}' name='Workbook {item}'/>"))
        .collect();
    document(&format!(
        "<pagination pageNumber='{number}' pageSize='{size}' totalAvailable='{total}'/><workbooks>{items}</workbooks>"
    ))
}
