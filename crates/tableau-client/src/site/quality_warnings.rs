//! Data quality warnings.

use std::marker::PhantomData;

use tableau_wire::Id;
use tableau_wire::rest::DataQualityWarning;
use tableau_wire::rest::data_quality_warnings::{
    Add, Delete, DeleteForContent, Get, HasQualityWarnings, ListForContent, NewDataQualityWarning, Update,
};

use super::{Call, Collection, Site};
use crate::mode::{Async, Mode};

/// The data quality warnings of one item: see [`Collection::quality_warnings`].
#[derive(Debug, Clone)]
pub struct ItemWarnings<R: HasQualityWarnings, M: Mode = Async> {
    site: Site<M>,
    id: String,
    of: PhantomData<fn() -> R>,
}

impl<R: HasQualityWarnings, M: Mode> Collection<R, M> {
    /// The data quality warnings of an item; needs version 3.5 of the API.
    ///
    /// ```no_run
    /// # use tableau_client::{Datasource, Id, Site};
    /// # use tableau_client::wire::rest::data_quality_warnings::{NewDataQualityWarning, WarningType};
    /// # async fn run(site: Site, id: Id<Datasource>) -> tableau_client::Result<()> {
    /// let stale = NewDataQualityWarning::new().with(|warning| {
    ///     warning.r#type = Some(WarningType::Stale);
    ///     warning.message = Some("Last loaded on Monday".to_owned());
    /// });
    /// site.datasources().quality_warnings(&id).add(stale).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn quality_warnings(&self, id: impl Into<Id<R::One>>) -> ItemWarnings<R, M> {
        ItemWarnings {
            site: self.site().clone(),
            id: id.into().as_str().to_owned(),
            of: PhantomData,
        }
    }
}

impl<R: HasQualityWarnings, M: Mode> ItemWarnings<R, M> {
    /// Lists them.
    pub fn list(&self) -> Call<ListForContent, M> {
        self.site.call(ListForContent::new(R::WARNED, self.id.as_str()))
    }

    /// Adds one.
    pub fn add(&self, warning: NewDataQualityWarning) -> Call<Add, M> {
        self.site.call(Add::new(R::WARNED, self.id.as_str(), warning))
    }

    /// Deletes all of them.
    pub fn delete_all(&self) -> Call<DeleteForContent, M> {
        self.site.call(DeleteForContent::new(R::WARNED, self.id.as_str()))
    }
}

/// The data quality warnings of the site, each by its identifier: see [`Site::quality_warnings`].
#[derive(Debug, Clone)]
pub struct QualityWarnings<M: Mode = Async> {
    site: Site<M>,
}

impl<M: Mode> Site<M> {
    /// Data quality warnings by their identifiers; those of an item are in [`Collection::quality_warnings`].
    #[must_use]
    pub fn quality_warnings(&self) -> QualityWarnings<M> {
        QualityWarnings { site: self.clone() }
    }
}

impl<M: Mode> QualityWarnings<M> {
    /// Gets one.
    pub fn get(&self, id: impl Into<Id<DataQualityWarning>>) -> Call<Get, M> {
        self.site.call(Get::new(id))
    }

    /// Changes one; what is not given stays.
    pub fn update(
        &self,
        id: impl Into<Id<DataQualityWarning>>,
        patch: NewDataQualityWarning,
    ) -> Call<Update, M> {
        self.site.call(Update::new(id, patch))
    }

    /// Deletes one.
    pub fn delete(&self, id: impl Into<Id<DataQualityWarning>>) -> Call<Delete, M> {
        self.site.call(Delete::new(id))
    }
}
