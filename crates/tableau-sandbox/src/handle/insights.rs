//! Insights about a metric: its value in a period, that of the period before, and what contributes most.

use jiff::civil::Date;
use serde_json::{Value, json};
use tableau_wire::rest::vizql_data_service::{
    DatasourceQuery, DateRangeType, FilterType, FilteredField, Function, PeriodType, QueryField, QueryFilter,
    QueryOptions,
};
use tableau_wire::value::Json;

use crate::data_service::{self, Data};
use crate::rng;

/// What is known about a metric.
pub(super) struct Insight {
    measure: String,
    period: &'static str,
    now: Option<f64>,
    before: Option<f64>,
    /// The value of a dimension that contributes most, with its share of the metric.
    first: Option<(String, String, f64)>,
}

/// The insight about a metric of a data source, by the document of the service; or what is wrong with that.
pub(super) fn of(data: &Data, metric: &Value, today: Date) -> Result<Insight, String> {
    let text = |path: &str| metric.pointer(path).and_then(Value::as_str);
    let needed = |path: &str| text(path).ok_or_else(|| format!("the metric has no {path}"));
    let measure = needed("/definition/basic_specification/measure/field")?;
    let aggregation = needed("/definition/basic_specification/measure/aggregation")?;
    let function = aggregation
        .trim_start_matches("AGGREGATION_")
        .replace("AVERAGE", "AVG");
    let function = Function::from(function.replace("COUNT_DISTINCT", "COUNTD").as_str());
    let time = needed("/definition/basic_specification/time_dimension/field")?;
    let granularity = needed("/metric_specification/measurement_period/granularity")?;
    let (unit, period) = match granularity {
        "GRANULARITY_BY_DAY" => (PeriodType::Days, "day"),
        "GRANULARITY_BY_WEEK" => (PeriodType::Weeks, "week"),
        "GRANULARITY_BY_MONTH" => (PeriodType::Months, "month"),
        "GRANULARITY_BY_QUARTER" => (PeriodType::Quarters, "quarter"),
        "GRANULARITY_BY_YEAR" => (PeriodType::Years, "year"),
        other => return Err(format!("there is no granularity {other}")),
    };
    // The rows end at a day: a metric is about the last period that has some.
    let today = today.min(data.last_day().unwrap_or(today));
    let filters = filters(metric)?;
    let ask = |fields: Vec<QueryField>, range: DateRangeType| {
        let mut of_period = QueryFilter::new(field(time), FilterType::Date);
        of_period.period_type = Some(unit.clone());
        of_period.date_range_type = Some(range);
        let mut query = DatasourceQuery::default();
        query.fields = fields;
        query.filters = Some(filters.iter().cloned().chain([of_period]).collect());
        data_service::answer(data, &query, &QueryOptions::default(), today).map_err(|error| error.message)
    };
    let measured = || {
        let mut field = QueryField::new(measure);
        field.function = Some(function.clone());
        field.field_alias = Some("value".to_owned());
        field
    };
    let value = |rows: &[Value]| rows.first().and_then(|row| row.get("value")?.as_f64());
    let now = value(&ask(vec![measured()], DateRangeType::Current)?);
    let before = value(&ask(vec![measured()], DateRangeType::Last)?);
    let dimension = metric
        .pointer("/extension_options/allowed_dimensions/0")
        .and_then(Value::as_str);
    let first = match dimension {
        Some(dimension) => {
            let mut by = QueryField::new(dimension);
            by.field_alias = Some("key".to_owned());
            greatest(dimension, &ask(vec![by, measured()], DateRangeType::Current)?)
        }
        None => None,
    };
    Ok(Insight {
        measure: measure.to_owned(),
        period,
        now,
        before,
        first,
    })
}

fn field(caption: &str) -> FilteredField {
    let mut field = FilteredField::default();
    field.field_caption = Some(caption.to_owned());
    field
}

