//! Search over the content that the caller may see.

use std::cmp::Ordering;

use tableau_wire::query::Direction;
use tableau_wire::rest::search::{FoundContent, Search, SearchHits, SearchResult, SearchResults, Suggest};
use tableau_wire::rest::{Datasource, Flow, Project, View, VirtualConnection, Workbook};
use tableau_wire::{Filter, Operator, Sort};

use crate::auth::Caller;
use crate::call::Call;
use crate::kept::{Comparison, Context, Kept, Kind, Plan, Value, owner, project, verbs};
use crate::refusal::Refusal;
use crate::store::row::Row;

/// The default and the maximum number of results on a page.
const DEFAULT_LIMIT: u64 = 10;
const MAX_LIMIT: u64 = 2000;

/// The fields of its filter, from the documentation of the call.
const FILTERS: &[(&str, Kind, &[Operator])] = &[
    ("type", Kind::Text, &[Operator::Eq, Operator::In]),
    ("ownerId", Kind::Number, &[Operator::Eq, Operator::In]),
    (
        "modifiedTime",
        Kind::Time,
        &[
            Operator::Eq,
            Operator::Gt,
            Operator::Gte,
            Operator::Lt,
            Operator::Lte,
        ],
    ),
];
/// The fields that it orders by, from the documentation of the call. The sandbox counts neither spans of time nor what is downstream.
const ORDERS: &[&str] = &[
    "hitsTotal",
    "hitsSmallSpanTotal",
    "hitsMediumSpanTotal",
    "hitsLargeSpanTotal",
    "downstreamWorkbookCount",
];

