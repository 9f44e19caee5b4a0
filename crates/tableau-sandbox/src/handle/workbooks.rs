//! Workbooks.

use std::fmt::Write as _;

use tableau_wire::rest::publishing::Connection;
use tableau_wire::rest::workbooks::{DowngradedFeature, GetDowngradeInfo};
use tableau_wire::rest::{View, Workbook};
use tableau_wire::{Get, Items, Update, Version};
use uuid::Uuid;

use super::content::Downloaded;
use super::{id, publish};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::content_file::{FileType, SheetKind};
use crate::content_url::content_url;
use crate::kept::{ChangeCodes, Computed, Content, Kept, Plan, Rights, missing, row, verbs};
use crate::refusal::Refusal;
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
    const UNCHANGED: ChangeCodes = ChangeCodes {
        write: "403004",
        owner: "403027",
        project: "403025",
    };
    const UNSEEN: Option<&'static str> = Some("403018");
    const CONTENT: Option<&'static Content> = Some(&WORKBOOK);
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[("displayTabs", "showTabs")];
    const COMPUTED: &'static [Computed<Self>] = &[
        Computed::Member("sheetCount", |workbook, row, context| {
            workbook.sheet_count = Some(context.state.views.count_within(row.id) as u64);
        }),
        Computed::Member("defaultViewId", |workbook, row, context| {
            let views = context.state.views.within(row.id);
            let first = views.min_by_key(|view| view.unshown.sheet_number);
            workbook.default_view_id = first.map(|view| id(view.id));
        }),
        Computed::Member("views", |workbook, row, context| {
            let plan = Plan::with(OF_VIEW);
            let views = views_of(context.state, row.id);
            workbook.views = Some(views.into_iter().map(|view| plan.show(view, context)).collect());
        }),
    ];

    const COMPUTED_ALONE: bool = true;

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

/// Gets a workbook by its identifier, or by its content URL if `key` says so.
pub(crate) fn get(call: &Call<'_>, caller: &Caller, get: &Get<Workbook>) -> Result<Workbook, Refusal> {
    let mut get = get.clone();
    // What older servers make of it is not known; they take the path for an identifier here.
    let key = get
        .options
        .key
        .as_deref()
        .filter(|_| call.version >= Version::new(3, 17));
    match key {
        None => {}
        Some("contentUrl") => {
            let (url, state) = (get.id.as_str(), call.store.read());
            let mut all = state.workbooks.of_site(caller.site.id);
            let found = all.find(|row| row.shown.content_url.as_deref() == Some(url));
            get.id = id(found.ok_or_else(|| missing::<Workbook>(url))?.id);
        }
        Some(key) => return Err(Refusal::invalid_value("key", key)),
    }
    verbs::get(call, caller, &get)
}

/// The views of a workbook, in the order of their tabs.
pub(super) fn views_of(state: &State, workbook: Uuid) -> Vec<&Row<View>> {
    let mut views: Vec<_> = state.views.within(workbook).collect();
    views.sort_by_key(|view| view.unshown.sheet_number);
    views
}

/// Changes a workbook. An acceleration is that of the views that are named, too.
pub(crate) fn update(
    call: &Call<'_>,
    caller: &Caller,
    update: &Update<Workbook>,
) -> Result<Workbook, Refusal> {
    let mut members = row::members::<Workbook>(&update.patch)?;
    members.remove("views");
    let named = update
        .patch
        .views
        .as_deref()
        .map(Vec::as_slice)
        .unwrap_or_default();
    call.store.write(|transaction| {
        let workbook = verbs::changed::<Workbook>(call, transaction, caller, update.id.as_str(), members)?;
        publish::check_name(&workbook, transaction)?;
        let id = workbook.id;
        row::put(transaction, workbook)?;
        for named in named {
            let view = parse_id(named.id.as_str()).and_then(|view| transaction.views.get(view));
            let view = view.filter(|view| view.parent == Some(id));
            let mut view = view.ok_or_else(|| missing::<View>(named.id.as_str()))?.clone();
            view.shown
                .data_acceleration_config
                .clone_from(&update.patch.data_acceleration_config);
            row::put(transaction, view)?;
        }
        let mut shown: Workbook = verbs::one(call, transaction, id)?;
        if update.options.include_view_acceleration_status == Some(true) {
            let plan = Plan::with(&[OF_VIEW, &["dataAccelerationConfig"]].concat());
            let context = verbs::context(call, transaction);
            let views = views_of(transaction, id).into_iter();
            shown.views = Some(views.map(|view| plan.show(view, &context)).collect());
        }
        Ok(shown)
    })
}

