//! The `VizQL` Data Service: fields, tables and queries of published data sources.

use serde::de::DeserializeOwned;
use serde_json::Value;
use tableau_wire::ApiError;
use tableau_wire::rest::Datasource;
use tableau_wire::rest::vizql_data_service::{
    DatasourceQuery, FilterType, FilteredField, Function, GetDatasourceModel, ListSupportedFunctions,
    MetadataOptions, MetadataRequest, QueriedDatasource, QueryDatasource, QueryField, QueryFilter,
    QueryOptions, QueryRequest, ReadMetadata, SortDirection,
};
use tableau_wire::value::{Id, Json};

use super::{Call, Site};
use crate::error::{Error, ErrorKind};
use crate::mode::{Async, Mode};

/// The `VizQL` Data Service of a site: see [`Site::data_service`].
#[derive(Debug, Clone)]
pub struct DataService<M: Mode = Async> {
    site: Site<M>,
}

impl<M: Mode> Site<M> {
    /// The `VizQL` Data Service, which queries published data sources without a view; needs version 3.25 of the API, and users the capability
    /// `VizqlDataApiAccess`.
    ///
    /// ```no_run
    /// # use serde::Deserialize;
    /// # use tableau_client::wire::rest::vizql_data_service::Function;
    /// # use tableau_client::{Datasource, Id, Site};
    /// #[derive(Deserialize)]
    /// struct Row { #[serde(rename = "Region")] region: String, sales: f64 }
    ///
    /// # async fn run(site: Site, orders: Id<Datasource>) -> tableau_client::Result<()> {
    /// let query = site.data_service().query(&orders).field("Region").measure("Sales", Function::Sum, "sales");
    /// for row in query.only("Year", [2026]).rows::<Row>().await? {
    ///     println!("{} {}", row.region, row.sales);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn data_service(&self) -> DataService<M> {
        DataService { site: self.clone() }
    }
}

impl<M: Mode> DataService<M> {
    /// The fields of a data source.
    pub fn fields(&self, datasource: impl Into<Id<Datasource>>) -> Call<ReadMetadata, M> {
        let request = MetadataRequest::new(QueriedDatasource::new(datasource));
        self.site.call(ReadMetadata::new(request))
    }

    /// The tables of a data source, and how they are related; needs version 3.27 of the API.
    pub fn tables(&self, datasource: impl Into<Id<Datasource>>) -> Call<GetDatasourceModel, M> {
        let request = MetadataRequest::new(QueriedDatasource::new(datasource));
        self.site.call(GetDatasourceModel::new(request))
    }

    /// The functions that calculations of a data source may use; needs version 3.28 of the API.
    pub fn functions(&self, datasource: impl Into<Id<Datasource>>) -> Call<ListSupportedFunctions, M> {
        let request = MetadataRequest::new(QueriedDatasource::new(datasource));
        self.site.call(ListSupportedFunctions::new(request))
    }

    /// A query of a data source: its fields are named by what follows.
    pub fn query(&self, datasource: impl Into<Id<Datasource>>) -> Call<QueryDatasource, M> {
        let request = QueryRequest::new(QueriedDatasource::new(datasource), DatasourceQuery::default());
        self.site.call(QueryDatasource::new(request))
    }
}

impl<M: Mode> Call<ReadMetadata, M> {
    fn options(self, change: impl FnOnce(&mut MetadataOptions)) -> Self {
        self.with(|read| change(read.request.options.get_or_insert_default()))
    }

    /// With the fields that users do not see; needs version 3.28 of the API.
    pub fn with_hidden(self) -> Self {
        self.options(|options| options.include_hidden_fields = Some(true))
    }

    /// With what the groups of group fields are made of; needs version 3.28 of the API.
    pub fn with_groups(self) -> Self {
        self.options(|options| options.include_group_formulas = Some(true))
    }
}

impl<M: Mode> Call<QueryDatasource, M> {
    fn and(self, change: impl FnOnce(&mut DatasourceQuery)) -> Self {
        self.with(|query| change(&mut query.request.query))
    }