/// The content of a kind that the caller may see, as it is found.
type Source = fn(&Context<'_>, &Caller) -> Vec<FoundContent>;

const SOURCES: [Source; 6] = [
    |context, caller| all::<Datasource>("datasource", context, caller),
    |context, caller| all::<Flow>("flow", context, caller),
    |context, caller| all::<Project>("project", context, caller),
    |context, caller| all::<View>("view", context, caller),
    |context, caller| all::<VirtualConnection>("virtualconnection", context, caller),
    |context, caller| all::<Workbook>("workbook", context, caller),
];

fn all<R: Kept>(kind: &str, context: &Context<'_>, caller: &Caller) -> Vec<FoundContent> {
    let plan = Plan::<R>::of_list(None, &["usage", "sheetType"]);
    let rows = R::table(context.state).of_site(caller.site.id);
    let seen = rows.filter(|row| R::MAY_LIST.allow(row, context.state, caller));
    let found = seen.map(|row| FoundContent::of(row, &plan.show(row, context), context));
    found
        .map(|mut found| {
            found.r#type = Some(kind.to_owned());
            found
        })
        .collect()
}

/// What is found of a row: the members by their names on the wire.
trait Found {
    fn of<R: Kept>(row: &Row<R>, shown: &R, context: &Context<'_>) -> Self;
}

impl Found for FoundContent {
    fn of<R: Kept>(row: &Row<R>, shown: &R, context: &Context<'_>) -> Self {
        let state = context.state;
        let text = |path| match Value::at(shown, path, Kind::Text) {
            Value::Text(text) => Some(text),
            _ => None,
        };
        let mut found = Self::default();
        found.luid = Some(row.id.to_string());
        found.title = text("name");
        found.caption = text("name");
        found.created_time = text("createdAt").and_then(|time| time.parse().ok());
        found.modified_time = text("updatedAt").and_then(|time| time.parse().ok());
        found.sheet_type = text("sheetType");
        found.hits_total = match Value::at(shown, "usage.totalViewCount", Kind::Number) {
            Value::Number(hits) => Some(hits),
            _ => None,
        };
        let favorites = state
            .favorites
            .within(row.id)
            .filter(|favorite| favorite.item == row.id);
        found.favorites_total = Some(number(favorites.count()));
        found.site_luid = Some(row.site.to_string());
        if let Value::Labels(tags) = Value::at(shown, "tags.tag.label", Kind::Text) {
            found.tags = tags;
        }
        if let Some(owner) = owner(state, row).and_then(|id| state.users.get(id)) {
            found.owner_id = i64::try_from(owner.number).ok();
            found.owner_name = owner.shown.full_name.clone();
            found.owner_email.clone_from(&owner.shown.email);
        }
        if let Some(project) = project(state, row).and_then(|id| state.projects.get(id)) {
            let name = Some(project.shown.name.clone());
            found.project_name.clone_from(&name);
            found.container_name.clone_from(&name);
            found.container_type = Some("project".to_owned());
            found.location_name = name;
        }
        found
    }
}

pub(crate) fn search(call: &Call<'_>, caller: &Caller, search: &Search) -> Result<SearchResults, Refusal> {
    let limit = limit(search.limit)?;
    let order = order(search.order_by.as_deref())?;
    let words: Vec<_> = words(search.terms.as_deref().unwrap_or_default());
    let mut found: Vec<_> = matching(call, caller, search.filter.as_ref())?
        .into_iter()
        .filter_map(|found| Some((relevance(&found, &words)?, found)))
        .collect();
    found.sort_by(|(one, of_one), (other, of_other)| compare(of_one, of_other, &order).then(other.cmp(one)));
    let mut results = SearchResults::default();
    let found = found.into_iter().map(|(_, found)| found).collect();
    results.hits = page(call.origin, search, limit, found);
    Ok(results)
}

fn limit(asked: Option<u64>) -> Result<u64, Refusal> {
    let limit = asked.unwrap_or(DEFAULT_LIMIT);
    match limit {
        1..=MAX_LIMIT => Ok(limit),
        _ => Err(Refusal::invalid_value("limit", limit)),
    }
}

/// The content that the caller may see and that meets a filter.
fn matching(call: &Call<'_>, caller: &Caller, filter: Option<&Filter>) -> Result<Vec<FoundContent>, Refusal> {
    let tests = tests(filter)?;
    let state = call.store.read();
    let context = verbs::context(call, &state);
    let everything = SOURCES.iter().flat_map(|source| source(&context, caller));
    let meets = |found: &FoundContent| {
        let holds =
            |(name, kind, test): &(&str, Kind, Comparison)| test.holds(&Value::at(found, name, *kind));
        tests.iter().all(holds)
    };
    Ok(everything.filter(meets).collect())
}

/// Suggests content with a word that begins with what was typed: recent content first, then titles that begin so. How servers rank it is not known.
pub(crate) fn suggest(call: &Call<'_>, caller: &Caller, suggest: &Suggest) -> Result<SearchResults, Refusal> {
    let limit = limit(suggest.limit)?;
    let typed = suggest.terms.trim().to_lowercase();
    let recent: Vec<_> = suggest
        .recents_luids
        .iter()
        .flat_map(|luids| luids.split(',').map(str::trim))
        .collect();
    let rank = |found: &FoundContent| {
        let title = found.title.as_deref().unwrap_or_default().to_lowercase();
        let mut words = title.char_indices().filter(|(at, _)| {
            let before = title.get(..*at).and_then(|before| before.chars().next_back());
            before.is_none_or(|before| !before.is_alphanumeric())
        });
        let place = words.position(|(at, _)| title.get(at..).is_some_and(|rest| rest.starts_with(&typed)))?;
        let is_recent = found.luid.as_deref().is_some_and(|luid| recent.contains(&luid));
        Some((!is_recent, place > 0, title))
    };
    let mut found: Vec<_> = matching(call, caller, suggest.filter.as_ref())?
        .into_iter()
        .filter_map(|found| Some((rank(&found)?, found)))
        .collect();
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    let first = usize::try_from(limit).unwrap_or(usize::MAX);
    let found = found.into_iter().take(first).map(|(_, found)| found).collect();
    let mut results = SearchResults::default();
    results.hits = page(call.origin, &Search::default(), limit, found);
    Ok(results)
}

fn words(terms: &str) -> Vec<String> {
    terms.split_whitespace().map(str::to_lowercase).collect()
}

/// The conditions of a filter: each with the name and the type of its field.
fn tests(filter: Option<&Filter>) -> Result<Vec<(&'static str, Kind, Comparison)>, Refusal> {
    let Some(filter) = filter else {
        return Ok(Vec::new());
    };
    let test = |condition: &tableau_wire::Condition| {
        let known = FILTERS.iter().find(|(name, ..)| *name == condition.field);
        let (name, kind, operators) = known.ok_or_else(|| Refusal::invalid_value("filter", filter))?;
        if !operators.contains(&condition.operator) {
            return Err(Refusal::invalid_value("filter", filter));
        }
        let values: Vec<&str> = condition.values.iter().map(String::as_str).collect();
        Ok((
            *name,
            *kind,
            Comparison::new(name, condition.operator, &values, *kind)?,
        ))
    };
    filter.conditions.iter().map(test).collect()
}

fn order(text: Option<&str>) -> Result<Sort, Refusal> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(Sort::default());
    };
    // A field alone is meant in ascending order (inferred).
    let keys = text.split(',').map(|key| match key.split_once(':') {
        Some(_) => key.to_owned(),
        None => format!("{key}:asc"),
    });
    let keys: Vec<_> = keys.collect();
    let sort: Sort = keys
        .join(",")
        .parse()
        .map_err(|_| Refusal::invalid_value("order_by", text))?;
    match sort
        .keys
        .iter()
        .find(|(field, _)| !ORDERS.contains(&field.as_str()))
    {
        Some(_) => Err(Refusal::invalid_value("order_by", text)),
        None => Ok(sort),
    }
}

