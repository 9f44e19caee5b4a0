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

/// How many records the database in a directory has.
fn records(directory: &std::path::Path) -> i64 {
    let connection = rusqlite::Connection::open(directory.join("sandbox.sqlite3")).unwrap();
    let count = connection.query_row("SELECT count(*) FROM records", [], |row| row.get(0));
    count.unwrap()
}

#[test]
fn the_database_does_not_grow_with_the_number_of_seeded_workbooks() {
    let stored = |workbooks| {
        let directory = tempfile::tempdir().unwrap();
        drop(
            Sandbox::builder()
                .workbooks(workbooks)
                .data(directory.path())
                .build()
                .unwrap(),
        );
        records(directory.path())
    };
    assert_eq!(stored(1_000), stored(100));
}

#[tokio::test]
async fn changes_of_seeded_workbooks_survive() {
    let directory = tempfile::tempdir().unwrap();
    let reopen = || {
        Sandbox::builder()
            .workbooks(60)
            .data(directory.path())
            .build()
            .unwrap()
    };
    let service = reopen();
    let session = admin(&service, "").await;
    let path = format!("sites/{}/workbooks", session.site);
    let all = |service: Service| {
        let (token, path) = (session.token.clone(), format!("{path}?pageSize=1000"));
        async move { get(&service, &token, &path).await.ok()["workbooks"]["workbook"].clone() }
    };
    let before = all(service.clone()).await;
    let id = |index: usize| before[index]["id"].as_str().unwrap().to_owned();
    let change = |service: Service, method: &'static str, id: String, body: &'static str| {
        let (token, path) = (session.token.clone(), format!("/api/3.29/{path}/{id}"));
        async move {
            let headers = [
                ("x-tableau-auth", token.as_str()),
                ("content-type", "application/json"),
            ];
            let answer = send(&service, method, &path, &headers, body).await;
            assert!(answer.status.is_success(), "{}", answer.text());
        }
    };
    let (renamed, deleted) = (id(50), id(55));
    change(
        service.clone(),
        "PUT",
        renamed.clone(),
        r#"{"workbook": {"name": "Renamed"}}"#,
    )
    .await;
    change(service.clone(), "DELETE", deleted, "").await;
    let after = all(service.clone()).await;
    assert_eq!(after.as_array().unwrap().len(), 59);
    assert_eq!(after[50]["name"], "Renamed");
    drop(service);
    let service = reopen();
    assert_eq!(all(service.clone()).await, after);
    // One that was changed before.
    change(service.clone(), "DELETE", renamed.clone(), "").await;
    drop(service);
    let rest = all(reopen()).await;
    let rest = rest.as_array().unwrap();
    assert_eq!(rest.len(), 58);
    assert!(rest.iter().all(|workbook| workbook["id"] != renamed.as_str()));
}
