//! Favorites of users. A favorite goes with its item and with its user.

use tableau_wire::rest::favorites::{
    AddFavorite, CanBeFavorite, DeleteFavorite, Favorite, FavoriteId, FavoriteKind, FavoriteOrdering,
    ListFavorites, NewFavorite, OrderFavorites,
};
use tableau_wire::rest::{Datasource, Flow, Project, User, View, Workbook};
use tableau_wire::{Element, Items, Page, Shared};
use uuid::Uuid;

use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::clock::time;
use crate::kept::{Context, Kept, Paging, Plan, owner, project, row, verbs};
use crate::refusal::Refusal;
use crate::rng;
use crate::store::{State, record};

/// A kind of what can be a favorite.
struct Kind {
    /// Its name in addresses: `workbooks`.
    name: FavoriteKind,
    /// Its name in documents: `workbook`.
    element: &'static str,
    /// The item that a document names.
    given: fn(&NewFavorite) -> Option<&FavoriteId>,
    /// Finds an item that the caller may see.
    find: fn(&State, &Caller, &str) -> Result<Uuid, Refusal>,
    exists: fn(&State, Uuid) -> bool,
    /// Shows the item.
    put: fn(&mut Favorite, &Context<'_>, Uuid),
}

/// A resource whose items can be favorites.
trait Favored: CanBeFavorite + Kept {
    fn given(new: &NewFavorite) -> Option<&FavoriteId>;
    fn put(favorite: &mut Favorite, shown: Self);
}

macro_rules! favored {
    ($($resource:ident $member:ident),*) => {
        $(impl Favored for $resource {
            fn given(new: &NewFavorite) -> Option<&FavoriteId> {
                new.$member.as_ref()
            }

            fn put(favorite: &mut Favorite, shown: Self) {
                favorite.$member = Some(Shared::new(shown));
            }
        })*

        const KINDS: &[Kind] = &[$(Kind::of::<$resource>()),*];
    };
}

favored!(Datasource datasource, Flow flow, Project project, View view, Workbook workbook);

impl Kind {
    const fn of<R: Favored>() -> Self {
        Self {
            name: R::KIND,
            element: <R as Element>::ELEMENT,
            given: R::given,
            find: |state, caller, id| row::seen::<R>(state, caller, id).map(|row| row.id),
            exists: |state, id| R::table(state).get(id).is_some(),
            put: |favorite, context, id| {
                let state = context.state;
                let Some(row) = R::table(state).get(id) else {
                    return;
                };
                let project = project(state, row).and_then(|id| state.projects.get(id));
                favorite.parent_project_name = project.map(|project| project.shown.name.clone());
                let owner = owner(state, row).and_then(|id| state.users.get(id));
                favorite.target_owner_name = owner.map(|owner| owner.shown.name.clone());
                R::put(favorite, Plan::<R>::of_list(None, &[]).show(row, context));
            },
        }
    }
}

/// The identifier of a favorite.
pub(crate) fn id(user: Uuid, item: Uuid) -> Uuid {
    rng::luid("favorite", &[&user.to_string(), &item.to_string()])
}

/// A kind in documents, by its name in addresses.
pub(crate) fn element(kind: &str) -> &'static str {
    let known = KINDS.iter().find(|known| known.name.as_str() == kind);
    known.map_or("", |known| known.element)
}

/// Whether there is an item of a kind.
pub(crate) fn exists(state: &State, kind: &str, item: Uuid) -> bool {
    let known = KINDS.iter().find(|known| known.name.as_str() == kind);
    known.is_some_and(|known| (known.exists)(state, item))
}

/// The user, if the caller may see and change the favorites: that user, and administrators.
fn user(state: &State, caller: &Caller, id: &str) -> Result<Uuid, Refusal> {
    let user = row::find::<User>(state, caller, id)?.id;
    if user == caller.user.id || caller.is_administrator() {
        return Ok(user);
    }
    Err(Refusal::forbidden(
        "403004",
        "The user is not allowed to see or change the favorites of another user.",
    ))
}

/// The favorites of a user, in their order.
fn of_user(state: &State, user: Uuid) -> Vec<&record::Favorite> {
    let mut favorites: Vec<_> = state
        .favorites
        .within(user)
        .filter(|favorite| favorite.user == user)
        .collect();
    favorites.sort_by_key(|favorite| favorite.position);
    favorites
}

fn show(favorite: &record::Favorite, context: &Context<'_>) -> Favorite {
    let mut shown = Favorite::default();
    shown.label = Some(favorite.label.clone());
    shown.added_at = Some(time(favorite.added_at));
    shown.position = Some(favorite.position);
    if let Some(kind) = KINDS.iter().find(|kind| kind.name.as_str() == favorite.kind) {
        (kind.put)(&mut shown, context, favorite.item);
    }
    shown
}

