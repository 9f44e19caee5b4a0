//! The command line as types: clap fills them, and they do nothing.

#![expect(
    clippy::doc_markdown,
    reason = "these comments are the help, where backticks would be noise"
)]

mod api;
mod auth;
mod batch;
mod call;
mod call_arg;
mod call_example;
mod call_help;
mod connection;
mod doctor;
mod download;
mod examples;
mod export;
mod favorites;
mod groups;
mod kind;
mod known;
mod metadata;
mod output;
mod people;
mod publish;
mod queue;
mod refers;
mod resource;
mod rights;
mod sandbox;
mod search;
mod shell;
mod special;
mod state;
mod tasks;
pub(crate) mod tsm;
mod wait;

use clap::{Parser, Subcommand};

pub(crate) use api::Api;
pub(crate) use batch::Batch;
pub(crate) use call::{Call, Endpoint, Reach, is_deletion, members};
pub(crate) use call_arg::in_kebab_case;
pub(crate) use call_help::{by_text, in_imperative, is_secret};
pub(crate) use connection::{Connection, Global, Trust};
pub(crate) use doctor::{Doctor, Explain};
pub(crate) use download::Download;
pub(crate) use examples::command;
pub(crate) use export::{Export, ExportFormat, PageOrientation};
pub(crate) use favorites::{ChangeFavorites, FavoriteKind, Favorites, ListFavorites, Whose};
pub(crate) use groups::{GROUPS, Group};
pub(crate) use kind::Kind as ContentKind;
pub(crate) use known::warning as unknown_word;
pub(crate) use metadata::{Lineage, LineageKind, Metadata, MetadataStatus, QueryMetadata, Tree};
pub(crate) use output::Output;
pub(crate) use people::{
    ImportUsers, ItemKind, Membership, People, RemoveUsers, Rights, ShowRights, SyncGroup,
};
pub(crate) use publish::{AsJob, DatabaseUser, IntoProject, Publish, PublishOf};
pub(crate) use queue::{Queue, Refresh, Run};
pub(crate) use refers::Refers;
pub(crate) use resource::Resource;
pub(crate) use rights::ChangeRights;
pub(crate) use sandbox::{Certificate, Demo, Sandbox, UnifiedAccessTokens};
pub(crate) use search::{KINDS as SEARCHED, Search};
pub(crate) use shell::{Completions, Docs, Man};
pub(crate) use special::Own;
pub(crate) use state::{ApplyState, ExportState, PlanState, PruneKind};
pub(crate) use tasks::{RunTask, Watch};

pub(crate) use auth::{Auth, Import, Kind, Login, Logout, Status, Tabcmd};

/// Tableau Server, Tableau Cloud and a local sandbox on the command line.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, arg_required_else_help = true, after_long_help = crate::exit::exit_codes())]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in to a sandbox, list its workbooks and sign out: everything in one command, no server needed
    Demo(Demo),
    /// Run a Tableau Server on this machine, for tests and demos
    Sandbox(Sandbox),
    /// Sign in and out, and keep profiles of servers
    #[command(subcommand)]
    Auth(Auth),
    #[command(flatten)]
    Resource(Resource),
    /// Search the content of the site: workbooks, views, data sources, flows, projects
    Search(Search),
    /// Show what differs between a site and a file that says how its groups, projects and permissions should be
    Plan(PlanState),
    /// Make the groups, projects and permissions of a site what a file says
    Apply(ApplyState),
    /// Write the groups, projects and permissions of a site as a file for `plan` and `apply`
    ExportState(ExportState),
    /// Show the projects of the site with their content
    Tree(Tree),
    /// Show what an item reads, and what reads it
    Lineage(Lineage),
    /// Administer a server through Tableau Services Manager (TSM)
    Tsm(tsm::Tsm),
    /// Run a command in tabcmd's language: `tabctl tabcmd publish sales.twbx -r Finance`
    ///
    /// `tabctl tabcmd --explain …` prints the commands of tabctl that do the same; `--install DIR` makes a link called `tabcmd` there.
    #[command(disable_help_flag = true)]
    Tabcmd {
        /// The command and its arguments
        #[arg(value_name = "WORD", trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<std::ffi::OsString>,
    },
    /// Make a request of the REST API by hand
    Api(Api),
    /// Call any endpoint of the REST API or of TSM by its name
    Call(Call),
    /// Run the commands in a file in one session, with a line for each result
    Batch(Batch),
    /// Print the completions of commands, flags and endpoints for a shell
    Completions(Completions),
    /// Print the manual page, or write the pages of all commands
    Man(Man),
    /// Write the reference of the calls, a page for each group
    #[command(hide = true)]
    Docs(Docs),
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_option_is_there_twice() {
        super::command().debug_assert();
    }
}
