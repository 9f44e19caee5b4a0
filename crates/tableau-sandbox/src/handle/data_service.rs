//! The `VizQL` Data Service over the rows of published data sources.

use jiff::tz::TimeZone;
use tableau_wire::rest::Datasource;
use tableau_wire::rest::vizql_data_service::{
    DatasourceMetadata, DatasourceModel, ExtraData, GetDatasourceModel, LogicalTable, QueriedDatasource,
    QueryDatasource, QueryResult, ReadMetadata,
};
use tableau_wire::value::Json;

use crate::auth::Caller;
use crate::call::Call;
use crate::data_service::{self, Data, TABLE, Unanswered};
use crate::kept::{Rights, row};
use crate::refusal::Refusal;

/// Documented: the user has no API access to the data source.
const NO_ACCESS: &str = "403800";

pub(crate) fn read_metadata(
    call: &Call<'_>,
    caller: &Caller,
    read: &ReadMetadata,
) -> Result<DatasourceMetadata, Refusal> {
    datasource(call, caller, &read.request.datasource)?;
    let mut metadata = DatasourceMetadata::default();
    metadata.data = data_service::described();
    metadata.extra_data = Some(ExtraData::default());
    Ok(metadata)
}

pub(crate) fn query(
    call: &Call<'_>,
    caller: &Caller,
    query: &QueryDatasource,
) -> Result<QueryResult, Refusal> {
    let request = &query.request;
    let seed = datasource(call, caller, &request.datasource)?;
    let options = request.options.clone().unwrap_or_default();
    let today = call.clock.now().to_zoned(TimeZone::UTC).date();
    let rows = data_service::answer(&Data::of(&seed), &request.query, &options, today);
    let mut result = QueryResult::default();
    result.data = rows.map_err(refusal)?.into_iter().map(Json).collect();
    Ok(result)
}

pub(crate) fn model(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetDatasourceModel,
) -> Result<DatasourceModel, Refusal> {
    datasource(call, caller, &get.request.datasource)?;
    let mut table = LogicalTable::default();
    table.logical_table_id = TABLE.0.to_owned();
    table.caption = Some(TABLE.1.to_owned());
    let mut model = DatasourceModel::default();
    model.logical_tables = vec![table];
    Ok(model)
}

fn refusal(unanswered: Unanswered) -> Refusal {
    Refusal::bad_request(unanswered.code, unanswered.message)
}

/// The seed of the rows of a data source, for a caller who may see it and query it.
fn datasource(call: &Call<'_>, caller: &Caller, of: &QueriedDatasource) -> Result<String, Refusal> {
    let state = call.store.read();
    let id = of.datasource_luid.as_str();
    for capability in ["Read", "VizqlDataApiAccess"] {
        let rights = Rights::Capability(capability);
        row::allowed::<Datasource>(&state, caller, id, rights, (NO_ACCESS, "query"))?;
    }
    Ok(id.to_owned())
}
