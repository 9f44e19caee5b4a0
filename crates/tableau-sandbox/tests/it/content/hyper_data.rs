use super::*;

async fn change(site: &Site, path: &str, request: Option<&str>, actions: &Value) -> Answer {
    let path = format!("/api/3.29/sites/{}/datasources/{path}", site.admin.site);
    let mut headers = vec![
        ("X-Tableau-Auth", site.admin.token.as_str()),
        ("Accept", "application/json"),
        ("Content-Type", "application/json"),
    ];
    headers.extend(request.map(|request| ("RequestID", request)));
    let body = json!({"actions": actions}).to_string();
    send(&site.service, "PATCH", &path, &headers, body).await
}

/// Uploads a file; gives the query that names it.
async fn uploaded(site: &Site, file: &[u8]) -> String {
    let begun = site.send("POST", "fileUploads", Value::Null).await.json();
    let upload = begun["fileUpload"]["uploadSessionId"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/api/3.29/sites/{}/fileUploads/{upload}", site.admin.site);
    let part = ("tableau_file", "file", file);
    let mut body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"request_payload\"\r\n\r\n\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\r\n",
        part.0, part.1
    )
    .into_bytes();
    body.extend_from_slice(part.2);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let content_type = format!("multipart/mixed; boundary={BOUNDARY}");
    let headers = [
        ("X-Tableau-Auth", site.admin.token.as_str()),
        ("Accept", "application/json"),
        ("Content-Type", &content_type),
    ];
    let answer = send(&site.service, "PUT", &path, &headers, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    format!("?uploadSessionId={upload}")
}

fn delete() -> Value {
    let one = json!({"type": "integer", "v": "1"});
    json!([{"action": "delete", "target-table": "Extract", "condition": {"op": "eq", "target-col": "id", "const": one}}])
}

#[tokio::test]
async fn rows_change_by_a_job_and_a_request_is_done_once() {
    let site = Site::new().await;
    let datasource = site.datasource("Test", ("Orders.hyper", b"Hyper")).await;
    let item = format!("datasources/{datasource}");
    let before = site.member(&item, "updatedAt").await;
    let data = format!("{datasource}/data");
    let queued = change(&site, &data, Some("one"), &delete()).await;
    assert_eq!(queued.status, 202, "{}", queued.text());
    let job = queued.json()["job"].clone();
    let connection = site.id(&format!("{item}/connections")).await;
    assert_eq!(
        job["updateUploadedFileJob"]["connectionLuid"],
        connection.as_str()
    );
    let again = change(&site, &data, Some("one"), &delete()).await;
    assert_eq!(id(&again.json()["job"]), id(&job));
    let other = change(
        &site,
        &format!("{datasource}/connections/{connection}/data"),
        Some("two"),
        &delete(),
    )
    .await;
    assert_ne!(id(&other.json()["job"]), id(&job));
    site.finish_jobs();
    assert_eq!(
        site.get(&format!("jobs/{}", id(&job))).await.ok()["job"]["finishCode"],
        0
    );
    assert_ne!(site.member(&item, "updatedAt").await, before);
}

#[tokio::test]
async fn rows_that_are_added_come_from_an_uploaded_extract() {
    let site = Site::new().await;
    let datasource = site.datasource("Test", ("Orders.hyper", b"Hyper")).await;
    let data = format!("{datasource}/data");
    let insert = json!([{"action": "insert", "source-table": "new", "target-table": "Extract"}]);
    assert_eq!(change(&site, &data, Some("one"), &insert).await.code(), "400000");
    let other = uploaded(&site, b"rows").await;
    assert_eq!(
        change(&site, &format!("{data}{other}"), Some("one"), &insert)
            .await
            .code(),
        "400000"
    );
    let hyper = uploaded(&site, b"Hyper and rows").await;
    let path = format!("{data}{hyper}");
    assert_eq!(change(&site, &path, Some("one"), &insert).await.status, 202);
    // The upload is used up; the same request is answered nevertheless.
    assert_eq!(change(&site, &path, Some("one"), &insert).await.status, 202);
    assert_eq!(change(&site, &path, Some("two"), &insert).await.code(), "404015");
}

#[tokio::test]
async fn requests_that_do_not_fit_are_refused() {
    let site = Site::new().await;
    let extract = site.datasource("Test", ("Orders.hyper", b"Hyper")).await;
    let live = site.datasource("Live", ("Orders.tds", TDS.as_bytes())).await;
    let refused = |path: String, request: Option<&'static str>, actions: Value| {
        let site = &site;
        async move {
            let answer = change(site, &path, request, &actions).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code()),
                (400, "400000".to_owned()),
                "{actions}"
            );
        }
    };
    let data = format!("{extract}/data");
    refused(data.clone(), None, delete()).await;
    refused(format!("{live}/data"), Some("one"), delete()).await;
    let condition =
        |condition: Value| json!([{"action": "delete", "target-table": "Extract", "condition": condition}]);
    for actions in [
        json!([]),
        json!([{"action": "drop", "target-table": "Extract"}]),
        json!([{"action": "delete"}]),
        json!([{"action": "update", "target-table": "Extract", "source-table": "new"}]),
        condition(json!({"op": "and"})),
        condition(json!({"op": "eq", "source-col": "id"})),
        condition(json!({"op": "eq", "target-col": "id", "source-col": "id"})),
        condition(json!({"op": "eq", "target-col": "id", "const": {"type": "integer", "v": "x"}})),
    ] {
        refused(data.clone(), Some("one"), actions).await;
    }
}
