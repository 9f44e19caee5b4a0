//! Session stores against their contract, and with processes that share them.

mod contract;
mod file;
mod killed;
mod pool;
mod processes;
mod redis;
mod shared;
