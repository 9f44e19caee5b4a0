//! `tabctl favorites`.

use serde_json::{Map, Value, json};
use tableau_client::wire::rest::Flow;
use tableau_client::{Blocking, Datasource, Favorites, Id, Project, User, View, Workbook};

use super::reference::{Collection, Finder, text};
use super::{several, style};
use crate::args::{self, ChangeFavorites, FavoriteKind, Global, ListFavorites, Whose};
use crate::failure::Failure;
use crate::output::{Column, Members, Printer};
use crate::session::settings;

const FAVORITES: &[Column] = &[
    Column::of("type"),
    Column::of("label"),
    Column::titled("project", "parentProjectName"),
    Column::of("addedAt"),
    Column::of("id"),
];
const CHANGED: &[Column] = &[Column::of("type"), Column::of("label"), Column::of("id")];
/// The members of a favorite, one of which it has.
const ITEMS: [&str; 7] = [
    "workbook",
    "view",
    "datasource",
    "flow",
    "project",
    "collection",
    "metric",
];

pub(super) fn run(args: &args::Favorites, global: &Global) -> Result<(), Failure> {
    match args {
        args::Favorites::List(args) => list(args, global),
        args::Favorites::Add(args) => {
            if args.change.items.len() > 1 && args.label.is_some() {
                let message = "--label is about one item: add it by a command of its own";
                return Err(Failure::Usage(message.to_owned()));
            }
            change(&args.change, Some(args.label.as_deref()), global)
        }
        args::Favorites::Remove(args) => change(&args.change, None, global),
    }
}

fn list(args: &ListFavorites, global: &Global) -> Result<(), Failure> {
    let style = style::settle(args.output.clone(), global.no_pager);
    let connected = settings::connect(&args.connection, global)?;
    let server = connected.address.clone();
    let items = connected.run(|site| {
        let finder = Finder {
            site,
            server: &server,
        };
        let favorites = of(finder, &args.whose)?;
        let mut items = Vec::new();
        for favorite in favorites.list().all() {
            let favorite =
                serde_json::to_value(favorite?).map_err(|error| Failure::Local(error.to_string()))?;
            items.push(named(favorite));
        }
        Ok(items)
    })?;
    style.check(FAVORITES, &Members::In(&items))?;
    let mut printer = Printer::new(style, FAVORITES);
    for item in &items {
        printer.item(item)?;
    }
    printer.finish()
}

/// A favorite with what the item is, and its identifier: the API has it in a member of the name of the kind.
fn named(favorite: Value) -> Value {
    let Value::Object(members) = favorite else {
        return favorite;
    };
    let mut items = ITEMS.iter().filter_map(|kind| Some((*kind, members.get(*kind)?)));
    let mut named = Map::new();
    if let Some((kind, item)) = items.next() {
        named.insert("type".to_owned(), json!(kind));
        named.insert("id".to_owned(), json!(text(item, "id")));
    }
    named.extend(members);
    Value::Object(named)
}

/// Adds items, with a label if one was given, or removes them.
fn change(args: &ChangeFavorites, adds: Option<Option<&str>>, global: &Global) -> Result<(), Failure> {
    let style = style::settle(args.output.clone(), global.no_pager);
    style.check(CHANGED, &Members::Named(&["call"]))?;
    let connected = settings::connect(&args.connection, global)?;
    let server = connected.address.clone();
    let (changed, ended) = connected.run(|site| {
        let finder = Finder {
            site,
            server: &server,
        };
        let favorites = of(finder, &args.whose)?;
        let change = |typed: &String| {
            let item = finder.item(Collection::of(args.kind.group())?, typed)?;
            let (id, name) = (text(&item, "id"), text(&item, "name"));
            let label = adds.flatten().unwrap_or(name);
            let call = match adds {
                Some(_) => "favorites.addFavorite",
                None => "favorites.deleteFavorite",
            };
            match adds {
                _ if args.dry_run => {}
                Some(_) => add(&favorites, args.kind, id, label)?,
                None => remove(&favorites, args.kind, id)?,
            }
            Ok(json!({"call": call, "type": args.kind.word(), "label": label, "id": id}))
        };
        Ok(several::each(
            &args.items,
            String::clone,
            args.output.json,
            change,
        ))
    })?;
    let mut printer = Printer::new(style, CHANGED);
    for item in &changed {
        printer.item(item)?;
    }
    if !changed.is_empty() {
        printer.finish()?;
    }
    ended
}

/// The favorites of the user who was named, or of the one who is signed in.
fn of(finder: Finder<'_>, whose: &Whose) -> Result<Favorites<Blocking>, Failure> {
    Ok(match &whose.user {
        Some(user) => {
            let id = finder.id(Collection::of("users")?, user)?;
            finder.site.favorites_of(Id::<User>::from(id))
        }
        None => finder.site.favorites(),
    })
}

fn add(favorites: &Favorites<Blocking>, kind: FavoriteKind, id: &str, label: &str) -> Result<(), Failure> {
    match kind {
        FavoriteKind::Workbook => favorites.add::<Workbook>(id, label),
        FavoriteKind::View => favorites.add::<View>(id, label),
        FavoriteKind::Datasource => favorites.add::<Datasource>(id, label),
        FavoriteKind::Flow => favorites.add::<Flow>(id, label),
        FavoriteKind::Project => favorites.add::<Project>(id, label),
    }
    .send()?;
    Ok(())
}

fn remove(favorites: &Favorites<Blocking>, kind: FavoriteKind, id: &str) -> Result<(), Failure> {
    match kind {
        FavoriteKind::Workbook => favorites.delete::<Workbook>(id),
        FavoriteKind::View => favorites.delete::<View>(id),
        FavoriteKind::Datasource => favorites.delete::<Datasource>(id),
        FavoriteKind::Flow => favorites.delete::<Flow>(id),
        FavoriteKind::Project => favorites.delete::<Project>(id),
    }
    .send()?;
    Ok(())
}

impl FavoriteKind {
    /// Its group in the API.
    fn group(self) -> &'static str {
        match self {
            Self::Workbook => "workbooks",
            Self::View => "views",
            Self::Datasource => "datasources",
            Self::Flow => "flows",
            Self::Project => "projects",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Workbook => "workbook",
            Self::View => "view",
            Self::Datasource => "datasource",
            Self::Flow => "flow",
            Self::Project => "project",
        }
    }
}
