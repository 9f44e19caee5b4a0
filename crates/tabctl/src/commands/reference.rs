//! References to items: an identifier, a name, or a path of projects that ends with a name.

use tableau_client::{Blocking, Filter, Id, Project, Site, Workbook};

use crate::env::is_luid;
use crate::failure::Failure;

/// Finds the referenced project.
pub(super) fn project(site: &Site<Blocking>, typed: &str) -> Result<Id<Project>, Failure> {
    if is_luid(typed) {
        return Ok(Id::from(typed));
    }
    // A name may contain a slash.
    let mut found = named(site, typed)?;
    if found.is_empty() && typed.contains('/') {
        found = at_path(site, typed)?;
    }
    one(
        "project",
        typed,
        found
            .into_iter()
            .map(|project| (project.id, project.name))
            .collect(),
    )
}

fn named(site: &Site<Blocking>, name: &str) -> Result<Vec<Project>, Failure> {
    let projects = site.projects().list().filter(Filter::eq("name", name));
    Ok(projects.all().collect::<Result<_, _>>()?)
}

/// The projects at a path from the top on.
fn at_path(site: &Site<Blocking>, path: &str) -> Result<Vec<Project>, Failure> {
    let mut parents: Option<Vec<Project>> = None;
    for name in path.split('/').filter(|name| !name.is_empty()) {
        let mut found = named(site, name)?;
        found.retain(|project| match (&project.parent_project_id, &parents) {
            (None, None) => true,
            (Some(parent), Some(parents)) => parents.iter().any(|project| project.id == *parent),
            _ => false,
        });
        parents = Some(found);
    }
    Ok(parents.unwrap_or_default())
}

/// Finds the referenced workbook.
pub(super) fn workbook(site: &Site<Blocking>, typed: &str) -> Result<Workbook, Failure> {
    if is_luid(typed) {
        return Ok(site.workbooks().get(Id::from(typed)).send()?);
    }
    let with_name = |name: &str| -> Result<Vec<Workbook>, Failure> {
        let workbooks = site.workbooks().list().filter(Filter::eq("name", name));
        Ok(workbooks.all().collect::<Result<_, _>>()?)
    };
    let mut found = with_name(typed)?;
    if let (true, Some((path, name))) = (found.is_empty(), typed.rsplit_once('/')) {
        let within = project(site, path)?;
        found = with_name(name)?;
        found.retain(|workbook| {
            workbook
                .project
                .as_ref()
                .is_some_and(|project| project.id == within)
        });
    }
    let place = |workbook: &Workbook| {
        let project = workbook.project.as_ref().map_or("", |project| &project.name);
        format!("{project}/{}", workbook.name)
    };
    let all = found
        .iter()
        .map(|workbook| (workbook.id.clone(), place(workbook)))
        .collect();
    let id = one("workbook", typed, all)?;
    let found = found.into_iter().find(|workbook| workbook.id == id);
    found.ok_or_else(|| missing("workbook", typed))
}

/// The only match; an error if there are none or several.
fn one<T>(what: &str, typed: &str, mut found: Vec<(Id<T>, String)>) -> Result<Id<T>, Failure> {
    if found.len() > 1 {
        let all: Vec<_> = found
            .iter()
            .map(|(id, place)| format!("  {place}  {id}"))
            .collect();
        return Err(Failure::Usage(format!(
            "{} {what}s are called {typed:?}: give the LUID of one\n{}",
            found.len(),
            all.join("\n")
        )));
    }
    let found = found.pop().map(|(id, _)| id);
    found.ok_or_else(|| missing(what, typed))
}

fn missing(what: &str, typed: &str) -> Failure {
    Failure::NotFound(format!(
        "there is no {what} called {typed:?}, or you may not see it"
    ))
}
