//! Publishing workbooks, and downloading them.

use std::io::{Cursor, Write};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::Value;
use tableau_sandbox::{JobPlan, Sandbox, Service};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::fixture::*;

const TWB: &str = "<workbook><datasources><datasource caption='Orders'><connection class='sqlserver' server='dwh.example.com' \
    port='1433' dbname='Sales' username='reader'/></datasource></datasources><worksheets><worksheet name='Map'/><worksheet name='Detail'/></worksheets>\
    <dashboards><dashboard name='Overview'/></dashboards><windows><window class='dashboard' name='Overview'/><window class='worksheet' name='Map'/></windows></workbook>";
const BOUNDARY: &str = "6b0c1c1e";

/// A site, its administrator, and its default project.
struct Publisher {
    service: Service,
    admin: Session,
    project: String,
}

impl Publisher {
    async fn of(service: Service) -> Self {
        let admin = admin(&service, "").await;
        let path = format!("sites/{}/projects?filter=name:eq:default", admin.site);
        let json = get(&service, &admin.token, &path).await.ok();
        let project = json["projects"]["project"][0]["id"].as_str().unwrap().to_owned();
        Self {
            service,
            admin,
            project,
        }
    }

    async fn new() -> Self {
        Self::of(service()).await
    }

    fn document(&self, name: &str, more: &str) -> String {
        format!(
            "<tsRequest><workbook name=\"{name}\"><project id=\"{}\"/>{more}</workbook></tsRequest>",
            self.project
        )
    }

    async fn publish_as(
        &self,
        session: &Session,
        query: &str,
        document: &str,
        file: Option<(&str, &[u8])>,
    ) -> Answer {
        let path = format!("/api/3.29/sites/{}/workbooks?{query}", session.site);
        let content_type = format!("multipart/mixed; boundary={BOUNDARY}");
        let headers = [
            ("X-Tableau-Auth", session.token.as_str()),
            ("Accept", "application/json"),
            ("Content-Type", &content_type),
        ];
        send(&self.service, "POST", &path, &headers, multipart(document, file)).await
    }

    async fn publish(&self, query: &str, document: &str, file: (&str, &[u8])) -> Answer {
        self.publish_as(&self.admin, query, document, Some(file)).await
    }

    /// Publishes and gives the workbook.
    async fn published(&self, name: &str, file: (&str, &[u8])) -> Value {
        let answer = self.publish("", &self.document(name, ""), file).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["workbook"].clone()
    }

    async fn get(&self, path: &str) -> Answer {
        self.get_as(&self.admin, path).await
    }

    async fn get_as(&self, session: &Session, path: &str) -> Answer {
        get(
            &self.service,
            &session.token,
            &format!("sites/{}/{path}", session.site),
        )
        .await
    }

