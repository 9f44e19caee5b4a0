//! Content other than workbooks: what is published is seen, belongs to others, and goes with them.

mod custom_views;
mod data_service;
mod datasources;
mod extracts;
mod favorites;
mod flows;
mod hyper_data;
mod keychains;
mod labels;
mod search;
mod updates;
mod usage;
mod virtual_connections;
mod warnings;
mod xml_text;

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use tableau_sandbox::Service;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::fixture::*;

const BOUNDARY: &str = "6b0c1c1e";

/// A site of a sandbox, seen by its administrator.
struct Site {
    service: Service,
    admin: Session,
}

impl Site {
    async fn new() -> Self {
        let service = service();
        let admin = admin(&service, "").await;
        Self { service, admin }
    }

    async fn by(&self, session: &Session, method: &str, path: &str, body: &Value) -> Answer {
        let path = format!("sites/{}/{path}", session.site);
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        call(&self.service, method, &session.token, &path, body).await
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        self.by(&self.admin, method, path, &body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, Value::Null).await
    }

    async fn delete(&self, path: &str) {
        let answer = self.send("DELETE", path, Value::Null).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
    }

    /// The first item of a list.
    async fn first(&self, path: &str) -> Value {
        let page = self.get(path).await.ok();
        let found = items(&page).first().cloned();
        found.expect("an item")
    }

    /// The identifier of the first item of a list.
    async fn id(&self, path: &str) -> String {
        id(&self.first(path).await)
    }

    async fn project(&self) -> String {
        self.id("projects?filter=name:eq:default").await
    }

    /// Publishes by a multipart request: a document, and a file for one of the parts.
    async fn publish(
        &self,
        by: &Session,
        path: &str,
        document: &Value,
        (part, name, file): (&str, &str, &[u8]),
    ) -> Answer {
        let mut body = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"request_payload\"\r\n\r\n{document}\r\n\
             --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"{name}\"\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(file);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let content_type = format!("multipart/mixed; boundary={BOUNDARY}");
        let headers = [
            ("X-Tableau-Auth", by.token.as_str()),
            ("Accept", "application/json"),
            ("Content-Type", &content_type),
        ];
        send(&self.service, "POST", path, &headers, body).await
    }
}

const TDS: &str = "<datasource caption='Orders'><connection class='federated'><named-connections><named-connection name='c'>\
    <connection class='sqlserver' server='dwh.example.com' port='1433' dbname='Sales' username='reader'/>\
    </named-connection></named-connections></connection></datasource>";

impl Site {
    /// Publishes a data source.
    async fn publish_datasource(&self, name: &str, query: &str, (file, bytes): (&str, &[u8])) -> Answer {
        let document = json!({"datasource": {"name": name, "project": {"id": self.project().await}}});
        let path = format!("/api/3.29/sites/{}/datasources{query}", self.admin.site);
        self.publish(&self.admin, &path, &document, ("tableau_datasource", file, bytes))
            .await
    }

    /// Publishes a data source; gives its identifier.
    async fn datasource(&self, name: &str, file: (&str, &[u8])) -> String {
        let answer = self.publish_datasource(name, "", file).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        id(&answer.json()["datasource"])
    }

    /// A member of an item: of `datasources/…` the `datasource`.
    async fn member(&self, path: &str, name: &str) -> Value {
        let item = self.get(path).await.ok();
        let item = item.as_object().and_then(|item| item.values().next()).cloned();
        item.unwrap_or_default()[name].clone()
    }

    /// Lets every job that is queued end.
    fn finish_jobs(&self) {
        self.service.clock().advance(std::time::Duration::from_secs(60));
    }
}

/// The items of a page.
fn items(page: &Value) -> Vec<Value> {
    let lists = page
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| *name != "pagination");
    let lists = lists.filter_map(|(_, list)| list.as_object()?.values().next()?.as_array());
    lists.flatten().cloned().collect()
}

#[track_caller]
fn id(item: &Value) -> String {
    item["id"].as_str().expect("an identifier").to_owned()
}

/// A zip with one file.
fn zipped(name: &str, content: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(content.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

/// A document that adds tags.
fn tags(labels: &[&str]) -> Value {
    let tags: Vec<_> = labels.iter().map(|label| json!({"label": label})).collect();
    json!({"tags": {"tag": tags}})
}
