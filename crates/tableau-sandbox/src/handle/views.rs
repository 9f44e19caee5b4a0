//! Views.

use std::any::Any;

use tableau_wire::rest::views::ViewOptions;
use tableau_wire::rest::{View, Workbook};

use crate::content_url::content_url;
use crate::kept::{Computed, Content, Kept, Parent, Rights};
use crate::kept::{Item, item_of};
use crate::store::State;
use crate::store::row::Row;

/// Views have the rules of their workbooks, and a project gives them those of workbooks.
const VIEW: Content = Content {
    kind: "workbooks",
    capabilities: &[
        "AddComment",
        "ChangePermissions",
        "Delete",
        "ExportData",
        "ExportImage",
        "ExportXml",
        "Filter",
        "Read",
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
    ],
};

impl Kept for View {
    const MAY_READ: Rights = Rights::Capability("Read");
    const MAY_WRITE: Rights = Rights::Capability("Write");
    const MAY_DELETE: Rights = Rights::Capability("Delete");
    // The list of all codes says "View not found" for 404011; the page of the call says 404006 with "Resource not found".
    const CONTENT: Option<&'static Content> = Some(&VIEW);
    const PARENT: Option<Parent> = Some(Parent::of::<Workbook>("workbook"));
    // Caption and title of a sheet are its name unless its author sets others; seeded sheets have no others.
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[
        ("caption", "name"),
        ("title", "name"),
        ("hitsTotal", "usage.totalViewCount"),
    ];
    const COMPUTED: &'static [Computed<Self>] = &[Computed::Member("contentUrl", |view, row, context| {
        let workbook = row.parent.and_then(|id| context.state.workbooks.get(id));
        let of_workbook = workbook.and_then(|workbook| workbook.shown.content_url.as_ref());
        view.content_url = of_workbook
            .zip(row.shown.view_url_name.as_ref())
            .map(|(workbook, view)| format!("{workbook}/sheets/{view}"));
    })];

    const COMPUTED_ALONE: bool = true;

    fn begin(row: &mut Row<Self>, _: &State) {
        let shown = &mut row.shown;
        shown
            .view_url_name
            .get_or_insert_with(|| content_url(&shown.name));
        shown.favorites_total.get_or_insert_default();
        shown.tags.get_or_insert_default();
        let usage = shown.usage.get_or_insert_default();
        usage.total_view_count.get_or_insert_default();
    }

    fn asked(options: &dyn Any) -> &'static [&'static str] {
        match options.downcast_ref() {
            Some(ViewOptions {
                include_usage_statistics: Some(true),
                ..
            }) => &["usage"],
            _ => &[],
        }
    }

    /// The workbook, where it shows its views as tabs; or else the view itself, which begins with the rules of the workbook.
    fn item(row: &Row<Self>, state: &State) -> Option<Item> {
        let workbook = row.parent.and_then(|id| state.workbooks.get(id))?;
        if workbook.shown.show_tabs == Some(true) {
            return Workbook::item(workbook, state);
        }
        item_of(row, state)
    }
}
