//! Every endpoint with its types erased.

use crate::endpoint::{Entry, Family};
use crate::{rest, tsm};

impl Family {
    /// Every API that is described.
    pub const ALL: &'static [Self] = &[Self::Rest, Self::Tsm];

    /// Every endpoint of the API, group by group.
    pub fn endpoints(self) -> impl Iterator<Item = &'static Entry> + Clone {
        let groups: &[&[&[Entry]]] = match self {
            Self::Rest => GROUPS,
            Self::Tsm => &[tsm::ENDPOINTS],
        };
        groups.iter().copied().flatten().copied().flatten()
    }
}

/// Every endpoint of the REST API, group by group; [`Family::endpoints`] gives those of every API.
///
/// ```
/// let workbooks = tableau_wire::endpoints().filter(|entry| entry.operation.group == "workbooks");
/// assert!(workbooks.count() > 3);
/// ```
pub fn endpoints() -> impl Iterator<Item = &'static Entry> + Clone {
    Family::Rest.endpoints()
}

/// The groups of the REST API: of each the entries of its resources, then its single calls.
const GROUPS: &[&[&[Entry]]] = &[
    rest::auth::ENDPOINTS,
    rest::server::ENDPOINTS,
    rest::sites::ENDPOINTS,
    rest::projects::ENDPOINTS,
    rest::workbooks::ENDPOINTS,
    rest::views::ENDPOINTS,
    rest::recommendations::ENDPOINTS,
    rest::datasources::ENDPOINTS,
    rest::custom_views::ENDPOINTS,
    rest::flows::ENDPOINTS,
    rest::flow_runs::ENDPOINTS,
    rest::virtual_connections::ENDPOINTS,
    rest::data_quality_warnings::ENDPOINTS,
    rest::favorites::ENDPOINTS,
    rest::tags::ENDPOINTS,
    rest::search::ENDPOINTS,
    rest::users::ENDPOINTS,
    rest::groups::ENDPOINTS,
    rest::group_sets::ENDPOINTS,
    rest::oidc::ENDPOINTS,
    rest::extensions::ENDPOINTS,
    rest::mobile_settings::ENDPOINTS,
    rest::notifications::ENDPOINTS,
    rest::jobs::ENDPOINTS,
    rest::file_uploads::ENDPOINTS,
    rest::connected_apps::ENDPOINTS,
    rest::external_authorization_servers::ENDPOINTS,
    rest::webhooks::ENDPOINTS,
    rest::usage::ENDPOINTS,
    rest::schedules::ENDPOINTS,
    rest::tasks::ENDPOINTS,
    rest::linked_tasks::ENDPOINTS,
    rest::subscriptions::ENDPOINTS,
    rest::data_alerts::ENDPOINTS,
    rest::databases::ENDPOINTS,
    rest::tables::ENDPOINTS,
    rest::columns::ENDPOINTS,
    rest::metrics::ENDPOINTS,
    rest::data_acceleration_report::ENDPOINTS,
    rest::vizql_data_service::ENDPOINTS,
    rest::pulse::ENDPOINTS,
    rest::metadata::ENDPOINTS,
];
