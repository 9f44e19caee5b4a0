//! `tabctl plan`, `tabctl apply` and `tabctl export-state`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use tableau_client::wire::resource::ContentKind;

use super::connection::Connection;
use super::output::Output;

#[derive(Debug, ClapArgs)]
#[command(after_long_help = FORMAT)]
pub(crate) struct PlanState {
    /// The TOML file; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Also remove what the file does not name, of these kinds
    #[arg(long, value_name = "KINDS", value_enum, value_delimiter = ',')]
    pub(crate) prune: Vec<PruneKind>,
    /// Remove all groups or projects if the file names none, which is a mistake otherwise
    #[arg(long, requires = "prune")]
    pub(crate) allow_empty: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
#[command(after_long_help = FORMAT)]
pub(crate) struct ApplyState {
    /// The TOML file; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Also remove what the file does not name, of these kinds
    #[arg(long, value_name = "KINDS", value_enum, value_delimiter = ',')]
    pub(crate) prune: Vec<PruneKind>,
    /// Remove all groups or projects if the file names none, which is a mistake otherwise
    #[arg(long, requires = "prune")]
    pub(crate) allow_empty: bool,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask before something is removed
    #[arg(short, long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

const FORMAT: &str = "\
Example:
  [groups.Analysts]
  minimumSiteRole = \"Viewer\"
  members = [\"anita.silva\", \"ben.okafor\"]

  [projects.Finance]
  contentPermissions = \"LockedToProject\"
  owner = \"anita.silva\"
  [projects.Finance.permissions]
  \"group:Analysts\" = { allow = [\"Read\"] }
  [projects.Finance.defaultPermissions.workbooks]
  \"group:Analysts\" = { allow = [\"Read\", \"Filter\"], deny = [\"ExportXml\"] }

What the file does not name is left alone. `tabctl export-state` writes the file of a site.";

/// What is removed where the file does not name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PruneKind {
    /// Groups
    Groups,
    /// Members of groups whose `members` the file names
    Members,
    /// Projects, with all content in them
    Projects,
    /// Rules of projects whose `permissions` the file names
    Permissions,
    /// Rules for content, of projects and kinds whose `defaultPermissions` the file names
    DefaultPermissions,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ExportState {
    /// Write the default permissions for these kinds of content only; each costs a request for each project
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = content_kind)]
    pub(crate) default_permissions: Option<Vec<ContentKind>>,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

fn content_kind(text: &str) -> Result<ContentKind, String> {
    match ContentKind::from(text) {
        ContentKind::Other(_) => {
            let kinds: Vec<_> = ContentKind::KNOWN.iter().map(ContentKind::as_str).collect();
            Err(format!("there are: {}", kinds.join(", ")))
        }
        known => Ok(known),
    }
}
