//! References to items: a LUID, a name, a path of projects that ends with a name, a content URL, or an address copied from a browser.
//!
//! A reference that fits several items is refused with the list of them, so nothing is done to the wrong one.

mod address;
mod collection;

use serde_json::{Value, json};
use tableau_client::wire::rest::users::Domain;
use tableau_client::wire::{Operator, Reply};
use tableau_client::{Blocking, Filter, ServerAddress, Site, Untyped};

use self::address::{Address, Shown};
pub(super) use self::address::{add_shown, add_value, filters};
pub(super) use self::collection::Collection;
use self::collection::Container;
use super::call::pages;
use crate::env::is_luid;
use crate::failure::Failure;

/// Finds items on a site by what was typed.
#[derive(Clone, Copy)]
pub(super) struct Finder<'s> {
    pub(super) site: &'s Site<Blocking>,
    pub(super) server: &'s ServerAddress,
}

impl Finder<'_> {
    /// The LUID of the referenced item.
    pub(super) fn id(self, collection: Collection, typed: &str) -> Result<String, Failure> {
        if is_luid(typed) {
            return Ok(typed.to_owned());
        }
        let item = self.listed(collection, typed)?;
        Ok(text(&item, "id").to_owned())
    }

    /// The referenced item, with the members of lists; of one that is named by its LUID and cannot be got, the identifier only.
    pub(super) fn item(self, collection: Collection, typed: &str) -> Result<Value, Failure> {
        if !is_luid(typed) {
            return self.listed(collection, typed);
        }
        let Some(get) = collection.get() else {
            return Ok(json!({ "id": typed }));
        };
        let mut call = untyped(get);
        call.arguments.path.push(typed.to_owned());
        match self.site.call_untyped(call)? {
            Reply::One(answer) => Ok(collection.item_in(answer)),
            _ => Err(missing(collection.noun(), typed)),
        }
    }

    /// The items of a collection that are in a project itself, not in one below it.
    pub(super) fn in_project(self, collection: Collection, project: &str) -> Result<Vec<Value>, Failure> {
        let id = self.id(Collection::of("projects")?, project)?;
        let mut items = self.all(collection, None)?;
        items.retain(|item| text(item, "project.id") == id);
        if items.is_empty() {
            let nouns = collection.nouns();
            return Err(Failure::NotFound(format!(
                "there are no {nouns} in the project {project:?}, or you may not see them"
            )));
        }
        Ok(items)
    }

    fn listed(self, collection: Collection, typed: &str) -> Result<Value, Failure> {
        let mut found = if address::is_address(typed) {
            self.at_address(collection, &Address::parse(typed)?)?
        } else if typed.starts_with('/') {
            self.at_path(collection, &names(typed))?
        } else {
            self.named(collection, typed)?
        };
        if found.len() > 1 {
            return Err(ambiguous(collection, typed, &found));
        }
        found.pop().ok_or_else(|| missing(collection.noun(), typed))
    }

    /// By name, which may contain a slash, and by path; then by content URL; a view then by its workbook's name, without the project.
    fn named(self, collection: Collection, typed: &str) -> Result<Vec<Value>, Failure> {
        let names = names(typed);
        let mut found = self.with(collection, "name", typed)?;
        let at_path = match names.as_slice() {
            [name] if name == typed => Vec::new(),
            [name] => {
                found.extend(self.with(collection, "name", name)?);
                Vec::new()
            }
            _ => self.at_path(collection, &names)?,
        };
        // Of projects that share a name, the one at the top has it as its whole path.
        let is_at_top = |item: &Value| text(item, "parentProjectId").is_empty();
        if collection.group() == "projects" && found.iter().filter(|item| is_at_top(item)).count() == 1 {
            found.retain(is_at_top);
        }
        // Users of different domains may have the same name.
        if found.is_empty()
            && collection.group() == "users"
            && let Some((domain, name)) = typed.rsplit_once('\\')
        {
            for user in self.with(collection, "name", name)? {
                // Lists may be without the domains.
                let user = match text(&user, "domain.name") {
                    "" => self.item(collection, text(&user, "id"))?,
                    _ => user,
                };
                if is_in_domain(&user, domain) {
                    found.push(user);
                }
            }
        }
        for item in at_path {
            if !found.iter().any(|other| text(other, "id") == text(&item, "id")) {
                found.push(item);
            }
        }
        if found.is_empty() && collection.has("contentUrl") {
            found = self.with(collection, "contentUrl", &collection.content_url(typed))?;
        }
        if found.is_empty() && collection.container() == Some(Container::Workbook) {
            found = self.in_workbook(collection, &names)?;
        }
        Ok(found)
    }

    /// The views of this name in the workbooks of this name, in any project.
    fn in_workbook(self, collection: Collection, names: &[String]) -> Result<Vec<Value>, Failure> {
        let Some((workbook, names @ [_, ..])) = names.split_first() else {
            return Ok(Vec::new());
        };
        let mut found = self.with(collection, "name", &names.join("/"))?;
        if !found.is_empty() {
            let within = self.with(Container::Workbook.collection()?, "name", workbook)?;
            let is_in = |item: &Value| {
                within
                    .iter()
                    .any(|within| text(item, "workbook.id") == text(within, "id"))
            };
            found.retain(is_in);
        }
        Ok(found)
    }

    /// The items at a path of projects, or of projects and a workbook.
    fn at_path(self, collection: Collection, names: &[String]) -> Result<Vec<Value>, Failure> {
        let Some((name, above)) = names.split_last() else {
            return Ok(Vec::new());
        };
        let Some(container) = collection.container() else {
            return match above {
                [] => self.with(collection, "name", name),
                _ => Ok(Vec::new()),
            };
        };
        let mut found = self.with(collection, "name", name)?;
        if found.is_empty() {
            return Ok(found);
        }
        match above {
            // A path of one part is that of a project at the top; everything else is in a project.
            [] => found.retain(|item| container.of(collection, item).is_none()),
            above => {
                let within = self.at_path(container.collection()?, above)?;
                found.retain(|item| {
                    let container = container.of(collection, item);
                    within
                        .iter()
                        .any(|within| container.is_some_and(|id| id == text(within, "id")))
                });
            }
        }
        Ok(found)
    }

    fn at_address(self, collection: Collection, address: &Address) -> Result<Vec<Value>, Failure> {
        self.check_place(address)?;
        match &address.shown {
            Shown::View { workbook, view } if collection.container() == Some(Container::Workbook) => {
                self.with(collection, "contentUrl", &format!("{workbook}/sheets/{view}"))
            }
            Shown::View { workbook, .. } if collection.group() == "workbooks" => {
                self.with(collection, "contentUrl", workbook)
            }
            Shown::CustomView { id } if collection.group() == "custom_views" => {
                Ok(vec![self.item(collection, id)?])
            }
            Shown::CustomView { id } => Err(Failure::Usage(format!(
                "this is the address of a custom view: the commands of `custom-views` take it; without `/{id}/…` it is that of the view itself"
            ))),
            Shown::Numbered { collection: of, .. }
                if *of == collection.group() && collection.has("webpageUrl") =>
            {
                let mut found = self.all(collection, None)?;
                let is_shown = |item: &Value| {
                    Address::parse(text(item, "webpageUrl")).is_ok_and(|of| of.shown == address.shown)
                };
                found.retain(is_shown);
                Ok(found)
            }
            Shown::Numbered { collection: of, .. } if *of == collection.group() => {
                Err(Failure::Usage(format!(
                    "the REST API does not say which {} has this address: give its path or LUID",
                    collection.noun()
                )))
            }
            _ => Err(Failure::Usage(format!(
                "this is not the address of a {}",
                collection.noun()
            ))),
        }
    }

    /// Refuses an address of another server or site, where another item has the same number.
    fn check_place(self, address: &Address) -> Result<(), Failure> {
        let typed: Result<ServerAddress, _> = format!("{}://{}", address.scheme, address.authority).parse();
        let is_same =
            typed.is_ok_and(|typed| (typed.host(), typed.port()) == (self.server.host(), self.server.port()));
        if !is_same {
            return Err(Failure::Usage(format!(
                "this is an address of {}, and the command is for {}: give a path or the LUID, or another --server",
                address.authority,
                self.server.origin()
            )));
        }
        let session = self.site.session();
        if address.site.eq_ignore_ascii_case(session.content_url()) {
            return Ok(());
        }
        let named = |site: &str| match site {
            "" => "the Default site".to_owned(),
            site => format!("the site {site:?}"),
        };
        Err(Failure::Usage(format!(
            "this is an address of {}, and the command is for {}: sign in there, or give --site",
            named(&address.site),
            named(session.content_url())
        )))
    }

    /// The items with a value of a field; the server is asked to filter where it can.
    fn with(self, collection: Collection, field: &str, value: &str) -> Result<Vec<Value>, Failure> {
        let any_case = collection.filters_by(field, Operator::Cieq);
        let operator = if any_case { Operator::Cieq } else { Operator::Eq };
        let filter = Filter::default().and(field, operator, value);
        // Values with separators cannot be written as filters.
        let can_filter = collection.filters_by(field, operator) && filter.check().is_ok();
        let mut found = self.all(collection, can_filter.then_some(filter))?;
        // A server that does not know the filter must not give other items.
        let alike = |item: &Value| text(item, field).to_lowercase() == value.to_lowercase();
        found.retain(alike);
        // Of names that differ by case only, the one that was typed; or else what the server takes for it, as `Default` for `default`.
        let is_exact = |item: &Value| text(item, field) == value;
        if !any_case && found.iter().any(is_exact) {
            found.retain(is_exact);
        }
        Ok(found)
    }

    fn all(self, collection: Collection, filter: Option<Filter>) -> Result<Vec<Value>, Failure> {
        let mut call = untyped(collection.list());
        let query = &mut call.arguments.query.0;
        query.extend(filter.map(|filter| ("filter".to_owned(), filter.to_string())));
        let mut items = Vec::new();
        pages::each(self.site, &call, pages::Wanted::ALL, |item| {
            items.push(item.value()?);
            Ok(())
        })?;
        Ok(items)
    }
}

