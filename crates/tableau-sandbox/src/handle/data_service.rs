//! The `VizQL` Data Service over the fields of published data sources.

use std::io::BufReader;

use jiff::tz::TimeZone;
use tableau_wire::rest::Datasource;
use tableau_wire::rest::vizql_data_service::{
    ColumnClass, DatasourceMetadata, DatasourceModel, ExtraData, GetDatasourceModel, ListSupportedFunctions,
    QueriedDatasource, QueryDatasource, QueryResult, ReadMetadata, SimpleRequest, SupportedFunctions,
};
use tableau_wire::value::Json;

use super::admin_insights;
use crate::aside::aside;
use crate::auth::Caller;
use crate::call::Call;
use crate::content_file::{FileType, text_rows};
use crate::data_service::{self, Data, Fields, Unanswered};
use crate::kept::{Rights, row};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::model::{ItemModel, ModelDatasource};
use crate::store::row::Row;

/// Documented: the user has no API access to the data source.
const NO_ACCESS: &str = "403800";

pub(crate) fn read_metadata(
    call: &Call<'_>,
    caller: &Caller,
    read: &ReadMetadata,
) -> Result<DatasourceMetadata, Refusal> {
    let state = call.store.read();
    let row = datasource(&state, caller, &read.request.datasource)?;
    let options = read.request.options.clone().unwrap_or_default();
    let mut metadata = DatasourceMetadata::default();
    metadata.data = fields(&state, row).described(options.include_hidden_fields == Some(true));
    if options.include_group_formulas == Some(true)
        && let Some(group) = metadata
            .data
            .iter()
            .find(|field| field.column_class == Some(ColumnClass::Group))
    {
        let group = group.field_caption.as_deref().unwrap_or_default();
        let reason = format_args!("The sandbox does not know what the groups of {group} are made of.");
        return Err(refusal(Unanswered::invalid(reason)));
    }
    metadata.extra_data = Some(ExtraData::default());
    Ok(metadata)
}

pub(crate) fn query(
    call: &Call<'_>,
    caller: &Caller,
    query: &QueryDatasource,
) -> Result<QueryResult, Refusal> {
    let request = &query.request;
    let row = datasource(&call.store.read(), caller, &request.datasource)?.clone();
    let options = request.options.clone().unwrap_or_default();
    let today = call.clock.now().to_zoned(TimeZone::UTC).date();
    let rows = data_service::answer(&data(call, &row)?, &request.query, &options, today);
    let mut result = QueryResult::default();
    result.data = rows.map_err(refusal)?.into_iter().map(Json).collect();
    Ok(result)
}

pub(crate) fn model(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetDatasourceModel,
) -> Result<DatasourceModel, Refusal> {
    let state = call.store.read();
    let row = datasource(&state, caller, &get.request.datasource)?;
    let mut model = DatasourceModel::default();
    model.logical_tables = fields(&state, row).tables();
    Ok(model)
}

pub(crate) fn functions(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListSupportedFunctions,
) -> Result<SupportedFunctions, Refusal> {
    datasource(&call.store.read(), caller, &list.request.datasource)?;
    Ok(SupportedFunctions(data_service::functions()))
}

/// The text of the answer is empty (inferred: only that it is a text is known).
#[expect(clippy::unnecessary_wraps, reason = "the form of every handler")]
pub(crate) fn simple(_: &Call<'_>, _: &Caller, _: &SimpleRequest) -> Result<(), Refusal> {
    Ok(())
}

fn refusal(unanswered: Unanswered) -> Refusal {
    Refusal::bad_request(unanswered.code, unanswered.message)
}

/// A data source, for a caller who may see it and query it.
fn datasource<'s>(
    state: &'s State,
    caller: &Caller,
    of: &QueriedDatasource,
) -> Result<&'s Row<Datasource>, Refusal> {
    let id = of.datasource_luid.as_str();
    row::allowed::<Datasource>(
        state,
        caller,
        id,
        Rights::Capability("Read"),
        (NO_ACCESS, "query"),
    )?;
    let rights = Rights::Capability("VizqlDataApiAccess");
    row::allowed::<Datasource>(state, caller, id, rights, (NO_ACCESS, "query"))
}

/// The data source that the file of a row names.
fn named<'s>(state: &'s State, row: &Row<Datasource>) -> Option<&'s ModelDatasource> {
    state
        .models
        .get(ItemModel::id_of(row.id))?
        .model
        .datasources
        .first()
}

/// The fields that the file of a data source names; those of the sandbox's own data where it names none.
pub(super) fn fields(state: &State, row: &Row<Datasource>) -> Fields {
    let seed = row.id.to_string();
    let named = named(state, row).and_then(|model| Fields::of(&seed, model));
    named.unwrap_or_else(|| Fields::own(&seed))
}

/// The fields and the rows of a data source.
pub(super) fn data(call: &Call<'_>, row: &Row<Datasource>) -> Result<Data, Refusal> {
    let seed = row.id.to_string();
    let state = call.store.read();
    let Some(model) = named(&state, row).cloned() else {
        return Ok(Data::own(&seed));
    };
    let Some(fields) = Fields::of(&seed, &model) else {
        return Ok(Data::own(&seed));
    };
    // What is published cannot pass for what the server keeps itself.
    if row.file.is_none()
        && let Some(rows) = admin_insights::rows(&state, row.site, &model.name)
    {
        return Ok(Data::given(fields, &rows));
    }
    // Nothing waits while the file is read.
    drop(state);
    let package = row
        .file
        .as_ref()
        .filter(|file| FileType::named(&file.extension).is_some_and(FileType::is_package));
    let carried = match package {
        Some(file) => {
            let content = call.store.files.content(&file.id).map_err(Refusal::internal)?;
            aside(|| text_rows(BufReader::new(content.reader()), &model)).map_err(Refusal::internal)?
        }
        None => None,
    };
    Ok(Data::of(fields, &seed, carried.as_ref()))
}
