//! Client and sandbox together: tests that need both ends and would not pass on every server.

mod chaos;
mod content;
mod data_service;
mod effective;
mod faults;
mod files;
mod metadata;
mod reliability;
mod renewal;
mod secrets;
mod sign_in;
mod transport;
mod tsm;
