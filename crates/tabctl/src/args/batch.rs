//! `tabctl batch`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct Batch {
    /// The commands, one on each line, quoted as for a shell; `#` begins a comment; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// End with the first command that fails; otherwise the others are run too
    #[arg(long)]
    pub(crate) stop: bool,
}
