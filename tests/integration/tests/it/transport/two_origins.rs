//! No secret and no token ever reaches a second origin, whatever the status, the call and the way there.

use tableau_client::wire::rest::FileUpload;
use tableau_client::wire::rest::file_uploads::{AppendToFileUpload, InitiateFileUpload};
use tableau_client::wire::{FilePart, Multipart};
use tableau_client::{Client, Error, ErrorKind, Source, Version};
use tableau_sandbox::{Redirect, Sandbox};

use crate::transport::peer::{Peer, answer};
use crate::transport::redirects::STATUSES;
use crate::transport::{SECRET, direct, run, token, with_tls};

/// The call that meets the redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meets {
    ServerInfo,
    SignIn,
    List,
    InitiateUpload,
    AppendToUpload,
    SignOut,
}

/// The content of an uploaded file.
const CONTENT: &str = "the content of a file";

impl Meets {
    const ALL: [Self; 6] = [
        Self::ServerInfo,
        Self::SignIn,
        Self::List,
        Self::InitiateUpload,
        Self::AppendToUpload,
        Self::SignOut,
    ];
}

/// Makes the calls up to the one that meets the redirect, which is set just before it.
async fn meet(client: &Client, sandbox: &Sandbox, redirect: &Redirect, meets: Meets) -> Result<(), Error> {
    sandbox.set_redirect(None);
    if meets == Meets::ServerInfo {
        sandbox.set_redirect(redirect.clone());
    } else {
        // Before the redirect is set, so that the client asks neither again before the sign-in.
        client.server_info().await?;
        client.api_version().await?;
    }
    if meets == Meets::SignIn {
        sandbox.set_redirect(redirect.clone());
    }
    let site = client.sign_in(token()).await?;
    let upload = match meets {
        Meets::AppendToUpload => site.call(InitiateFileUpload).await?,
        _ => FileUpload::default(),
    };
    sandbox.set_redirect(redirect.clone());
    if meets == Meets::InitiateUpload {
        site.upload(Source::reader(CONTENT.as_bytes())).await?;
    }
    if meets == Meets::AppendToUpload {
        let append = AppendToFileUpload::new(
            upload.upload_session_id,
            Multipart {
                document: (),
                file: Some(FilePart::new(CONTENT)),
            },
        );
        site.call(append).await?;
    }
    if meets == Meets::List {
        site.workbooks().list().await?;
    }
    site.sign_out().await
}

#[test]
fn no_request_reaches_the_second_origin() {
    let sandbox = with_tls().start().unwrap();
    let (http, https) = (sandbox.url(), sandbox.tls_url().unwrap());
    let second = Peer::answering(|_| answer("200 OK", "application/xml", "<tsResponse/>"));
    let port = second.address.port();
    let ways = [
        (http, format!("http://127.0.0.1:{port}")),
        (http, format!("http://localhost:{port}")),
        (http, format!("https://localhost:{port}")),
        (https, format!("https://localhost:{port}")),
        (https, format!("https://127.0.0.1:{port}")),
        (https, format!("http://127.0.0.1:{port}")),
        (https, format!("//localhost:{port}")),
    ];
    for (from, to) in &ways {
        for status in STATUSES {
            let redirect = Redirect::to_origin(status.try_into().unwrap(), to);
            for meets in Meets::ALL {
                for version in [None, Some(Version::new(3, 20))] {
                    // Loading the certificates of the system for each of these would take most of the time, and is tested elsewhere.
                    let builder = direct(from).danger_accept_invalid_certs();
                    let client = match version {
                        Some(version) => builder.api_version(version).build().unwrap(),
                        None => builder.build().unwrap(),
                    };
                    let met = run(meet(&client, &sandbox, &redirect, meets));
                    let case = format!("{from} → {to}, {status}, {meets:?}, {version:?}");
                    let error = met.expect_err(&case);
                    assert_eq!(error.kind(), ErrorKind::Redirected, "{case}: {error:?}");
                    assert_eq!(second.received(), "", "{case}");
                }
            }
        }
    }
}

/// Checks the test above: the second origin can receive requests.
#[test]
fn an_allowed_second_origin_gets_the_request() {
    let sandbox = with_tls().start().unwrap();
    for status in STATUSES {
        for (meets, begins, contains) in [
            (Meets::SignIn, "POST ", SECRET),
            (Meets::AppendToUpload, "PUT ", CONTENT),
        ] {
            let second = Peer::answering(|_| answer("200 OK", "application/xml", "<tsResponse/>"));
            let redirect = Redirect::to_origin(status.try_into().unwrap(), second.http());
            // A client remembers the server's final address.
            let builder = direct(sandbox.url()).allow_redirect_to("127.0.0.1");
            run(meet(&builder.build().unwrap(), &sandbox, &redirect, meets)).unwrap_err();
            let received = second.received();
            assert!(
                received.starts_with(begins) && received.contains(contains),
                "{status}: {received}"
            );
        }
    }
}
