//! Metric definitions.

use serde_json::{Value, json};
use tableau_wire::rest::pulse::{
    BatchGetDefinitions, CreateDefinition, DefinitionAnswer, DefinitionPage, DefinitionView, Definitions,
    DeleteDefinition, GetDefinition, GetSomeDefinitions, ListDefinitions, MetricDefinition, UpdateDefinition,
};
use tableau_wire::value::Json;

use super::there::{self, Definition};
use super::{Part, admit_author, checks, given, ids, metrics, refuse_filter, unfit};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::clock::time;
use crate::refusal::Refusal;
use crate::store::{State, pulse};
use crate::token;

/// Which metrics come with a definition.
struct View<'v> {
    view: Option<&'v DefinitionView>,
    number: Option<u64>,
}

impl View<'_> {
    fn show(&self, definition: &Definition, state: &State, caller: &Caller) -> MetricDefinition {
        let mut shown = definition.shown.clone();
        shown.total_metrics = i64::try_from(definition.metrics().len()).ok();
        let mut metrics = definition.shown_metrics(state, caller);
        match self.view {
            Some(DefinitionView::Full) => {
                let most = self.number.and_then(|number| usize::try_from(number).ok());
                metrics.truncate(most.unwrap_or(usize::MAX));
            }
            Some(DefinitionView::Default) => metrics.retain(|metric| metric.is_default == Some(true)),
            _ => metrics.clear(),
        }
        shown.metrics = metrics;
        shown
    }
}

pub(crate) fn list(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListDefinitions,
) -> Result<DefinitionPage, Refusal> {
    refuse_filter(list.filter.as_deref())?;
    let state = call.store.read();
    let view = View {
        view: list.view.as_ref(),
        number: list.number_of_metrics,
    };
    let mut all: Vec<_> = there::definitions(&state, caller).collect();
    let metric = list.metric_id.as_deref().map(parse_id);
    if let Some(metric) = metric {
        all.retain(|definition| definition.metrics().iter().any(|of| Some(of.id) == metric));
    }
    let part = Part::of(all, list.page_token.as_deref(), list.page_size)?;
    let show = |definition: &Definition| {
        let mut shown = view.show(definition, &state, caller);
        // Documented: the details of the metric come with its definition.
        if let Some(metric) = metric {
            let of = definition.metrics().iter().filter(|of| Some(of.id) == metric);
            shown.metrics = of.map(|of| of.shown_to(&state, caller)).collect();
        }
        shown
    };
    let mut page = DefinitionPage::default();
    page.definitions = part.items.iter().map(show).collect();
    page.next_page_token = part.next;
    page.offset = part.offset;
    page.total_available = part.total;
    Ok(page)
}

