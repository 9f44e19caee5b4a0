//! Workbooks.

use tableau_wire::rest::{View, Workbook};
use uuid::Uuid;

use super::id;
use crate::content_url::content_url;
use crate::kept::{Computed, Content, Kept, Plan, Rights};
use crate::store::State;
use crate::store::row::Row;

/// The members of a view in an answer about its workbook.
const OF_VIEW: &[&str] = &[
    "id",
    "name",
    "contentUrl",
    "viewUrlName",
    "createdAt",
    "updatedAt",
    "tags",
];

const WORKBOOK: Content = Content {
    kind: "workbooks",
    capabilities: &[
        "AddComment",
        "ChangeHierarchy",
        "ChangePermissions",
        "CreateRefreshMetrics",
        "Delete",
        "ExportData",
        "ExportImage",
        "ExportXml",
        "ExtractRefresh",
        "Filter",
        "Read",
        "RunExplainData",
        "ShareView",
        "ViewComments",
        "ViewUnderlyingData",
        "WebAuthoring",
        "Write",
    ],
    template: &[
        "Read",
        "Filter",
        "ViewComments",
        "AddComment",
        "ExportImage",
        "ExportData",
        "ShareView",
        "ViewUnderlyingData",
        "WebAuthoring",
        "RunExplainData",
    ],
};

impl Kept for Workbook {
    const MAY_READ: Rights = Rights::Capability("Read");
    const MAY_WRITE: Rights = Rights::Capability("Write");
    // The refusals of real servers are not documented for deleting one.
    const MAY_DELETE: Rights = Rights::Capability("Delete");
    const UNSEEN: &'static str = "403018";
    const CONTENT: Option<&'static Content> = Some(&WORKBOOK);
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[("displayTabs", "showTabs")];
    const COMPUTED: &'static [Computed<Self>] = &[
        Computed::Member("sheetCount", |workbook, row, context| {
            workbook.sheet_count = Some(context.state.views.count_within(row.id) as u64);
        }),
        Computed::Member("defaultViewId", |workbook, row, context| {
            workbook.default_view_id = views_of(context.state, row.id).first().map(|view| id(view.id));
        }),
        Computed::Member("views", |workbook, row, context| {
            let plan = Plan::with(OF_VIEW);
            let views = views_of(context.state, row.id);
            workbook.views = Some(views.into_iter().map(|view| plan.show(view, context)).collect());
        }),
    ];

    fn begin(row: &mut Row<Self>, _: &State) {
        let shown = &mut row.shown;
        shown.content_url.get_or_insert_with(|| content_url(&shown.name));
        shown.description.get_or_insert_default();
        shown.show_tabs.get_or_insert_default();
        shown.encrypt_extracts.get_or_insert_default();
        shown.has_extracts.get_or_insert_default();
        shown.tags.get_or_insert_default();
    }
}

/// The views of a workbook, in the order of their tabs.
pub(super) fn views_of(state: &State, workbook: Uuid) -> Vec<&Row<View>> {
    let mut views: Vec<_> = state.views.within(workbook).collect();
    views.sort_by_key(|view| view.unshown.sheet_number);
    views
}
