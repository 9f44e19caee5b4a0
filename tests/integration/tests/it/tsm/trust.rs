//! The certificates that the client trusts: the same at login and at logout.

use std::fs;
use std::path::PathBuf;

use support::ANY_PORT;
use tableau_client::tsm::{Tsm, TsmBuilder};
use tableau_client::{Error, ErrorKind, Reached};
use tableau_sandbox::{Sandbox, TsmCertificate};
use tempfile::TempDir;

use crate::tsm::fixture::{Fixture, said, sign_in};

async fn in_and_out(builder: TsmBuilder) -> Result<(), Error> {
    sign_in(&builder.build()?).await?.sign_out().await
}

#[track_caller]
fn is_about_trust(error: &Error, parts: &[&str]) {
    assert_eq!(
        (error.kind(), error.reached()),
        (ErrorKind::Tls, Reached::No),
        "{error:?}"
    );
    for part in parts {
        assert!(said(error).contains(part), "{part}: {}", said(error));
    }
}

#[tokio::test]
async fn a_self_signed_certificate_has_to_be_named() {
    let fixture = Fixture::new();
    let error = in_and_out(fixture.distrusting()).await.unwrap_err();
    is_about_trust(&error, &["by itself", "pin_sha256", "trust_on_first_use"]);
    in_and_out(fixture.distrusting().pin_sha256(&fixture.fingerprint()))
        .await
        .unwrap();
    in_and_out(fixture.distrusting().danger_accept_invalid_certs())
        .await
        .unwrap();
    assert_eq!(fixture.sessions(), 0);
}

#[tokio::test]
async fn a_certificate_can_be_its_own_authority() {
    let folder = TempDir::new().unwrap();
    let builder = Sandbox::builder().workbooks(1).data(folder.path());
    let sandbox = builder.listen_tsm(ANY_PORT).start().unwrap();
    let tsm = Tsm::builder(sandbox.tsm_url().unwrap()).no_proxy();
    in_and_out(tsm.ca_file(folder.path().join("tsm.pem")))
        .await
        .unwrap();
    assert_eq!(sandbox.tsm().session_count(), 0);
}

#[tokio::test]
async fn a_certificate_that_changes_between_login_and_logout() {
    let fixture = Fixture::new();
    let session = fixture.signed_in().await;
    let old = fixture.fingerprint();
    fixture
        .sandbox
        .replace_tsm_certificate(TsmCertificate::valid_for_days(10))
        .unwrap();
    let new = fixture.fingerprint();
    let error = session.sign_out().await.unwrap_err();
    is_about_trust(&error, &[&old, &new, "subject", "expires", "may be intercepted"]);
    // It was not signed out, and its state says so.
    assert_eq!(fixture.sessions(), 1);
    is_about_trust(&session.nodes().await.unwrap_err(), &[&new]);

    // A client that trusts every certificate signs out.
    let client = fixture
        .distrusting()
        .danger_accept_invalid_certs()
        .build()
        .unwrap();
    let session = sign_in(&client).await.unwrap();
    fixture
        .sandbox
        .replace_tsm_certificate(TsmCertificate::valid_for_days(10))
        .unwrap();
    session.sign_out().await.unwrap();
    assert_eq!(fixture.sessions(), 1);
}

#[tokio::test]
async fn a_pinned_certificate_that_has_expired_is_called_that() {
    let fixture = Fixture::new();
    fixture
        .sandbox
        .replace_tsm_certificate(TsmCertificate::expired())
        .unwrap();
    let fingerprint = fixture.fingerprint();
    let error = in_and_out(fixture.distrusting().pin_sha256(&fingerprint)).await;
    is_about_trust(
        &error.unwrap_err(),
        &["pinned certificate has expired", &fingerprint, "renewed"],
    );
}

struct FirstUses {
    folder: TempDir,
}

impl FirstUses {
    fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("tsm-hosts.json")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    async fn use_it(&self, fixture: &Fixture) -> Result<(), Error> {
        in_and_out(fixture.distrusting().trust_on_first_use(self.file())).await
    }
}

#[tokio::test]
async fn the_first_certificate_is_the_one_that_is_trusted() {
    let (fixture, uses) = (Fixture::new(), FirstUses::new());
    uses.use_it(&fixture).await.unwrap();
    let kept: serde_json::Value = serde_json::from_str(&uses.text()).unwrap();
    let entry = &kept[fixture.url().strip_prefix("https://").unwrap()];
    assert_eq!(entry["sha256"], fixture.fingerprint());
    assert!(
        entry["subject"].is_string() && entry["expires"].is_string(),
        "{entry}"
    );
    uses.use_it(&fixture).await.unwrap();

    let old = fixture.fingerprint();
    fixture
        .sandbox
        .replace_tsm_certificate(TsmCertificate::valid_for_days(10))
        .unwrap();
    let (new, before) = (fixture.fingerprint(), uses.text());
    let error = uses.use_it(&fixture).await.unwrap_err();
    let file = uses.file();
    is_about_trust(&error, &[&old, &new, file.to_str().unwrap(), "remove"]);
    // Of both.
    let message = error.to_string();
    assert_eq!(message.matches("subject").count(), 2, "{message}");
    assert_eq!(message.matches("expires").count(), 2, "{message}");
    assert!(message.contains(entry["expires"].as_str().unwrap()), "{message}");
    assert_eq!(uses.text(), before, "what was trusted stays");
}

#[tokio::test]
async fn each_host_and_port_has_a_certificate_of_its_own() {
    let (first, second, uses) = (Fixture::new(), Fixture::new(), FirstUses::new());
    for _ in 0..2 {
        uses.use_it(&first).await.unwrap();
        uses.use_it(&second).await.unwrap();
    }
    for fixture in [&first, &second] {
        assert!(uses.text().contains(&fixture.fingerprint()));
    }
    // The same machine by another name is another host.
    let other_name = first.url().replace("127.0.0.1", "localhost");
    let builder = Tsm::builder(other_name).no_proxy();
    in_and_out(builder.trust_on_first_use(uses.file())).await.unwrap();
    assert!(uses.text().contains("localhost:"));
}

#[tokio::test]
async fn an_expired_certificate_is_not_trusted_on_first_use() {
    let (fixture, uses) = (Fixture::new(), FirstUses::new());
    fixture
        .sandbox
        .replace_tsm_certificate(TsmCertificate::expired())
        .unwrap();
    let error = uses.use_it(&fixture).await.unwrap_err();
    is_about_trust(&error, &["has expired", &fixture.fingerprint()]);
    assert!(!uses.file().exists());
}

#[tokio::test]
async fn an_unusable_trust_file_trusts_no_certificate() {
    let (fixture, uses) = (Fixture::new(), FirstUses::new());
    fs::write(uses.file(), "127.0.0.1 AB:CD").unwrap();
    let error = uses.use_it(&fixture).await.unwrap_err();
    is_about_trust(&error, &[uses.file().to_str().unwrap(), "Mend the file"]);
    let nowhere = uses.folder.path().join("no/such/folder/hosts.json");
    let error = in_and_out(fixture.distrusting().trust_on_first_use(nowhere)).await;
    is_about_trust(&error.unwrap_err(), &["no/such/folder"]);
    assert_eq!(fixture.sessions(), 0);
}
