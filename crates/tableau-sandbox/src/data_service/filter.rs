//! Filters of queries.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Span;
use jiff::civil::{Date, Weekday};
use tableau_wire::rest::vizql_data_service::{
    DateRangeType, FilterType, FilteredField, PeriodType, QuantitativeFilterType, QueryFilter, TopDirection,
};

use super::Unanswered;
use super::condition::Condition;
use super::formula::{Formula, Terms};
use super::value::Value;

type Row = Vec<Value>;

/// The filters of a query, in the order in which they apply.
pub(super) struct Filters(Vec<Filter>);

struct Filter {
    formula: Formula,
    is_context: bool,
    test: Test,
}

enum Test {
    /// One of these values, or none of them.
    Set {
        values: Vec<Value>,
        exclude: bool,
    },
    Match {
        part: Part,
        exclude: bool,
    },
    /// Within bounds, each of which belongs to them.
    Within {
        least: Option<Value>,
        greatest: Option<Value>,
        nulls: bool,
    },
    Null(bool),
    /// The values that come first by a measure.
    Top {
        count: usize,
        measure: Formula,
        greatest_first: bool,
    },
    /// The values of which a measure is as it is wanted.
    Condition(Condition),
}

/// How a text has to be; texts are compared without regard to case (inferred).
struct Part {
    begin: String,
    end: String,
    inside: String,
}

impl Part {
    fn fits(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        text.starts_with(&self.begin) && text.ends_with(&self.end) && text.contains(&self.inside)
    }
}

impl Filters {
    pub(super) fn of(terms: &Terms<'_>, filters: &[QueryFilter], today: Date) -> Result<Self, Unanswered> {
        let filters = filters.iter().map(|filter| Filter::of(terms, filter, today));
        let mut filters: Vec<_> = filters.collect::<Result<_, _>>()?;
        filters.sort_by_key(Filter::stage);
        Ok(Self(filters))
    }

    /// The rows that are left before they are put into groups.
    pub(super) fn rows<'r>(&self, rows: &'r [Row]) -> Vec<&'r Row> {
        let mut rows: Vec<_> = rows.iter().collect();
        let of_rows = self.0.iter().filter(|filter| !filter.formula.is_aggregate());
        for filter in of_rows {
            filter.apply(&mut rows);
        }
        rows
    }

    /// Whether a group is left.
    pub(super) fn keep(&self, rows: &[&Row]) -> bool {
        let mut of_groups = self.0.iter().filter(|filter| filter.formula.is_aggregate());
        of_groups.all(|filter| filter.passes(&filter.formula.value(rows)))
    }
}

impl Filter {
    fn of(terms: &Terms<'_>, filter: &QueryFilter, today: Date) -> Result<Self, Unanswered> {
        let formula = formula(terms, &filter.field)?;
        Ok(Self {
            is_context: filter.context == Some(true),
            test: test(terms, filter, &formula, today)?,
            formula,
        })
    }

    /// When it applies: context filters first, then `TOP` and conditions, then the others.
    fn stage(&self) -> u8 {
        match (self.is_context, &self.test) {
            (true, _) => 0,
            (false, Test::Top { .. } | Test::Condition(..)) => 1,
            (false, _) => 2,
        }
    }

    fn apply(&self, rows: &mut Vec<&Row>) {
        let value = |row: &&Row| self.formula.value(std::slice::from_ref(row));
        let measured = |measure: &Formula, rows: &[&Row]| {
            let mut groups: BTreeMap<Value, Vec<&Row>> = BTreeMap::new();
            for row in rows {
                groups.entry(value(row)).or_default().push(row);
            }
            let groups = groups.into_iter();
            groups
                .map(|(key, rows)| (measure.value(&rows), key))
                .collect::<Vec<_>>()
        };
        let kept: BTreeSet<Value> = match &self.test {
            Test::Top {
                count,
                measure,
                greatest_first,
            } => {
                let mut measured = measured(measure, rows);
                measured.sort_by(|(one, _), (other, _)| {
                    if *greatest_first {
                        other.cmp(one)
                    } else {
                        one.cmp(other)
                    }
                });
                measured.into_iter().take(*count).map(|(_, key)| key).collect()
            }
            Test::Condition(condition) => {
                let measured = measured(&condition.measure, rows).into_iter();
                let kept = measured.filter(|(found, _)| condition.holds(found));
                kept.map(|(_, key)| key).collect()
            }
            _ => {
                rows.retain(|row| self.passes(&value(row)));
                return;
            }
        };
        rows.retain(|row| kept.contains(&value(row)));
    }

