//! `tabctl users import`, `tabctl groups sync` and `tabctl permissions show`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use tableau_client::wire::value::SiteRole;

use super::connection::{Connection, seconds};
use super::known;
use super::output::Output;
use super::rights::ChangeRights;

/// The commands for users beyond their calls.
#[derive(Debug, Subcommand)]
pub(crate) enum People {
    /// Add the users of a CSV file to the site, and change those that there are
    Import(Box<ImportUsers>),
    /// Remove the users of a CSV file from the site
    Remove(Box<RemoveUsers>),
}

#[derive(Debug, ClapArgs)]
#[command(after_long_help = FORMAT)]
pub(crate) struct ImportUsers {
    /// The CSV file, with or without a first line that names the columns; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The role of all users, whatever the file has
    #[arg(long, value_name = "ROLE", value_parser = site_role)]
    pub(crate) site_role: Option<SiteRole>,
    /// How all users sign in, whatever the file has
    #[arg(long, value_name = "SETTING")]
    pub(crate) auth_setting: Option<String>,
    /// How long to wait for the job that does it, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "3600", value_parser = seconds)]
    pub(crate) wait: Duration,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

fn site_role(text: &str) -> Result<SiteRole, String> {
    known::value(SiteRole::KNOWN, SiteRole::as_str, text)
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RemoveUsers {
    /// The CSV file: the first column, or the one named `name`, has the names of the users; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The user who takes over what the others own: without, users who own content stay, and the line fails
    #[arg(long, value_name = "NAME")]
    pub(crate) map_assets_to: Option<String>,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask before users are removed
    #[arg(short, long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

const FORMAT: &str = "\
Columns, in Tableau's order where no first line names them:
  name, password, fullName, license (Creator, Explorer, Viewer, Unlicensed),
  administrator (System, Site, None), publisher (1, 0), email, authSetting
A column `siteRole` may say in one word what license, administrator and publisher say in three.
What a line leaves empty stays as it is; a password is sent with what is added or changed, and never compared.";

/// The commands for groups beyond their calls.
#[derive(Debug, Subcommand)]
pub(crate) enum Membership {
    /// Make the users of a group those of a CSV file
    Sync(Box<SyncGroup>),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SyncGroup {
    /// The group, by its name or LUID
    #[arg(value_name = "GROUP")]
    pub(crate) group: String,
    /// The CSV file: the first column, or the one named `name`, has the names of the users; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Keep the members that the file does not name
    #[arg(long, conflicts_with = "remove")]
    pub(crate) keep: bool,
    /// Remove all members if the file names no user, which is a mistake otherwise
    #[arg(long)]
    pub(crate) allow_empty: bool,
    /// Remove the users of the file from the group, and leave its other members
    #[arg(long)]
    pub(crate) remove: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// The commands about permissions.
#[derive(Debug, Subcommand)]
pub(crate) enum Rights {
    /// Show what a user may do with an item and what decides it, or the rules of the item
    ///
    /// With --user: each capability, whether the user has it, and why. With --group or --group-set: the rules for that group. With neither: all rules.
    Show(Box<ShowRights>),
    /// Allow a user, a group or a group set to do something with an item
    ///
    /// A rule that denies it goes; all other rules stay.
    #[command(arg_required_else_help = true)]
    Allow(Box<ChangeRights>),
    /// Deny a user, a group or a group set to do something with an item
    ///
    /// A rule that allows it goes; all other rules stay.
    #[command(arg_required_else_help = true)]
    Deny(Box<ChangeRights>),
    /// Remove the rules of an item that are for a user, a group or a group set: those named, or all
    #[command(arg_required_else_help = true)]
    Clear(Box<ChangeRights>),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ShowRights {
    /// The item, by its LUID, path (`Finance/Monthly Close`), content URL or address
    #[arg(value_name = "ITEM")]
    pub(crate) item: String,
    /// The user, by name or LUID
    #[arg(long, value_name = "NAME", conflicts_with_all = ["group", "group_set"])]
    pub(crate) user: Option<String>,
    /// The group, by name or LUID
    #[arg(long, value_name = "NAME", conflicts_with = "group_set")]
    pub(crate) group: Option<String>,
    /// The group set, by name or LUID
    #[arg(long, value_name = "NAME")]
    pub(crate) group_set: Option<String>,
    /// What the item is
    #[arg(long, value_enum, default_value_t = ItemKind::Workbook)]
    pub(crate) kind: ItemKind,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// A kind of item with permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ItemKind {
    Workbook,
    View,
    Datasource,
    Flow,
    Project,
    VirtualConnection,
    Database,
    Table,
}
