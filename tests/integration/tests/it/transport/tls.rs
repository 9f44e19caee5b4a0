//! The certificates that the client trusts, and its errors for others.

use std::fmt;
use std::fs;
use std::sync::{Arc, Mutex};

use rustls::pki_types::CertificateDer;
use tableau_client::{ClientBuilder, Error, ErrorKind, Reached};
use tableau_sandbox::{Certificate, Sandbox};
use tempfile::TempDir;

use crate::transport::peer::Peer;
use crate::transport::{direct, run, said, trusting, use_it, with_tls};

fn refused(builder: ClientBuilder) -> Error {
    let error = run(use_it(&builder.build().unwrap())).unwrap_err();
    assert_eq!(
        (error.kind(), error.reached()),
        (ErrorKind::Tls, Reached::No),
        "{error:?}"
    );
    error
}

fn works(builder: ClientBuilder) {
    let used = run(use_it(&builder.build().unwrap()));
    used.unwrap_or_else(|error| panic!("{}", said(&error)));
}

/// The fingerprint of a server's certificate, from the error of a client that expects another.
fn fingerprint(address: &str) -> String {
    let error = refused(direct(address).pin_sha256(&"00".repeat(32)));
    let message = error.to_string();
    let from = message.find("fingerprint ").unwrap() + "fingerprint ".len();
    message[from..from + 95].to_owned()
}

#[test]
fn an_authority_has_to_be_named() {
    let sandbox = with_tls().start().unwrap();
    let address = sandbox.tls_url().unwrap();
    let error = refused(direct(address));
    assert!(error.to_string().contains("unknown authority"), "{error}");
    assert!(error.hint().unwrap().contains("ca_file"), "{error:?}");
    works(trusting(&sandbox, address));
    works(trusting(&sandbox, &address.replace("127.0.0.1", "localhost")));
}

#[test]
fn a_saved_authority_survives_a_restart() {
    let folder = TempDir::new().unwrap();
    let first = with_tls().data(folder.path()).start().unwrap();
    let ready = first.ready();
    assert_eq!(ready.rest_tls.as_deref(), first.tls_url());
    let trusted = ready.ca_file.unwrap();
    assert!(trusted.starts_with(folder.path()));
    let copy = folder.path().join("copy.pem");
    fs::copy(&trusted, &copy).unwrap();
    first.stop();
    let second = with_tls().data(folder.path()).start().unwrap();
    works(direct(second.tls_url().unwrap()).ca_file(copy));
}

#[test]
fn a_certificate_can_be_pinned() {
    let sandbox = with_tls().certificate(Certificate::SelfSigned).start().unwrap();
    let address = sandbox.tls_url().unwrap();
    let pin = fingerprint(address);
    works(direct(address).pin_sha256(&pin));
    works(direct(address).pin_sha256(&format!("sha256:{}", pin.replace(':', "").to_lowercase())));

    let other = with_tls().start().unwrap();
    let error = refused(direct(other.tls_url().unwrap()).pin_sha256(&pin));
    let found = fingerprint(other.tls_url().unwrap());
    assert!(
        error.to_string().contains(&pin) && error.to_string().contains(&found),
        "{error}"
    );
    assert_ne!(pin, found);
    assert!(
        error.hint().unwrap().contains("pin the new fingerprint"),
        "{error:?}"
    );
}

#[test]
fn a_fingerprint_is_the_one_that_openssl_says() {
    let sandbox = with_tls().start().unwrap();
    let shown = shown_certificate(sandbox.tls_url().unwrap());
    let digest = ring::digest::digest(&ring::digest::SHA256, &shown);
    let pin: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    works(direct(sandbox.tls_url().unwrap()).pin_sha256(&pin));
}

/// The certificate that a server shows, seen without the client.
fn shown_certificate(address: &str) -> CertificateDer<'static> {
    use std::io::Write as _;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate))
        .with_no_client_auth();
    let name = "localhost".try_into().unwrap();
    let connection = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    let socket = std::net::TcpStream::connect(address.strip_prefix("https://").unwrap()).unwrap();
    let mut stream = rustls::StreamOwned::new(connection, socket);
    stream.flush().unwrap();
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock).unwrap();
    }
    stream.conn.peer_certificates().unwrap()[0].clone().into_owned()
}

/// Trusts any server: the certificate is looked at, and nothing is sent.
#[derive(Debug)]
struct AnyCertificate;

impl rustls::client::danger::ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &rustls::pki_types::ServerName<'_>,
        _: &[u8],
        _: rustls::pki_types::UnixTime,
    ) -> Result<rustls::client::danger::ServerCertVerified, rustls::Error> {
        Ok(rustls::client::danger::ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        vec![rustls::SignatureScheme::ECDSA_NISTP256_SHA256]
    }
}

