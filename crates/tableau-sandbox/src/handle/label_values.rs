//! The values that labels may have, and the categories of these: those that every site has, and those that administrators add.
//!
//! Inferred: what every site has stays as it is, and a category with values stays.

use tableau_wire::Items;
use tableau_wire::rest::data_quality_warnings::WarningType;
use tableau_wire::rest::labels::{
    DeleteCategory, DeleteValue, GetValue, Label, LabelCategory, LabelValue, ListCategories, ListValues,
    SetCategory, SetValue,
};
use uuid::Uuid;

use super::extensions;
use crate::auth::Caller;
use crate::call::Call;
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::Row;
use crate::token;

const WHAT: &str = "which labels there are";

/// A value that labels may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value<'v> {
    pub(super) name: &'v str,
    pub(super) category: &'v str,
    /// Whether its labels are shown wherever the data is used, if they do not say otherwise.
    pub(super) is_elevated: bool,
}

const fn built_in(name: &'static str, category: &'static str) -> Value<'static> {
    Value {
        name,
        category,
        is_elevated: false,
    }
}

const WARNINGS: &str = "DataQualityWarning";
const CATEGORIES: [&str; 3] = ["Certification", WARNINGS, "Sensitivity"];

pub(super) const CERTIFIED: Value<'static> = built_in("Certified", "Certification");

/// The values of data quality warnings.
const OF_WARNINGS: [(Value<'static>, WarningType); 5] = [
    (built_in("Deprecated", WARNINGS), WarningType::Deprecated),
    (
        built_in("Sensitive data", "Sensitivity"),
        WarningType::SensitiveData,
    ),
    (built_in("Stale data", WARNINGS), WarningType::Stale),
    (built_in("Under maintenance", WARNINGS), WarningType::Maintenance),
    (built_in("Warning", WARNINGS), WarningType::Warning),
];

/// The value of a data quality warning.
pub(super) fn of_warning(of_type: Option<&WarningType>) -> Value<'static> {
    let found = OF_WARNINGS.iter().find(|(_, of)| Some(of) == of_type);
    found.map_or(built_in("Warning", WARNINGS), |(value, _)| *value)
}

/// The data quality warning of a value, if it is one.
pub(super) fn warning(value: Value<'_>) -> Option<WarningType> {
    let found = OF_WARNINGS.iter().find(|(of, _)| *of == value);
    found.map(|(_, of_type)| of_type.clone())
}

fn all_built_in() -> impl Iterator<Item = Value<'static>> {
    std::iter::once(CERTIFIED).chain(OF_WARNINGS.iter().map(|(value, _)| *value))
}

/// The values and categories of a site.
pub(super) struct Words {
    values: Vec<Row<LabelValue>>,
    categories: Vec<Row<LabelCategory>>,
}

impl Words {
    pub(super) fn of(state: &State, site: Uuid) -> Self {
        Self {
            values: state.label_values.of_site(site).cloned().collect(),
            categories: state.label_categories.of_site(site).cloned().collect(),
        }
    }

    /// The value with a name, without regard to case.
    pub(super) fn value(&self, name: &str) -> Result<Value<'_>, Refusal> {
        if let Some(value) = all_built_in().find(|value| value.name.eq_ignore_ascii_case(name)) {
            return Ok(value);
        }
        let own = self
            .values
            .iter()
            .find(|row| row.shown.name.eq_ignore_ascii_case(name));
        let value = own.map(|row| Value {
            name: &row.shown.name,
            category: row.shown.category.as_deref().unwrap_or_default(),
            is_elevated: row.shown.elevated_default == Some(true),
        });
        // The code is inferred.
        value.ok_or_else(|| Refusal::not_found("404003", "Label value", name))
    }

    /// The category with a name, without regard to case.
    fn category(&self, name: &str) -> Result<&str, Refusal> {
        let own = self.categories.iter().map(|row| row.shown.name.as_str());
        let mut all = CATEGORIES.into_iter().chain(own);
        all.find(|category| category.eq_ignore_ascii_case(name))
            .ok_or_else(|| Refusal::not_found("404003", "Label category", name))
    }
}

fn show(value: Value<'_>) -> LabelValue {
    LabelValue::new(value.name).with(|shown| {
        shown.category = Some(value.category.to_owned());
        shown.elevated_default = Some(value.is_elevated);
        (shown.built_in, shown.internal) = (Some(true), Some(false));
    })
}

#[expect(clippy::unnecessary_wraps, reason = "a handler may refuse")]
pub(crate) fn list(call: &Call<'_>, caller: &Caller, _: &ListValues) -> Result<Items<LabelValue>, Refusal> {
    let state = call.store.read();
    let own = state
        .label_values
        .of_site(caller.site.id)
        .map(|row| row.shown.clone());
    Ok(all_built_in().map(show).chain(own).collect())
}

pub(crate) fn get(call: &Call<'_>, caller: &Caller, get: &GetValue) -> Result<LabelValue, Refusal> {
    let all = list(call, caller, &ListValues)?;
    let mut all = all.into_iter();
    all.find(|value| value.name.eq_ignore_ascii_case(&get.name))
        .ok_or_else(|| Refusal::not_found("404003", "Label value", &get.name))
}

