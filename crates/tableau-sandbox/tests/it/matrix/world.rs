//! A sandbox with a session of each kind, and the identifiers of its records.

use std::time::Duration;

use serde_json::{Value, json};
use tableau_sandbox::{JobPlan, Service, well_known};
use tableau_wire::endpoint::Place;
use tableau_wire::{Availability, Entry, Format, Method, Segment};

use crate::fixture::{
    Answer, Session, admin, call, get, password_credentials, send, service, session, try_sign_in, user,
};
use crate::matrix::UNKNOWN;
use crate::matrix::call::{Sample, entries, name, path, root};
use crate::matrix::facets::permission;
use crate::mint::{Mint, jwt_credentials};

/// Asks for JSON.
pub(crate) const JSON: &str = "application/json";
pub(crate) const XML: &str = "application/xml";

pub(crate) struct World {
    pub(crate) service: Service,
    server: Session,
    cloud: Session,
    /// A configuration of OpenID Connect on the Cloud site.
    pub(crate) oidc_configuration: String,
}

/// A request that is being built.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) version: String,
    pub(crate) site: String,
    /// With its question mark; empty if there is none.
    pub(crate) query: String,
    pub(crate) token: Option<String>,
    pub(crate) accept: &'static str,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

impl Request {
    /// Sends it in another session.
    pub(crate) fn by(&mut self, session: &Session) {
        self.site.clone_from(&session.site);
        self.token = Some(session.token.clone());
    }

    /// Writes the document, which is in JSON, in a format.
    pub(crate) fn write(&mut self, format: Format) {
        if format == Format::Xml {
            let document: Value = serde_json::from_str(&self.body).unwrap();
            self.body = xml("tsRequest", &document);
            self.content_type = XML.to_owned();
        }
    }
}

/// An element: scalars become attributes, objects and lists become children.
fn xml(name: &str, value: &Value) -> String {
    let Value::Object(members) = value else {
        return format!("<{name}>{}</{name}>", scalar(value));
    };
    let (mut attributes, mut children) = (String::new(), String::new());
    for (name, member) in members {
        match member {
            Value::Object(_) => children.push_str(&xml(name, member)),
            Value::Array(items) => items.iter().for_each(|item| children.push_str(&xml(name, item))),
            other => attributes.push_str(&format!(" {name}=\"{}\"", scalar(other))),
        }
    }
    format!("<{name}{attributes}>{children}</{name}>")
}