pub(crate) fn list(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListFavorites,
) -> Result<Page<Favorite>, Refusal> {
    let paging = Paging::new(list.page_number, list.page_size)?;
    let state = call.store.read();
    let user = user(&state, caller, list.user_id.as_str())?;
    let favorites = of_user(&state, user);
    let context = verbs::context(call, &state);
    paging.page(&favorites, |favorite| show(favorite, &context))
}

/// Adds a favorite; one that is there gets the new label.
pub(crate) fn add(call: &Call<'_>, caller: &Caller, add: &AddFavorite) -> Result<Items<Favorite>, Refusal> {
    let new = &add.favorite;
    call.store.write(|transaction| {
        let user = user(transaction, caller, add.user_id.as_str())?;
        if new.label.trim().is_empty() {
            return Err(Refusal::bad_request("400005", "A favorite needs a label."));
        }
        let (kind, given) = KINDS
            .iter()
            .find_map(|kind| Some((kind, (kind.given)(new)?)))
            .ok_or_else(Refusal::incomplete_payload)?;
        let item = (kind.find)(transaction, caller, &given.id)?;
        let favorites = of_user(transaction, user);
        if favorites
            .iter()
            .any(|other| other.label == new.label && other.item != item)
        {
            return Err(Refusal::new(
                "409007",
                "Resource Conflict",
                format_args!("The label '{}' is that of another favorite.", new.label),
            ));
        }
        let before = favorites.iter().find(|favorite| favorite.item == item);
        let next = favorites.last().map_or(0, |last| last.position + 1);
        let favorite = record::Favorite {
            id: id(user, item),
            site: caller.site.id,
            user,
            kind: kind.name.as_str().to_owned(),
            item,
            label: new.label.clone(),
            added_at: before.map_or_else(|| call.clock.now(), |before| before.added_at),
            position: before.map_or(next, |before| before.position),
        };
        let shown = show(&favorite, &verbs::context(call, transaction));
        transaction.put(favorite)?;
        Ok(vec![shown].into())
    })
}

pub(crate) fn delete(call: &Call<'_>, caller: &Caller, delete: &DeleteFavorite) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let user = user(transaction, caller, delete.user_id.as_str())?;
        let (name, id) = (delete.content_type.as_str(), delete.content_id.as_str());
        let favorite = favorite(transaction, user, name, id).ok_or_else(|| none(id))?.id;
        transaction.remove::<record::Favorite>(favorite);
        Ok(())
    })
}

fn none(id: &str) -> Refusal {
    Refusal::not_found("404010", "Favorite", id)
}

/// The favorite that is an item of a kind: `workbooks` or `workbook`.
fn favorite<'s>(state: &'s State, user: Uuid, kind: &str, id: &str) -> Option<&'s record::Favorite> {
    let kind = KINDS
        .iter()
        .find(|known| known.name.as_str() == kind || known.element.eq_ignore_ascii_case(kind))?;
    let item = parse_id(id)?;
    let found = state
        .favorites
        .within(item)
        .find(|favorite| favorite.user == user);
    found.filter(|favorite| favorite.kind == kind.name.as_str())
}

/// Moves favorites, one after the other; one that is to come after nothing becomes the first (inferred).
pub(crate) fn order(call: &Call<'_>, caller: &Caller, order: &OrderFavorites) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let user = user(transaction, caller, order.user_id.as_str())?;
        let mut favorites: Vec<_> = of_user(transaction, user).into_iter().cloned().collect();
        for ordering in order.orderings.iter() {
            reorder(transaction, user, ordering, &mut favorites)?;
        }
        for (favorite, position) in favorites.into_iter().zip(0..) {
            transaction.put(record::Favorite { position, ..favorite })?;
        }
        Ok(())
    })
}

fn reorder(
    state: &State,
    user: Uuid,
    ordering: &FavoriteOrdering,
    favorites: &mut Vec<record::Favorite>,
) -> Result<(), Refusal> {
    let find = |kind: &str, id: &str| {
        let found = favorite(state, user, kind, id).ok_or_else(|| none(id))?;
        Ok(found.id)
    };
    let moved = find(&ordering.favorite_type, &ordering.favorite_id)?;
    let after = match ordering.favorite_id_move_after.as_str() {
        "" => None,
        id => Some(find(&ordering.favorite_type_move_after, id)?),
    };
    if after == Some(moved) {
        return Ok(());
    }
    let position =
        |id: Uuid, favorites: &[record::Favorite]| favorites.iter().position(|favorite| favorite.id == id);
    if let Some(from) = position(moved, favorites) {
        let favorite = favorites.remove(from);
        let to = after
            .and_then(|after| position(after, favorites))
            .map_or(0, |at| at + 1);
        favorites.insert(to.min(favorites.len()), favorite);
    }
    Ok(())
}
