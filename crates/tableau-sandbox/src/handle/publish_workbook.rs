//! Publishing workbooks: their views.

use std::collections::HashSet;

use jiff::Timestamp;
use tableau_wire::Items;
use tableau_wire::rest::publishing::ViewVisibility;
use tableau_wire::rest::workbooks::Publish;
use tableau_wire::rest::{View, Workbook};
use uuid::Uuid;

use super::publish::{New, Publishing, embedded_id};
use crate::clock::time;
use crate::content_file::{FileType, Sheet};
use crate::content_url::free_content_url;
use crate::kept::row::References;
use crate::kept::{Kept, row};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::Row;
use crate::store::unshown::{JobOf, Pending};

impl Publishing for Publish {
    const TYPES: &'static [FileType] = FileType::WORKBOOKS;
    const TYPE_PARAMETER: &'static str = "workbookType";
    const NO_TYPE: (&'static str, &'static str) = ("400035", "400020");

    fn admit(&self, before: Option<&Row<Workbook>>, may_write: bool) -> Result<(), Refusal> {
        let Some(before) = before else {
            return Ok(());
        };
        if self.overwrite != Some(true) {
            return Err(Refusal::forbidden(
                "403130",
                format_args!(
                    "There is a workbook '{}' in the project, and it is not to be overwritten.",
                    before.shown.name
                ),
            ));
        }
        if !may_write {
            return Err(Refusal::forbidden(
                "403007",
                "The user is not allowed to overwrite this workbook.",
            ));
        }
        Ok(())
    }

    fn complete(
        &self,
        state: &State,
        row: &mut Row<Workbook>,
        new: &New<'_>,
    ) -> Result<Vec<Row<View>>, Refusal> {
        let document = &self.body.document;
        row.shown.encrypt_extracts = document.encrypt_extracts.or(row.shown.encrypt_extracts);
        row.shown.show_tabs = document.show_tabs.or(row.shown.show_tabs);
        // Tableau's migration SDK sends the nil identifier where it means none.
        let given = document.thumbnails_user_id.as_ref();
        if let Some(user) = given.filter(|user| user.as_str().parse() != Ok(Uuid::nil())) {
            let known = user.as_str().parse().ok().and_then(|id| state.users.get(id));
            let known = known.filter(|known| known.site == row.site);
            known.ok_or_else(|| Refusal::not_found("404002", "User", user.as_str()))?;
            row.shown.thumbnails_user_id = Some(user.clone());
        }
        if let Some(group) = &document.thumbnails_group_id {
            let known = group.parse().ok().and_then(|id| state.groups.get(id));
            let known = known.filter(|known| known.site == row.site);
            known.ok_or_else(|| Refusal::not_found("404012", "Group", group))?;
            row.shown.thumbnails_group_id = Some(group.clone());
        }
        views(state, row, document.views.as_ref(), new)
    }

    fn embedded(item: Uuid, name: &str) -> Option<(Uuid, String)> {
        Some((embedded_id(item, name), name.to_owned()))
    }

    fn job(pending: Box<Pending<Workbook>>) -> JobOf {
        JobOf::Publishing(pending)
    }
}

/// The views of the sheets that are not hidden; those with the name of a former view take its place.
fn views(
    state: &State,
    workbook: &Row<Workbook>,
    said: Option<&Items<ViewVisibility>>,
    new: &New<'_>,
) -> Result<Vec<Row<View>>, Refusal> {
    let said = said.iter().flat_map(|views| views.iter());
    let hidden: HashSet<&str> = said
        .filter(|view| view.hidden == Some(true))
        .map(|view| view.name.as_str())
        .collect();
    let visible = new
        .read
        .sheets
        .iter()
        .filter(|sheet| !hidden.contains(sheet.name.as_str()));
    let before = |sheet: &Sheet| {
        let mut before = state.views.within(workbook.id);
        before.find(|view| view.shown.name == sheet.name)
    };
    let kept = visible.clone().filter_map(before);
    let mut taken: HashSet<String> = kept.filter_map(|view| view.shown.view_url_name.clone()).collect();
    let view = |(sheet, number): (&Sheet, u64)| {
        let mut row = match before(sheet) {
            Some(before) => before.clone(),
            None => {
                let mut shown = View::default();
                shown.name.clone_from(&sheet.name);
                // That it is numbered as those of workbooks are is inferred.
                let url = free_content_url(&sheet.name, |url| !taken.contains(url));
                taken.insert(url.clone());
                shown.view_url_name = Some(url);
                inside(state, workbook, shown, new.now)?
            }
        };
        row.shown.sheet_type = Some(sheet.kind.sheet_type().to_owned());
        row.shown.updated_at = Some(time(new.now));
        row.unshown.sheet_number = number;
        Ok(row)
    };
    visible.zip(1..).map(view).collect()
}

/// A new row that is part of a workbook.
fn inside<R: Kept>(
    state: &State,
    workbook: &Row<Workbook>,
    shown: R,
    now: Timestamp,
) -> Result<Row<R>, Refusal> {
    let references = References {
        parent: Some(Some(workbook.id)),
        ..References::default()
    };
    row::begin(state, workbook.site, None, references, shown, now)
}
