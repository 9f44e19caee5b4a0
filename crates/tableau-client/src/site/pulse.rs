//! Pulse, on Tableau Cloud: metric definitions, their metrics, and who follows them.

use std::collections::HashSet;

use tableau_wire::rest::pulse::{
    BatchCreateSubscriptions, BatchGetDefinitions, BatchGetMetrics, CreateDefinition, CreateMetric,
    CreateSubscription, DefinitionIds, DefinitionPatch, DefinitionView, DeleteDefinition, DeleteMetric,
    DeleteSubscription, GetDefinition, GetMetric, GetOrCreateMetric, GetSubscription, ListDefinitions,
    ListMetrics, ListSubscriptions, MetricDefinition, MetricFollower, MetricIds, MetricPatch,
    MetricSubscription, NewDefinition, NewMetric, NewSubscription, NewSubscriptions, PulseMetric,
    UpdateDefinition, UpdateMetric,
};
use tableau_wire::rest::{Group, User};
use tableau_wire::value::{Id, Json};
use tableau_wire::{Document, Endpoint};

use super::{Call, Site};
use crate::error::{Error, ErrorKind};
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
    ///     let metrics = site.pulse().metrics(&definition.metadata.id).every_page().await?;
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

    /// Some metric definitions at once; those that are not there are among the errors of the answer.
    pub fn some_definitions<T: Into<String>>(
        &self,
        ids: impl IntoIterator<Item = T>,
    ) -> Call<BatchGetDefinitions, M> {
        let mut wanted = DefinitionIds::default();
        wanted.definition_ids = ids.into_iter().map(Into::into).collect();
        self.site.call(BatchGetDefinitions::new(wanted))
    }

    /// Creates a metric definition, with a default metric.
    pub fn create_definition(&self, definition: NewDefinition) -> Call<CreateDefinition, M> {
        self.site.call(CreateDefinition::new(definition))
    }

    /// Changes a metric definition: the members that are given, each as a whole.
    pub fn update_definition(
        &self,
        id: impl Into<String>,
        definition: DefinitionPatch,
    ) -> Call<UpdateDefinition, M> {
        self.site.call(UpdateDefinition::new(id, definition))
    }

    /// Deletes a metric definition with its metrics, for everyone.
    pub fn delete_definition(&self, id: impl Into<String>) -> Call<DeleteDefinition, M> {
        self.site.call(DeleteDefinition::new(id))
    }

    /// The metrics of a definition, a page at a time.
    pub fn metrics(&self, definition: impl Into<String>) -> Call<ListMetrics, M> {
        self.site.call(ListMetrics::new(definition))
    }

    /// A metric.
    pub fn metric(&self, id: impl Into<String>) -> Call<GetMetric, M> {
        self.site.call(GetMetric::new(id))
    }

    /// Some metrics at once; those that are not there are among the errors of the answer.
    pub fn some_metrics<T: Into<String>>(
        &self,
        ids: impl IntoIterator<Item = T>,
    ) -> Call<BatchGetMetrics, M> {
        let mut wanted = MetricIds::default();
        wanted.metric_ids = ids.into_iter().map(Into::into).collect();
        self.site.call(BatchGetMetrics::new(wanted))
    }

    /// Creates a metric of a definition by its filters, its period and its comparison.
    pub fn create_metric(
        &self,
        definition: impl Into<String>,
        specification: impl Into<Json>,
    ) -> Call<CreateMetric, M> {
        let metric = NewMetric::new(definition, specification.into());
        self.site.call(CreateMetric::new(metric))
    }

    /// The metric of a definition that has a specification, which is created if there is none.
    pub fn get_or_create_metric(
        &self,
        definition: impl Into<String>,
        specification: impl Into<Json>,
    ) -> Call<GetOrCreateMetric, M> {
        let metric = NewMetric::new(definition, specification.into());
        self.site.call(GetOrCreateMetric::new(metric))
    }

    /// Changes the filters, the period and the comparison of a metric.
    pub fn update_metric(
        &self,
        id: impl Into<String>,
        specification: impl Into<Json>,
    ) -> Call<UpdateMetric, M> {
        let patch = MetricPatch::new(specification.into());
        self.site.call(UpdateMetric::new(id, patch))
    }

    /// Deletes a metric, for everyone.
    pub fn delete_metric(&self, id: impl Into<String>) -> Call<DeleteMetric, M> {
        self.site.call(DeleteMetric::new(id))
    }

    /// Has a user follow a metric.
    pub fn follow(
        &self,
        metric: impl Into<String>,
        user: impl Into<Id<User>>,
    ) -> Call<CreateSubscription, M> {
        self.subscribe(metric, of_user(user.into()))
    }

    /// Has the users of a group follow a metric.
    pub fn group_follow(
        &self,
        metric: impl Into<String>,
        group: impl Into<Id<Group>>,
    ) -> Call<CreateSubscription, M> {
        let mut follower = MetricFollower::default();
        follower.group_id = Some(group.into());
        self.subscribe(metric, follower)
    }

    fn subscribe(&self, metric: impl Into<String>, follower: MetricFollower) -> Call<CreateSubscription, M> {
        let subscription = NewSubscription::new(metric, follower);
        self.site.call(CreateSubscription::new(subscription))
    }

    /// Has several users follow a metric.
    pub fn all_follow<U: Into<Id<User>>>(
        &self,
        metric: impl Into<String>,
        users: impl IntoIterator<Item = U>,
    ) -> Call<BatchCreateSubscriptions, M> {
        let followers = users.into_iter().map(|user| of_user(user.into()));
        let mut subscriptions = NewSubscriptions::new(metric);
        subscriptions.followers = followers.collect();
        self.site.call(BatchCreateSubscriptions::new(subscriptions))
    }

    /// A subscription: who follows which metric.
    pub fn subscription(&self, id: impl Into<String>) -> Call<GetSubscription, M> {
        self.site.call(GetSubscription::new(id))
    }

    /// Deletes a subscription: who had it no longer follows the metric.
    pub fn unfollow(&self, subscription: impl Into<String>) -> Call<DeleteSubscription, M> {
        self.site.call(DeleteSubscription::new(subscription))
    }

    /// What a user follows.
    pub fn subscriptions(&self, user: impl Into<Id<User>>) -> Call<ListSubscriptions, M> {
        let user = user.into();
        let list = self.site.call(ListSubscriptions::default());
        list.with(|list| list.user_id = Some(user))
    }
}