/// Whether a user is of the domain that was typed.
fn is_in_domain(user: &Value, typed: &str) -> bool {
    let mut domain = Domain::default();
    domain.name = text(user, "domain.name").to_owned();
    domain.short_name = Some(text(user, "domain.shortName").to_owned());
    domain.is_called(typed)
}

/// The names in a path; a slash in a name is written `\/`.
fn names(path: &str) -> Vec<String> {
    let (mut names, mut name) = (Vec::new(), String::new());
    let mut characters = path.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if characters.next_if_eq(&'/').is_some() => name.push('/'),
            '/' => names.push(std::mem::take(&mut name)),
            other => name.push(other),
        }
    }
    names.push(name);
    names.retain(|name| !name.is_empty());
    names
}

fn untyped(entry: &tableau_client::wire::Entry) -> Untyped {
    Untyped {
        entry: *entry,
        arguments: Default::default(),
        body: Default::default(),
        file: Default::default(),
    }
}

/// A text of an item by its path.
pub(super) fn text<'v>(item: &'v Value, path: &str) -> &'v str {
    let found = path.split('.').try_fold(item, |item, name| item.get(name));
    found.and_then(Value::as_str).unwrap_or_default()
}

fn ambiguous(collection: Collection, typed: &str, found: &[Value]) -> Failure {
    let how = match collection.group() {
        "users" => r"the domain (DOMAIN\name)",
        _ => "the path",
    };
    let mut lines = format!(
        "{} {} are called {typed:?}: give {how} or the LUID of one",
        found.len(),
        collection.nouns()
    );
    for item in found {
        let place = ["workbook.name", "project.name"].map(|above| text(item, above));
        let place = place.iter().find(|name| !name.is_empty());
        let place = match (place, text(item, "domain.name")) {
            (Some(name), _) => format!("{name}/"),
            (None, "") => String::new(),
            (None, domain) => format!("{domain}\\"),
        };
        lines.push_str(&format!(
            "\n  {place}{}  {}",
            text(item, "name"),
            text(item, "id")
        ));
    }
    Failure::Usage(lines)
}

fn missing(noun: &str, typed: &str) -> Failure {
    Failure::NotFound(format!(
        "there is no {noun} called {typed:?}, or you may not see it"
    ))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_slash_in_a_name_is_escaped() {
        for (path, parts) in [
            ("/Finance/Payroll/", &["Finance", "Payroll"][..]),
            (r"A\/B/W\/1", &["A/B", "W/1"]),
            (r"\/", &["/"]),
            (r"example\ada", &[r"example\ada"]),
            ("//", &[]),
        ] {
            assert_eq!(names(path), parts, "{path}");
        }
    }
}
