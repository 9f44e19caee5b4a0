//! Routing: finds the call of a request and its handler.

use bytes::Bytes;
use http::{Method, Response};
use tableau_wire::endpoint::Arguments;
use tableau_wire::tsm::async_jobs::{CancelAsyncJob, GetAsyncJob, GetLatestAsyncJob, ListAsyncJobs};
use tableau_wire::tsm::{
    Login, Logout, LogoutAll, configurations, licensing, maintenance, nodes, repository, server, settings,
    status, topologies,
};
use tableau_wire::{
    Document, Endpoint, Format, Incoming, Operation, Root, Unrecognized, decode_request, encode_reply,
    recognize, tsm,
};

use super::handle::{self, Call};
use super::refusal::Refusal;

/// Every call that is served; if two match the same address, the first counts.
fn served() -> Vec<Route> {
    vec![
        on::<Login>(handle::session::login),
        on::<Logout>(handle::session::logout),
        on::<LogoutAll>(handle::session::logout_all),
        on::<status::GetStatus>(handle::cluster::status),
        on::<nodes::ListNodes>(handle::cluster::nodes),
        on::<nodes::GetNode>(handle::cluster::node),
        on::<repository::GetCurrentMaster>(handle::cluster::current_master),
        on::<server::GetServerInfo>(handle::cluster::server_info),
        on::<server::GetSupportInfo>(handle::cluster::support_info),
        on::<server::Enable>(handle::jobs::enable),
        on::<server::Disable>(handle::jobs::disable),
        on::<server::Restart>(handle::jobs::restart),
        on::<ListAsyncJobs>(handle::jobs::list),
        on::<GetLatestAsyncJob>(handle::jobs::latest),
        on::<GetAsyncJob>(handle::jobs::get),
        on::<CancelAsyncJob>(handle::jobs::cancel),
        on::<maintenance::BackupFixedFile>(handle::jobs::backup),
        on::<maintenance::RestoreFixedFile>(handle::jobs::restore),
        on::<maintenance::Cleanup>(handle::jobs::cleanup),
        on::<maintenance::ReindexSearch>(handle::jobs::reindex_search),
        on::<configurations::GetRequestedVersion>(handle::settings::requested_configuration),
        on::<configurations::ListKeys>(handle::settings::keys),
        on::<configurations::GetKey>(handle::settings::key),
        on::<settings::Export>(handle::settings::export),
        on::<settings::Import>(handle::settings::import),
        on::<topologies::ListTopologies>(handle::settings::topologies),
        on::<topologies::GetRequestedVersion>(handle::settings::requested_topology),
        on::<topologies::GetTopology>(handle::settings::topology),
        on::<licensing::GetLicensing>(handle::licensing::links),
        on::<licensing::ListProductKeys>(handle::licensing::product_keys),
        on::<licensing::Register>(handle::licensing::register),
    ]
}

type Run = dyn Fn(&mut Call<'_>, &Arguments) -> Result<Response<Bytes>, Refusal> + Send + Sync;

/// A call and its handler.
pub(super) struct Route {
    pub(super) operation: &'static Operation,
    run: Box<Run>,
}

fn on<E: Endpoint<Reply: Document>>(handler: fn(&mut Call<'_>, E) -> Result<E::Reply, Refusal>) -> Route {
    let run = move |call: &mut Call<'_>, arguments: &Arguments| {
        let reply = handler(
            call,
            decode_request(arguments, &Incoming::document(call.body.clone()))?,
        )?;
        // The version stands in XML only.
        encode_reply::<E>(&reply, tsm::VERSION_0_5, Format::Json).map_err(Refusal::internal)
    };
    Route {
        operation: const { &E::OPERATION },
        run: Box::new(run),
    }
}

impl Route {
    pub(super) fn run(&self, call: &mut Call<'_>, arguments: &Arguments) -> Result<Response<Bytes>, Refusal> {
        (self.run)(call, arguments)
    }
}

/// The list of routes.
pub(super) struct Routes(Vec<Route>);

impl Routes {
    pub(super) fn new() -> Self {
        Self(served())
    }

    /// Finds the call and the variables of its path.
    pub(super) fn find(
        &self,
        method: &Method,
        segments: &[String],
    ) -> Result<(&Route, Vec<String>), Refusal> {
        let table = self.0.iter().map(|route| (*route.operation, route));
        recognize(table, Root::Version, method, segments)
            .map(|found| (found.entry, found.variables))
            .map_err(|why| match why {
                Unrecognized::Method => Refusal::method_not_allowed(),
                Unrecognized::Path => Refusal::not_found("such address"),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tableau_wire::Family;

    #[test]
    fn every_endpoint_is_served_once() {
        let served = Routes::new().0;
        let described = Family::Tsm.endpoints();
        for entry in described.clone() {
            let routes = served.iter().filter(|route| *route.operation == entry.operation);
            assert_eq!(routes.count(), 1, "{}", entry.operation.full_name());
        }
        assert_eq!(served.len(), described.count());
    }

    #[test]
    fn the_latest_job_has_an_address_of_its_own() {
        let routes = Routes::new();
        let segments = ["asyncJobs".to_owned(), "latest".to_owned()];
        let (route, variables) = routes.find(&Method::GET, &segments).unwrap();
        assert_eq!(*route.operation, GetLatestAsyncJob::OPERATION);
        assert!(variables.is_empty());
    }
}
