//! A server with answers made before they are asked for: hyper, and nothing of ours. Every client is measured against it.
//!
//! `reference [--items N] [--delay MILLISECONDS] [--file BYTES] [--certificate FILE --key FILE]`
//!
//! It says `http://… https://…` on its standard output, and serves until its standard input ends. Each answer comes after the delay. It accepts every
//! password and token, and checks what is uploaded: the bytes have to be those of the file that the runner makes.

mod answers;
mod file;
mod tls;
mod upload;

use std::convert::Infallible;
use std::error::Error;
use std::io::{Read as _, Write as _};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use answers::Server;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Default)]
struct Options {
    items: u32,
    delay: Duration,
    /// The length of the file that is downloaded.
    file: u64,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
}

impl Options {
    fn read() -> Outcome<Self> {
        let mut options = Self::default();
        let mut arguments = std::env::args().skip(1);
        while let Some(option) = arguments.next() {
            let value = arguments.next().ok_or("an option without its value")?;
            match option.as_str() {
                "--items" => options.items = value.parse()?,
                "--delay" => options.delay = Duration::from_millis(value.parse()?),
                "--file" => options.file = value.parse()?,
                "--certificate" => options.certificate = Some(value.into()),
                "--key" => options.key = Some(value.into()),
                _ => return Err(format!("no option {option}").into()),
            }
        }
        Ok(options)
    }
}

fn main() -> Outcome<()> {
    let options = Options::read()?;
    // Ends with whatever started it.
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(options))
}

async fn serve(options: Options) -> Outcome<()> {
    let server = Arc::new(Server::new(options.items, options.file));
    let plain = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let mut line = format!("http://{}", plain.local_addr()?);
    if let (Some(certificate), Some(key)) = (options.certificate, options.key) {
        let encrypted = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        line.push_str(&format!(" https://{}", encrypted.local_addr()?));
        let acceptor = tls::acceptor(&certificate, &key)?;
        tokio::spawn(accept(
            encrypted,
            Some(acceptor),
            Arc::clone(&server),
            options.delay,
        ));
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    drop(out);
    accept(plain, None, server, options.delay).await;
    Ok(())
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, server: Arc<Server>, delay: Duration) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let (tls, server) = (tls.clone(), Arc::clone(&server));
        tokio::spawn(async move {
            // A client that goes away is no matter.
            match tls {
                None => connection(stream, server, delay).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        connection(stream, server, delay).await;
                    }
                }
            }
        });
    }
}

async fn connection(stream: impl AsyncRead + AsyncWrite + Unpin, server: Arc<Server>, delay: Duration) {
    let service = service_fn(|request| {
        let server = &server;
        async move {
            let answer = server.answer(request).await;
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