    fn passes(&self, value: &Value) -> bool {
        match &self.test {
            Test::Set { values, exclude } => values.iter().any(|named| value.is(named)) != *exclude,
            Test::Match { part, exclude } => part.fits(&value.to_string()) != *exclude,
            Test::Within { nulls, .. } if *value == Value::Null => *nulls,
            Test::Within { least, greatest, .. } => {
                least.as_ref().is_none_or(|least| value >= least)
                    && greatest.as_ref().is_none_or(|greatest| value <= greatest)
            }
            Test::Null(wanted) => (*value == Value::Null) == *wanted,
            Test::Top { .. } | Test::Condition(_) => true,
        }
    }
}

fn formula(terms: &Terms<'_>, field: &FilteredField) -> Result<Formula, Unanswered> {
    match (&field.field_caption, &field.calculation) {
        (Some(caption), None) => {
            // A measure is filtered row by row if no function is named (inferred).
            let none = tableau_wire::rest::vizql_data_service::Function::None;
            terms.field(caption, field.function.as_ref().or(Some(&none)))
        }
        (None, Some(calculation)) => terms.parse(calculation),
        _ => Err(Unanswered::invalid(
            "A filter has a field with a fieldCaption or a calculation.",
        )),
    }
}

fn test(terms: &Terms<'_>, filter: &QueryFilter, formula: &Formula, today: Date) -> Result<Test, Unanswered> {
    let exclude = filter.exclude == Some(true);
    match &filter.filter_type {
        FilterType::Set => {
            let values = filter.values.as_ref().ok_or_else(|| missing(filter, "values"))?;
            Ok(Test::Set {
                values: values.iter().map(|value| Value::of_json(value)).collect(),
                exclude,
            })
        }
        FilterType::Match => {
            let parts = [&filter.starts_with, &filter.ends_with, &filter.contains];
            if parts.iter().all(|part| part.is_none()) {
                return Err(missing(filter, "startsWith, endsWith or contains"));
            }
            let [begin, end, inside] = parts.map(|part| part.as_deref().unwrap_or_default().to_lowercase());
            Ok(Test::Match {
                part: Part { begin, end, inside },
                exclude,
            })
        }
        FilterType::QuantitativeNumerical => {
            let number = |bound: &Option<tableau_wire::value::Json>| {
                bound.as_ref().and_then(|bound| bound.as_f64()).map(Value::Number)
            };
            bounds(filter, number(&filter.min), number(&filter.max), ["min", "max"])
        }
        FilterType::QuantitativeDate => {
            let (least, greatest) = (day(filter.min_date.as_deref())?, day(filter.max_date.as_deref())?);
            let dates = [least, greatest].map(|date| date.map(Value::Date));
            let [least, greatest] = dates;
            bounds(filter, least, greatest, ["minDate", "maxDate"])
        }
        FilterType::Date => {
            let anchor = day(filter.anchor_date.as_deref())?.unwrap_or(today);
            let (first, last) = period(filter, anchor)?;
            Ok(Test::Within {
                least: Some(Value::Date(first)),
                greatest: Some(Value::Date(last)),
                nulls: filter.include_nulls == Some(true),
            })
        }
        FilterType::Top if formula.is_aggregate() => {
            Err(Unanswered::invalid("A TOP filter is for a dimension."))
        }
        FilterType::Top => top(terms, filter),
        FilterType::Condition if formula.is_aggregate() => {
            Err(Unanswered::invalid("A CONDITION filter is for a dimension."))
        }
        FilterType::Condition => Condition::of(terms, filter).map(Test::Condition),
        other => Err(Unanswered::invalid(format_args!(
            "There is no filter of the type {}.",
            other.as_str()
        ))),
    }
}

pub(super) fn missing(filter: &QueryFilter, what: &str) -> Unanswered {
    let kind = filter.filter_type.as_str();
    Unanswered::invalid(format_args!("A filter of the type {kind} needs {what}."))
}

fn bounds(
    filter: &QueryFilter,
    least: Option<Value>,
    greatest: Option<Value>,
    [min, max]: [&str; 2],
) -> Result<Test, Unanswered> {
    let kind = filter.quantitative_filter_type.as_ref();
    let kind = kind.ok_or_else(|| missing(filter, "quantitativeFilterType"))?;
    let nulls = filter.include_nulls == Some(true);
    let (needs_least, needs_greatest) = match kind {
        QuantitativeFilterType::Range => (true, true),
        QuantitativeFilterType::Min => (true, false),
        QuantitativeFilterType::Max => (false, true),
        QuantitativeFilterType::OnlyNull => return Ok(Test::Null(true)),
        QuantitativeFilterType::OnlyNonNull => return Ok(Test::Null(false)),
        other => {
            let other = other.as_str();
            return Err(Unanswered::invalid(format_args!(
                "There is no quantitativeFilterType {other}."
            )));
        }
    };
    match (least, greatest) {
        (None, _) if needs_least => Err(missing(filter, min)),
        (_, None) if needs_greatest => Err(missing(filter, max)),
        (least, greatest) => Ok(Test::Within {
            least: least.filter(|_| needs_least),
            greatest: greatest.filter(|_| needs_greatest),
            nulls,
        }),
    }
}

