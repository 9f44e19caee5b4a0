//! Published data sources.

use tableau_wire::rest::Datasource;

use crate::content_url::content_url;
use crate::kept::{Content, Kept, Rights};
use crate::store::State;
use crate::store::row::Row;

const DATASOURCE: Content = Content {
    kind: "datasources",
    capabilities: &[
        "ChangeHierarchy",
        "ChangePermissions",
        "Connect",
        "Delete",
        "ExportXml",
        "ExtractRefresh",
        "Read",
        "SaveAs",
        "VizqlDataApiAccess",
        "Write",
    ],
    template: &["Read", "Connect"],
};

impl Kept for Datasource {
    const MAY_READ: Rights = Rights::Capability("Read");
    const MAY_WRITE: Rights = Rights::Capability("Write");
    const MAY_DELETE: Rights = Rights::Capability("Delete");
    const CONTENT: Option<&'static Content> = Some(&DATASOURCE);
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[
        ("connectionType", "type"),
        // The documented operators imply that it is a number.
        ("connectedWorkbookType", "connectedWorkbooksCount"),
        // TSC asks for the tags by this name.
        ("tag", "tags"),
    ];

    fn begin(row: &mut Row<Self>, _: &State) {
        let shown = &mut row.shown;
        shown.content_url.get_or_insert_with(|| content_url(&shown.name));
        shown.description.get_or_insert_default();
        shown.encrypt_extracts.get_or_insert_default();
        shown.use_remote_query_agent.get_or_insert_default();
        shown.has_extracts.get_or_insert_default();
        shown.is_certified.get_or_insert_default();
        shown.has_alert.get_or_insert_default();
        shown.is_published.get_or_insert(true);
        shown.favorites_total.get_or_insert_default();
        shown.connected_workbooks_count.get_or_insert_default();
        shown.tags.get_or_insert_default();
    }
}
