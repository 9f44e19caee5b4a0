//! The calls of services below `/api/-/`.

use tableau_wire::rest::{analytics_extensions, identity_pools, pulse};

use super::{Route, find_or_create, on};
use crate::handle;

/// Every call of the services that have many.
pub(super) fn services() -> Vec<Route> {
    let mut all = pulse();
    all.extend(analytics());
    all.extend(identity_pools());
    all
}

/// Pulse.
fn pulse() -> Vec<Route> {
    vec![
        on::<pulse::ListDefinitions>(handle::pulse::list_definitions),
        on::<pulse::BatchGetDefinitions>(handle::pulse::batch_definitions),
        on::<pulse::GetSomeDefinitions>(handle::pulse::some_definitions),
        on::<pulse::GetDefinition>(handle::pulse::get_definition),
        on::<pulse::CreateDefinition>(handle::pulse::create_definition),
        on::<pulse::UpdateDefinition>(handle::pulse::update_definition),
        on::<pulse::DeleteDefinition>(handle::pulse::delete_definition),
        on::<pulse::ListMetrics>(handle::pulse::list_metrics),
        on::<pulse::BatchGetMetrics>(handle::pulse::batch_metrics),
        on::<pulse::GetSomeMetrics>(handle::pulse::some_metrics),
        on::<pulse::GetMetric>(handle::pulse::get_metric),
        on::<pulse::CreateMetric>(handle::pulse::create_metric),
        find_or_create::<pulse::GetOrCreateMetric>(handle::pulse::get_or_create_metric, |answer| {
            answer.is_metric_created
        }),
        on::<pulse::UpdateMetric>(handle::pulse::update_metric),
        on::<pulse::DeleteMetric>(handle::pulse::delete_metric),
        on::<pulse::ListSubscriptions>(handle::pulse::list_subscriptions),
        on::<pulse::BatchGetSubscriptions>(handle::pulse::batch_subscriptions),
        on::<pulse::GetSubscription>(handle::pulse::get_subscription),
        on::<pulse::CreateSubscription>(handle::pulse::create_subscription),
        on::<pulse::BatchCreateSubscriptions>(handle::pulse::create_subscriptions),
        on::<pulse::DeleteSubscription>(handle::pulse::delete_subscription),
        on::<pulse::BatchGetMetricFollowerCounts>(handle::pulse::follower_counts),
        on::<pulse::GenerateInsightBundle>(handle::pulse::bundle),
        on::<pulse::GenerateInsightBrief>(handle::pulse::brief),
    ]
}

/// Analytics extensions.
fn analytics() -> Vec<Route> {
    vec![
        on::<analytics_extensions::GetServerSettings>(handle::analytics_extensions::server),
        on::<analytics_extensions::UpdateServerSettings>(handle::analytics_extensions::update_server),
        on::<analytics_extensions::GetSiteSettings>(handle::analytics_extensions::site),
        on::<analytics_extensions::UpdateSiteSettings>(handle::analytics_extensions::update_site),
        on::<analytics_extensions::ListConnections>(handle::analytics_extensions::list),
        on::<analytics_extensions::AddConnection>(handle::analytics_extensions::add),
        on::<analytics_extensions::GetConnection>(handle::analytics_extensions::get),
        on::<analytics_extensions::UpdateConnection>(handle::analytics_extensions::update),
        on::<analytics_extensions::DeleteConnection>(handle::analytics_extensions::delete),
        on::<analytics_extensions::ListConnectionsForWorkbook>(
            handle::analytics_extensions::list_for_workbook,
        ),
        on::<analytics_extensions::GetSelectedConnection>(handle::analytics_extensions::selected),
        on::<analytics_extensions::UpdateSelectedConnection>(handle::analytics_extensions::select),
        on::<analytics_extensions::DeleteSelectedConnection>(handle::analytics_extensions::unselect),
    ]
}

/// Identity pools.
fn identity_pools() -> Vec<Route> {
    vec![
        on::<identity_pools::ListStores>(handle::identity_pools::list_stores),
        on::<identity_pools::CreateStore>(handle::identity_pools::create_store),
        on::<identity_pools::DeleteStore>(handle::identity_pools::delete_store),
        on::<identity_pools::ListAuthConfigurations>(handle::identity_pools::list_configurations),
        on::<identity_pools::CreateAuthConfiguration>(handle::identity_pools::create_configuration),
        on::<identity_pools::UpdateAuthConfiguration>(handle::identity_pools::update_configuration),
        on::<identity_pools::DeleteAuthConfiguration>(handle::identity_pools::delete_configuration),
        on::<identity_pools::ListPools>(handle::identity_pools::list_pools),
        on::<identity_pools::GetPool>(handle::identity_pools::get_pool),
        on::<identity_pools::CreatePool>(handle::identity_pools::create_pool),
        on::<identity_pools::UpdatePool>(handle::identity_pools::update_pool),
        on::<identity_pools::DeletePool>(handle::identity_pools::delete_pool),
        on::<identity_pools::AddUser>(handle::pool_users::add),
        on::<identity_pools::RemoveUser>(handle::pool_users::remove),
    ]
}