fn of_user(user: Id<User>) -> MetricFollower {
    let mut follower = MetricFollower::default();
    follower.user_id = Some(user);
    follower
}

impl<M: Mode> Call<ListDefinitions, M> {
    /// With metrics of each definition: all, or the default one.
    pub fn view(self, view: DefinitionView) -> Self {
        self.with(|list| list.view = Some(view))
    }

    /// Every definition, page after page.
    ///
    /// # Errors
    /// Those of the call; [`ErrorKind::PaginationInconsistent`] if the pages lead in a circle.
    pub fn every_page(self) -> M::Output<Result<Vec<MetricDefinition>, Error>> {
        every_page(
            self,
            |page| (page.definitions, page.next_page_token),
            |list, token| list.page_token = Some(token),
        )
    }
}

impl<M: Mode> Call<ListMetrics, M> {
    /// Every metric of the definition, page after page.
    ///
    /// # Errors
    /// Those of the call; [`ErrorKind::PaginationInconsistent`] if the pages lead in a circle.
    pub fn every_page(self) -> M::Output<Result<Vec<PulseMetric>, Error>> {
        every_page(
            self,
            |page| (page.metrics, page.next_page_token),
            |list, token| list.page_token = Some(token),
        )
    }
}

impl<M: Mode> Call<ListSubscriptions, M> {
    /// The subscriptions of every page.
    ///
    /// # Errors
    /// Those of the call; [`ErrorKind::PaginationInconsistent`] if the pages lead in a circle.
    pub fn every_page(self) -> M::Output<Result<Vec<MetricSubscription>, Error>> {
        every_page(
            self,
            |page| (page.subscriptions, page.next_page_token),
            |list, token| list.page_token = Some(token),
        )
    }
}

/// The items of a page, and the token of the next.
type PageOf<T> = (Vec<T>, Option<String>);

/// The items of every page: `take` gives those of one with the token of the next, `ask` asks for that.
fn every_page<M: Mode, E, T>(
    call: Call<E, M>,
    take: fn(E::Reply) -> PageOf<T>,
    ask: fn(&mut E, String),
) -> M::Output<Result<Vec<T>, Error>>
where
    E: Endpoint<Reply: Document> + Clone,
    T: Send + 'static,
{
    let site = call.site().clone();
    let mut list = call.into_endpoint();
    let mode = site.mode().clone();
    mode.run(async move {
        let (mut all, mut asked) = (Vec::new(), HashSet::new());
        loop {
            let (items, next) = take(Site::send(&site, list.clone()).await?);
            all.extend(items);
            let Some(next) = next.filter(|token| !token.is_empty()) else {
                return Ok(all);
            };
            if !asked.insert(next.clone()) {
                let message = "the pages of the list lead in a circle".to_owned();
                return Err(Error::new(ErrorKind::PaginationInconsistent, message));
            }
            ask(&mut list, next);
        }
    })
}
