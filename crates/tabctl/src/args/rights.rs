//! `tabctl permissions allow`, `deny` and `clear`.

use clap::{ArgGroup, Args as ClapArgs};
use tableau_client::wire::resource::CapabilityName;

use super::connection::Connection;
use super::known;
use super::output::Output;
use super::people::ItemKind;

#[derive(Debug, ClapArgs)]
#[command(group = ArgGroup::new("grantee").args(["user", "group", "group_set"]).required(true))]
pub(crate) struct ChangeRights {
    /// The item, by its LUID, path (`Finance/Monthly Close`), content URL or address
    #[arg(value_name = "ITEM")]
    pub(crate) item: String,
    /// The capabilities: Read, Filter, ViewComments, ExportImage, ExportData, Write, …
    #[arg(value_name = "CAPABILITY", value_parser = capability)]
    pub(crate) capabilities: Vec<CapabilityName>,
    /// The user, by name or LUID
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// The group, by name or LUID
    #[arg(long, value_name = "NAME")]
    pub(crate) group: Option<String>,
    /// The group set, by name or LUID
    #[arg(long, value_name = "NAME")]
    pub(crate) group_set: Option<String>,
    /// What the item is
    #[arg(long, value_enum, default_value_t = ItemKind::Workbook)]
    pub(crate) kind: ItemKind,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

fn capability(text: &str) -> Result<CapabilityName, String> {
    known::value(CapabilityName::KNOWN, CapabilityName::as_str, text)
}