#[test]
fn what_is_wrong_with_a_certificate_is_named() {
    let cases = [
        (Certificate::Expired, "has expired"),
        (Certificate::WrongName, "for another name"),
        (Certificate::SelfSigned, "by itself"),
    ];
    for (certificate, message) in cases {
        let sandbox = with_tls().certificate(certificate).start().unwrap();
        let error = refused(trusting(&sandbox, sandbox.tls_url().unwrap()));
        assert!(error.to_string().contains(message), "{error}");
        assert!(error.hint().is_some());
        works(direct(sandbox.tls_url().unwrap()).danger_accept_invalid_certs());
    }
    let sandbox = with_tls().certificate(Certificate::WrongName).start().unwrap();
    let error = refused(trusting(&sandbox, sandbox.tls_url().unwrap()));
    assert!(
        error.to_string().contains("tableau.example.com") && error.to_string().contains("127.0.0.1"),
        "both names: {error}"
    );
}

#[test]
fn a_client_certificate_that_is_wanted() {
    let sandbox = with_tls().require_client_certificate().start().unwrap();
    let address = sandbox.tls_url().unwrap();
    works(trusting(&sandbox, address).client_certificate(sandbox.client_certificate().unwrap()));
    // The server refuses after its own part of the handshake, so the first answer shows it; repeated to see every order of events.
    for _ in 0..20 {
        let error = refused(trusting(&sandbox, address));
        assert!(error.to_string().contains("client certificate"), "{error:?}");
        assert!(error.hint().unwrap().contains("client_certificate"), "{error:?}");
    }
    // One that another authority has signed.
    let other = with_tls().require_client_certificate().start().unwrap();
    let foreign = other.client_certificate().unwrap();
    let error = refused(trusting(&sandbox, address).client_certificate(foreign));
    assert!(error.to_string().contains("client certificate"), "{error:?}");
}

#[test]
fn a_stalled_handshake_does_not_block_others() {
    let sandbox = with_tls().start().unwrap();
    let address = sandbox.tls_url().unwrap();
    let silent = || std::net::TcpStream::connect(address.strip_prefix("https://").unwrap()).unwrap();
    let waiting: Vec<_> = std::iter::repeat_with(silent).take(20).collect();
    works(trusting(&sandbox, address));
    // Nor does it keep the server from stopping.
    let started = std::time::Instant::now();
    sandbox.stop();
    assert!(started.elapsed() < std::time::Duration::from_secs(5));
    drop(waiting);
}

#[test]
fn files_that_are_no_certificates() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let broken = "-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----\n";
    let no_der = "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n";
    let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    let files = [
        folder.path().join("missing.pem"),
        file("empty.pem", ""),
        file("text.pem", "no certificate at all"),
        file("broken.pem", broken),
        file("no-der.pem", no_der),
        file("key.pem", key),
    ];
    for path in files {
        for builder in [
            direct("https://127.0.0.1:1").ca_file(&path),
            direct("https://127.0.0.1:1").client_certificate(&path),
        ] {
            let error = builder.build().expect_err(&path.display().to_string());
            assert_eq!(error.kind(), ErrorKind::Setup, "{error:?}");
        }
        let error = direct("https://127.0.0.1:1").ca_file(&path).build().unwrap_err();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn the_wrong_scheme_for_a_port() {
    let sandbox = with_tls().start().unwrap();
    let plain = sandbox.url().replace("http://", "https://");
    let error = refused(trusting(&sandbox, &plain));
    assert!(said(&error).contains("does not speak TLS"), "{error:?}");
    assert!(said(&error).contains("http://"), "{error:?}");

    let tls = sandbox.tls_url().unwrap().replace("https://", "http://");
    let error = run(direct(&tls).build().unwrap().server_info()).unwrap_err();
    assert!(
        said(&error).contains("https://"),
        "as the gateway says it: {error:?}"
    );

    // A server that answers with a TLS alert instead.
    let alert = Peer::answering(|_| "\u{15}\u{3}\u{3}\u{0}\u{2}\u{2}\u{46}".to_owned());
    let error = run(direct(&alert.http()).build().unwrap().server_info()).unwrap_err();
    assert!(said(&error).contains("https://"), "{error:?}");
}

/// Counts the warnings of the thread it is set on.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Warnings {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::WARN
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut message = String::new();
        event.record(&mut |_: &tracing::field::Field, value: &dyn fmt::Debug| {
            message.push_str(&format!("{value:?}"));
        });
        self.0.lock().unwrap().push(message);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn a_client_that_does_not_check_warns_once() {
    let sandbox: Sandbox = with_tls().certificate(Certificate::Expired).start().unwrap();
    let warnings = Warnings::default();
    tracing::subscriber::with_default(warnings.clone(), || {
        let client = direct(sandbox.tls_url().unwrap()).danger_accept_invalid_certs();
        let client = client.build().unwrap();
        for _ in 0..3 {
            run(use_it(&client.clone())).unwrap();
        }
    });
    let warned = warnings.0.lock().unwrap();
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert!(warned[0].contains("not checked"), "{warned:?}");
}
