//! The kinds of content that are files.

use tableau_client::wire::rest::publish_calls::PublishedItem;
use tableau_client::wire::rest::{CustomView, Flow, VirtualConnection};
use tableau_client::{Datasource, Workbook};

/// A kind of content that is published from files and downloaded to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Workbook,
    Datasource,
    Flow,
    CustomView,
    VirtualConnection,
}

impl Kind {
    /// Those whose files are told by their extensions; files of the others are plain JSON.
    pub(crate) const OF_OWN_TYPES: [Self; 3] = [Self::Workbook, Self::Datasource, Self::Flow];

    /// Its group in the API.
    pub(crate) fn group(self) -> &'static str {
        match self {
            Self::Workbook => "workbooks",
            Self::Datasource => "datasources",
            Self::Flow => "flows",
            Self::CustomView => "custom_views",
            Self::VirtualConnection => "virtual_connections",
        }
    }

    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Workbook => "workbook",
            Self::Datasource => "data source",
            Self::Flow => "flow",
            Self::CustomView => "custom view",
            Self::VirtualConnection => "virtual connection",
        }
    }

    pub(crate) fn nouns(self) -> String {
        format!("{}s", self.noun())
    }

    /// The types of its files, by their extensions.
    pub(crate) fn types(self) -> &'static [&'static str] {
        match self {
            Self::Workbook => Workbook::FILE_TYPES,
            Self::Datasource => Datasource::FILE_TYPES,
            Self::Flow => Flow::FILE_TYPES,
            Self::CustomView => CustomView::FILE_TYPES,
            Self::VirtualConnection => VirtualConnection::FILE_TYPES,
        }
    }

    /// The types as they stand in help: `.twbx, .twb`.
    pub(crate) fn extensions(self) -> String {
        let types = self.types().iter().map(|name| format!(".{name}"));
        types.collect::<Vec<_>>().join(", ")
    }
}
