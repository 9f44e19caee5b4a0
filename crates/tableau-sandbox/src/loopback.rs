//! Requests to servers on this machine, and to no others.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use http::Uri;

/// The maximum size of an answer, in bytes.
pub(crate) const MAX_ANSWER: u64 = 256 * 1024;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A server's answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// Whether a text is an http address of this machine.
pub(crate) fn is_loopback(url: &str) -> bool {
    url.parse()
        .is_ok_and(|uri: Uri| uri.scheme_str() == Some("http") && address(&uri).is_ok())
}

/// Gets a document.
pub(crate) fn get(uri: &Uri) -> io::Result<Answer> {
    send(uri, "GET", "Accept: application/json\r\n", "")
}

/// Posts a document in JSON.
pub(crate) fn post(url: &str, document: &str) -> io::Result<Answer> {
    let uri: Uri = url
        .parse()
        .map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    let headers = format!(
        "Content-Type: application/json\r\nContent-Length: {}\r\n",
        document.len()
    );
    send(&uri, "POST", &headers, document)
}

/// By HTTP 1.0, so that the answer is not chunked.
fn send(uri: &Uri, method: &str, headers: &str, body: &str) -> io::Result<Answer> {
    let address = address(uri)?;
    let deadline = Instant::now() + PATIENCE;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: {address}\r\n{headers}Connection: close\r\n\r\n{body}"
    )?;
    parse(&read_until(&mut stream, deadline)?).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn address(uri: &Uri) -> io::Result<SocketAddr> {
    let refuse = || io::Error::from(io::ErrorKind::InvalidInput);
    let host = uri.host().ok_or_else(refuse)?;
    let address = if host.eq_ignore_ascii_case("localhost") {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    } else {
        let literal = host.trim_start_matches('[').trim_end_matches(']');
        literal.parse().map_err(|_| refuse())?
    };
    if !address.is_loopback() {
        return Err(refuse());
    }
    Ok(SocketAddr::new(address, uri.port_u16().unwrap_or(80)))
}

fn parse(answer: &[u8]) -> Option<Answer> {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let (head, body) = answer.split_at_checked(end)?;
    let status = head.strip_prefix(b"HTTP/1.")?.get(2..5)?;
    Some(Answer {
        status: std::str::from_utf8(status).ok()?.parse().ok()?,
        body: body.get(4..)?.to_vec(),
    })
}

/// Reads to the end, within the limits of time and size.
fn read_until(stream: &mut TcpStream, deadline: Instant) -> io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || answer.len() as u64 > MAX_ANSWER {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(answer);
        }
        answer.extend_from_slice(buffer.get(..count).unwrap_or_default());
    }
}
