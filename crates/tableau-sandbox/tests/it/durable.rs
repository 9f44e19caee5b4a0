//! A sandbox that keeps its state.

use tableau_sandbox::{Sandbox, Service, StartError};

use crate::fixture::*;

fn open(directory: &std::path::Path) -> Result<Service, StartError> {
    Sandbox::builder().workbooks(3).data(directory).build()
}

#[tokio::test]
async fn sessions_and_records_survive() {
    let directory = tempfile::tempdir().unwrap();
    let service = open(directory.path()).unwrap();
    let ready = service.ready();
    let first = admin(&service, "").await;
    let list = |session: &Session| format!("sites/{}/users?fields=_all_", session.site);
    let before = get(&service, &first.token, &list(&first)).await.ok();
    drop(service);

    // Stored records stay, whatever the seed would be.
    let service = Sandbox::builder()
        .workbooks(9)
        .data(directory.path())
        .build()
        .unwrap();
    assert_eq!(get(&service, &first.token, &list(&first)).await.ok(), before);
    let workbooks = get(&service, &first.token, &format!("sites/{}/workbooks", first.site))
        .await
        .ok();
    assert_eq!(workbooks["pagination"]["totalAvailable"], "3");
    assert_eq!(service.ready(), ready);
    // The rule about one session holds across the restart.
    let second = admin(&service, "").await;
    drop(service);
    let service = open(directory.path()).unwrap();
    assert_eq!(
        get(&service, &first.token, "sessions/current").await.code(),
        "401002"
    );
    let out = send(
        &service,
        "POST",
        "/api/3.29/auth/signout",
        &[("x-tableau-auth", &second.token)],
        "",
    )
    .await;
    assert_eq!(out.status, 204);
    drop(service);
    let service = open(directory.path()).unwrap();
    assert_eq!(
        get(&service, &second.token, "sessions/current").await.code(),
        "401002"
    );
}

#[test]
fn two_sandboxes_do_not_share_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let first = open(directory.path()).unwrap();
    let refused = open(directory.path()).unwrap_err();
    assert!(matches!(refused, StartError::DataInUse { .. }), "{refused}");
    assert!(
        refused.to_string().contains("another sandbox is using"),
        "{refused}"
    );
    drop(first);
    open(directory.path()).unwrap();
}

#[test]
fn a_newer_format_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()).unwrap());
    let file = directory.path().join("sandbox.sqlite3");
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let refused = open(directory.path()).unwrap_err();
    assert!(
        matches!(
            refused,
            StartError::DataFormat {
                format: 99,
                known: 4,
                ..
            }
        ),
        "{refused}"
    );
}

#[test]
fn a_file_that_is_not_a_database_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(
        directory.path().join("sandbox.sqlite3"),
        "not a database at all, but long enough to be looked at".repeat(40),
    )
    .unwrap();
    let refused = open(directory.path()).unwrap_err();
    assert!(matches!(refused, StartError::Data { .. }), "{refused}");
    let file = directory.path().join("file");
    std::fs::write(&file, "x").unwrap();
    assert!(matches!(open(&file).unwrap_err(), StartError::Data { .. }));
}