/// The filters of definition and metric.
fn filters(metric: &Value) -> Result<Vec<QueryFilter>, String> {
    let of = |path: &str| {
        metric
            .pointer(path)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    let all = of("/definition/basic_specification/filters").chain(of("/metric_specification/filters"));
    let filter = |given: &Value| {
        let caption = given
            .get("field")
            .and_then(Value::as_str)
            .ok_or("a filter has no field")?;
        let values = given
            .get("categorical_values")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let values = values.map(|value| {
            let known = value.get("string_value").or_else(|| value.get("bool_value"));
            Json(known.cloned().unwrap_or(Value::Null))
        });
        let mut filter = QueryFilter::new(field(caption), FilterType::Set);
        filter.values = Some(values.collect());
        filter.exclude = Some(given.get("operator").and_then(Value::as_str) == Some("OPERATOR_NOT_EQUAL"));
        Ok::<_, String>(filter)
    };
    all.map(filter).collect()
}

/// The row with the greatest value, with its share of all.
fn greatest(dimension: &str, rows: &[Value]) -> Option<(String, String, f64)> {
    let value = |row: &Value| row.get("value").and_then(Value::as_f64).unwrap_or_default();
    let all: f64 = rows.iter().map(value).sum();
    let first = rows
        .iter()
        .max_by(|one, other| value(one).total_cmp(&value(other)))?;
    let key = first.get("key")?.as_str()?.to_owned();
    (all > 0.0).then(|| (dimension.to_owned(), key, value(first) / all))
}

impl Insight {
    /// What the metric is, in a sentence.
    pub(super) fn text(&self) -> String {
        let Insight { measure, period, .. } = self;
        match (self.now, self.before) {
            (None, _) => format!("there is no {measure} in this {period}."),
            (Some(now), None) => format!("{measure} is {now:.2} in this {period}."),
            (Some(now), Some(before)) => {
                let change = self
                    .change()
                    .map_or(String::new(), |change| format!(" ({:+.1} %)", change * 100.0));
                format!(
                    "{measure} is {now:.2} in this {period}, after {before:.2} in the {period} before{change}."
                )
            }
        }
    }

    fn change(&self) -> Option<f64> {
        let (now, before) = (self.now?, self.before?);
        (before != 0.0).then(|| (now - before) / before)
    }

    /// Whether it is good news: more is better.
    pub(super) fn characterization(&self) -> &'static str {
        match self.change() {
            Some(change) if change > 0.0 => "CHARACTERIZATION_POSITIVE",
            Some(change) if change < 0.0 => "CHARACTERIZATION_NEGATIVE",
            _ => "CHARACTERIZATION_NEUTRAL",
        }
    }

    fn result(&self) -> Value {
        let shown = |value: Option<f64>| json!({ "raw": value, "formatted": value.map(|value| format!("{value:.2}")).unwrap_or_default() });
        json!({
            "type": "popc",
            "version": 1,
            "content": self.text(),
            "markup": self.text(),
            "viz": {},
            "facts": {
                "target_period_value": shown(self.now),
                "comparison_period_value": shown(self.before),
                "relative_change": self.change(),
            },
            "characterization": self.characterization(),
            "question": format!("What is {} in this {}?", self.measure, self.period),
            "score": self.change().map_or(0.0, f64::abs),
        })
    }

    /// The groups of a bundle: the value, and what contributes most if that was asked for.
    pub(super) fn groups(&self, with_contributors: bool) -> Vec<Value> {
        let id = rng::luid("pulse", &["summary", &self.text()]);
        let summary =
            json!({ "result": { "id": id, "generation_id": id, "markup": self.text(), "viz": {} } });
        let ban = json!({
            "type": "ban",
            "insights": [{ "result": self.result(), "insight_type": "popc" }],
            "summaries": [summary],
        });
        let contributors = self.first.as_ref().filter(|_| with_contributors).map(|(dimension, key, share)| {
            let text = format!("{key} contributes most of all {dimension}: {:.1} %.", share * 100.0);
            json!({
                "type": "followup",
                "insights": [{ "insight_type": "top-contributors", "result": {
                    "type": "top-contributors", "version": 1, "content": text, "markup": text, "viz": {},
                    "facts": { "dimension": dimension, "key": key, "share": share },
                    "characterization": "CHARACTERIZATION_NEUTRAL",
                    "question": format!("Which {dimension} contributes most to {}?", self.measure), "score": share,
                }}],
                "summaries": [],
            })
        });
        std::iter::once(ban).chain(contributors).collect()
    }

    /// The insight as the source of an answer in words.
    pub(super) fn source(&self) -> Value {
        let mut source = self.result();
        if let Some(members) = source.as_object_mut() {
            let id = rng::luid("pulse", &["source", &self.text()]).to_string();
            members.insert("id".to_owned(), json!(id));
            members.insert("generation_id".to_owned(), json!(id));
        }
        source
    }
}
