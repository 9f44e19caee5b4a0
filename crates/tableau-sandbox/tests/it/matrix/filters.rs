//! Filters and sorting by each field that the table declares for a list.

use serde_json::Value;
use tableau_wire::query::FilterField;
use tableau_wire::{Entry, Method, Operator};

use crate::matrix::Wrong;
use crate::matrix::call::entries;
use crate::matrix::life::items;
use crate::matrix::world::World;

/// The lists that declare what they are filtered by.
fn lists() -> impl Iterator<Item = &'static Entry> {
    entries().filter(|entry| entry.operation.method == Method::GET && !entry.operation.filters.is_empty())
}

struct List<'w> {
    world: &'w World,
    entry: &'static Entry,
    values: Vec<String>,
}

impl List<'_> {
    /// The items of one page with all of their fields, or the code of the refusal.
    async fn with(&self, query: &str) -> Result<Vec<Value>, String> {
        let answer = self.world.send(self.entry, &self.values, |request| {
            request.query = format!("?pageSize=1000&fields=_all_{query}");
        });
        let answer = answer.await;
        if answer.status.is_success() {
            Ok(items(&answer.json()))
        } else {
            Err(answer.code())
        }
    }

    /// What is wrong with a filter by this field and operator, of all that there is.
    async fn wrong(&self, field: &FilterField, operator: Operator, all: &[Value]) -> Option<String> {
        let shown = all.iter().find_map(|item| shown(item, field.name));
        // Of a field that is not shown, a value of some type is accepted.
        let samples = ["x", "1", "true", "2026-01-01T00:00:00Z"];
        let values = shown.as_deref().map_or(samples.to_vec(), |value| vec![value]);
        let mut refused = Vec::new();
        for value in values {
            let escaped: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let value_of = match operator {
                Operator::In => format!("[{escaped}]"),
                _ => escaped,
            };
            match self
                .with(&format!(
                    "&filter={}:{}:{value_of}",
                    field.name,
                    operator.as_str()
                ))
                .await
            {
                Ok(found) => return shown.and_then(|value| unfit(&found, field.name, operator, &value)),
                Err(code) => refused.push(format!("{value}: {code}")),
            }
        }
        Some(format!(
            "{}:{} is refused for {refused:?}",
            field.name,
            operator.as_str()
        ))
    }
}

/// The text of a field of an item: `name`, or `ownerName` in `owner`.
fn shown(item: &Value, field: &str) -> Option<String> {
    let value = item.get(field)?;
    let text = value
        .as_str()
        .map(str::to_owned)
        .or_else(|| (value.is_boolean() || value.is_number()).then(|| value.to_string()))?;
    // What separates conditions and lists cannot be filtered by.
    (!text.is_empty() && !text.contains([',', '[', ']', '&'])).then_some(text)
}

/// Why what was found does not fit the filter.
fn unfit(found: &[Value], field: &str, operator: Operator, value: &str) -> Option<String> {
    let fits = |item: &Value| {
        let Some(text) = shown(item, field) else {
            return operator != Operator::Eq;
        };
        match operator {
            Operator::Eq | Operator::In => text == value,
            Operator::Gt => later(&text, value),
            Operator::Gte => !later(value, &text),
            Operator::Lt => later(value, &text),
            Operator::Lte => !later(&text, value),
            _ => true,
        }
    };
    let includes = matches!(
        operator,
        Operator::Eq | Operator::In | Operator::Gte | Operator::Lte
    );
    let description = format!("{field}:{}:{value}", operator.as_str());
    if includes && found.is_empty() {
        return Some(format!(
            "{description} finds nothing, not even what it was taken from"
        ));
    }
    let wrong = found.iter().find(|item| !fits(item))?;
    Some(format!("{description} finds {wrong}"))
}

/// Whether a number or a time is after another.
fn later(one: &str, other: &str) -> bool {
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => one > other,
        _ => one > other,
    }
}

fn is_sorted(texts: &[String]) -> bool {
    texts
        .windows(2)
        .all(|pair| matches!(pair, [one, other] if !later(one, other)))
}

#[tokio::test]
async fn every_declared_field_filters_by_every_declared_operator() {
    let (world, mut wrong) = (World::new().await, Wrong::default());
    for entry in lists() {
        let values = world.values(entry).await.unwrap_or_default();
        let list = List {
            world: &world,
            entry,
            values,
        };
        let all = list.with("").await.unwrap();
        for field in entry.operation.filters {
            for operator in field.operators {
                if let Some(why) = list.wrong(field, *operator, &all).await {
                    wrong.say(entry, why);
                }
            }
        }
    }
    wrong.none();
}

#[tokio::test]
async fn other_fields_and_operators_are_400065() {
    let (world, mut wrong) = (World::new().await, Wrong::default());
    for entry in lists() {
        let values = world.values(entry).await.unwrap_or_default();
        let list = List {
            world: &world,
            entry,
            values,
        };
        let mut filters = vec!["mood:eq:good".to_owned()];
        for field in entry.operation.filters {
            // No list compares so.
            filters.push(format!("{}:like:x", field.name));
        }
        for filter in filters {
            let answer = list.with(&format!("&filter={filter}")).await;
            if answer != Err("400065".to_owned()) {
                wrong.say(entry, format!("{filter} gives {answer:?}"));
            }
        }
    }
    wrong.none();
}

#[tokio::test]
async fn sorting_by_a_declared_field_orders_both_ways() {
    let (world, mut wrong, mut ordered) = (World::new().await, Wrong::default(), 0);
    for entry in lists() {
        let values = world.values(entry).await.unwrap_or_default();
        let list = List {
            world: &world,
            entry,
            values,
        };
        for field in entry.operation.filters {
            let both = [
                list.with(&format!("&sort={}:asc", field.name)).await,
                list.with(&format!("&sort={}:desc", field.name)).await,
            ];
            // What is found by may be nothing to sort by: Tableau documents fields for filters and for sorting apart.
            let [Ok(up), Ok(down)] = both else { continue };
            let texts = |items: &[Value]| -> Vec<String> {
                items.iter().filter_map(|item| shown(item, field.name)).collect()
            };
            let (up, mut down) = (texts(&up), texts(&down));
            down.reverse();
            // Whether case counts is not documented.
            let lower: Vec<String> = up.iter().map(|text| text.to_lowercase()).collect();
            if !(is_sorted(&up) || is_sorted(&lower)) || up != down {
                wrong.say(entry, format!("{}: {up:?} and {down:?}", field.name));
            }
            ordered += usize::from(up.len() > 1);
        }
    }
    wrong.none();
    assert!(ordered > 5, "{ordered}");
}
