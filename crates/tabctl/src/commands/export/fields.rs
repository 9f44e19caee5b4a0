//! Whether a view has the fields that it is filtered by: a server shows it unfiltered otherwise, and says nothing.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::Deserialize;
use serde_json::{Value, json};
use tableau_client::{Blocking, Site};

use super::text;
use crate::terminal::text::{plain, say};

const QUERY: &str =
    "query($luid: String) { workbooks(filter: {luid: $luid}) { embeddedDatasources { fields { name } } } }";

#[derive(Deserialize)]
struct Found {
    workbooks: Vec<Workbook>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Workbook {
    embedded_datasources: Option<Vec<Datasource>>,
}

#[derive(Deserialize)]
struct Datasource {
    fields: Option<Vec<Field>>,
}

#[derive(Deserialize)]
struct Field {
    name: Option<String>,
}

/// The fields of workbooks, each asked for once, and what was said already.
#[derive(Default)]
pub(super) struct Fields {
    of_workbooks: Mutex<HashMap<String, Arc<OnceLock<HashSet<String>>>>>,
    said: Mutex<HashSet<String>>,
}

impl Fields {
    /// Warns of filters by fields that the workbook of a view does not have, where the Metadata API tells its fields.
    pub(super) fn check(&self, site: &Site<Blocking>, view: &Value, filters: &[(String, String)]) {
        let workbook = text(view, "workbook.id");
        if workbook.is_empty() || filters.is_empty() {
            return;
        }
        let fields = self.of_workbook(workbook);
        let fields = fields.get_or_init(|| names(site, workbook));
        for (field, _) in filters {
            if fields.is_empty() || fields.contains(&field.to_lowercase()) {
                continue;
            }
            let warning = format!(
                "warning: the workbook of {} has no field {}: if that is no parameter either, the server does not filter by it",
                plain(text(view, "name")),
                plain(field)
            );
            let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
            if said.insert(warning.clone()) {
                say(&warning);
            }
        }
    }

    /// The names of the fields of a workbook: others wait while one asks for them.
    fn of_workbook(&self, workbook: &str) -> Arc<OnceLock<HashSet<String>>> {
        let mut all = self.of_workbooks.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(workbook.to_owned()).or_default())
    }
}

/// The names of the fields in lower case; none if the server does not tell them, which is no reason to fail.
fn names(site: &Site<Blocking>, workbook: &str) -> HashSet<String> {
    let asked = site
        .metadata()
        .query::<Found>(QUERY, json!({ "luid": workbook }))
        .send();
    let found = asked.map(|answer| answer.data.workbooks).unwrap_or_default();
    let datasources = found
        .into_iter()
        .filter_map(|workbook| workbook.embedded_datasources)
        .flatten();
    let fields = datasources.filter_map(|datasource| datasource.fields).flatten();
    fields
        .filter_map(|field| Some(field.name?.to_lowercase()))
        .collect()
}
