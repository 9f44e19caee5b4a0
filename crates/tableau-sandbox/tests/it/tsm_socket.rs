//! TSM on its port: TLS, certificates, a controller that is stopped.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned,
};
use tableau_sandbox::{Sandbox, TsmCertificate, well_known};

/// Trusts every certificate, and remembers it.
#[derive(Debug, Default)]
struct AnyCertificate(Mutex<Vec<u8>>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.0.lock().unwrap() = certificate.to_vec();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// A client that keeps its TLS sessions, as clients do.
struct Client {
    config: Arc<ClientConfig>,
    seen: Arc<AnyCertificate>,
    address: SocketAddr,
}

type Connection = StreamOwned<ClientConnection, TcpStream>;

impl Client {
    fn of(sandbox: &Sandbox) -> Self {
        let seen = Arc::new(AnyCertificate::default());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&seen) as Arc<dyn ServerCertVerifier>)
            .with_no_client_auth();
        Self {
            config: Arc::new(config),
            seen,
            address: address(sandbox),
        }
    }

    fn connect(&self) -> io::Result<Connection> {
        let socket = TcpStream::connect(self.address)?;
        socket.set_read_timeout(Some(Duration::from_secs(30)))?;
        let name = ServerName::try_from("localhost").unwrap();
        let client = ClientConnection::new(Arc::clone(&self.config), name).unwrap();
        let mut connection = StreamOwned::new(client, socket);
        connection.conn.complete_io(&mut connection.sock)?;
        Ok(connection)
    }

    /// Sends a request and reads until the server closes.
    fn exchange(&self, request: &str) -> io::Result<String> {
        let mut connection = self.connect()?;
        connection.write_all(request.as_bytes())?;
        let mut answer = String::new();
        match connection.read_to_string(&mut answer) {
            // The end of a connection need not be announced.
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
            _ => Ok(answer),
        }
    }

    /// The certificate that was last shown.
    fn shown(&self) -> Vec<u8> {
        self.seen.0.lock().unwrap().clone()
    }

    fn fingerprint(&self) -> String {
        let digest = ring::digest::digest(&ring::digest::SHA256, &self.shown());
        let bytes: Vec<_> = digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        bytes.join(":")
    }
}

fn address(sandbox: &Sandbox) -> SocketAddr {
    let url = sandbox.tsm_url().unwrap();
    url.strip_prefix("https://").unwrap().parse().unwrap()
}

fn sandbox() -> Sandbox {
    Sandbox::builder()
        .listen_tsm(([127, 0, 0, 1], 0).into())
        .start()
        .unwrap()
}

const STATUS: &str = "GET /api/0.5/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

