//! Pulse, on Tableau Cloud: metric definitions, their metrics, and who follows them.

use tableau_wire::rest::User;
use tableau_wire::rest::pulse::{
    BatchGetMetrics, DefinitionView, GetDefinition, GetMetric, ListDefinitions, ListMetrics,
    ListSubscriptions, MetricDefinition, MetricIds,
};
use tableau_wire::value::Id;

use super::{Call, Site};
use crate::error::Error;
use crate::mode::{Async, Mode};

/// Pulse: see [`Site::pulse`].
#[derive(Debug, Clone)]
pub struct Pulse<M: Mode = Async> {
    site: Site<M>,
}

impl<M: Mode> Site<M> {
    /// Pulse, which Tableau Cloud has; needs version 3.21 of the API.
    ///
    /// ```no_run
    /// # use tableau_client::Site;
    /// # async fn run(site: Site) -> tableau_client::Result<()> {
    /// for definition in site.pulse().definitions().every_page().await? {
    ///     let metrics = site.pulse().metrics(&definition.metadata.id).await?.metrics;
    ///     println!("{}: {} metrics", definition.metadata.name, metrics.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn pulse(&self) -> Pulse<M> {
        Pulse { site: self.clone() }
    }
}

impl<M: Mode> Pulse<M> {
    /// Metric definitions, a page at a time.
    pub fn definitions(&self) -> Call<ListDefinitions, M> {
        self.site.call(ListDefinitions::default())
    }

    /// A metric definition.
    pub fn definition(&self, id: impl Into<String>) -> Call<GetDefinition, M> {
        self.site.call(GetDefinition::new(id))
    }

    /// The metrics of a definition.
    pub fn metrics(&self, definition: impl Into<String>) -> Call<ListMetrics, M> {
        self.site.call(ListMetrics::new(definition))
    }

    /// A metric.
    pub fn metric(&self, id: impl Into<String>) -> Call<GetMetric, M> {
        self.site.call(GetMetric::new(id))
    }

    /// Some metrics at once.
    pub fn some_metrics<T: Into<String>>(
        &self,
        ids: impl IntoIterator<Item = T>,
    ) -> Call<BatchGetMetrics, M> {
        let mut wanted = MetricIds::default();
        wanted.metric_ids = ids.into_iter().map(Into::into).collect();
        self.site.call(BatchGetMetrics::new(wanted))
    }

    /// What a user follows.
    pub fn subscriptions(&self, user: impl Into<Id<User>>) -> Call<ListSubscriptions, M> {
        let user = user.into();
        let list = self.site.call(ListSubscriptions::default());
        list.with(|list| list.user_id = Some(user))
    }
}

impl<M: Mode> Call<ListDefinitions, M> {
    /// With metrics of each definition: all, or the default one.
    pub fn view(self, view: DefinitionView) -> Self {
        self.with(|list| list.view = Some(view))
    }

    /// Every definition, page after page.
    ///
    /// # Errors
    /// Those of the call.
    pub fn every_page(self) -> M::Output<Result<Vec<MetricDefinition>, Error>> {
        let site = self.site().clone();
        let mut list = self.into_endpoint();
        let mode = site.mode().clone();
        mode.run(async move {
            let mut all = Vec::new();
            loop {
                let page = Site::send(&site, list.clone()).await?;
                let is_empty = page.definitions.is_empty();
                all.extend(page.definitions);
                match page
                    .next_page_token
                    .filter(|token| !token.is_empty() && !is_empty)
                {
                    Some(next) => list.page_token = Some(next),
                    None => return Ok(all),
                }
            }
        })
    }
}
