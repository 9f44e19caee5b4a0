//! The other end of a connection: it records everything it receives.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A scripted server on a loopback port; it lives as long as the process.
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    record: Record,
}

/// The received bytes of all connections together.
#[derive(Clone, Default)]
struct Record(Arc<Mutex<Vec<u8>>>);

impl Record {
    fn add(&self, bytes: &[u8]) {
        self.0.lock().unwrap().extend_from_slice(bytes);
    }
}

impl Peer {
    fn start(serve: impl Fn(TcpStream, &Record) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(support::ANY_PORT).unwrap();
        let address = listener.local_addr().unwrap();
        let record = Record::default();
        let (serve, kept) = (Arc::new(serve), record.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (serve, record) = (Arc::clone(&serve), record.clone());
                // A client that disconnects does not fail the test.
                thread::spawn(move || drop(serve(stream, &record)));
            }
        });
        Self {
            address,
            record: kept,
        }
    }

    /// Passes everything on, both ways.
    pub(crate) fn relay(to: &str) -> Self {
        let to = to.split("://").last().unwrap().to_owned();
        Self::start(move |stream, record| pass_on(stream, TcpStream::connect(&to)?, record))
    }

    /// Answers each request by its first line, and closes.
    pub(crate) fn answering(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self::start(move |mut stream, record| {
            let request = read_head(&mut stream, record)?;
            read_body(&mut stream, &request, record)?;
            stream.write_all(answer(request.lines().next().unwrap_or_default()).as_bytes())?;
            stream.shutdown(Shutdown::Write)?;
            // Whatever else is sent is recorded too.
            copy(&mut stream, &mut io::sink(), Some(record))
        })
    }

    /// An HTTP proxy: `CONNECT` for https, absolute addresses for http.
    pub(crate) fn proxy() -> Self {
        Self::start(|mut stream, record| {
            let head = read_head(&mut stream, record)?;
            let mut words = head.split(' ');
            let (method, target) = (words.next().unwrap(), words.next().unwrap());
            if method == "CONNECT" {
                let upstream = TcpStream::connect(target)?;
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
                return pass_on(stream, upstream, record);
            }
            let host = target.strip_prefix("http://").unwrap().split('/').next().unwrap();
            let mut upstream = TcpStream::connect(host)?;
            upstream.write_all(head.as_bytes())?;
            pass_on(stream, upstream, record)
        })
    }

    /// A proxy that says that there is a tunnel, and sends a page through it: at once, or after the client has said something.
    pub(crate) fn page_in_a_tunnel(listens: bool) -> Self {
        Self::start(move |mut stream, record| {
            read_head(&mut stream, record)?;
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            if listens {
                read(&mut stream, 5)?;
            }
            stream.write_all(b"<html>Sign in to the proxy</html>")?;
            stream.shutdown(Shutdown::Write)?;
            copy(&mut stream, &mut io::sink(), None)
        })
    }

    /// A SOCKS5 proxy that requires the user `user` with the password `pass` (RFC 1928, RFC 1929).
    pub(crate) fn socks() -> Self {
        Self::start(|mut stream, record| {
            let greeting = read(&mut stream, 2)?;
            let methods = read(&mut stream, usize::from(greeting[1]))?;
            assert!(methods.contains(&2), "a password is offered");
            stream.write_all(&[5, 2])?;
            assert_eq!(read(&mut stream, 11)?, b"\x01\x04user\x04pass");
            stream.write_all(&[1, 0])?;
            let request = read(&mut stream, 4)?;
            let host = match request[3] {
                1 => read(&mut stream, 4)?
                    .iter()
                    .map(u8::to_string)
                    .collect::<Vec<_>>()
                    .join("."),
                3 => {
                    let length = read(&mut stream, 1)?[0];
                    String::from_utf8(read(&mut stream, usize::from(length))?).unwrap()
                }
                other => panic!("an address of kind {other}"),
            };
            let port = read(&mut stream, 2)?;
            record.add(format!("SOCKS {host}\n").as_bytes());
            let upstream = TcpStream::connect((host, u16::from_be_bytes([port[0], port[1]])))?;
            stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
            pass_on(stream, upstream, record)
        })
    }

    pub(crate) fn http(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The received bytes, as text.
    pub(crate) fn received(&self) -> String {
        String::from_utf8_lossy(&self.record.0.lock().unwrap()).into_owned()
    }
}

/// An HTTP answer.
pub(crate) fn answer(status: &str, kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn read(stream: &mut TcpStream, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    stream.read_exact(&mut bytes).map(|()| bytes)
}

fn read_head(stream: &mut TcpStream, record: &Record) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = read(stream, 1)?;
        record.add(&byte);
        head.extend(byte);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn read_body(stream: &mut TcpStream, head: &str, record: &Record) -> io::Result<()> {
    let length = head
        .to_ascii_lowercase()
        .lines()
        .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    record.add(&read(stream, length.unwrap_or(0))?);
    Ok(())
}

fn pass_on(mut near: TcpStream, mut far: TcpStream, record: &Record) -> io::Result<()> {
    let (mut back, mut to_near) = (far.try_clone()?, near.try_clone()?);
    thread::spawn(move || drop(copy(&mut back, &mut to_near, None)));
    let copied = copy(&mut near, &mut far, Some(record));
    far.shutdown(Shutdown::Write)?;
    copied
}

fn copy(from: &mut TcpStream, to: &mut dyn io::Write, record: Option<&Record>) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        let count = from.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        if let Some(record) = record {
            record.add(&buffer[..count]);
        }
        to.write_all(&buffer[..count])?;
    }
}
