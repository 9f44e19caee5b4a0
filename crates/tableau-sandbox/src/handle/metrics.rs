//! Metrics of views, for versions of the API that had them. None is seeded but one on the Default site, as no call creates them.

use tableau_wire::rest::{Metric, View};

use crate::kept::{Kept, Parent, Rights};
use crate::store::State;
use crate::store::row::Row;

impl Kept for Metric {
    const MAY_READ: Rights = Rights::OwnerOr("Read");
    const MAY_WRITE: Rights = Rights::OwnerOrLeaders;
    const PARENT: Option<Parent> = Some(Parent::of::<View>("underlyingView"));

    fn begin(row: &mut Row<Self>, _: &State) {
        row.shown.suspended.get_or_insert(false);
        row.shown.tags.get_or_insert_default();
    }
}