/// Refuses to change what every site has.
fn check(is_built_in: bool, name: &str) -> Result<(), Refusal> {
    if name.trim().is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    if is_built_in {
        let detail = format_args!("'{name}' is on every site, and stays as it is.");
        return Err(Refusal::forbidden("403004", detail));
    }
    Ok(())
}

fn is_built_in(name: &str) -> bool {
    all_built_in().any(|value| value.name.eq_ignore_ascii_case(name))
}

pub(crate) fn set(call: &Call<'_>, caller: &Caller, set: &SetValue) -> Result<LabelValue, Refusal> {
    extensions::admit(caller.is_administrator(), WHAT)?;
    let new = &set.value;
    check(is_built_in(&new.name), &new.name)?;
    let site = caller.site.id;
    call.store.write(|transaction| {
        let mut values = transaction.label_values.of_site(site);
        let there = values
            .find(|row| row.shown.name.eq_ignore_ascii_case(&new.name))
            .cloned();
        let mut row = match there {
            Some(row) => row,
            None => Row::new(token::identifier()?, site, LabelValue::new(new.name.as_str())),
        };
        let shown = &mut row.shown;
        let category = new.category.as_deref().or(shown.category.as_deref());
        let words = Words::of(transaction, site);
        shown.category = Some(
            words
                .category(category.ok_or_else(Refusal::incomplete_payload)?)?
                .to_owned(),
        );
        shown.description = new.description.clone().or(shown.description.take());
        shown.elevated_default = new.elevated_default.or(shown.elevated_default).or(Some(false));
        (shown.built_in, shown.internal) = (Some(false), Some(false));
        let shown = shown.clone();
        transaction.put(row)?;
        Ok(shown)
    })
}

/// Deletes a value, with the labels that have it.
pub(crate) fn delete(call: &Call<'_>, caller: &Caller, delete: &DeleteValue) -> Result<(), Refusal> {
    extensions::admit(caller.is_administrator(), WHAT)?;
    check(is_built_in(&delete.name), &delete.name)?;
    call.store.write(|transaction| {
        let mut values = transaction.label_values.of_site(caller.site.id);
        let row = values.find(|row| row.shown.name.eq_ignore_ascii_case(&delete.name));
        let row = row.ok_or_else(|| Refusal::not_found("404003", "Label value", &delete.name))?;
        let (value, name) = (row.id, row.shown.name.clone());
        let labels = transaction.labels.of_site(caller.site.id);
        let labels = labels.filter(|label| label.shown.value.as_deref() == Some(name.as_str()));
        for label in labels.map(|label| label.id).collect::<Vec<_>>() {
            transaction.remove::<Row<Label>>(label);
        }
        transaction.remove::<Row<LabelValue>>(value);
        Ok(())
    })
}

#[expect(clippy::unnecessary_wraps, reason = "a handler may refuse")]
pub(crate) fn list_categories(
    call: &Call<'_>,
    caller: &Caller,
    _: &ListCategories,
) -> Result<Items<LabelCategory>, Refusal> {
    let state = call.store.read();
    let own = state
        .label_categories
        .of_site(caller.site.id)
        .map(|row| row.shown.clone());
    Ok(CATEGORIES
        .into_iter()
        .map(LabelCategory::new)
        .chain(own)
        .collect())
}

fn is_built_in_category(name: &str) -> bool {
    CATEGORIES
        .iter()
        .any(|category| category.eq_ignore_ascii_case(name))
}

pub(crate) fn set_category(
    call: &Call<'_>,
    caller: &Caller,
    set: &SetCategory,
) -> Result<LabelCategory, Refusal> {
    extensions::admit(caller.is_administrator(), WHAT)?;
    let new = &set.category;
    check(is_built_in_category(&new.name), &new.name)?;
    let site = caller.site.id;
    call.store.write(|transaction| {
        let mut categories = transaction.label_categories.of_site(site);
        let there = categories
            .find(|row| row.shown.name.eq_ignore_ascii_case(&new.name))
            .cloned();
        let mut row = match there {
            Some(row) => row,
            None => Row::new(token::identifier()?, site, new.clone()),
        };
        row.shown.description = new.description.clone().or(row.shown.description.take());
        let shown = row.shown.clone();
        transaction.put(row)?;
        Ok(shown)
    })
}

pub(crate) fn delete_category(
    call: &Call<'_>,
    caller: &Caller,
    delete: &DeleteCategory,
) -> Result<(), Refusal> {
    extensions::admit(caller.is_administrator(), WHAT)?;
    check(is_built_in_category(&delete.name), &delete.name)?;
    let site = caller.site.id;
    call.store.write(|transaction| {
        let mut categories = transaction.label_categories.of_site(site);
        let row = categories.find(|row| row.shown.name.eq_ignore_ascii_case(&delete.name));
        let row = row.ok_or_else(|| Refusal::not_found("404003", "Label category", &delete.name))?;
        let (category, name) = (row.id, row.shown.name.as_str());
        let mut values = transaction.label_values.of_site(site);
        if let Some(value) = values.find(|value| value.shown.category.as_deref() == Some(name)) {
            let detail = format_args!("The label value '{}' is of this category.", value.shown.name);
            return Err(Refusal::conflict(detail));
        }
        transaction.remove::<Row<LabelCategory>>(category);
        Ok(())
    })
}
