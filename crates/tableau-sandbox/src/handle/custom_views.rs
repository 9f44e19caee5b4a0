//! Custom views: each belongs to a view, and goes with it.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use tableau_wire::rest::custom_views::{
    DefaultViewResult, Download, ListDefaultUsers, Publish, SetDefaultUsers,
};
use tableau_wire::rest::{CustomView, User, View, Workbook};
use tableau_wire::{Items, Page, Shared};
use uuid::Uuid;

use super::file_uploads::{admit_publisher, publish_file};
use super::harmless;
use crate::aside::aside;
use crate::auth::{Caller, parse_id};
use crate::call::{self, Call};
use crate::files::{Content, FileId, Spool};
use crate::kept::row::References;
use crate::kept::{Computed, Item, Kept, Kind, Paging, Parent, Plan, Rights, item_of, missing, row, verbs};
use crate::refusal::Refusal;
use crate::rng;
use crate::store::State;
use crate::store::record::DefaultView;
use crate::store::row::{Row, RowFile};

/// The maximum size of a file, in bytes. The limit of real servers is not known.
const MAX_FILE: u64 = 16 * 1024 * 1024;

impl Kept for CustomView {
    /// The owner decides whether others see it.
    const MAY_READ: Rights = Rights::OwnerOr("Read");
    const MAY_WRITE: Rights = Rights::Owner;
    const PARENT: Option<Parent> = Some(Parent::of::<View>("view"));
    const COMPUTED: &'static [Computed<Self>] = &[
        Computed::Member("workbook", |custom_view, row, context| {
            let workbook = workbook(row, context.state);
            custom_view.workbook =
                workbook.map(|row| Shared::new(Plan::with(&["id", "name"]).show(row, context)));
        }),
        // Recorded: it is that of the view.
        Computed::Member("contentUrl", |custom_view, row, context| {
            let view = row.parent.and_then(|id| context.state.views.get(id));
            let view = view.map(|view| Plan::<View>::with(&["contentUrl"]).show(view, context));
            custom_view.content_url = view.and_then(|view| view.content_url);
        }),
        Computed::Field("workbookId", Kind::Text, |row, context| {
            let id = workbook(row, context.state).map(|workbook| workbook.id.to_string());
            id.as_deref().into()
        }),
    ];

    fn begin(row: &mut Row<Self>, _: &State) {
        let shown = &mut row.shown;
        shown.shared.get_or_insert_default();
        shown.last_accessed_at = shown.last_accessed_at.take().or_else(|| shown.created_at.clone());
    }

    fn check(row: &Row<Self>, state: &State) -> Result<(), Refusal> {
        if row.shown.name.trim().is_empty() {
            return Err(Refusal::incomplete_payload());
        }
        let of = |row: &Row<Self>| workbook(row, state).map(|workbook| workbook.id);
        let name = row.shown.name.to_lowercase();
        let mut others = state.custom_views.of_site(row.site);
        let is_taken = others.any(|other| {
            (other.id != row.id && other.owner == row.owner)
                && other.shown.name.to_lowercase() == name
                && of(other) == of(row)
        });
        match is_taken {
            // The code is the one that Tableau's migration SDK knows.
            true => Err(Refusal::forbidden(
                "403166",
                format_args!(
                    "The user has a custom view of the name '{}' for this workbook.",
                    row.shown.name
                ),
            )),
            false => Ok(()),
        }
    }

    /// That of the view, for a custom view that is shared.
    fn item(row: &Row<Self>, state: &State) -> Option<Item> {
        let shared = row.shown.shared == Some(true);
        item_of(row, state).filter(|_| shared)
    }
}

fn workbook<'s>(row: &Row<CustomView>, state: &'s State) -> Option<&'s Row<Workbook>> {
    let view = state.views.get(row.parent?)?;
    state.workbooks.get(view.parent?)
}

/// A view in the file of a custom view.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FileView {
    /// Whether it is the one that the user looked at; the others are sheets of a dashboard.
    #[serde(default)]
    is_source_view: bool,
    view_name: String,
    /// The settings of the user, in XML, in base64.
    tcv: String,
}

/// Downloads the file that was published; that of a seeded custom view has no settings.
pub(crate) fn download(
    call: &Call<'_>,
    caller: &Caller,
    download: &Download,
) -> Result<call::Download, Refusal> {
    let state = call.store.read();
    let refusal = ("403004", "download");
    let row = row::allowed::<CustomView>(
        &state,
        caller,
        download.id.as_str(),
        CustomView::MAY_READ,
        refusal,
    )?;
    let content = match &row.file {
        Some(file) => call.store.files.content(&file.id).map_err(Refusal::internal)?,
        None => {
            let view = row.parent.and_then(|view| state.views.get(view));
            let of_view = FileView {
                is_source_view: true,
                view_name: view.map(|view| view.shown.name.clone()).unwrap_or_default(),
                tcv: URL_SAFE_NO_PAD
                    .encode("<?xml version='1.0' encoding='utf-8' ?>\n<customized-view version='18.1' />\n"),
            };
            Content::of_bytes(serde_json::to_vec(&[of_view]).map_err(Refusal::internal)?)
        }
    };
    Ok(call::Download {
        content,
        part: "tableau_customview",
        file_name: format!("{}.json", harmless(&row.shown.name)),
        media_type: "application/json",
    })
}

pub(crate) fn publish(call: &Call<'_>, caller: &Caller, publish: &Publish) -> Result<CustomView, Refusal> {
    // That it needs the right to publish is inferred.
    admit_publisher(caller)?;
    if publish.body.document.name.trim().is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    references(&call.store.read(), caller, publish)?;
    let in_request = publish.body.file.is_some();
    publish_file(
        call,
        caller,
        publish.upload_session_id.as_ref(),
        in_request,
        |file| store_file(call, caller, publish, file),
    )
}

