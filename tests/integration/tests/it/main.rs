//! Client and sandbox together: what needs the one at the other end of the other, and would not hold on every server.

mod files;
mod renewal;
mod secrets;
mod sign_in;
mod transport;
mod tsm;