#[test]
fn login_and_logout_over_tls() {
    let sandbox = sandbox();
    let client = Client::of(&sandbox);
    let body = format!(
        r#"{{"authentication":{{"name":"{}","password":"{}"}}}}"#,
        well_known::TSM_ACCOUNT,
        well_known::PASSWORD
    );
    let head = "Host: x\r\nConnection: close\r\n";
    let login = format!(
        "POST /api/1.0/login HTTP/1.1\r\n{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = client.exchange(&login).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204 No Content\r\n"), "{answer}");
    let cookie = answer
        .split("set-cookie: ")
        .nth(1)
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    assert_eq!(sandbox.tsm().session_count(), 1);
    let logout =
        format!("POST /api/1.0/logout HTTP/1.1\r\n{head}Cookie: {cookie}\r\nContent-Length: 0\r\n\r\n");
    let answer = client.exchange(&logout).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204 No Content\r\n"), "{answer}");
    assert_eq!(sandbox.tsm().session_count(), 0);
    let rest = format!("POST /api/3.7/auth/signin HTTP/1.1\r\n{head}Content-Length: 0\r\n\r\n");
    let answer = client.exchange(&rest).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{answer}");
    assert!(answer.contains(r#""path":"/api/3.7/auth/signin""#), "{answer}");
}

#[test]
fn ready_has_the_address_account_and_fingerprint() {
    let sandbox = sandbox();
    let client = Client::of(&sandbox);
    client.exchange(STATUS).unwrap();
    assert_eq!(sandbox.tsm_fingerprint(), Some(client.fingerprint()));
    let ready = sandbox.ready();
    assert_eq!(ready.tsm.as_deref(), sandbox.tsm_url());
    let account = ready.tsm_account.unwrap();
    assert_eq!(
        (account.name.as_str(), account.password.expose()),
        ("tsmadmin", "tabctl-sandbox")
    );
    let without = Sandbox::start().unwrap();
    assert_eq!((without.tsm_url(), without.tsm_fingerprint()), (None, None));
    assert!(without.tsm_controller().is_none());
}

/// The verdict of a client that trusts the certificate itself, this many days from now.
fn verify(client: &Client, name: &str, in_days: u64) -> Result<(), rustls::Error> {
    let certificate = CertificateDer::from(client.shown());
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
    let now = Duration::from_secs(UnixTime::now().as_secs() + in_days * 24 * 60 * 60);
    let (name, now) = (
        ServerName::try_from(name).unwrap(),
        UnixTime::since_unix_epoch(now),
    );
    let verified = verifier
        .build()
        .unwrap()
        .verify_server_cert(&certificate, &[], &name, &[], now);
    verified.map(|_| ())
}

#[test]
fn certificates_expire_on_time() {
    fn is_expired(result: Result<(), rustls::Error>) -> bool {
        let Err(rustls::Error::InvalidCertificate(error)) = result else {
            return false;
        };
        matches!(
            error,
            CertificateError::Expired | CertificateError::ExpiredContext { .. }
        )
    }
    let sandbox = sandbox();
    let client = Client::of(&sandbox);
    client.exchange(STATUS).unwrap();
    for name in ["localhost", "127.0.0.1", "::1"] {
        assert_eq!(verify(&client, name, 0), Ok(()), "{name}");
    }
    assert!(verify(&client, "tableau.example.com", 0).is_err());
    assert_eq!(verify(&client, "localhost", 3 * 365 - 1), Ok(()));
    assert!(is_expired(verify(&client, "localhost", 3 * 365 + 1)));
    for (certificate, good) in [
        (TsmCertificate::valid_for_days(10), true),
        (TsmCertificate::valid_for_days(u32::MAX), true),
        (TsmCertificate::expired(), false),
    ] {
        sandbox.replace_tsm_certificate(certificate).unwrap();
        client.exchange(STATUS).unwrap();
        assert_eq!(
            !is_expired(verify(&client, "localhost", 0)),
            good,
            "{certificate:?}"
        );
    }
    let from_the_start = Sandbox::builder()
        .listen_tsm(([127, 0, 0, 1], 0).into())
        .tsm_certificate(TsmCertificate::expired())
        .start()
        .unwrap();
    let client = Client::of(&from_the_start);
    client.exchange(STATUS).unwrap();
    assert!(is_expired(verify(&client, "localhost", 0)));
}

#[test]
fn plain_http_gets_no_http_answer() {
    let sandbox = sandbox();
    let mut socket = TcpStream::connect(address(&sandbox)).unwrap();
    socket.write_all(STATUS.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // The connection may be cut off without an answer.
    let _ = socket.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    assert!(
        answer.is_empty() || answer[0] == 0x15,
        "an alert of TLS: {answer:?}"
    );
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let sandbox = sandbox();
    let request =
        "POST /api/0.5/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 99999999\r\n\r\n";
    let answer = Client::of(&sandbox).exchange(request).unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[test]
fn a_certificate_is_replaced_while_it_runs() {
    let sandbox = sandbox();
    let client = Client::of(&sandbox);
    let mut open = client.connect().unwrap();
    let first = client.fingerprint();
    sandbox
        .replace_tsm_certificate(TsmCertificate::expired())
        .unwrap();
    // Open connections are closed.
    assert!(!matches!(
        open.write_all(STATUS.as_bytes())
            .and_then(|()| open.read(&mut [0; 1])),
        Ok(1..)
    ));
    // A client that resumes TLS sessions sees it as well.
    client.exchange(STATUS).unwrap();
    assert_ne!(client.fingerprint(), first);
    assert_eq!(sandbox.tsm_fingerprint(), Some(client.fingerprint()));
}

#[test]
fn a_stopped_controller_stays_stopped_until_it_is_started() {
    let sandbox = sandbox();
    let (client, controller) = (Client::of(&sandbox), sandbox.tsm_controller().unwrap());
    let mut open = client.connect().unwrap();
    sandbox.tsm().end_sessions();
    controller.stop();
    assert!(!controller.is_up());
    assert!(!matches!(
        open.write_all(STATUS.as_bytes())
            .and_then(|()| open.read(&mut [0; 1])),
        Ok(1..)
    ));
    for _ in 0..3 {
        assert!(client.exchange(STATUS).is_err());
    }
    // The clock does not restart it.
    sandbox.tsm().clock().advance(Duration::from_secs(1 << 30));
    assert!(client.exchange(STATUS).is_err());
    controller.start();
    assert!(client.exchange(STATUS).unwrap().starts_with("HTTP/1.1 401 "));
}

#[test]
fn a_controller_restarts_by_the_clock() {
    let sandbox = sandbox();
    let (client, controller) = (Client::of(&sandbox), sandbox.tsm_controller().unwrap());
    let hour = Duration::from_secs(3600);
    controller.restart(hour);
    assert!(client.exchange(STATUS).is_err());
    sandbox.service().clock().advance(hour);
    assert!(controller.is_up());
    assert!(client.exchange(STATUS).is_ok());
    // Sooner than the clock says.
    controller.restart(Duration::MAX);
    assert!(client.exchange(STATUS).is_err());
    controller.start();
    assert!(client.exchange(STATUS).is_ok());
}

#[test]
fn a_certificate_is_kept_with_the_data() {
    let directory = tempfile::tempdir().unwrap();
    let start = || {
        let builder = Sandbox::builder().workbooks(1).data(directory.path());
        builder.listen_tsm(([127, 0, 0, 1], 0).into()).start().unwrap()
    };
    let first = start().tsm_fingerprint();
    assert_eq!(start().tsm_fingerprint(), first);
    assert!(directory.path().join("tsm.pem").exists());
}

#[test]
fn it_stops_with_connections_open() {
    let sandbox = sandbox();
    let client = Client::of(&sandbox);
    let idle = client.connect().unwrap();
    let shown = format!("{sandbox:?} {:?}", sandbox.tsm_controller());
    assert!(
        !shown.contains("PRIVATE") && !shown.contains(well_known::PASSWORD),
        "{shown}"
    );
    sandbox.stop();
    assert!(TcpStream::connect(client.address).is_err());
    drop(idle);
}