/// The workbook that it is for, and its owner.
fn references<'s>(
    state: &'s State,
    caller: &Caller,
    publish: &Publish,
) -> Result<(&'s Row<Workbook>, Uuid), Refusal> {
    let document = &publish.body.document;
    let id = document.workbook.id.as_str();
    let workbook = row::seen::<Workbook>(state, caller, id)?;
    let owner = match &document.owner {
        Some(owner) => row::find::<User>(state, caller, owner.id.as_str())?.id,
        None => caller.user.id,
    };
    if owner != caller.user.id && !caller.is_administrator() {
        return Err(Refusal::forbidden(
            "403004",
            "Only administrators can publish a custom view for another user.",
        ));
    }
    Ok((workbook, owner))
}

/// Publishes a file; it is taken only after the last check.
fn store_file(
    call: &Call<'_>,
    caller: &Caller,
    publish: &Publish,
    file: &mut Option<Spool>,
) -> Result<CustomView, Refusal> {
    let spool = file.as_mut().ok_or_else(Refusal::incomplete_payload)?;
    let name = source_view(spool)?;
    let bytes = spool.length();
    let file_id = aside(|| FileId::of(spool)).map_err(Refusal::internal)?;
    call.store.write(|transaction| {
        let document = &publish.body.document;
        let (workbook, owner) = references(transaction, caller, publish)?;
        let mut views = transaction.views.within(workbook.id);
        let view = views.find(|view| view.shown.name == name);
        let view = view.ok_or_else(|| unfit(format_args!("the workbook has no view '{name}'")))?;
        let references = References {
            owner: Some(owner),
            project: None,
            parent: Some(Some(view.id)),
        };
        let mut shown = CustomView::default();
        shown.name.clone_from(&document.name);
        shown.shared = document.shared;
        let mut row = row::begin(
            transaction,
            caller.site.id,
            None,
            references,
            shown,
            call.clock.now(),
        )?;
        let kept = file.take().map(|file| call.store.files.keep(file, file_id));
        row.file = kept.transpose().map_err(Refusal::internal)?.map(|id| RowFile {
            id,
            extension: "json".to_owned(),
            bytes,
        });
        let id = row.id;
        row::put(transaction, row)?;
        verbs::one(call, transaction, id)
    })
}

/// The name of the view that a file customizes.
fn source_view(file: &mut Spool) -> Result<String, Refusal> {
    if file.length() > MAX_FILE {
        return Err(Refusal::body_too_large(MAX_FILE));
    }
    let mut json = Vec::new();
    file.reader().read_to_end(&mut json).map_err(Refusal::internal)?;
    let views: Vec<FileView> = serde_json::from_slice(&json).map_err(unfit)?;
    let alphabet = |c: char| c.is_ascii_alphanumeric() || "+/-_=\r\n".contains(c);
    if let Some(view) = views
        .iter()
        .find(|view| view.tcv.is_empty() || !view.tcv.chars().all(alphabet))
    {
        return Err(unfit(format_args!(
            "the settings of '{}' are not base64",
            view.view_name
        )));
    }
    let source = views.iter().position(|view| view.is_source_view).unwrap_or(0);
    let source = views.into_iter().nth(source);
    source
        .map(|view| view.view_name)
        .ok_or_else(|| unfit("there is no view in it"))
}

// The code is that of publishing a workbook; that it is the same here is inferred, as is the text.
fn unfit(reason: impl std::fmt::Display) -> Refusal {
    Refusal::bad_request(
        "400011",
        format_args!("There was a problem publishing the custom view: {reason}."),
    )
}

pub(crate) fn default_users(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListDefaultUsers,
) -> Result<Page<User>, Refusal> {
    let state = call.store.read();
    let id = list.id.as_str();
    let row = row::allowed::<CustomView>(&state, caller, id, CustomView::MAY_READ, ("403004", "see"))?;
    let defaults = state.default_views.within(row.id);
    let users: Vec<_> = defaults
        .filter_map(|default| state.users.get(default.user))
        .collect();
    let (plan, context) = (Plan::with(&["id", "name"]), verbs::context(call, &state));
    // Who may see the custom view sees for whom it is.
    Paging::new(list.page_number, list.page_size)?.page(&users, |user| plan.show(user, &context))
}

/// Shows a custom view to users in place of its view. A user who is not on the site does not keep the others from it.
pub(crate) fn set_default_users(
    call: &Call<'_>,
    caller: &Caller,
    set: &SetDefaultUsers,
) -> Result<Items<DefaultViewResult>, Refusal> {
    call.store.write(|transaction| {
        let id = set.id.as_str();
        let row = row::allowed::<CustomView>(
            transaction,
            caller,
            id,
            CustomView::MAY_WRITE,
            ("403004", "change"),
        )?;
        let (custom_view, site, view) = (row.id, row.site, row.parent.unwrap_or_default().to_string());
        let mut results = Vec::new();
        for listed in set.users.iter() {
            let user = parse_id(listed.id.as_str()).and_then(|id| transaction.users.get(id));
            let user = user.filter(|user| user.site == site).map(|user| user.id);
            if let Some(user) = user {
                transaction.put(DefaultView {
                    id: rng::luid("defaultView", &[&view, &user.to_string()]),
                    site,
                    custom_view,
                    user,
                })?;
            }
            let mut shown = User::default();
            shown.id = listed.id.clone();
            let mut result = DefaultViewResult::default();
            result.success = Some(user.is_some());
            result.error = user.is_none().then(|| missing::<User>(listed.id.as_str()).error);
            result.user = Some(Shared::new(shown));
            results.push(result);
        }
        Ok(results.into())
    })
}
