//! How the work grows with what there is, by counts of the records that are looked up: ten times as much takes no more of them.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::Service;
use crate::Sandbox;
use crate::store::counted::look_ups;
use crate::well_known;

/// A sandbox that is asked in this thread.
struct Asked {
    service: Service,
    runtime: Runtime,
    token: String,
    site: String,
}

impl Asked {
    fn with(workbooks: u32) -> Self {
        let mut asked = Self {
            service: Sandbox::builder().workbooks(workbooks).build().unwrap(),
            runtime: Builder::new_current_thread().build().unwrap(),
            token: String::new(),
            site: String::new(),
        };
        let session = asked.sign_in();
        asked.token = session["credentials"]["token"].as_str().unwrap().to_owned();
        asked.site = session["credentials"]["site"]["id"].as_str().unwrap().to_owned();
        asked
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/3.29/{path}"))
            .header("accept", "application/json")
            .header("x-tableau-auth", &self.token)
            .body(Bytes::from(body))
            .unwrap();
        let answer = self.runtime.block_on(self.service.handle(request));
        assert!(answer.status().is_success(), "{path}: {:?}", answer.body());
        serde_json::from_slice(answer.body()).unwrap_or_default()
    }

    fn sign_in(&self) -> Value {
        let credentials = json!({
            "name": well_known::ADMIN, "password": well_known::PASSWORD, "site": { "contentUrl": "" },
        });
        self.ask("POST", "auth/signin", &json!({ "credentials": credentials }))
    }

    fn list(&self, query: &str) -> Value {
        self.ask(
            "GET",
            &format!("sites/{}/workbooks?{query}", self.site),
            &Value::Null,
        )
    }

    /// How many records a list looks up.
    fn listed(&self, query: &str) -> usize {
        look_ups(|| self.list(query)).0
    }

    /// Changes one workbook.
    fn change(&self, description: &str) {
        let id = self.list("pageSize=1")["workbooks"]["workbook"][0]["id"].clone();
        let path = format!("sites/{}/workbooks/{}", self.site, id.as_str().unwrap());
        self.ask(
            "PUT",
            &path,
            &json!({ "workbook": { "description": description } }),
        );
    }
}

#[track_caller]
fn assert_same_work(few: usize, many: usize) {
    assert!(few > 0, "nothing was counted");
    assert!(many * 10 <= few * 13, "{many} look-ups in place of {few}");
}

#[test]
fn a_page_in_the_middle_looks_at_its_own_rows() {
    let (few, many) = (Asked::with(1_000), Asked::with(10_000));
    assert_same_work(few.listed("pageNumber=5"), many.listed("pageNumber=50"));
}

#[test]
fn a_filter_by_owner_or_project_looks_at_its_own_page() {
    let (few, many) = (Asked::with(1_000), Asked::with(10_000));
    for filter in ["ownerName:eq:anita.silva", "projectName:eq:Sales"] {
        let query = format!("filter={filter}");
        let found = |asked: &Asked| asked.list(&query)["pagination"]["totalAvailable"].clone();
        assert_ne!(found(&few), found(&many));
        for asked in [&few, &many] {
            asked.change(filter);
        }
        assert_same_work(few.listed(&query), many.listed(&query));
        // Another page, of the first request for a list.
        let query = format!("{query}&sort=name:asc&pageSize=10");
        few.list(&query);
        many.list(&query);
        assert_same_work(
            few.listed(&format!("{query}&pageNumber=2")),
            many.listed(&format!("{query}&pageNumber=2")),
        );
    }
}

#[test]
fn a_sort_is_brought_up_to_date_by_what_has_changed() {
    let (few, many) = (Asked::with(1_000), Asked::with(10_000));
    for sort in ["name:asc", "size:desc,name:asc", "updatedAt:desc"] {
        let query = format!("sort={sort}");
        let page = few.list(&query);
        many.list(&query);
        for asked in [&few, &many] {
            asked.change(sort);
        }
        assert_same_work(few.listed(&query), many.listed(&query));
        // It is what a sandbox would give that sorts for the first time.
        let names = |page: &Value| -> Vec<Value> {
            let of = page["workbooks"]["workbook"].as_array().unwrap().iter();
            of.map(|workbook| workbook["name"].clone()).collect()
        };
        if sort != "updatedAt:desc" {
            assert_eq!(names(&few.list(&query)), names(&page), "{sort}");
        }
    }
}

#[test]
fn a_sign_in_looks_at_its_own_session() {
    let asked = Asked::with(10);
    let (few, _) = look_ups(|| asked.sign_in());
    for _ in 0..500 {
        asked.sign_in();
    }
    let (many, _) = look_ups(|| asked.sign_in());
    assert_same_work(few, many);
}

#[test]
fn a_request_looks_at_its_own_rows_however_many_jobs_there_were() {
    let asked = Asked::with(10);
    let id = asked.list("pageSize=1")["workbooks"]["workbook"][0]["id"].clone();
    let path = format!("sites/{}/workbooks/{}/refresh", asked.site, id.as_str().unwrap());
    let refresh = || {
        asked.ask("POST", &path, &json!({}));
        asked.service.clock().advance(std::time::Duration::from_secs(600));
        asked.list("pageSize=2");
    };
    refresh();
    let few = asked.listed("pageSize=3");
    for _ in 0..200 {
        refresh();
    }
    assert_same_work(few, asked.listed("pageSize=3&pageNumber=1"));
}