/// How many of the words are in the title, where each is somewhere; `None` where one is missing. How servers weigh them is not known.
fn relevance(found: &FoundContent, words: &[String]) -> Option<usize> {
    let title = found.title.as_deref().unwrap_or_default().to_lowercase();
    let elsewhere = [&found.owner_name, &found.project_name];
    let elsewhere = elsewhere.into_iter().flatten().chain(&found.tags);
    let elsewhere: Vec<_> = elsewhere.map(|text| text.to_lowercase()).collect();
    let is_somewhere =
        |word: &&String| title.contains(*word) || elsewhere.iter().any(|text| text.contains(*word));
    if !words.iter().all(|word| is_somewhere(&word)) {
        return None;
    }
    Some(words.iter().filter(|word| title.contains(*word)).count())
}

fn compare(one: &FoundContent, other: &FoundContent, order: &Sort) -> Ordering {
    let compared = order.keys.iter().map(|(field, direction)| {
        // What is not counted is nothing.
        let number = |found: &FoundContent| match Value::at(found, field, Kind::Number) {
            Value::Number(number) => number,
            _ => 0,
        };
        let ordering = number(one).cmp(&number(other));
        match direction {
            Direction::Desc => ordering.reverse(),
            Direction::Asc => ordering,
        }
    });
    compared.fold(Ordering::Equal, Ordering::then)
}

fn number(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

fn page(origin: &str, search: &Search, limit: u64, found: Vec<FoundContent>) -> SearchHits {
    let total = found.len() as u64;
    let number = search.page.unwrap_or(0);
    let start = number.saturating_mul(limit);
    let address = |page: u64| {
        let mut address = format!("{origin}/api/-/search?page={page}&limit={limit}");
        let filter = search.filter.as_ref().map(Filter::to_string);
        let others = [
            ("terms", &search.terms),
            ("filter", &filter),
            ("order_by", &search.order_by),
        ];
        for (name, value) in others {
            if let Some(value) = value {
                let value = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
                address.push_str(&format!("&{name}={value}"));
            }
        }
        address
    };
    let result = |content: FoundContent| {
        let mut result = SearchResult::default();
        let (kind, luid) = (content.r#type.as_deref(), content.luid.as_deref());
        result.uri = kind
            .zip(luid)
            .map(|(kind, luid)| format!("urn:tableau:{kind}:{luid}"));
        result.content = content;
        result
    };
    let mut results = SearchHits::default();
    results.next = (start.saturating_add(limit) < total).then(|| address(number + 1));
    results.prev = number.checked_sub(1).map(address);
    results.page_index = Some(self::number(number));
    results.start_index = Some(self::number(start));
    results.total = Some(self::number(total));
    results.limit = Some(self::number(limit));
    let skipped = usize::try_from(start).unwrap_or(usize::MAX);
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    results.items = found.into_iter().skip(skipped).take(shown).map(result).collect();
    results
}
