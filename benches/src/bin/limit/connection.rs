//! Connections, and requests on them.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use http_body_util::combinators::BoxBody;
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{HOST, HeaderName};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::Outcome;

/// The header of the token of a session.
pub(crate) const TOKEN: HeaderName = HeaderName::from_static("x-tableau-auth");

pub(crate) type Body = BoxBody<Bytes, std::io::Error>;

/// A server: where it is, and for https whom to trust.
pub(crate) struct Server {
    authority: String,
    host: String,
    tls: Option<TlsConnector>,
}

/// A connection to a server.
pub(crate) struct Connection {
    authority: String,
    sender: SendRequest<Body>,
}

impl Server {
    pub(crate) fn new(url: &str) -> Outcome<Self> {
        let (scheme, authority) = url.split_once("://").ok_or("no URL")?;
        let (host, _) = authority.rsplit_once(':').ok_or("a URL without a port")?;
        Ok(Self {
            authority: authority.to_owned(),
            host: host.to_owned(),
            tls: match scheme {
                "https" => Some(connector()?),
                _ => None,
            },
        })
    }

    pub(crate) async fn connect(&self) -> Outcome<Connection> {
        let stream = TcpStream::connect(&self.authority).await?;
        stream.set_nodelay(true)?;
        let sender = match &self.tls {
            None => {
                let (sender, connection) = handshake(TokioIo::new(stream)).await?;
                tokio::spawn(connection);
                sender
            }
            Some(tls) => {
                let name = ServerName::try_from(self.host.clone())?;
                let stream = tls.connect(name, stream).await?;
                let (sender, connection) = handshake(TokioIo::new(stream)).await?;
                tokio::spawn(connection);
                sender
            }
        };
        Ok(Connection {
            authority: self.authority.clone(),
            sender,
        })
    }
}

fn connector() -> Outcome<TlsConnector> {
    let file = std::env::var("SSL_CERT_FILE").map_err(|_| "SSL_CERT_FILE is not set")?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file)? {
        roots.add(certificate?)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

impl Connection {
    /// Sends a request; refused if the answer is no success.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        token: Option<&str>,
        headers: &[(HeaderName, &str)],
        body: Body,
    ) -> Outcome<Response<Incoming>> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &self.authority);
        if let Some(token) = token {
            request = request.header(TOKEN, token);
        }
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        self.sender.ready().await?;
        let answer = self.sender.send_request(request.body(body)?).await?;
        match answer.status().is_success() {
            true => Ok(answer),
            false => {
                let status = answer.status();
                let body = answer.into_body().collect().await?.to_bytes();
                Err(format!("{path}: {status} {}", String::from_utf8_lossy(&body)).into())
            }
        }
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn read(
        &mut self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Body,
    ) -> Outcome<Bytes> {
        let answer = self.send(method, path, token, &[], body).await?;
        Ok(answer.into_body().collect().await?.to_bytes())
    }
}

/// A body that is there.
pub(crate) fn whole(bytes: impl Into<Bytes>) -> Body {
    http_body_util::Full::new(bytes.into())
        .map_err(|never| match never {})
        .boxed()
}