impl Downloaded for Workbook {
    const REFUSED: &'static str = "403019";
    const PART: &'static str = "tableau_workbook";
    const MADE: FileType = FileType::Twb;

    /// Its sheets and its connections, over no data.
    fn document(row: &Row<Self>, state: &State) -> String {
        let connections: Vec<_> = state.connections.within(row.id).collect();
        let datasources = connections.iter().map(|row| datasource(&row.shown, state));
        document(&views_of(state, row.id), &datasources.collect::<Vec<_>>())
    }
}

/// The name of a data source of a workbook, and its element.
fn datasource(connection: &Connection, state: &State) -> (String, String) {
    let of = connection.datasource.as_deref();
    let (id, name) = of.map_or(("", ""), |of| (of.id.as_str(), of.name.as_str()));
    let published = parse_id(id).and_then(|id| state.datasources.get(id));
    let published = published.and_then(|row| row.shown.content_url.as_deref());
    let attributes = [
        ("class", connection.r#type.as_deref()),
        ("dbname", published),
        ("server", connection.server_address.as_deref()),
        ("port", connection.server_port.as_deref()),
        ("username", connection.user_name.as_deref()),
    ];
    let attributes = attributes.into_iter().filter_map(|(name, value)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some(format!(" {name}='{}'", quick_xml::escape::escape(value)))
    });
    let name = quick_xml::escape::escape(name).into_owned();
    let element = format!(
        "    <datasource caption='{name}' name='{name}'>\n      <connection{} />\n    </datasource>\n",
        attributes.collect::<String>()
    );
    (name, element)
}

fn document(views: &[&Row<View>], datasources: &[(String, String)]) -> String {
    let (mut worksheets, mut dashboards, mut windows) = (String::new(), String::new(), String::new());
    let used = datasources
        .iter()
        .map(|(name, _)| format!("<datasource name='{name}' />"));
    let used = format!(
        "<table><view><datasources>{}</datasources></view></table>",
        used.collect::<String>()
    );
    for view in views {
        let name = quick_xml::escape::escape(&view.shown.name);
        let (class, into) = match view.shown.sheet_type.as_deref().unwrap_or_default() {
            kind if kind == SheetKind::Story.sheet_type() => ("storyboard", &mut dashboards),
            kind if kind == SheetKind::Dashboard.sheet_type() => ("dashboard", &mut dashboards),
            _ => ("worksheet", &mut worksheets),
        };
        // Writing to a `String` does not fail.
        let _ = match class {
            "storyboard" => writeln!(into, "    <dashboard name='{name}' type='storyboard' />"),
            "dashboard" => writeln!(into, "    <dashboard name='{name}' />"),
            _ => writeln!(into, "    <worksheet name='{name}'>{used}</worksheet>"),
        };
        let _ = writeln!(windows, "    <window class='{class}' name='{name}' />");
    }
    let datasources: String = datasources.iter().map(|(_, element)| element.as_str()).collect();
    format!(
        "<?xml version='1.0' encoding='utf-8' ?>\n<workbook version='18.1'>\n  <datasources>\n{datasources}  </datasources>\n  <worksheets>\n{worksheets}  </worksheets>\n  \
         <dashboards>\n{dashboards}  </dashboards>\n  <windows>\n{windows}  </windows>\n</workbook>\n"
    )
}

/// What a workbook loses as one of an earlier release: nothing that the sandbox could tell, since how servers name features was not found.
pub(crate) fn downgrade_info(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetDowngradeInfo,
) -> Result<Items<DowngradedFeature>, Refusal> {
    row::seen::<Workbook>(&call.store.read(), caller, get.id.as_str())?;
    // Two or three numbers, as releases have them (inferred).
    let release = &get.product_version;
    let numbers: Vec<_> = release.split('.').map(str::parse::<u16>).collect();
    if !(2..=3).contains(&numbers.len()) || numbers.iter().any(Result::is_err) {
        return Err(Refusal::invalid_value("productVersion", release));
    }
    Ok(Items::default())
}