fn scalar(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

impl World {
    pub(crate) async fn new() -> Self {
        let service = service();
        // Two answers about a job, one after the other, are the same.
        let day = Duration::from_secs(86_400);
        service.controls().plan_jobs(JobPlan::succeeds().waits(day));
        // By password, as the one session of a personal access token is on Cloud.
        let by_password = password_credentials(well_known::ADMIN, "");
        let server = session(&try_sign_in(&service, &by_password).await);
        let cloud = admin(&service, well_known::CLOUD_SITE).await;
        let mut world = Self {
            service,
            server,
            cloud,
            oidc_configuration: String::new(),
        };
        let create = entries().find(|entry| name(entry) == "oidc.create").unwrap();
        let created = world.send(create, &[], |_| {}).await;
        world.oidc_configuration = identifier(&created.json(), "idpConfigurationId").unwrap();
        world.queue_job().await;
        world.run_flow().await;
        world
    }

    /// Refreshes the last workbook, so that there is a job; the matrix itself uses first items.
    async fn queue_job(&self) {
        let Session { token, site, .. } = &self.server;
        let workbooks = format!("sites/{site}/workbooks");
        let list = get(&self.service, token, &workbooks).await.ok();
        let last = list["workbooks"]["workbook"]
            .as_array()
            .and_then(|all| all.last())
            .unwrap();
        let refresh = format!("{workbooks}/{}/refresh", last["id"].as_str().unwrap());
        let answer = call(&self.service, "POST", token, &refresh, "<tsRequest/>").await;
        assert_eq!(answer.status, 202, "{}", answer.text());
    }

    /// Runs the last flow, so that there is a run.
    async fn run_flow(&self) {
        let Session { token, site, .. } = &self.server;
        let flows = format!("sites/{site}/flows");
        let list = get(&self.service, token, &flows).await.ok();
        let last = list["flows"]["flow"]
            .as_array()
            .and_then(|all| all.last())
            .unwrap();
        let run = format!("{flows}/{}/run", last["id"].as_str().unwrap());
        let answer = call(&self.service, "POST", token, &run, "<tsRequest/>").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// An administrator's session on a site that has the call.
    pub(crate) fn admin(&self, entry: &Entry) -> &Session {
        match entry.operation.availability {
            Availability::CloudOnly => &self.cloud,
            Availability::ServerOnly | Availability::Everywhere => &self.server,
        }
    }

    /// An administrator's session on a site of the product that does not have the call, if there is one.
    pub(crate) fn other_product(&self, entry: &Entry) -> Option<&Session> {
        match entry.operation.availability {
            Availability::CloudOnly => Some(&self.server),
            Availability::ServerOnly => Some(&self.cloud),
            Availability::Everywhere => None,
        }
    }

    /// A viewer's session on a site that has the call.
    pub(crate) async fn viewer(&self, entry: &Entry) -> Session {
        match entry.operation.availability {
            Availability::CloudOnly => {
                user(&self.service, "yusuf.demir@example.com", well_known::CLOUD_SITE).await
            }
            Availability::ServerOnly | Availability::Everywhere => {
                user(&self.service, "liam.obrien", "").await
            }
        }
    }

    /// An administrator's session from a JWT whose only scope is that of no call.
    pub(crate) async fn unscoped(&self) -> Session {
        let jwt = Mint::direct(&self.service).claim("scp", json!(["tableau:matrix:read"]));
        let answer = try_sign_in(&self.service, &jwt_credentials(&jwt.signed(), "")).await;
        session(&answer)
    }

    /// Sends the request of an entry with the changes of `change`; the answer must not be a server error.
    pub(crate) async fn send(
        &self,
        entry: &Entry,
        values: &[String],
        change: impl FnOnce(&mut Request),
    ) -> Answer {
        let (content_type, body) = Sample::FIRST.body(entry);
        let session = self.admin(entry);
        let mut request = Request {
            method: entry.operation.method.as_str().to_owned(),
            version: entry
                .operation
                .until
                .map_or_else(|| "3.29".to_owned(), |until| until.to_string()),
            site: session.site.clone(),
            query: self.required(entry),
            token: Some(session.token.clone()),
            accept: JSON,
            content_type: content_type.to_owned(),
            body,
        };
        change(&mut request);
        let root = root(entry).unwrap_or_else(|| format!("/api/{}", request.version));
        let path = format!("{root}/{}{}", path(entry, &request.site, values), request.query);
        let mut headers = vec![
            ("Accept", request.accept),
            ("Content-Type", &request.content_type),
        ];
        headers.extend(
            request
                .token
                .iter()
                .map(|token| ("X-Tableau-Auth", token.as_str())),
        );
        let answer = send(&self.service, &request.method, &path, &headers, request.body).await;
        assert!(
            answer.status.as_u16() < 500,
            "{}: {} {path}: {}",
            name(entry),
            request.method,
            answer.text()
        );
        answer
    }

    /// The parameters that a call needs, with values of things that there are.
    fn required(&self, entry: &Entry) -> String {
        let params = entry.operation.params.iter();
        let required = params.filter(|param| param.place == Place::Query && param.required);
        let needed: Vec<_> = required
            .filter_map(|param| match param.name {
                "idpConfigurationId" => Some(format!("{}={}", param.name, self.oidc_configuration)),
                "terms" => Some("terms=a".to_owned()),
                "type" => Some("type=view".to_owned()),
                "productVersion" => Some("productVersion=2019.3".to_owned()),
                // There is no list of what is hidden.
                "id" => Some(format!("id={UNKNOWN}")),
                _ => None,
            })
            .collect();
        match needed.as_slice() {
            [] => String::new(),
            needed => format!("?{}", needed.join("&")),
        }
    }

    /// Values for the variables of a path: of existing or newly created items; `None` if there is no way to find one.
    pub(crate) async fn values(&self, entry: &Entry) -> Option<Vec<String>> {
        let mut values = Vec::new();
        let path: Vec<Segment> = entry.operation.segments().copied().collect();
        for (at, segment) in path.iter().enumerate() {
            let Segment::Variable(variable) = segment else {
                continue;
            };
            let (collection, _) = path.split_at(at);
            if let Some(value) = self.named(entry, collection, variable, &values).await {
                values.push(value);
                continue;
            }
            if matches!(collection.last(), Some(Segment::Literal("permissions")))
                || matches!(
                    collection,
                    [.., Segment::Literal("default-permissions"), Segment::Variable(_)]
                )
            {
                values.extend(self.permission(entry, &values).await?);
                break;
            }
            let value = match collection.last() {
                Some(Segment::Literal("users")) => self.admin(entry).user.clone(),
                Some(Segment::Literal("sessions")) => {
                    self.service.controls().sessions().first()?.id.to_string()
                }
                Some(Segment::Literal("sites")) => self.admin(entry).site.clone(),
                _ => self.value(entry, collection, variable, &values).await?,
            };
            values.push(value);
        }
        Some(values)
    }

    /// What follows `permissions` in a path, of a permission that is added for it.
    async fn permission(&self, of: &Entry, values: &[String]) -> Option<[String; 4]> {
        let name = match of.operation.name {
            "deleteDefaultPermission" => "addDefaultPermissions",
            _ => "addPermissions",
        };
        let add = entries()
            .find(|entry| (entry.operation.group, entry.operation.name) == (of.operation.group, name))?;
        let user = &self.admin(of).user;
        let added = Box::pin(self.send(add, values, |request| {
            request.body = permission(user, "Read", "Allow");
        }));
        added
            .await
            .status
            .is_success()
            .then(|| ["users", user, "Read", "Allow"].map(str::to_owned))
    }

    /// The identifier of the first item of a collection, or of a new one.
    async fn value(
        &self,
        of: &Entry,
        collection: &[Segment],
        variable: &str,
        values: &[String],
    ) -> Option<String> {
        for method in [Method::GET, Method::POST] {
            let entry = entries().find(|entry| {
                let operation = &entry.operation;
                (operation.method, operation.scope) == (method, of.operation.scope)
                    && operation.segments().map(word).eq(collection.iter().map(word))
            });
            let Some(entry) = entry else { continue };
            let answer = Box::pin(self.send(entry, values, |_| {})).await;
            if !answer.status.is_success() {
                continue;
            }
            if let Some(id) = identifier(&answer.json(), variable) {
                return Some(id);
            }
        }
        None
    }
}

/// The word of a segment; variables are alike, whatever they are called.
fn word(segment: &Segment) -> Option<&'static str> {
    match segment {
        Segment::Literal(word) => Some(word),
        Segment::Variable(_) => None,
    }
}

/// The names of identifiers in documents.
const IDENTIFIERS: &[&str] = &["id", "idpConfigurationId", "clientId"];

/// The first identifier in a document: by the variable's name, or else by the usual names.
pub(crate) fn identifier(document: &Value, variable: &str) -> Option<String> {
    match document {
        Value::Object(members) => {
            let mut names = [variable].into_iter().chain(IDENTIFIERS.iter().copied());
            let own = names.find_map(|name| members.get(name)?.as_str());
            let deeper = || members.values().find_map(|member| identifier(member, variable));
            own.map(str::to_owned).or_else(deeper)
        }
        Value::Array(items) => items.iter().find_map(|item| identifier(item, variable)),
        _ => None,
    }
}
