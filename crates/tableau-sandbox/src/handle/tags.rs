//! Tags: of one item, or of many at once.

use tableau_wire::Items;
use tableau_wire::resource::{AddTags, DeleteTag, HasTags};
use tableau_wire::rest::tags::{
    BatchAddTags, BatchAddTagsOfSession, BatchDeleteTags, BatchDeleteTagsOfSession, TagBatch,
};
use tableau_wire::rest::{Column, Database, Datasource, Flow, Table, Tag, View, VirtualConnection, Workbook};
use tableau_wire::value::SiteRole;

use crate::auth::Caller;
use crate::call::Call;
use crate::kept::{Kept, Rights, row, set};
use crate::refusal::Refusal;
use crate::store::row::Row;
use crate::store::{State, Transaction};

/// A kind of content with tags.
pub(crate) trait Tagged: HasTags + Kept {}

impl<R: HasTags + Kept> Tagged for R {}

/// What happens to the tags of an item.
type Change<'c> = &'c dyn Fn(&mut Vec<Tag>) -> Result<(), Refusal>;

pub(crate) fn add<R: Tagged>(
    call: &Call<'_>,
    caller: &Caller,
    add: &AddTags<R>,
) -> Result<Items<Tag>, Refusal> {
    let tags = labels(&add.tags)?;
    let change = |all: &mut Vec<Tag>| {
        insert(all, &tags);
        Ok(())
    };
    call.store
        .write(|transaction| change_tags::<R>(transaction, caller, add.id.as_str(), &change))
        .map(Items::from)
}

pub(crate) fn delete<R: Tagged>(
    call: &Call<'_>,
    caller: &Caller,
    delete: &DeleteTag<R>,
) -> Result<Option<Items<Tag>>, Refusal> {
    let change = |all: &mut Vec<Tag>| {
        let count = all.len();
        all.retain(|tag| tag.label != delete.tag);
        if all.len() == count {
            return Err(Refusal::not_found("404007", "Tag", &delete.tag));
        }
        Ok(())
    };
    call.store
        .write(|transaction| change_tags::<R>(transaction, caller, delete.id.as_str(), &change))?;
    Ok(None)
}

/// Changes the tags of an item, and gives those that it has then.
fn change_tags<R: Kept>(
    transaction: &mut Transaction<'_>,
    caller: &Caller,
    id: &str,
    change: Change<'_>,
) -> Result<Vec<Tag>, Refusal> {
    let mut row = taggable::<R>(transaction, caller, id)?.clone();
    let member = row.shown.member("tags");
    let member = member.and_then(<dyn std::any::Any>::downcast_mut::<Option<Items<Tag>>>);
    let mut tags = member
        .and_then(Option::take)
        .map_or_else(Vec::new, |Items(tags)| tags);
    change(&mut tags)?;
    set(&mut row.shown, "tags", Some(Items::from(tags.clone())));
    transaction.put(row)?;
    Ok(tags)
}

/// Users who see an item may tag it, except viewers (inferred).
fn taggable<'s, R: Kept>(state: &'s State, caller: &Caller, id: &str) -> Result<&'s Row<R>, Refusal> {
    let refusal = ("403004", "set the tags of");
    let row = row::allowed::<R>(state, caller, id, Rights::Capability("Read"), refusal)?;
    admit(caller)?;
    Ok(row)
}

fn admit(caller: &Caller) -> Result<(), Refusal> {
    if matches!(caller.user.role(), SiteRole::Viewer | SiteRole::Guest) {
        return Err(Refusal::forbidden(
            "403004",
            "The site role of the user does not allow tags to be set.",
        ));
    }
    Ok(())
}

/// The labels of a request. In quotes is one label; without them, commas and spaces separate labels, as Tableau's own library assumes.
fn labels(tags: &Items<Tag>) -> Result<Vec<String>, Refusal> {
    let mut labels = Vec::new();
    for tag in tags.iter() {
        let text = tag.label.trim();
        match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            Some(label) => labels.push(label.to_owned()),
            None => labels.extend(text.split([' ', ',']).map(str::to_owned)),
        }
    }
    labels.retain(|label| !label.is_empty());
    if labels.is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    Ok(labels)
}

fn insert(all: &mut Vec<Tag>, labels: &[String]) {
    for label in labels {
        if !all.iter().any(|tag| tag.label == *label) {
            let mut tag = Tag::default();
            tag.label.clone_from(label);
            all.push(tag);
        }
    }
}

type ChangeTags = fn(&mut Transaction<'_>, &Caller, &str, Change<'_>) -> Result<Vec<Tag>, Refusal>;

/// A kind that can be tagged in batch, and how the tags of one of its items change.
struct Kind {
    /// As documents name it: `datasource`.
    name: &'static str,
    change: ChangeTags,
}

impl Kind {
    const fn of<R: Tagged>() -> Self {
        Self {
            name: R::ELEMENT,
            change: change_tags::<R>,
        }
    }
}

const KINDS: [Kind; 8] = [
    Kind::of::<Column>(),
    Kind::of::<Database>(),
    Kind::of::<Datasource>(),
    Kind::of::<Flow>(),
    Kind::of::<Table>(),
    Kind::of::<View>(),
    Kind::of::<VirtualConnection>(),
    Kind::of::<Workbook>(),
];

/// Changes the tags of all items or of none.
fn change_all(
    call: &Call<'_>,
    caller: &Caller,
    batch: &TagBatch,
    change: Change<'_>,
) -> Result<TagBatch, Refusal> {
    admit(caller)?;
    call.store.write(|transaction| {
        for content in batch.contents.iter() {
            let kind = KINDS
                .iter()
                .find(|kind| kind.name.eq_ignore_ascii_case(&content.content_type));
            let kind =
                kind.ok_or_else(|| Refusal::not_found("404003", &content.content_type, &content.id))?;
            (kind.change)(transaction, caller, &content.id, change)?;
        }
        Ok(batch.clone())
    })
}

fn add_all(call: &Call<'_>, caller: &Caller, batch: &TagBatch) -> Result<TagBatch, Refusal> {
    let labels = labels(&batch.tags)?;
    change_all(call, caller, batch, &|all| {
        insert(all, &labels);
        Ok(())
    })
}

/// A tag that an item does not have is none to delete (inferred).
fn delete_all(call: &Call<'_>, caller: &Caller, batch: &TagBatch) -> Result<TagBatch, Refusal> {
    let labels = labels(&batch.tags)?;
    change_all(call, caller, batch, &|all| {
        all.retain(|tag| !labels.contains(&tag.label));
        Ok(())
    })
}

pub(crate) fn batch_add(call: &Call<'_>, caller: &Caller, add: &BatchAddTags) -> Result<TagBatch, Refusal> {
    add_all(call, caller, &add.batch)
}

pub(crate) fn batch_delete(
    call: &Call<'_>,
    caller: &Caller,
    delete: &BatchDeleteTags,
) -> Result<TagBatch, Refusal> {
    delete_all(call, caller, &delete.batch)
}

pub(crate) fn batch_add_of_session(
    call: &Call<'_>,
    caller: &Caller,
    add: &BatchAddTagsOfSession,
) -> Result<TagBatch, Refusal> {
    add_all(call, caller, &add.batch)
}

pub(crate) fn batch_delete_of_session(
    call: &Call<'_>,
    caller: &Caller,
    delete: &BatchDeleteTagsOfSession,
) -> Result<TagBatch, Refusal> {
    delete_all(call, caller, &delete.batch)
}
