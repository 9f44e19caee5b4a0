//! What stands between or in the place of a server: small servers on loopback ports that live as long as the process.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// Serves each connection by itself, and gives the address.
fn start(serve: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            // A client that goes away is no failure of the test.
            thread::spawn(move || drop(serve(stream)));
        }
    });
    address
}

/// Answers every request with a page.
pub(super) fn page(status: &'static str, page: &'static str) -> String {
    start(move |mut stream| {
        head(&mut stream)?;
        let length = page.len();
        write!(
            stream,
            "HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{page}"
        )?;
        stream.shutdown(Shutdown::Write)?;
        io::copy(&mut stream, &mut io::sink()).map(drop)
    })
}

/// A proxy for https that leads wherever it is asked to the one server.
pub(super) fn tunnel(to: &str) -> String {
    let to = to.split("://").last().unwrap().to_owned();
    start(move |mut stream| {
        head(&mut stream)?;
        let mut server = TcpStream::connect(&to)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        let (mut from, mut back) = (stream.try_clone()?, server.try_clone()?);
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut server);
            server.shutdown(Shutdown::Write)
        });
        io::copy(&mut back, &mut stream)?;
        stream.shutdown(Shutdown::Write)
    })
}

/// An address where nothing listens: a port that no system gives to a test beside this one.
pub(super) fn nobody() -> String {
    "127.0.0.1:1".to_owned()
}

/// Reads to the empty line; what is asked does not matter.
fn head(stream: &mut TcpStream) -> io::Result<()> {
    let mut read = Vec::new();
    let mut byte = [0];
    while !read.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        read.push(byte[0]);
    }
    Ok(())
}
