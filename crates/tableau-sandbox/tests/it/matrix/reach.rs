//! Values for variables that no list of the same collection gives.

use serde_json::{Value, json};
use tableau_wire::{Entry, Method, Segment};

use crate::matrix::UNKNOWN;
use crate::matrix::call::entries;
use crate::matrix::life::items;
use crate::matrix::world::{World, identifier};

impl World {
    /// The value of a variable with a meaning of its own; `None` if it has none.
    pub(crate) async fn named(
        &self,
        of: &Entry,
        collection: &[Segment],
        variable: &str,
        values: &[String],
    ) -> Option<String> {
        let is_favorite = of.operation.group == "favorites";
        match variable {
            "userId" if is_favorite => Some(self.admin(of).user.clone()),
            "contentType" if is_favorite => Some("flows".to_owned()),
            "contentType" => Some("flow".to_owned()),
            "luid" => {
                let list = entry("flows", "list")?;
                let flows = Box::pin(self.send(list, &[], |request| request.by(self.admin(of))));
                identifier(&flows.await.json(), "id")
            }
            "contentId" => {
                let flow = self.first_flow().await?;
                if is_favorite {
                    self.add_favorite(&flow).await?;
                } else if of.operation.method != Method::POST {
                    self.warn(&flow).await?;
                }
                Some(flow)
            }
            "tag" => {
                let add = entries().find(|entry| {
                    entry.operation.method == Method::PUT && entry.operation.segments().eq(collection)
                })?;
                let answer = Box::pin(self.send(add, values, |_| {})).await;
                answer.status.is_success().then(|| "matrix".to_owned())
            }
            "scheduleId" => {
                let list = entry("schedules", "list")?;
                let schedules = Box::pin(self.send(list, &[], |_| {})).await;
                identifier(&schedules.json(), "id")
            }
            "bundleType" => Some("ban".to_owned()),
            "id" if ["getMetric", "updateMetric", "deleteMetric"].contains(&of.operation.name) => {
                let list = entry("pulse", "listDefinitions")?;
                let all = Box::pin(self.send(list, &[], |request| {
                    request.query = "?view=DEFINITION_VIEW_FULL".to_owned();
                }));
                let all = all.await.json();
                // The last is no default one, which stays.
                let metrics = all["definitions"][0]["metrics"].as_array()?;
                Some(metrics.last()?["id"].as_str()?.to_owned())
            }
            "id" | "uuid" | "poolId" | "userId" if of.operation.group == "identity_pools" => {
                self.identity(of, variable).await
            }
            "connectionLuid" => self.analytics_connection().await,
            "workbookLuid" => self.last("workbooks").await,
            "id" if of.operation.group == "labels" => {
                let flow = self.first_flow().await?;
                self.warn(&flow).await
            }
            "name" if of.operation.group == "labels" => self.label_word(of).await,
            // There is none, and no call makes one.
            "id" if of.operation.name == "deleteDataAcceleration" => Some(UNKNOWN.to_owned()),
            "id" if of.operation.group == "data_quality_warnings" => {
                let flow = self.first_flow().await?;
                self.warn(&flow).await
            }
            "contentKind" if of.operation.group == "databases" => Some("tables".to_owned()),
            "contentKind" => Some("workbooks".to_owned()),
            // The one who asks is not removed, nor the site they are on, nor a user who owns content.
            "id" if of.operation.group == "users" => self.user("kavya.raman").await,
            "id" if of.operation.group == "projects" => self.last("projects").await,
            "id" if of.operation.group == "sites" => self.last("sites").await,
            "id" if of.operation.group == "groups" => self.last("groups").await,
            "groupId" if of.operation.group == "groups" => self.last("groups").await,
            "userId" if of.operation.group == "groups" => {
                let user = self.admin(of).user.clone();
                self.join(values, &user).await.then_some(user)
            }
            "groupId" if of.operation.group == "group_sets" => {
                let group = self.last("groups").await?;
                let add = entry("group_sets", "addGroup")?;
                let values = [values.first()?.clone(), group.clone()];
                let added = Box::pin(self.send(add, &values, |_| {})).await;
                added.status.is_success().then_some(group)
            }
            "id" if of.operation.group == "columns" => self.column().await,
            "id" if of.operation.group == "oidc" => Some(self.oidc_configuration.clone()),
            _ => None,
        }
    }

    /// Sends a document; gives the answer of a call that works.
    async fn made(&self, group: &str, name: &str, document: Value) -> Option<Value> {
        let entry = entry(group, name)?;
        let answer = Box::pin(self.send(entry, &[], |request| request.body = document.to_string()));
        let answer = answer.await;
        answer.status.is_success().then(|| answer.json())
    }

