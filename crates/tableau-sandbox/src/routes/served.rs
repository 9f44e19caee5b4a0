//! The list of what is served: each call with its handler, and what many resources have in one line each.

use tableau_wire::resource::{self, Data, Image, Pdf, PreviewImage};
use tableau_wire::rest::{
    self, auth, connected_apps, data_quality_warnings, extensions, favorites, file_uploads, group_sets,
    groups, mobile_settings, notifications, oidc, pulse, recommendations, schedules, server, tasks, users,
    vizql_data_service,
};
use tableau_wire::{Create, Delete, Get, List, Update};

use super::families::{
    bulk_connections, change, connections, crud, default_permissions, extracts, files, permissions, read,
    tags,
};
use super::{Route, download, find_or_create, list, on, open};
use crate::handle;
use crate::kept::verbs;
use crate::metadata;

/// Every call that is served.
pub(super) fn served() -> Vec<Route> {
    // One after the other: a chain of iterators takes the more stack the longer it is.
    let mut all = single();
    all.extend(change::<rest::DataAlert>());
    all.extend(change::<rest::Database>());
    all.extend(change::<rest::Metric>());
    all.extend(change::<rest::Table>());
    all.extend(read::<rest::LinkedTask>());
    all.extend(read::<rest::Datasource>());
    all.extend(read::<rest::View>());
    all.extend(crud::<rest::ConnectedApplication>());
    all.extend(crud::<rest::ExternalAuthorizationServer>());
    all.extend(crud::<rest::Webhook>());
    all.extend(permissions::<rest::Database>());
    all.extend(permissions::<rest::Datasource>());
    all.extend(permissions::<rest::Flow>());
    all.extend(permissions::<rest::Project>());
    all.extend(permissions::<rest::Table>());
    all.extend(permissions::<rest::View>());
    all.extend(permissions::<rest::VirtualConnection>());
    all.extend(permissions::<rest::Workbook>());
    all.extend(connections::<rest::Datasource>());
    all.extend(connections::<rest::Flow>());
    all.extend(connections::<rest::Workbook>());
    all.extend(bulk_connections::<rest::Datasource>());
    all.extend(bulk_connections::<rest::Workbook>());
    all.extend(files::<rest::Datasource>());
    all.extend(files::<rest::Workbook>());
    all.extend(extracts::<rest::Datasource>());
    all.extend(extracts::<rest::Workbook>());
    all.extend(tags::<rest::Column>());
    all.extend(tags::<rest::Database>());
    all.extend(tags::<rest::Datasource>());
    all.extend(tags::<rest::Flow>());
    all.extend(tags::<rest::Table>());
    all.extend(tags::<rest::View>());
    all.extend(tags::<rest::VirtualConnection>());
    all.extend(tags::<rest::Workbook>());
    all.extend(pulse());
    all.extend(metadata());
    all.extend(renderings());
    all.extend(people());
    all.extend(rights());
    all.extend(site_settings());
    all
}

