//! Shared code of the tests of several packages.
//!
//! [`InProcess`] puts a sandbox behind a client without a socket; [`alone`] runs a test in a process of its own;
//! [`each_at_once`] checks cases that wait; [`scripted`] is a server that misbehaves as a script says;
//! [`Random`] gives what a seed says.

#![expect(
    clippy::expect_used,
    reason = "a test fails by panicking, also in what its tests share"
)]

mod alone;
mod at_once;
mod in_process;
mod random;
pub mod scripted;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

pub use alone::{alone, run_alone};
pub use at_once::each_at_once;
pub use in_process::{InProcess, in_memory};
pub use random::Random;

/// A free port of the loopback interface.
pub const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
