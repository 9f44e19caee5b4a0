//! The sandbox as clients see it: raw requests in XML and JSON, and answers compared byte by byte where they are known.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod automation;
mod connected_apps;
mod content;
mod control;
mod data_service;
mod delivery;
mod durable;
mod faults;
mod fields;
mod fixture;
mod impersonation;
mod jobs;
mod jwts;
mod lists;
mod log;
mod mails;
mod matrix;
mod metadata;
mod mint;
mod oauth_trust;
mod publish;
mod pulse;
mod pulse_changes;
mod refusals;
mod refused_documents;
mod renderings;
mod revocation;
mod robust;
mod schedules;
mod sdk;
mod sessions;
mod site_settings;
mod socket;
mod switch;
mod tsm_cluster;
mod tsm_fixture;
mod tsm_jobs;
mod tsm_sessions;
mod tsm_settings;
mod tsm_socket;
mod unified;
mod uploads;
