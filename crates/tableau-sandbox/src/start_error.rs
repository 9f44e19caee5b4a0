//! Why a sandbox does not start.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a sandbox does not start.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartError {
    /// The sandbox cannot listen at the address.
    Listen {
        /// The address.
        address: SocketAddr,
        /// The reason the system gives.
        reason: String,
    },
    /// Control was requested at an address that other machines can reach.
    ControlNotOnLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The directory or its database cannot be used.
    Data {
        /// The directory or file.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// Another sandbox keeps its state in the directory.
    DataInUse {
        /// The database.
        path: PathBuf,
    },
    /// The database is of a format that this version does not know.
    DataFormat {
        /// The database.
        path: PathBuf,
        /// Its format.
        format: i64,
        /// The format that this version writes.
        known: i64,
    },
    /// TLS cannot be set up.
    Tls {
        /// The reason.
        reason: String,
    },
    /// This machine does not know the time zone.
    TimeZone {
        /// Its name.
        name: String,
        /// The reason.
        reason: String,
    },
    /// The first records cannot be written.
    Seed {
        /// The reason.
        reason: String,
    },
}

impl StartError {
    pub(crate) fn listen(address: SocketAddr, error: &std::io::Error) -> Self {
        Self::Listen {
            address,
            reason: error.to_string(),
        }
    }

    pub(crate) fn tls(error: impl fmt::Display) -> Self {
        Self::Tls {
            reason: error.to_string(),
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { address, reason } => write!(f, "the sandbox cannot listen at {address}: {reason}"),
            Self::ControlNotOnLoopback { address } => write!(
                f,
                "the sandbox lets only this machine control it, and {address} can be reached from others: \
                 listen at 127.0.0.1 or [::1], or leave the control out"
            ),
            Self::Data { path, reason } => write!(f, "the sandbox cannot use {}: {reason}", path.display()),
            Self::DataInUse { path } => write!(
                f,
                "another sandbox is using {}: stop it, or give this one a directory of its own",
                path.display()
            ),
            Self::DataFormat { path, format, known } => write!(
                f,
                "{} has format {format}, and this version knows format {known}: use the version that wrote it, or an empty directory",
                path.display()
            ),
            Self::Tls { reason } => write!(f, "the sandbox cannot set up TLS: {reason}"),
            Self::TimeZone { name, reason } => write!(
                f,
                "there is no time zone {name}: name one as Europe/Lisbon, or as a POSIX rule ({reason})"
            ),
            Self::Seed { reason } => write!(f, "the sandbox cannot write its first records: {reason}"),
        }
    }
}

impl std::error::Error for StartError {}