    async fn named(&self, name: &str) -> Vec<Value> {
        let json = self.get(&format!("workbooks?filter=name:eq:{name}")).await.ok();
        json["workbooks"]["workbook"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }
}

fn multipart(document: &str, file: Option<(&str, &[u8])>) -> Bytes {
    let mut body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"request_payload\"; filename=\"\"\r\nContent-Type: text/xml\r\n\r\n{document}\r\n"
    )
    .into_bytes();
    if let Some((name, content)) = file {
        body.extend_from_slice(
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"tableau_workbook\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            )
            .as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body.into()
}

fn twbx(extract: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("Orders.twb", TWB.as_bytes()), ("Data/orders.hyper", extract)] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_workbook_is_published_listed_downloaded_and_deleted() {
    let publisher = Publisher::new().await;
    let file = twbx(&[7; 10_000]);
    let workbook = publisher.published("Orders", ("Orders.twbx", &file)).await;
    let id = workbook["id"].as_str().unwrap();
    assert_eq!(workbook["contentUrl"], "Orders");
    assert_eq!(workbook["project"]["id"], publisher.project.as_str());
    assert_eq!(workbook["owner"]["id"], publisher.admin.user.as_str());
    assert_eq!(publisher.named("Orders").await.len(), 1);

    let views = publisher.get(&format!("workbooks/{id}/views")).await.ok();
    let views = views["views"]["view"].as_array().unwrap();
    let names: Vec<_> = views.iter().map(|view| view["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Overview", "Map", "Detail"]);
    assert_eq!(views[0]["contentUrl"], "Orders/sheets/Overview");
    let view = publisher
        .get(&format!("views/{}", views[0]["id"].as_str().unwrap()))
        .await
        .ok();
    assert_eq!(view["view"]["sheetType"], "dashboard");

    let connections = publisher.get(&format!("workbooks/{id}/connections")).await.ok();
    let connection = &connections["connections"]["connection"][0];
    assert_eq!(connection["type"], "sqlserver");
    assert_eq!(connection["serverAddress"], "dwh.example.com");
    assert_eq!(connection["datasource"]["name"], "Orders");

    let downloaded = publisher.get(&format!("workbooks/{id}/content")).await;
    assert_eq!(
        (downloaded.status.as_u16(), &downloaded.body[..]),
        (200, &file[..])
    );
    let small = publisher
        .get(&format!("workbooks/{id}/content?includeExtract=false"))
        .await;
    let package = zip::ZipArchive::new(Cursor::new(small.body.to_vec())).unwrap();
    assert_eq!(package.len(), 1);

    let path = format!("sites/{}/workbooks/{id}", publisher.admin.site);
    let deleted = call(&publisher.service, "DELETE", &publisher.admin.token, &path, "").await;
    assert_eq!((deleted.status.as_u16(), deleted.body.len()), (204, 0));
    for path in ["", "/views", "/connections", "/content"] {
        assert_eq!(
            publisher.get(&format!("workbooks/{id}{path}")).await.code(),
            "404006",
            "{path}"
        );
    }
    assert_eq!(
        publisher
            .get(&format!("views/{}", views[0]["id"].as_str().unwrap()))
            .await
            .code(),
        "404011"
    );
    assert_eq!(
        call(&publisher.service, "DELETE", &publisher.admin.token, &path, "")
            .await
            .code(),
        "404006"
    );
}

#[tokio::test]
async fn an_overwritten_workbook_keeps_what_identifies_it() {
    let publisher = Publisher::new().await;
    let before = publisher
        .published("Orders", ("Orders.twb", TWB.as_bytes()))
        .await;
    let again = publisher
        .publish(
            "",
            &publisher.document("Orders", ""),
            ("Orders.twb", TWB.as_bytes()),
        )
        .await;
    assert_eq!(again.code(), "403130");
    let more = "<views><view name=\"Map\" hidden=\"true\"/></views><connections><connection serverAddress=\"DWH.example.com\" serverPort=\"1434\">\
        <connectionCredentials name=\"writer\" password=\"secret\" embed=\"true\"/></connection></connections>";
    let answer = publisher
        .publish(
            "overwrite=true",
            &publisher.document("Orders", more),
            ("Orders.twb", TWB.as_bytes()),
        )
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert!(!answer.text().contains("secret"));
    let after = answer.json()["workbook"].clone();
    for same in ["id", "contentUrl", "createdAt", "webpageUrl"] {
        assert_eq!(after[same], before[same], "{same}");
    }
    let id = after["id"].as_str().unwrap();
    let names = |workbook: &Value| -> Vec<(String, String)> {
        let views = workbook["views"]["view"].as_array().unwrap();
        let text = |view: &Value, name: &str| view[name].as_str().unwrap().to_owned();
        views
            .iter()
            .map(|view| (text(view, "name"), text(view, "id")))
            .collect()
    };
    let (before, after) = (names(&before), names(&after));
    assert_eq!(after, [before[0].clone(), before[2].clone()], "Map is hidden");
    let connections = publisher.get(&format!("workbooks/{id}/connections")).await.ok();
    let connection = &connections["connections"]["connection"][0];
    assert_eq!(connection["serverPort"], "1434");
    assert_eq!(connection["userName"], "writer");
    assert_eq!(connection["embedPassword"], true);
    let other = publisher
        .published("Or ders", ("Orders.twb", TWB.as_bytes()))
        .await;
    assert_eq!(other["contentUrl"], "Orders_1");
}

#[tokio::test]
async fn views_of_a_workbook_have_addresses_of_their_own() {
    let publisher = Publisher::new().await;
    let twb = |sheets: &[&str]| {
        let sheet = |name: &&str| format!("<worksheet name='{name}'/>");
        let sheets: String = sheets.iter().map(sheet).collect();
        format!("<workbook><worksheets>{sheets}</worksheets></workbook>").into_bytes()
    };
    let urls = |workbook: &Value| -> Vec<String> {
        let views = workbook["views"]["view"].as_array().unwrap().iter();
        views
            .map(|view| {
                let url = view["contentUrl"].as_str().unwrap();
                let own = view["viewUrlName"].as_str().unwrap();
                assert_eq!(url, format!("Same/sheets/{own}"));
                own.to_owned()
            })
            .collect()
    };
    let first = publisher
        .published("Same", ("a.twb", &twb(&["A B", "AB", "A/B"])))
        .await;
    assert_eq!(urls(&first), ["AB", "AB_1", "AB_2"]);
    // Those that stay keep theirs.
    let document = publisher.document("Same", "");
    let again = twb(&["A.B", "A/B", "AB"]);
    let answer = publisher
        .publish("overwrite=true", &document, ("a.twb", &again))
        .await;
    assert_eq!(urls(&answer.json()["workbook"]), ["AB", "AB_2", "AB_1"]);
}

#[tokio::test]
async fn an_upload_is_published_once() {
    let publisher = Publisher::new().await;
    let (site, token) = (&publisher.admin.site, &publisher.admin.token);
    let started = call(
        &publisher.service,
        "POST",
        token,
        &format!("sites/{site}/fileUploads"),
        "",
    )
    .await
    .json();
    let upload = started["fileUpload"]["uploadSessionId"].as_str().unwrap();
    let file = twbx(&(0..300_000u32).flat_map(u32::to_le_bytes).collect::<Vec<_>>());
    for chunk in file.chunks(400_000) {
        let content_type = format!("multipart/mixed; boundary={BOUNDARY}");
        let mut bytes =
            format!("--{BOUNDARY}\r\nContent-Disposition: name=\"tableau_file\"; filename=\"file\"\r\n\r\n")
                .into_bytes();
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(format!("\r\n--{BOUNDARY}--").as_bytes());
        let headers = [
            ("X-Tableau-Auth", token.as_str()),
            ("Accept", "application/json"),
            ("Content-Type", &content_type),
        ];
        let path = format!("/api/3.29/sites/{site}/fileUploads/{upload}");
        assert_eq!(
            send(&publisher.service, "PUT", &path, &headers, bytes)
                .await
                .status,
            200
        );
    }
    let query = |file_type: &str| format!("uploadSessionId={upload}{file_type}");
    let document = publisher.document("Uploaded", "");
    let publish = async |query: String| {
        publisher
            .publish_as(&publisher.admin, &query, &document, None)
            .await
    };
    assert_eq!(publish(query("")).await.code(), "400035");
    assert_eq!(publish(query("&workbookType=twb")).await.code(), "400011");
    assert_eq!(publish("workbookType=twbx".to_owned()).await.code(), "400000");
    assert_eq!(
        publish("uploadSessionId=1:a-1:0&workbookType=twbx".to_owned())
            .await
            .code(),
        "404015"
    );
    let answer = publish(query("&workbookType=twbx")).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let id = answer.json()["workbook"]["id"].as_str().unwrap().to_owned();
    assert_eq!(publisher.get(&format!("workbooks/{id}/content")).await.body, file);
    assert_eq!(
        publish(query("&workbookType=twbx&overwrite=true")).await.code(),
        "404015"
    );
}

#[tokio::test]
async fn what_is_not_a_workbook_is_refused() {
    let publisher = Publisher::new().await;
    let named = publisher.document("A", "");
    for (query, document, file, code) in [
        ("", named.as_str(), ("A.twb", &b"hello"[..]), "400011"),
        ("", &named, ("A.twbx", TWB.as_bytes()), "400011"),
        ("", &named, ("A.pdf", TWB.as_bytes()), "400020"),
        ("workbookType=pdf", &named, ("A.twb", TWB.as_bytes()), "400035"),
        ("overwrite=perhaps", &named, ("A.twb", TWB.as_bytes()), "400008"),
        ("", "<tsRequest/>", ("A.twb", TWB.as_bytes()), "400000"),
        (
            "",
            "<tsRequest><workbook name=\" \"/></tsRequest>",
            ("A.twb", TWB.as_bytes()),
            "400000",
        ),
        (
            "",
            "<tsRequest><workbook name=\"A\"><project id=\"nowhere\"/></workbook></tsRequest>",
            ("A.twb", TWB.as_bytes()),
            "404005",
        ),
        (
            "uploadSessionId=1:a-1:0",
            &named,
            ("A.twb", TWB.as_bytes()),
            "400000",
        ),
    ] {
        let answer = publisher.publish(query, document, file).await;
        assert_eq!(
            answer.code(),
            code,
            "{query} {document} {}: {}",
            file.0,
            answer.text()
        );
    }
    assert!(publisher.named("A").await.is_empty());
}

#[tokio::test]
async fn a_request_without_a_project_publishes_to_the_default_project() {
    let publisher = Publisher::new().await;
    let document = "<tsRequest><workbook name=\"A\"/></tsRequest>";
    let answer = publisher.publish("", document, ("A.twb", TWB.as_bytes())).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let [workbook] = publisher.named("A").await.try_into().unwrap();
    assert_eq!(workbook["project"]["name"], "default");
}

#[tokio::test]
async fn a_job_publishes_when_it_succeeds_and_not_when_it_fails() {
    let publisher = Publisher::new().await;
    for (plan, count) in [(JobPlan::fails("no"), 0), (JobPlan::succeeds(), 1)] {
        publisher.service.controls().plan_jobs(plan);
        let answer = publisher
            .publish(
                "asJob=true",
                &publisher.document("Later", ""),
                ("Later.twb", TWB.as_bytes()),
            )
            .await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let job = answer.json()["job"].clone();
        assert_eq!(job["type"], "PublishWorkbook");
        assert!(publisher.named("Later").await.is_empty());
        publisher.service.clock().advance(Duration::from_secs(60));
        assert_eq!(publisher.named("Later").await.len(), count);
        let job = publisher
            .get(&format!("jobs/{}", job["id"].as_str().unwrap()))
            .await
            .ok();
        assert_eq!(job["job"]["progress"], "100");
    }
}

#[tokio::test]
async fn rights_say_who_publishes_downloads_and_deletes() {
    let publisher = Publisher::new().await;
    let workbook = publisher
        .published("Orders", ("Orders.twb", TWB.as_bytes()))
        .await;
    let id = workbook["id"].as_str().unwrap();
    let users = publisher.service.ready().users;
    let with_role = |role: &str| {
        let of = users
            .iter()
            .find(|user| user.site_role.as_str() == role && user.sites.contains(&String::new()));
        of.unwrap().name.clone()
    };
    for (role, publishes, downloads) in [("Viewer", "403007", "403019"), ("Creator", "403007", "403019")] {
        let session = user(&publisher.service, &with_role(role), "").await;
        let document = publisher.document("Mine", "");
        let answer = publisher
            .publish_as(&session, "", &document, Some(("Mine.twb", TWB.as_bytes())))
            .await;
        assert_eq!(answer.code(), publishes, "{role}");
        assert_eq!(
            publisher
                .get_as(&session, &format!("workbooks/{id}/views"))
                .await
                .status,
            200
        );
        assert_eq!(
            publisher
                .get_as(&session, &format!("workbooks/{id}/content"))
                .await
                .code(),
            downloads,
            "{role}"
        );
        let path = format!("sites/{}/workbooks/{id}", session.site);
        assert_eq!(
            call(&publisher.service, "DELETE", &session.token, &path, "")
                .await
                .code(),
            "403004",
            "{role}"
        );
    }
}

#[tokio::test]
async fn a_rule_for_a_user_counts_before_one_for_everyone() {
    let publisher = Publisher::new().await;
    let workbook = publisher
        .published("Orders", ("Orders.twb", TWB.as_bytes()))
        .await;
    let id = workbook["id"].as_str().unwrap();
    let users = publisher.service.ready().users;
    let creator = users
        .iter()
        .find(|user| user.site_role.as_str() == "Creator" && user.sites.contains(&String::new()))
        .unwrap();
    let session = user(&publisher.service, &creator.name, "").await;
    let path = format!("sites/{}/workbooks/{id}/permissions", publisher.admin.site);
    let rules = |json: &Value| {
        json["permissions"]["granteeCapabilities"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(
        rules(&get(&publisher.service, &publisher.admin.token, &path).await.ok()),
        1,
        "all users"
    );
    assert_eq!(
        get(&publisher.service, &session.token, &path).await.code(),
        "403004"
    );

    let add = async |name: &str, mode: &str| {
        let body = format!(
            "{{\"permissions\":{{\"granteeCapabilities\":[{{\"user\":{{\"id\":\"{}\"}},\"capabilities\":{{\"capability\":[{{\"name\":\"{name}\",\"mode\":\"{mode}\"}}]}}}}]}}}}",
            session.user
        );
        call(&publisher.service, "PUT", &publisher.admin.token, &path, body).await
    };
    let content = format!("workbooks/{id}/content");
    assert_eq!(publisher.get_as(&session, &content).await.code(), "403019");
    assert_eq!(rules(&add("ExportXml", "Allow").await.ok()), 2);
    assert_eq!(publisher.get_as(&session, &content).await.body, TWB.as_bytes());
    assert_eq!(add("ExportXml", "Deny").await.status, 200);
    assert_eq!(publisher.get_as(&session, &content).await.code(), "403019");
    assert_eq!(add("Fly", "Allow").await.code(), "400009");
    assert_eq!(add("ExportXml", "Perhaps").await.code(), "400009");
    // A document that names an item names this one.
    for (kind, named, status) in [
        ("workbook", id, 200),
        ("workbook", "x", 400),
        ("datasource", id, 400),
    ] {
        let body = serde_json::json!({ "permissions": { kind: { "id": named }, "granteeCapabilities": [] } });
        let answer = call(
            &publisher.service,
            "PUT",
            &publisher.admin.token,
            &path,
            body.to_string(),
        )
        .await;
        assert_eq!(answer.status, status, "{kind} {named}: {}", answer.text());
    }

    assert_eq!(add("Read", "Deny").await.status, 200);
    assert_eq!(
        publisher
            .get_as(&session, &format!("workbooks/{id}"))
            .await
            .code(),
        "403018"
    );
    assert_eq!(
        publisher
            .get_as(&session, &format!("workbooks/{id}/views"))
            .await
            .code(),
        "403004"
    );
    let listed = publisher
        .get_as(&session, "workbooks?filter=name:eq:Orders")
        .await
        .ok();
    assert_eq!(listed["pagination"]["totalAvailable"], "0");

    let rule = format!("{path}/users/{}/Read/Deny", session.user);
    for code in [None, Some("404013")] {
        let answer = call(&publisher.service, "DELETE", &publisher.admin.token, &rule, "").await;
        assert_eq!(code.map_or(204, |_| 404), answer.status.as_u16());
        if let Some(code) = code {
            assert_eq!(answer.code(), code);
        }
    }
    assert_eq!(
        publisher
            .get_as(&session, &format!("workbooks/{id}"))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn what_was_seeded_can_be_downloaded_and_published_again() {
    let publisher = Publisher::new().await;
    let seeded = publisher.named("Superstore").await.remove(0);
    let path = format!("workbooks/{}/content", seeded["id"].as_str().unwrap());
    let file = publisher.get(&path).await.body;
    let copy = publisher.published("Copy", ("Copy.twb", &file)).await;
    let names = |json: &Value| -> Vec<String> {
        let views = json["views"]["view"].as_array().unwrap();
        views
            .iter()
            .map(|view| view["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let one = publisher
        .get(&format!("workbooks/{}", seeded["id"].as_str().unwrap()))
        .await
        .ok();
    assert_eq!(names(&copy), names(&one["workbook"]));
    // With its connection to a published data source, by which clients find what depends on that.
    let seeded = publisher.named("Order%20Backlog").await.remove(0);
    let seeded = seeded["id"].as_str().unwrap();
    let file = publisher.get(&format!("workbooks/{seeded}/content")).await.body;
    let copy = publisher.published("Copy of it", ("Copy.twb", &file)).await;
    let mut of = Vec::new();
    for id in [seeded, copy["id"].as_str().unwrap()] {
        let connections = publisher.get(&format!("workbooks/{id}/connections")).await.ok();
        let connection = &connections["connections"]["connection"][0];
        assert_eq!(connection["type"], "sqlproxy");
        of.push(connection["datasource"].clone());
    }
    assert_eq!(of[0]["name"], "Sales Orders");
    assert_eq!(of[0], of[1]);
}

#[tokio::test]
async fn names_are_given_as_every_client_reads_them() {
    let publisher = Publisher::new().await;
    for (name, header) in [
        (
            "Orders 2026",
            "name=\"tableau_workbook\"; filename=\"Orders 2026.twb\"",
        ),
        ("a/b:c", "name=\"tableau_workbook\"; filename=\"a_b_c.twb\""),
        (
            "Umsätze",
            "name=\"tableau_workbook\"; filename*=UTF-8''Ums%C3%A4tze%2Etwb",
        ),
    ] {
        let workbook = publisher.published(name, ("a.twb", TWB.as_bytes())).await;
        let path = format!(
            "/api/3.29/sites/{}/workbooks/{}/content",
            publisher.admin.site,
            workbook["id"].as_str().unwrap()
        );
        let request = Request::get(path)
            .header("X-Tableau-Auth", &publisher.admin.token)
            .body(Bytes::new())
            .unwrap();
        let response = publisher.service.handle(request).await;
        assert_eq!(response.headers()["content-disposition"], header);
        assert_eq!(response.headers()["content-type"], "application/octet-stream");
    }
}

#[tokio::test]
async fn files_are_kept_below_the_directory_while_a_workbook_names_them() {
    let directory = tempfile::tempdir().unwrap();
    let count = || std::fs::read_dir(directory.path().join("files")).unwrap().count();
    let file = twbx(&vec![3; 6 * 1024 * 1024]);
    let start = || Sandbox::builder().data(directory.path()).build().unwrap();
    let publisher = Publisher::of(start()).await;
    let one = publisher.published("One", ("One.twbx", &file)).await;
    let two = publisher.published("Two", ("Two.twbx", &file)).await;
    assert_eq!(count(), 1);
    let site = publisher.admin.site.clone();
    drop(publisher);
    let publisher = Publisher::of(start()).await;
    let delete = async |workbook: &Value| {
        let path = format!("sites/{site}/workbooks/{}", workbook["id"].as_str().unwrap());
        assert_eq!(
            call(&publisher.service, "DELETE", &publisher.admin.token, &path, "")
                .await
                .status,
            204
        );
    };
    delete(&one).await;
    let path = format!("workbooks/{}/content", two["id"].as_str().unwrap());
    assert_eq!(publisher.get(&path).await.body, file);
    delete(&two).await;
    assert_eq!(count(), 0);
}