/// Calls of which each has a line of its own.
fn single() -> Vec<Route> {
    vec![
        open::<auth::SignIn>(handle::auth::sign_in),
        on::<auth::SignOut>(handle::auth::sign_out),
        on::<auth::SwitchSite>(handle::auth::switch_site),
        on::<auth::RevokeServerAdminTokens>(handle::auth::revoke_server_admin_tokens),
        on::<auth::RevokeAllServerAdminTokens>(handle::auth::revoke_all_server_admin_tokens),
        open::<server::GetServerInfo>(handle::server::server_info),
        on::<server::GetCurrentSession>(handle::server::current_session),
        on::<server::DeleteSession>(handle::server::delete_session),
        on::<server::ListDomains>(handle::server::domains),
        on::<server::UpdateDomain>(handle::server::update_domain),
        on::<List<rest::Site>>(handle::sites::list),
        on::<Get<rest::Site>>(handle::sites::get),
        on::<rest::sites::GetMcpSettings>(handle::sites::mcp_settings),
        on::<rest::sites::GetRecentlyViewed>(handle::recommendations::recent),
        on::<recommendations::GetRecommendations>(handle::recommendations::recommended),
        on::<recommendations::Hide>(handle::recommendations::hide),
        on::<recommendations::Unhide>(handle::recommendations::unhide),
        on::<rest::usage::Count>(handle::usage::count),
        on::<rest::usage::BatchCount>(handle::usage::batch),
        on::<rest::workbooks::Publish>(handle::publish::publish),
        on::<rest::workbooks::ListViews>(handle::content::list_views),
        on::<rest::workbooks::GetDowngradeInfo>(handle::workbooks::downgrade_info),
        list::<rest::Workbook>(),
        on::<Get<rest::Workbook>>(handle::workbooks::get),
        on::<Update<rest::Workbook>>(handle::workbooks::update),
        on::<Delete<rest::Workbook>>(verbs::delete),
        on::<Delete<rest::View>>(verbs::delete),
        on::<rest::datasources::Publish>(handle::publish::publish),
        on::<Update<rest::Datasource>>(handle::datasources::update),
        on::<Delete<rest::Datasource>>(verbs::delete),
        on::<rest::datasources::UpdateData>(handle::hyper_data::update),
        on::<rest::datasources::UpdateConnectionData>(handle::hyper_data::update_connection),
        list::<rest::Flow>(),
        on::<Get<rest::Flow>>(handle::flows::get),
        on::<rest::flows::Publish>(handle::flows::publish),
        on::<Update<rest::Flow>>(verbs::update),
        on::<Delete<rest::Flow>>(verbs::delete),
        download::<resource::Download<rest::Flow>>(handle::flows::download),
        on::<rest::flows::Run>(handle::flow_runs::run),
        list::<rest::FlowRun>(),
        on::<Get<rest::FlowRun>>(verbs::get),
        on::<rest::flow_runs::Cancel>(handle::flow_runs::cancel),
        list::<rest::CustomView>(),
        on::<Get<rest::CustomView>>(verbs::get),
        on::<rest::custom_views::Publish>(handle::custom_views::publish),
        download::<rest::custom_views::Download>(handle::custom_views::download),
        on::<Update<rest::CustomView>>(verbs::update),
        on::<Delete<rest::CustomView>>(verbs::delete),
        on::<rest::custom_views::ListDefaultUsers>(handle::custom_views::default_users),
        on::<rest::custom_views::SetDefaultUsers>(handle::custom_views::set_default_users),
        list::<rest::VirtualConnection>(),
        on::<Get<rest::VirtualConnection>>(handle::virtual_connections::get),
        on::<rest::virtual_connections::Publish>(handle::virtual_connections::publish),
        on::<Update<rest::VirtualConnection>>(verbs::update),
        on::<Delete<rest::VirtualConnection>>(verbs::delete),
        on::<resource::ListRevisions<rest::VirtualConnection>>(handle::revisions::list),
        on::<rest::virtual_connections::GetRevision>(handle::virtual_connections::get_revision),
        on::<rest::virtual_connections::ListConnections>(handle::virtual_connections::list_connections),
        on::<rest::virtual_connections::UpdateConnection>(handle::virtual_connections::update_connection),
        on::<rest::tags::BatchAddTags>(handle::tags::batch_add),
        on::<rest::tags::BatchDeleteTags>(handle::tags::batch_delete),
        on::<rest::tags::BatchAddTagsOfSession>(handle::tags::batch_add_of_session),
        on::<rest::tags::BatchDeleteTagsOfSession>(handle::tags::batch_delete_of_session),
        on::<favorites::ListFavorites>(handle::favorites::list),
        on::<favorites::AddFavorite>(handle::favorites::add),
        on::<favorites::DeleteFavorite>(handle::favorites::delete),
        on::<favorites::OrderFavorites>(handle::favorites::order),
        on::<data_quality_warnings::ListForContent>(handle::quality_warnings::list),
        on::<data_quality_warnings::Add>(handle::quality_warnings::add),
        on::<data_quality_warnings::UpdateForContent>(handle::quality_warnings::update_for_content),
        on::<data_quality_warnings::DeleteForContent>(handle::quality_warnings::delete_for_content),
        on::<data_quality_warnings::Get>(handle::quality_warnings::get),
        on::<data_quality_warnings::Update>(handle::quality_warnings::update),
        on::<data_quality_warnings::Delete>(handle::quality_warnings::delete),
        on::<rest::search::Search>(handle::search::search),
        on::<rest::search::Suggest>(handle::search::suggest),
        list::<rest::BackgroundJob>(),
        on::<Get<rest::BackgroundJob>>(handle::jobs::get),
        on::<rest::jobs::Cancel>(handle::jobs::cancel),
        on::<file_uploads::InitiateFileUpload>(handle::file_uploads::initiate),
        on::<file_uploads::AppendToFileUpload>(handle::file_uploads::append),
        on::<connected_apps::CreateSecret>(handle::connected_apps::create_secret),
        on::<connected_apps::GetSecret>(handle::connected_apps::secret),
        on::<connected_apps::DeleteSecret>(handle::connected_apps::delete_secret),
        on::<rest::webhooks::Test>(handle::webhooks::test),
        list::<rest::Schedule>(),
        on::<Get<rest::Schedule>>(verbs::get),
        on::<Create<rest::Schedule>>(handle::schedules::create),
        on::<Update<rest::Schedule>>(verbs::update),
        on::<Delete<rest::Schedule>>(handle::schedules::delete),
        on::<schedules::AddWorkbook>(handle::schedules::add_workbook),
        on::<schedules::AddDatasource>(handle::schedules::add_datasource),
        on::<schedules::AddFlow>(handle::schedules::add_flow),
        on::<schedules::ListExtractRefreshTasks>(handle::schedules::extracts),
        on::<schedules::BatchUpdateState>(handle::schedules::set_state),
        on::<tasks::ListExtractRefreshes>(handle::tasks::list_extracts),
        on::<tasks::GetExtractRefresh>(handle::tasks::get_extract),
        on::<tasks::CreateExtractRefresh>(handle::cloud_tasks::create_extract),
        on::<tasks::UpdateExtractRefresh>(handle::cloud_tasks::update_extract),
        on::<tasks::RunExtractRefresh>(handle::tasks::run_extract_now),
        on::<tasks::DeleteExtractRefresh>(handle::tasks::delete_extract),
        on::<tasks::ListDataAccelerations>(handle::data_acceleration::list),
        on::<tasks::DeleteDataAcceleration>(handle::data_acceleration::delete),
        on::<tasks::ListFlowRuns>(handle::tasks::list_flows),
        on::<tasks::GetFlowRun>(handle::tasks::get_flow),
        on::<tasks::RunFlow>(handle::tasks::run_flow_now),
        on::<tasks::DeleteFlowRun>(handle::tasks::delete_flow),
        on::<tasks::CreateFlowRun>(handle::cloud_tasks::create_flow),
        on::<rest::linked_tasks::RunNow>(handle::linked_tasks::run_now),
        list::<rest::Subscription>(),
        on::<Get<rest::Subscription>>(verbs::get),
        on::<Create<rest::Subscription>>(handle::subscriptions::create),
        on::<Update<rest::Subscription>>(handle::subscriptions::update),
        on::<Delete<rest::Subscription>>(verbs::delete),
        on::<Create<rest::DataAlert>>(handle::data_alerts::create),
        on::<rest::data_alerts::AddUser>(handle::data_alerts::add_user),
        on::<rest::data_alerts::RemoveUser>(handle::data_alerts::remove_user),
        on::<rest::data_acceleration_report::GetDataAccelerationReport>(handle::data_acceleration::report),
        on::<vizql_data_service::ReadMetadata>(handle::data_service::read_metadata),
        on::<vizql_data_service::QueryDatasource>(handle::data_service::query),
        on::<vizql_data_service::GetDatasourceModel>(handle::data_service::model),
        on::<vizql_data_service::ListSupportedFunctions>(handle::data_service::functions),
        on::<vizql_data_service::SimpleRequest>(handle::data_service::simple),
        on::<rest::tables::ListColumns>(handle::databases::columns),
        on::<rest::tables::GetColumn>(handle::databases::get_column),
        on::<rest::tables::UpdateColumn>(handle::databases::update_column),
        on::<rest::tables::DeleteColumn>(handle::databases::delete_column),
    ]
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

/// Users, groups and group sets.
fn people() -> Vec<Route> {
    vec![
        list::<rest::User>(),
        on::<Get<rest::User>>(verbs::get),
        on::<Create<rest::User>>(handle::users::create),
        on::<Update<rest::User>>(handle::users::update),
        on::<Delete<rest::User>>(handle::users::delete),
        on::<users::ListWorkbooks>(handle::user_lists::workbooks),
        on::<users::ListFlows>(handle::user_lists::flows),
        on::<users::ListGroups>(handle::user_lists::groups),
        on::<users::ImportUsers>(handle::user_files::import),
        on::<users::DeleteUsers>(handle::user_files::remove),
        on::<users::ListPersonalAccessTokens>(handle::personal_access_tokens::list),
        on::<users::RevokePersonalAccessToken>(handle::personal_access_tokens::revoke),
        list::<rest::Group>(),
        on::<Create<rest::Group>>(handle::groups::create),
        on::<Update<rest::Group>>(handle::groups::update),
        on::<Delete<rest::Group>>(handle::groups::delete),
        on::<groups::ListUsers>(handle::user_lists::users),
        on::<groups::AddUsers>(handle::groups::add_users),
        on::<groups::RemoveUser>(handle::groups::remove_user),
        on::<groups::RemoveUsers>(handle::groups::remove_users),
        list::<rest::GroupSet>(),
        on::<Get<rest::GroupSet>>(verbs::get),
        on::<Create<rest::GroupSet>>(verbs::create),
        on::<Update<rest::GroupSet>>(verbs::update),
        on::<Delete<rest::GroupSet>>(handle::group_sets::delete),
        on::<group_sets::AddGroup>(handle::group_sets::add),
        on::<group_sets::RemoveGroup>(handle::group_sets::remove),
    ]
}

/// Projects, and the permissions that they give.
fn rights() -> Vec<Route> {
    vec![
        list::<rest::Project>(),
        on::<Create<rest::Project>>(handle::projects::create),
        on::<Update<rest::Project>>(handle::projects::update),
        on::<Delete<rest::Project>>(handle::projects::delete),
    ]
    .into_iter()
    .chain(default_permissions::<rest::Project>())
    .chain(default_permissions::<rest::Database>())
    .collect()
}

/// Sites, and how their users sign in and what they may run.
fn site_settings() -> Vec<Route> {
    vec![
        on::<Create<rest::Site>>(handle::site_life::create),
        on::<Update<rest::Site>>(handle::site_life::update),
        on::<Delete<rest::Site>>(handle::site_life::delete),
        on::<rest::sites::GetEmbeddingSettings>(handle::sites::embedding),
        on::<rest::sites::UpdateEmbeddingSettings>(handle::sites::update_embedding),
        on::<rest::sites::EncryptExtracts>(handle::site_life::encrypt),
        on::<rest::sites::DecryptExtracts>(handle::site_life::decrypt),
        on::<rest::sites::ReencryptExtracts>(handle::site_life::reencrypt),
        on::<Get<rest::OidcConfiguration>>(verbs::get),
        on::<Create<rest::OidcConfiguration>>(handle::oidc::create),
        on::<Update<rest::OidcConfiguration>>(handle::oidc::update),
        on::<oidc::Disable>(handle::oidc::disable),
        on::<oidc::DisableOidc>(handle::oidc::disable_oidc),
        on::<oidc::ListAuthConfigurations>(handle::oidc::list),
        on::<extensions::GetServerSettings>(handle::extensions::server),
        on::<extensions::UpdateServerSettings>(handle::extensions::update_server),
        on::<extensions::GetSiteSettings>(handle::extensions::site),
        on::<extensions::UpdateSiteSettings>(handle::extensions::update_site),
        on::<mobile_settings::GetServerPolicies>(handle::mobile_settings::server),
        on::<mobile_settings::GetSitePolicies>(handle::mobile_settings::site),
        on::<mobile_settings::UpdateSitePolicies>(handle::mobile_settings::update_site),
        on::<notifications::ListPreferences>(handle::notifications::list),
        on::<notifications::UpdatePreferences>(handle::notifications::update),
    ]
}

/// The Metadata API.
fn metadata() -> [Route; 3] {
    [
        on::<rest::metadata::Query>(metadata::query),
        on::<rest::metadata::GetBackfillStatus>(metadata::backfill),
        on::<rest::metadata::GetEventingStatus>(metadata::eventing),
    ]
}

/// Pictures, PDFs, data and slides.
fn renderings() -> [Route; 11] {
    [
        download::<Image<rest::View>>(handle::renderings::image),
        download::<Image<rest::CustomView>>(handle::renderings::image),
        download::<Pdf<rest::View>>(handle::renderings::pdf),
        download::<Pdf<rest::CustomView>>(handle::renderings::pdf),
        download::<Data<rest::View>>(handle::renderings::data),
        download::<Data<rest::CustomView>>(handle::renderings::data),
        download::<rest::views::Excel>(handle::renderings::view_excel),
        download::<rest::views::PreviewImage>(handle::renderings::view_preview),
        download::<PreviewImage<rest::Workbook>>(handle::renderings::workbook_preview),
        download::<Pdf<rest::Workbook>>(handle::renderings::workbook_pdf),
        download::<rest::workbooks::Powerpoint>(handle::renderings::workbook_powerpoint),
    ]
}
