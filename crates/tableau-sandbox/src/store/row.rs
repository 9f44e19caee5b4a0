//! Rows of what is kept as it is shown: the type of the wire, and beside it what belongs to other rows.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tableau_wire::Element;
use uuid::Uuid;

use super::{Record, State, Table};

/// A row: what answers say, without what other rows say better.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "R: Serialize + DeserializeOwned")]
pub(crate) struct Row<R> {
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) owner: Option<Uuid>,
    pub(crate) shown: R,
}

/// A type of the wire with a table of its own; the list of all kinds stands in the module above.
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
