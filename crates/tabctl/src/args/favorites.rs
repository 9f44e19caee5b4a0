//! `tabctl favorites`.

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::connection::Connection;
use super::output::Output;

/// The commands for favorites.
#[derive(Debug, Subcommand)]
pub(crate) enum Favorites {
    /// List favorites, in their order
    List(ListFavorites),
    /// Add items to the favorites
    Add(Box<AddFavorites>),
    /// Remove items from the favorites; the items themselves stay
    Remove(Box<RemoveFavorites>),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ListFavorites {
    #[command(flatten)]
    pub(crate) whose: Whose,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct AddFavorites {
    #[command(flatten)]
    pub(crate) change: ChangeFavorites,
    /// The label, for one item; without it, its name
    #[arg(long, value_name = "TEXT")]
    pub(crate) label: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RemoveFavorites {
    #[command(flatten)]
    pub(crate) change: ChangeFavorites,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ChangeFavorites {
    /// What the items are
    #[arg(value_name = "KIND")]
    pub(crate) kind: FavoriteKind,
    /// The items, each by its LUID, name, path, content URL or address
    #[arg(value_name = "ITEM", required = true)]
    pub(crate) items: Vec<String>,
    #[command(flatten)]
    pub(crate) whose: Whose,
    /// Show what would be changed, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// Whose favorites are meant.
#[derive(Debug, ClapArgs)]
pub(crate) struct Whose {
    /// Of this user, by LUID or name, which administrators may name; without it, of the user who is signed in
    #[arg(long, value_name = "USER")]
    pub(crate) user: Option<String>,
}

/// A kind of items that can be favorites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FavoriteKind {
    Workbook,
    View,
    Datasource,
    Flow,
    Project,
}