pub(super) fn day(text: Option<&str>) -> Result<Option<Date>, Unanswered> {
    let Some(text) = text else {
        return Ok(None);
    };
    let day = text.get(..10).unwrap_or(text).parse();
    day.map(Some)
        .map_err(|_| Unanswered::invalid(format_args!("'{text}' is not a day such as 2026-03-31.")))
}

/// The first and the last day of the periods of a relative date. Weeks begin on Sunday.
fn period(filter: &QueryFilter, anchor: Date) -> Result<(Date, Date), Unanswered> {
    let kind = filter
        .period_type
        .as_ref()
        .ok_or_else(|| missing(filter, "periodType"))?;
    let range = filter.date_range_type.as_ref();
    let range = range.ok_or_else(|| missing(filter, "dateRangeType"))?;
    let (first, unit) = match kind {
        PeriodType::Years => (Date::new(anchor.year(), 1, 1), Span::new().months(12)),
        PeriodType::Quarters => {
            let month = (anchor.month() - 1) / 3 * 3 + 1;
            (Date::new(anchor.year(), month, 1), Span::new().months(3))
        }
        PeriodType::Months => (Date::new(anchor.year(), anchor.month(), 1), Span::new().months(1)),
        PeriodType::Weeks => {
            let back = i64::from(anchor.weekday().since(Weekday::Sunday));
            (anchor.checked_sub(Span::new().days(back)), Span::new().days(7))
        }
        // The rows have days: shorter periods are the day that they are in.
        PeriodType::Days | PeriodType::Hours | PeriodType::Minutes => (Ok(anchor), Span::new().days(1)),
        other => {
            let other = other.as_str();
            return Err(Unanswered::invalid(format_args!(
                "There is no periodType {other}."
            )));
        }
    };
    let far = |_| Unanswered::invalid("The dates of a filter are too far from today.");
    let first = first.map_err(far)?;
    let count = match (range, filter.range_n) {
        (DateRangeType::LastN | DateRangeType::NextN, Some(count)) if (1..=10_000).contains(&count) => count,
        (DateRangeType::LastN | DateRangeType::NextN, _) => {
            return Err(missing(filter, "rangeN, at least 1"));
        }
        _ => 1,
    };
    let after = |periods: i64| {
        let by = unit.checked_mul(periods).map_err(far)?;
        first.checked_add(by).map_err(far)
    };
    let before = |date: Date| date.yesterday().map_err(far);
    Ok(match range {
        DateRangeType::Current => (first, before(after(1)?)?),
        DateRangeType::Last => (after(-1)?, before(first)?),
        DateRangeType::Next => (after(1)?, before(after(2)?)?),
        DateRangeType::LastN => (after(1 - count)?, before(after(1)?)?),
        DateRangeType::NextN => (after(1)?, before(after(1 + count)?)?),
        DateRangeType::ToDate => (first, anchor),
        other => {
            let other = other.as_str();
            return Err(Unanswered::invalid(format_args!(
                "There is no dateRangeType {other}."
            )));
        }
    })
}

fn top(terms: &Terms<'_>, filter: &QueryFilter) -> Result<Test, Unanswered> {
    let count = filter.how_many.and_then(|count| usize::try_from(count).ok());
    let measure = filter.field_to_measure.as_ref();
    let measure = measure.ok_or_else(|| missing(filter, "fieldToMeasure"))?;
    let greatest_first = match &filter.direction {
        None | Some(TopDirection::Top) => true,
        Some(TopDirection::Bottom) => false,
        Some(other) => {
            let other = other.as_str();
            return Err(Unanswered::invalid(format_args!(
                "direction is TOP or BOTTOM, and not {other}."
            )));
        }
    };
    let formula = match (&measure.field_caption, &measure.calculation) {
        (Some(caption), None) => terms.field(caption, measure.function.as_ref())?,
        _ => formula(terms, measure)?,
    };
    if !formula.is_aggregate() {
        return Err(missing(
            filter,
            "a fieldToMeasure with a function that aggregates",
        ));
    }
    Ok(Test::Top {
        count: count.ok_or_else(|| missing(filter, "howMany"))?,
        measure: formula,
        greatest_first,
    })
}
