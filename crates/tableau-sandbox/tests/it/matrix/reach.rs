//! Values for variables that no list of the same collection gives.

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
                Some(all["definitions"][0]["metrics"][0]["id"].as_str()?.to_owned())
            }
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
