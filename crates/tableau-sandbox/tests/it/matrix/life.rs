//! The life cycle of every resource, as far as it has the calls: created, fetched, listed, changed, deleted, gone.

use serde_json::Value;
use tableau_wire::{BodyKind, Entry, rest};

use crate::fixture::Answer;
use crate::matrix::call::{Sample, entries, variables};
use crate::matrix::facets::permission;
use crate::matrix::world::{World, identifier};
use crate::matrix::{UNKNOWN, Wrong};

/// The calls of a resource: those of its group that have the names of verbs.
struct Resource {
    group: &'static str,
}

impl Resource {
    /// Every resource of the table.
    fn all() -> Vec<Self> {
        let mut groups: Vec<&str> = entries().map(|entry| entry.operation.group).collect();
        groups.dedup();
        groups.into_iter().map(|group| Self { group }).collect()
    }

    fn verb(&self, verb: &str) -> Option<&'static Entry> {
        entries().find(|entry| (entry.operation.group, entry.operation.name) == (self.group, verb))
    }
}

/// The members of the document that an entry sends, of one sample.
fn sent(entry: &Entry, sample: Sample) -> Value {
    let document: Value = serde_json::from_str(&sample.body(entry).1).unwrap();
    match entry.body {
        BodyKind::Document {
            child: Some(child), ..
        } => document[child].clone(),
        _ => document,
    }
}

/// The item in an answer.
fn one(answer: &Answer) -> Value {
    let document = answer.json();
    let members = || {
        document
            .as_object()
            .into_iter()
            .flat_map(|members| members.values())
    };
    // Some items have more beside them, as flows have their output steps.
    let item = members().find(|member| member.get("id").is_some());
    item.or_else(|| members().next()).cloned().unwrap_or_default()
}

/// Members that answers have by another name.
const RENAMED: &[(&str, &str)] = &[
    ("name", "idpConfigurationName"),
    ("userInfoEndpoint", "userinfoEndpoint"),
];

/// The member of an answer for one that was sent.
fn answered<'v>(shown: &'v Value, name: &str) -> Option<&'v Value> {
    let other = || RENAMED.iter().find(|(sent, _)| *sent == name);
    shown.get(name).or_else(|| shown.get(other()?.1))
}

/// The sent members that the answer shows differently.
fn not_kept(sent: &Value, shown: &Value) -> Vec<String> {
    let members = sent.as_object().into_iter().flatten();
    let wrong = members.filter(|(name, value)| match answered(shown, name) {
        // A choice is shown as the element that was chosen.
        Some(Value::Object(chosen)) if value.is_string() => {
            !value.as_str().is_some_and(|name| chosen.contains_key(name))
        }
        Some(shown) => !is_same(shown, value),
        // Secrets are not shown.
        None => !value.is_object() && !["clientSecret", "password"].contains(&name.as_str()),
    });
    wrong
        .map(|(name, value)| format!("{name} is {} and not {value}", shown[name.as_str()]))
        .collect()
}

/// Whether an answer shows a value that was sent: some numbers are shown as texts.
fn is_same(shown: &Value, sent: &Value) -> bool {
    match (shown, sent) {
        (Value::Object(shown), Value::Object(sent)) => sent
            .iter()
            .all(|(name, sent)| shown.get(name).is_some_and(|shown| is_same(shown, sent))),
        (Value::Array(shown), Value::Array(sent)) => {
            shown.len() == sent.len() && shown.iter().zip(sent).all(|(shown, sent)| is_same(shown, sent))
        }
        (Value::String(shown), Value::Number(sent)) => *shown == sent.to_string(),
        _ => shown == sent,
    }
}

struct Life<'w> {
    world: &'w World,
    resource: &'w Resource,
    wrong: &'w mut Wrong,
    id: String,
}

impl Life<'_> {
    /// Sends a call about the item, if the resource has it.
    async fn call(&self, verb: &str, sample: Sample) -> Option<(&'static Entry, Answer)> {
        let entry = self.resource.verb(verb)?;
        let values = match verb {
            "list" | "create" => Vec::new(),
            _ => vec![self.id.clone()],
        };
        let (content_type, body) = sample.body(entry);
        let answer = self.world.send(entry, &values, |request| {
            request.content_type = content_type.to_owned();
            request.body = body;
        });
        Some((entry, answer.await))
    }

    /// How often the item is listed, over pages of three.
    async fn listed(&mut self) -> usize {
        let Some(entry) = self.resource.verb("list") else {
            return 0;
        };
        let mut times = 0;
        for page in 1.. {
            let answer = self
                .world
                .send(entry, &[], |request| {
                    request.query = format!("?pageSize=3&pageNumber={page}");
                })
                .await;
            if !answer.status.is_success() {
                // After the last page.
                self.wrong
                    .unless(page > 1 && answer.code() == "400006", entry, &answer);
                break;
            }
            let document = answer.json();
            times += answer.text().matches(&format!("\"{}\"", self.id)).count();
            if document.get("pagination").is_none() {
                break;
            }
        }
        times
    }

    async fn is_shown(&mut self, verb: &str, sent: &Value) {
        let Some((entry, answer)) = self.call(verb, Sample::FIRST).await else {
            return;
        };
        self.wrong
            .unless(answer.status == entry.operation.status, entry, &answer);
        let wrong = not_kept(sent, &one(&answer));
        if !wrong.is_empty() {
            self.wrong.say(entry, wrong.join(", "));
        }
    }

    async fn is_gone(&mut self) {
        for verb in ["get", "update", "delete"] {
            if let Some((entry, answer)) = self.call(verb, Sample::FIRST).await {
                self.wrong.unless(answer.status == 404, entry, &answer);
            }
        }
        let listed = self.listed().await;
        if listed > 0 {
            self.wrong
                .0
                .push(format!("{} is listed when it is deleted", self.resource.group));
        }
    }
}