    fn options(self, change: impl FnOnce(&mut QueryOptions)) -> Self {
        self.with(|query| change(query.request.options.get_or_insert_default()))
    }

    /// A field, by its caption: a dimension, or a measure with the aggregation of the data source.
    pub fn field(self, caption: impl Into<String>) -> Self {
        self.and(|query| query.fields.push(QueryField::new(caption)))
    }

    /// A field with what is done with its values, by another name.
    pub fn measure(self, caption: impl Into<String>, function: Function, name: impl Into<String>) -> Self {
        let mut field = QueryField::new(caption);
        (field.function, field.field_alias) = (Some(function), Some(name.into()));
        self.and(|query| query.fields.push(field))
    }

    /// A field with all that is said of it: ranges of numbers, decimal places, table calculations.
    pub fn described(self, field: QueryField) -> Self {
        self.and(|query| query.fields.push(field))
    }

    /// A calculation of the query, by its name: `SUM([Profit]) / SUM([Sales])`.
    pub fn calculation(self, name: impl Into<String>, formula: impl Into<String>) -> Self {
        let mut field = QueryField::new(name);
        field.calculation = Some(formula.into());
        self.and(|query| query.fields.push(field))
    }

    /// Sorts by the field that was named last, the greatest first; fields sorted by before come first.
    pub fn descending(self) -> Self {
        self.sorted(SortDirection::Desc)
    }

    /// Sorts by the field that was named last, the least first.
    pub fn ascending(self) -> Self {
        self.sorted(SortDirection::Asc)
    }

    fn sorted(self, direction: SortDirection) -> Self {
        self.and(|query| {
            let before = query
                .fields
                .iter()
                .filter(|field| field.sort_priority.is_some())
                .count();
            if let Some(field) = query.fields.last_mut() {
                field.sort_direction = Some(direction);
                field.sort_priority = i64::try_from(before + 1).ok();
            }
        })
    }

    /// Only rows with one of these values in a field.
    pub fn only<V: Into<serde_json::Value>>(
        self,
        caption: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let mut field = FilteredField::default();
        field.field_caption = Some(caption.into());
        let mut filter = QueryFilter::new(field, FilterType::Set);
        filter.values = Some(values.into_iter().map(|value| Json(value.into())).collect());
        self.filter(filter)
    }

    /// Only rows that meet a filter, and those set before.
    pub fn filter(self, filter: QueryFilter) -> Self {
        self.and(|query| query.filters.get_or_insert_default().push(filter))
    }

    /// At most this many rows.
    pub fn row_limit(self, rows: u32) -> Self {
        self.options(|options| options.row_limit = Some(rows.into()))
    }

    /// Every row of the data, instead of one for each combination of dimensions.
    pub fn disaggregated(self) -> Self {
        self.options(|options| options.disaggregate = Some(true))
    }

    /// Fields are named by their names in the data source, and not by what users see.
    pub fn by_field_names(self) -> Self {
        self.options(|options| options.interpret_field_captions_as_field_names = Some(true))
    }

    /// The rows as a type with a member for each field.
    ///
    /// # Errors
    /// Those of the call; [`ErrorKind::Decode`] if a row is not of the type, or if the service met an error after it had begun to answer, so that rows are missing.
    pub fn rows<T: DeserializeOwned + Send + 'static>(self) -> M::Output<Result<Vec<T>, Error>> {
        let site = self.site().clone();
        let query = self.into_endpoint();
        let mode = site.mode().clone();
        mode.run(async move {
            let result = Site::send(&site, query).await?;
            if let Some(Json(error)) = result.error {
                let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
                let said = ApiError::new(text("errorCode"), text("message"), "");
                let message = format!("rows are missing: the service says {error}");
                return Err(Error::new(ErrorKind::Decode, message).with_api(said));
            }
            let rows = result
                .data
                .into_iter()
                .map(|Json(row)| serde_json::from_value(row));
            rows.collect::<Result<_, _>>()
                .map_err(|error| Error::new(ErrorKind::Decode, format!("a row is not of the type: {error}")))
        })
    }
}