    /// Of a store, of a way to authenticate, or of a pool of both with the caller in it.
    async fn identity(&self, of: &Entry, variable: &str) -> Option<String> {
        let user = self.admin(of).user.clone();
        if variable == "userId" {
            return Some(user);
        }
        let store = json!({ "type": "0", "name": "matrix" });
        let store = self.made("identity_pools", "createStore", store).await?["store_instance"]["id"].clone();
        let oidc = json!({ "client_id": "c", "client_secret": "s", "config_url": "https://idp.example.com" });
        let configuration = json!({ "auth_type": "OIDC", "oidc": oidc });
        let configuration = self.made("identity_pools", "createAuthConfiguration", configuration);
        let configuration = configuration.await?["auth_configuration"]["id"].clone();
        match (variable, of.operation.name) {
            ("id", "deleteStore") => return Some(store.to_string()),
            ("id", _) => return Some(configuration.to_string()),
            _ => {}
        }
        let pool = json!({ "name": "matrix", "identity_store_instance": store, "auth_type_instance": configuration });
        let pool = self.made("identity_pools", "createPool", pool).await?;
        let pool = pool["pool"]["identity_pool_id"]["value"].as_str()?.to_owned();
        let member = json!({ "user": { "id": user, "identityPoolUuid": pool } });
        self.made("identity_pools", "addUser", member).await?;
        Some(pool)
    }

    async fn analytics_connection(&self) -> Option<String> {
        let brief = json!({ "connection_type": "TABPY", "connection_name": "matrix" });
        let connection = json!({ "connection_brief": brief, "host": "tabpy", "port": 9004 });
        let all = self
            .made("analytics_extensions", "addConnection", connection)
            .await?;
        Some(
            all["connectionMetadataList"][0]["connection_luid"]
                .as_str()?
                .to_owned(),
        )
    }

    /// A value of labels, or a category without one.
    async fn label_word(&self, of: &Entry) -> Option<String> {
        let category = json!({ "labelCategory": { "name": "matrix" } });
        self.made("labels", "setCategory", category).await?;
        if of.operation.name != "deleteCategory" {
            let value = json!({ "labelValue": { "name": "matrix", "category": "matrix" } });
            self.made("labels", "setValue", value).await?;
        }
        Some("matrix".to_owned())
    }

    /// The last item of a list: of the first the matrix is a part itself, or it cannot be changed.
    async fn last(&self, group: &str) -> Option<String> {
        let list = entry(group, "list")?;
        let answer = Box::pin(self.send(list, &[], |_| {})).await;
        identifier(items(&answer.json()).last()?, "id")
    }

    async fn user(&self, name: &str) -> Option<String> {
        let list = entry("users", "list")?;
        let answer = Box::pin(self.send(list, &[], |request| {
            request.query = format!("?filter=name:eq:{name}");
        }));
        identifier(&answer.await.json(), "id")
    }

    async fn join(&self, values: &[String], user: &str) -> bool {
        let Some(add) = entry("groups", "addUsers") else {
            return false;
        };
        let added = Box::pin(self.send(add, values, |request| {
            request.body = serde_json::json!({"user": {"id": user}}).to_string();
        }));
        added.await.status.is_success()
    }

    /// A column, which is listed with its table only.
    async fn column(&self) -> Option<String> {
        let tables = Box::pin(self.send(entry("tables", "list")?, &[], |_| {})).await;
        let table = identifier(&tables.json(), "id")?;
        let columns = Box::pin(self.send(entry("tables", "listColumns")?, &[table], |_| {})).await;
        identifier(&columns.json(), "id")
    }

    async fn first_flow(&self) -> Option<String> {
        let list = entry("flows", "list")?;
        let answer = Box::pin(self.send(list, &[], |_| {})).await;
        identifier(&answer.json(), "id")
    }

    /// Adds a data quality warning to a flow; gives its identifier.
    async fn warn(&self, flow: &str) -> Option<String> {
        let add = entry("data_quality_warnings", "add")?;
        let values = ["flow".to_owned(), flow.to_owned()];
        let answer = Box::pin(self.send(add, &values, |_| {})).await;
        identifier(&answer.json(), "id")
    }

    async fn add_favorite(&self, flow: &str) -> Option<()> {
        let add = entry("favorites", "addFavorite")?;
        let values = [self.admin(add).user.clone()];
        let added = Box::pin(self.send(add, &values, |request| {
            request.body =
                serde_json::json!({"favorite": {"label": "matrix", "flow": {"id": flow}}}).to_string();
        }));
        added.await.status.is_success().then_some(())
    }
}

fn entry(group: &str, name: &str) -> Option<&'static Entry> {
    entries().find(|entry| (entry.operation.group, entry.operation.name) == (group, name))
}
