//! Rows that are stored as they are shown: the wire type, and references to other rows.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tableau_wire::Element;
use uuid::Uuid;

use super::{Record, State, Table};

/// A row: the members of answers, without those that other rows hold.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "R: Serialize + DeserializeOwned")]
pub(crate) struct Row<R> {
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) owner: Option<Uuid>,
    pub(crate) shown: R,
}

/// A wire type with a table of its own; the parent module lists all kinds.
pub(crate) trait Stored: Element + Serialize + DeserializeOwned + Send + Sync + 'static {
    fn table(state: &State) -> &Table<Row<Self>>;
    fn table_mut(state: &mut State) -> &mut Table<Row<Self>>;
}

impl<R: Stored> Record for Row<R> {
    const KIND: &'static str = R::ELEMENT;

    fn id(&self) -> Uuid {
        self.id
    }

    fn site(&self) -> Uuid {
        self.site
    }

    fn table(state: &State) -> &Table<Self> {
        R::table(state)
    }

    fn table_mut(state: &mut State) -> &mut Table<Self> {
        R::table_mut(state)
    }
}
