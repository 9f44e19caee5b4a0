//! Every endpoint with its types erased, for whatever walks them.

use crate::endpoint::{Endpoint, Family, Operation};
use crate::{rest, tsm};

/// One endpoint without its types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The facts about it.
    pub operation: Operation,
    /// Whether it sends a body.
    pub has_body: bool,
}

impl Entry {
    /// The entry of an endpoint.
    #[must_use]
    pub const fn of<E: Endpoint>() -> Self {
        Self {
            operation: E::OPERATION,
            has_body: !<E::Body as crate::Body>::ABSENT,
        }
    }
}

impl Family {
    /// Every API there is a description of.
    pub const ALL: &'static [Self] = &[Self::Rest, Self::Tsm];

    /// Every endpoint of the API, by groups.
    #[must_use]
    pub const fn endpoints(self) -> &'static [&'static [Entry]] {
        match self {
            Self::Rest => ENDPOINTS,
            Self::Tsm => tsm::ENDPOINTS,
        }
    }
}

/// Every endpoint of the REST API, by groups; [`Family::endpoints`] has those of the others.
///
/// ```
/// let workbooks = tableau_wire::ENDPOINTS.iter().flat_map(|group| *group).filter(|entry| entry.operation.group == "workbooks");
/// assert_eq!(workbooks.count(), 3);
/// ```
pub const ENDPOINTS: &[&[Entry]] = &[
    rest::auth::ENDPOINTS,
    rest::server::ENDPOINTS,
    rest::sites::ENDPOINTS,
    rest::projects::ENDPOINTS,
    rest::workbooks::ENDPOINTS,
    rest::views::ENDPOINTS,
    rest::datasources::ENDPOINTS,
    rest::users::ENDPOINTS,
    rest::jobs::ENDPOINTS,
    rest::file_uploads::ENDPOINTS,
    rest::connected_apps::ENDPOINTS,
    rest::external_authorization_servers::ENDPOINTS,
];
