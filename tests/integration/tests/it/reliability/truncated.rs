//! A connection over TLS that ends without saying so: what came is a part, although it looks like the whole.

use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection};
use support::scripted::{document, page};
use tableau_client::wire::rest::workbooks;
use tableau_client::{Client, ErrorKind};
use tempfile::TempDir;

use super::token;

/// A server whose answers end with the connection; with a farewell, or without.
fn server(says_goodbye: bool, folder: &TempDir) -> SocketAddr {
    let key = rcgen::KeyPair::generate().unwrap();
    let parameters = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    std::fs::write(folder.path().join("ca.pem"), certificate.pem()).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let (config, listener) = (Arc::new(config), TcpListener::bind(support::ANY_PORT).unwrap());
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            // A client that goes away does not fail the test.
            let _ = answer(&mut tls, &mut stream, says_goodbye);
        }
    });
    address
}

fn answer(tls: &mut ServerConnection, stream: &mut TcpStream, says_goodbye: bool) -> std::io::Result<()> {
    let mut connection = rustls::Stream::new(tls, stream);
    let (method, target) = read_request(&mut connection)?;
    let body = match () {
        () if target.ends_with("/serverinfo") => {
            document("<serverInfo><restApiVersion>3.20</restApiVersion></serverInfo>")
        }
        () if target.ends_with("/signin") => {
            document("<credentials token='t'><site id='s' contentUrl=''/><user id='u'/></credentials>")
        }
        () if target.contains("/content") => "<?xml version='1.0'?><workbook></workbook>".to_owned(),
        () => page(1, 1000, 3),
    };
    connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n")?;
    connection.write_all(body.as_bytes())?;
    if says_goodbye || method == "POST" || target.ends_with("/serverinfo") {
        connection.conn.send_close_notify();
    }
    connection.flush()
}

/// Method and path of a request, which is read to its end.
fn read_request(connection: &mut impl Read) -> std::io::Result<(String, String)> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        connection.read_exact(&mut byte)?;
        head.extend_from_slice(&byte);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
    connection.read_exact(&mut body)?;
    let mut words = head.split(' ').map(str::to_owned);
    Ok((words.next().unwrap().to_uppercase(), words.next().unwrap()))
}

#[tokio::test]
async fn what_ends_without_a_farewell_is_cut() {
    for says_goodbye in [true, false] {
        let folder = TempDir::new().unwrap();
        let address = server(says_goodbye, &folder);
        let client = Client::builder(format!("https://{address}").as_str()).no_proxy();
        let client = client.ca_file(folder.path().join("ca.pem")).build().unwrap();
        let site = client.sign_in(token()).await.unwrap();
        let list = site.workbooks().list().await;
        let target = folder.path().join("Sales.twb");
        let download = site
            .download(workbooks::Download::new("w"))
            .to_file(&target)
            .await;
        if says_goodbye {
            assert_eq!(list.unwrap().items.len(), 3);
            assert_eq!(download.unwrap().path, target);
        } else {
            for error in [list.unwrap_err(), download.unwrap_err()] {
                assert_eq!(error.kind(), ErrorKind::Interrupted, "{error:?}");
            }
            assert!(!target.exists());
        }
    }
}