#[tokio::test]
async fn every_creatable_resource_completes_its_life_cycle() {
    let mut wrong = Wrong::default();
    let mut lives = 0;
    for resource in Resource::all() {
        let Some(create) = resource.verb("create") else {
            continue;
        };
        // They are made of items that there are, and have tests of their own.
        if ["subscriptions", "data_alerts"].contains(&resource.group) {
            continue;
        }
        lives += 1;
        let world = World::new().await;
        let answer = world.send(create, &[], |_| {}).await;
        wrong.unless(answer.status == create.operation.status, create, &answer);
        let made = one(&answer);
        let Some(id) = identifier(&made, "id") else {
            wrong.say(create, format!("its answer names nothing: {made}"));
            continue;
        };
        let first = sent(create, Sample::FIRST);
        assert!(
            first.as_object().is_some_and(|members| !members.is_empty()),
            "{}",
            resource.group
        );
        for said in not_kept(&first, &made) {
            wrong.say(create, said);
        }
        let mut life = Life {
            world: &world,
            resource: &resource,
            wrong: &mut wrong,
            id,
        };
        life.is_shown("get", &first).await;
        if resource.verb("list").is_some() && life.listed().await != 1 {
            life.wrong.say(create, "it is not listed once");
        }
        if let Some((entry, answer)) = life.call("update", Sample::SECOND).await {
            life.wrong
                .unless(answer.status == entry.operation.status, entry, &answer);
            let changed = sent(entry, Sample::SECOND);
            for said in not_kept(&changed, &one(&answer)) {
                life.wrong.say(entry, said);
            }
            life.is_shown("get", &changed).await;
        }
        if let Some((entry, answer)) = life.call("delete", Sample::FIRST).await {
            life.wrong
                .unless(answer.status == entry.operation.status, entry, &answer);
            life.is_gone().await;
        }
    }
    wrong.none();
    assert!(lives > 0);
}

#[tokio::test]
async fn every_listed_item_can_be_fetched() {
    let (world, mut wrong) = (World::new().await, Wrong::default());
    for resource in Resource::all() {
        let (Some(list), Some(get)) = (resource.verb("list"), resource.verb("get")) else {
            continue;
        };
        // Missing items are created.
        world.values(get).await;
        let listed = world
            .send(list, &[], |request| request.query = "?pageSize=3".to_owned())
            .await;
        wrong.unless(listed.status == list.operation.status, list, &listed);
        let items = items(&listed.json());
        if items.is_empty() {
            wrong.say(list, "there is nothing to fetch");
        }
        for item in items {
            let id = identifier(&item, "id").unwrap_or_default();
            let answer = world.send(get, std::slice::from_ref(&id), |_| {}).await;
            wrong.unless(answer.status == get.operation.status, get, &answer);
            if identifier(&one(&answer), "id") != Some(id) {
                wrong.say(get, format!("another than was asked for: {}", answer.text()));
            }
        }
    }
    wrong.none();
}

/// The items of a page.
pub(crate) fn items(list: &Value) -> Vec<Value> {
    let wrappers = list
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| *name != "pagination");
    let lists = wrappers.filter_map(|(_, wrapper)| wrapper.as_object()?.values().next()?.as_array());
    lists.flatten().cloned().collect()
}

/// The calls of resources, and Tableau's code for one that is not there: a word for each.
macro_rules! resources {
    ($($resource:ident)*) => {
        [$((<rest::$resource as tableau_wire::Resource>::ENTRIES, <rest::$resource as tableau_wire::Resource>::MISSING)),*]
    };
}

#[tokio::test]
async fn an_unknown_item_is_refused_with_its_code() {
    let resources = resources![
        BackgroundJob ConnectedApplication CustomView Datasource ExternalAuthorizationServer Flow FlowRun Group GroupSet
        OidcConfiguration Project Site User View
        VirtualConnection Webhook Workbook Schedule LinkedTask Subscription DataAlert Database Table Metric
    ];
    let (world, mut wrong) = (World::new().await, Wrong::default());
    for (calls, missing) in resources {
        for entry in calls.iter().filter(|entry| variables(entry) == 1) {
            let unknown = [UNKNOWN.to_owned()];
            let answer = world.send(entry, &unknown, |request| {
                if ["addPermissions", "addDefaultPermissions"].contains(&entry.operation.name) {
                    request.body = permission(&world.admin(entry).user, "Read", "Allow");
                }
            });
            let answer = answer.await;
            wrong.unless(answer.code() == missing, entry, &answer);
            // The reference tells it.
            let told = entry.operation.error_codes().any(|code| answer.code() == code);
            wrong.unless(told, entry, &answer);
        }
    }
    let verbs = ["list", "get", "create", "update", "delete"];
    // Warnings are no resource: they are reached by what they are about.
    let named_so = |entry: &&Entry| {
        verbs.contains(&entry.operation.name) && entry.operation.group != "data_quality_warnings"
    };
    for entry in entries().filter(named_so) {
        if !resources.iter().any(|(calls, _)| calls.contains(entry)) {
            wrong.say(entry, "its resource is not named here");
        }
    }
    wrong.none();
}