/// Some definitions; those that are not there are said beside them.
fn several<'i>(
    call: &Call<'_>,
    caller: &Caller,
    ids: impl Iterator<Item = &'i str>,
    view: &View<'_>,
) -> Definitions {
    let state = call.store.read();
    let mut answer = Definitions::default();
    for id in ids {
        match there::definition(&state, caller, id) {
            Ok(definition) => answer.definitions.push(view.show(&definition, &state, caller)),
            Err(refusal) => answer.errors.push(metrics::not_there(id, &refusal)),
        }
    }
    answer
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every handler")]
pub(crate) fn batch(
    call: &Call<'_>,
    caller: &Caller,
    batch: &BatchGetDefinitions,
) -> Result<Definitions, Refusal> {
    let view = View {
        view: batch.view.as_ref(),
        number: batch.number_of_metrics,
    };
    let ids = batch.ids.definition_ids.iter().map(String::as_str);
    Ok(several(call, caller, ids, &view))
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every handler")]
pub(crate) fn some(
    call: &Call<'_>,
    caller: &Caller,
    some: &GetSomeDefinitions,
) -> Result<Definitions, Refusal> {
    let view = View {
        view: some.view.as_ref(),
        number: some.number_of_metrics,
    };
    Ok(several(call, caller, ids(some.definition_ids.as_deref()), &view))
}

pub(crate) fn get(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetDefinition,
) -> Result<DefinitionAnswer, Refusal> {
    let state = call.store.read();
    let view = View {
        view: get.view.as_ref(),
        number: get.number_of_metrics,
    };
    let definition = there::definition(&state, caller, &get.id)?;
    Ok(answer(view.show(&definition, &state, caller)))
}

fn answer(definition: MetricDefinition) -> DefinitionAnswer {
    let mut answer = DefinitionAnswer::default();
    answer.definition = definition;
    answer
}

/// The one that answers a change has its metrics with it (inferred).
const WHOLE: View<'_> = View {
    view: Some(&DefinitionView::Full),
    number: None,
};

pub(crate) fn create(
    call: &Call<'_>,
    caller: &Caller,
    create: &CreateDefinition,
) -> Result<DefinitionAnswer, Refusal> {
    admit_author(caller, "define metrics")?;
    let new = &create.definition;
    named(&new.name)?;
    objects([
        ("representation_options", &new.representation_options),
        ("insights_options", &new.insights_options),
        ("comparisons", &new.comparisons),
        ("certification", &new.certification),
    ])?;
    call.store.write(|transaction| {
        let (datasource, fields) = checks::specification(transaction, caller, &new.specification)?;
        let id = token::identifier()?;
        let mut shown = MetricDefinition::default();
        shown.metadata.id = id.to_string();
        shown.metadata.name.clone_from(&new.name);
        shown.metadata.description = new.description.clone().unwrap_or_default();
        shown.metadata.schema_version = given::SCHEMA.to_owned();
        shown.metadata.metric_version = Some(1);
        shown.metadata.definition_version = Some(1);
        shown.metadata.related_links.clone_from(&new.related_links);
        shown.specification = checks::whole_definition(&new.specification);
        shown.extension_options = new.extension_options.clone().unwrap_or_else(|| {
            Json(json!({ "allowed_dimensions": [], "allowed_granularities": [], "offset_from_today": 0 }))
        });
        checks::extensions(&shown.extension_options, &fields)?;
        let or_given = |member: &Option<Json>, given: fn() -> Json| member.clone().unwrap_or_else(given);
        shown.representation_options = or_given(&new.representation_options, given::representation);
        shown.insights_options = or_given(&new.insights_options, given::insights);
        shown.comparisons = or_given(&new.comparisons, given::comparisons);
        shown.datasource_goals = new.datasource_goals.clone().unwrap_or_default();
        shown.certification = certification(call, caller, new.certification.as_ref());
        let granularities = shown.extension_options.pointer("/allowed_granularities/0");
        let granularity = granularities.and_then(Value::as_str);
        let specification = given::specification(granularity.unwrap_or("GRANULARITY_BY_MONTH"), &json!([]));
        let metric = token::identifier()?;
        let mut default = given::metric(metric, id, datasource, specification);
        default.is_default = Some(true);
        transaction.put(pulse::PulseDefinition {
            id,
            site: caller.site.id,
            datasource,
            is_given: false,
            shown: Some(shown),
        })?;
        transaction.put(pulse::PulseMetric {
            id: metric,
            site: caller.site.id,
            datasource,
            definition: id,
            is_given: false,
            shown: default,
        })?;
        let created = there::definition(transaction, caller, &id.to_string())?;
        Ok(answer(WHOLE.show(&created, transaction, caller)))
    })
}

/// Refuses members that are there and no objects.
fn objects(members: [(&str, &Option<Json>); 4]) -> Result<(), Refusal> {
    for (name, member) in members {
        if let Some(member) = member {
            checks::object(member, name)?;
        }
    }
    Ok(())
}

fn named(name: &str) -> Result<(), Refusal> {
    if name.trim().is_empty() {
        return Err(unfit("a definition needs a name"));
    }
    Ok(())
}

/// What a document says of its certification, and who said it.
fn certification(call: &Call<'_>, caller: &Caller, said: Option<&Json>) -> Option<Json> {
    let mut said = said?.clone();
    if let Some(members) = said.0.as_object_mut() {
        members.insert("modified_by".to_owned(), json!(caller.user.id));
        members.insert(
            "modified_at".to_owned(),
            json!(time(call.clock.now()).to_string()),
        );
    }
    Some(said)
}

pub(crate) fn update(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateDefinition,
) -> Result<DefinitionAnswer, Refusal> {
    admit_author(caller, "change a metric definition")?;
    let patch = &update.definition;
    call.store.write(|transaction| {
        let mut changed = there::keep(transaction, caller, &update.id)?;
        objects([
            ("representation_options", &patch.representation_options),
            ("insights_options", &patch.insights_options),
            ("comparisons", &patch.comparisons),
            ("certification", &patch.certification),
        ])?;
        let shown = &mut changed.shown;
        if let Some(name) = &patch.name {
            named(name)?;
            shown.metadata.name.clone_from(name);
        }
        set(&mut shown.metadata.description, patch.description.as_ref());
        let specification = patch.specification.as_ref().map(checks::whole_definition);
        set(&mut shown.specification, specification.as_ref());
        set(&mut shown.extension_options, patch.extension_options.as_ref());
        set(
            &mut shown.representation_options,
            patch.representation_options.as_ref(),
        );
        set(&mut shown.insights_options, patch.insights_options.as_ref());
        set(&mut shown.comparisons, patch.comparisons.as_ref());
        set(&mut shown.datasource_goals, patch.datasource_goals.as_ref());
        if patch.related_links.is_some() {
            shown.metadata.related_links.clone_from(&patch.related_links);
        }
        if patch.certification.is_some() {
            shown.certification = certification(call, caller, patch.certification.as_ref());
        }
        if patch.specification.is_some() || patch.extension_options.is_some() {
            let (datasource, fields) = checks::specification(transaction, caller, &shown.specification)?;
            checks::extensions(&shown.extension_options, &fields)?;
            changed.datasource = datasource;
        }
        let version = shown.metadata.definition_version.unwrap_or_default();
        shown.metadata.definition_version = Some(version.saturating_add(1));
        there::put(transaction, caller, &changed)?;
        for metric in changed.metrics() {
            if metric.datasource != changed.datasource {
                metrics::measure(transaction, caller, metric, changed.datasource)?;
            }
        }
        let changed = there::definition(transaction, caller, &update.id)?;
        Ok(answer(WHOLE.show(&changed, transaction, caller)))
    })
}

fn set<T: Clone>(member: &mut T, given: Option<&T>) {
    if let Some(given) = given {
        member.clone_from(given);
    }
}

/// Deletes a definition with its metrics; of one that was given for a data source it is kept that it is gone.
pub(crate) fn delete(call: &Call<'_>, caller: &Caller, delete: &DeleteDefinition) -> Result<(), Refusal> {
    admit_author(caller, "delete a metric definition")?;
    call.store.write(|transaction| {
        let gone = there::definition(transaction, caller, &delete.id)?;
        if gone.is_given {
            // It may measure another data source by now: it is gone as long as there is the one that it was given for.
            let mut all = transaction.datasources.of_site(caller.site.id);
            let given_for = all.find(|row| given::id(row.id) == gone.id).map(|row| row.id);
            transaction.put(pulse::PulseDefinition {
                id: gone.id,
                site: caller.site.id,
                datasource: given_for.unwrap_or(gone.datasource),
                is_given: true,
                shown: None,
            })?;
        } else {
            transaction.remove::<pulse::PulseDefinition>(gone.id);
        }
        for metric in gone.metrics() {
            metrics::remove(transaction, metric);
        }
        Ok(())
    })
}
