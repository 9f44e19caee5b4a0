//! Data acceleration, by its tasks and its report.

use tableau_wire::Items;
use tableau_wire::rest::data_acceleration_report::{ComparisonRecord, GetDataAccelerationReport};
use tableau_wire::rest::tasks::{DeleteDataAcceleration, ListDataAccelerations, Task};

use super::tasks::MISSING;
use crate::auth::Caller;
use crate::call::Call;
use crate::refusal::Refusal;

/// Data acceleration of this kind was retired before the versions of this sandbox's content: there are no such tasks, and the report is empty.
#[expect(clippy::unnecessary_wraps, reason = "a handler may refuse")]
pub(crate) fn report(
    _: &Call<'_>,
    _: &Caller,
    _: &GetDataAccelerationReport,
) -> Result<Items<ComparisonRecord>, Refusal> {
    Ok(Items::default())
}

/// As above.
#[expect(clippy::unnecessary_wraps, reason = "a handler may refuse")]
pub(crate) fn list(_: &Call<'_>, _: &Caller, _: &ListDataAccelerations) -> Result<Items<Task>, Refusal> {
    Ok(Items::default())
}

pub(crate) fn delete(_: &Call<'_>, _: &Caller, delete: &DeleteDataAcceleration) -> Result<(), Refusal> {
    Err(Refusal::not_found(MISSING, "Task", delete.id.as_str()))
}
