//! Values for variables that no list of the same collection gives.

use tableau_wire::{Entry, Method, Segment};

use crate::matrix::UNKNOWN;
use crate::matrix::call::entries;
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
            // There is none, and no call makes one.
            "id" if of.operation.name == "deleteDataAcceleration" => Some(UNKNOWN.to_owned()),
            "id" if of.operation.group == "data_quality_warnings" => {
                let flow = self.first_flow().await?;
                self.warn(&flow).await
            }
            _ => None,
        }
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
