//! Configuration and topology.

use serde_json::{Value, json};
use tableau_wire::tsm::settings::{Export, Import};
use tableau_wire::tsm::{ConfigKeys, Json, Links, RequestedVersion, Settings, Topology};
use tableau_wire::tsm::{configurations, topologies as wire};

use super::Call;
use crate::tsm::refusal::Refusal;
use crate::tsm::state::{Configuration, State};

/// The types of the objects in a settings file (documented).
const ENTITY_TYPES: [&str; 3] = ["gatewaySettingsType", "identityStoreType", "runAsUserType"];

pub(crate) fn requested_configuration(
    call: &mut Call<'_>,
    _: configurations::GetRequestedVersion,
) -> Result<Json<RequestedVersion>, Refusal> {
    let (version, _) = call.state.requested();
    Ok(Json::new(RequestedVersion { version }))
}

pub(crate) fn keys(
    call: &mut Call<'_>,
    wanted: configurations::ListKeys,
) -> Result<Json<ConfigKeys>, Refusal> {
    let configuration = configuration(call.state, wanted.version)?;
    Ok(Json::new(ConfigKeys(configuration.keys.clone())))
}

pub(crate) fn key(call: &mut Call<'_>, wanted: configurations::GetKey) -> Result<Json<ConfigKeys>, Refusal> {
    let configuration = configuration(call.state, wanted.version)?;
    // `tsm` reports an unknown key; how the API reports it is not known.
    let value = configuration.keys.get(&wanted.key);
    let value = value.ok_or_else(|| Refusal::not_found("such key"))?;
    Ok(Json::new(ConfigKeys([(wanted.key, value.clone())].into())))
}

fn configuration(state: &State, version: u64) -> Result<&Configuration, Refusal> {
    let configuration = state.configuration(version);
    configuration.ok_or_else(|| Refusal::not_found("such version of the configuration"))
}

/// Exports the applied settings; whether a real server exports the pending ones instead is not known.
pub(crate) fn export(call: &mut Call<'_>, export: Export) -> Result<Json<Settings>, Refusal> {
    let world = call.state.world(call.now);
    let configuration = configuration(call.state, world.configuration)?.clone();
    let mut topology = call.state.topology(world.topology).cloned();
    if !export.include_binary_version.unwrap_or_default() {
        let nodes = topology
            .iter_mut()
            .flat_map(|topology| topology.nodes.values_mut());
        let services = nodes.flat_map(|node| node.services.values_mut());
        for instance in services.flat_map(|service| &mut service.instances) {
            instance.binary_version = None;
        }
    }
    let mut settings = Settings::default();
    settings.config_entities = (!configuration.entities.is_empty()).then_some(configuration.entities);
    settings.config_keys = ConfigKeys(configuration.keys);
    settings.topology_version = topology;
    Ok(Json::new(settings))
}

/// Imported settings are pending. Assumed: parts that the call does not mention are imported.
pub(crate) fn import(call: &mut Call<'_>, import: Import) -> Result<(), Refusal> {
    let settings = import.settings.into_inner();
    if import.configuration.unwrap_or(true) {
        let entities = settings.config_entities.unwrap_or_default();
        for (name, entity) in &entities {
            check_entity(call.state, name, entity)?;
        }
        let (newest, _) = call.state.requested();
        let mut changed = configuration(call.state, newest)?.clone();
        changed.entities.extend(entities);
        changed.keys.extend(settings.config_keys.0);
        if call.state.configurations.last() != Some(&changed) {
            call.state.configurations.push(changed);
        }
    }
    if import.topology.unwrap_or(true)
        && let Some(topology) = settings.topology_version
        && call.state.topologies.last() != Some(&topology)
    {
        call.state.topologies.push(topology);
    }
    Ok(())
}

/// Objects are validated at import (documented); how thoroughly, and the texts of refusals, are assumed.
fn check_entity(state: &State, name: &str, entity: &Value) -> Result<(), Refusal> {
    let kind = entity.get("_type").and_then(Value::as_str).unwrap_or_default();
    if !ENTITY_TYPES.contains(&kind) {
        let message = format!("configEntities: {name} has no _type that is known.");
        return Err(Refusal::bad_request(message));
    }
    let user = entity.get("name").and_then(Value::as_str).unwrap_or_default();
    let mut accounts = state.accounts.iter();
    if kind == "runAsUserType" && !accounts.any(|account| account.name == user) {
        return Err(Refusal::cannot_log_on(user));
    }
    Ok(())
}

pub(crate) fn topologies(call: &mut Call<'_>, _: wire::ListTopologies) -> Result<Json<Links>, Refusal> {
    let (_, newest) = call.state.requested();
    let items = (1..=newest).map(|version| link(&format!("topologies/{version}")));
    Ok(Json::new(Links {
        items: items.collect(),
    }))
}

pub(crate) fn requested_topology(
    call: &mut Call<'_>,
    _: wire::GetRequestedVersion,
) -> Result<Json<RequestedVersion>, Refusal> {
    let (_, version) = call.state.requested();
    Ok(Json::new(RequestedVersion { version }))
}

pub(crate) fn topology(call: &mut Call<'_>, wanted: wire::GetTopology) -> Result<Json<Topology>, Refusal> {
    let topology = call.state.topology(wanted.version).cloned();
    let topology = topology.ok_or_else(|| Refusal::not_found("such version of the topology"))?;
    Ok(Json::new(topology))
}

/// A link; that there are links is observed, their form is assumed.
pub(super) fn link(path: &str) -> Value {
    json!({ "href": path })
}
