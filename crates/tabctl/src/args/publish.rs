//! `tabctl workbooks publish` and its like.

use std::path::PathBuf;

use clap::{ArgMatches, Args as ClapArgs, Command, FromArgMatches};

use super::connection::Connection;
use super::kind::Kind;
use super::output::Output;

/// A command that publishes: what every kind has, and what its own has.
#[derive(Debug)]
pub(crate) struct Publish {
    pub(crate) files: PublishFiles,
    pub(crate) of: PublishOf,
}

/// The options of a kind.
#[derive(Debug)]
pub(crate) enum PublishOf {
    Workbook(PublishWorkbook),
    Datasource(PublishDatasource),
    Flow(IntoProject),
    CustomView(PublishCustomView),
    VirtualConnection(PublishVirtualConnection),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PublishFiles {
    /// The files, and folders whose files are published with those of the folders in them; several are sent at once
    #[arg(value_name = "FILE|DIR", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The name on the server, for one file; without it, that of the file
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Go on where the same command stopped before: with its upload, if the file has not changed
    #[arg(long)]
    pub(crate) resume: bool,
    /// Show what would be published, and publish nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Place {
    /// The project: its LUID, name or path (`Finance/2026`)
    #[arg(long, value_name = "PROJECT")]
    pub(crate) project: String,
    /// Replace the one of the same name in the project
    #[arg(long)]
    pub(crate) overwrite: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct IntoProject {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The description
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct AsJob {
    /// Let the server publish in the background, which large files need, and print the job
    #[arg(long)]
    pub(crate) as_job: bool,
    /// Wait until that job has ended, an hour at most or this long
    #[arg(
        long,
        value_name = "SECONDS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "3600",
        requires = "as_job"
    )]
    pub(crate) wait: Option<u64>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DatabaseUser {
    /// The user whom the server signs in to its database as
    #[arg(long, value_name = "NAME", requires = "connection_secret")]
    pub(crate) connection_username: Option<String>,
    /// Read that user's password from this file; `-` is standard input
    #[arg(
        long,
        value_name = "FILE",
        requires = "connection_username",
        group = "connection_secret"
    )]
    pub(crate) connection_password_file: Option<PathBuf>,
    /// That user's is an OAuth connection that the server has, which needs no password
    #[arg(long, requires = "connection_username", group = "connection_secret")]
    pub(crate) connection_oauth: bool,
    /// Have the server keep that password or connection, so that readers are not asked for theirs
    #[arg(long, requires = "connection_username")]
    pub(crate) embed_password: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PublishWorkbook {
    #[command(flatten)]
    pub(crate) into: IntoProject,
    #[command(flatten)]
    pub(crate) job: AsJob,
    /// Show the views as tabs
    #[arg(long)]
    pub(crate) show_tabs: bool,
    /// Hide a view, by the name of its sheet; may be repeated
    #[arg(long = "hide-view", value_name = "SHEET")]
    pub(crate) hidden_views: Vec<String>,
    #[command(flatten)]
    pub(crate) user: DatabaseUser,
    /// Show the thumbnails as this user sees the data: the user's LUID or name
    #[arg(long, value_name = "USER", conflicts_with = "thumbnails_group")]
    pub(crate) thumbnails_user: Option<String>,
    /// Show the thumbnails as this group sees the data: its LUID or name
    #[arg(long, value_name = "GROUP")]
    pub(crate) thumbnails_group: Option<String>,
    /// Publish although the server cannot reach the workbook's databases
    #[arg(long)]
    pub(crate) skip_connection_check: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PublishDatasource {
    #[command(flatten)]
    pub(crate) into: IntoProject,
    /// Add the rows to those of the extract of the same name in the project
    #[arg(long, conflicts_with = "overwrite")]
    pub(crate) append: bool,
    #[command(flatten)]
    pub(crate) job: AsJob,
    #[command(flatten)]
    pub(crate) user: DatabaseUser,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PublishCustomView {
    /// The workbook whose views it is for: its LUID, name, path, content URL or address
    #[arg(long, value_name = "WORKBOOK")]
    pub(crate) workbook: String,
    /// Let others see it too
    #[arg(long)]
    pub(crate) shared: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PublishVirtualConnection {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Publish a draft, which others do not see
    #[arg(long)]
    pub(crate) draft: bool,
}

impl Publish {
    pub(super) fn command(kind: Kind) -> Command {
        let command = Command::new("publish");
        let command = match kind {
            Kind::Workbook => PublishWorkbook::augment_args(command),
            Kind::Datasource => PublishDatasource::augment_args(command),
            Kind::Flow => IntoProject::augment_args(command),
            Kind::CustomView => PublishCustomView::augment_args(command),
            Kind::VirtualConnection => PublishVirtualConnection::augment_args(command),
        };
        let about = format!("Publish {} from files ({})", kind.nouns(), kind.extensions());
        PublishFiles::augment_args(command).about(about)
    }

    pub(super) fn typed(kind: Kind, matches: &ArgMatches) -> Result<Self, clap::Error> {
        let of = match kind {
            Kind::Workbook => PublishOf::Workbook(FromArgMatches::from_arg_matches(matches)?),
            Kind::Datasource => PublishOf::Datasource(FromArgMatches::from_arg_matches(matches)?),
            Kind::Flow => PublishOf::Flow(FromArgMatches::from_arg_matches(matches)?),
            Kind::CustomView => PublishOf::CustomView(FromArgMatches::from_arg_matches(matches)?),
            Kind::VirtualConnection => {
                PublishOf::VirtualConnection(FromArgMatches::from_arg_matches(matches)?)
            }
        };
        Ok(Self {
            files: FromArgMatches::from_arg_matches(matches)?,
            of,
        })
    }
}

impl PublishOf {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Workbook(_) => Kind::Workbook,
            Self::Datasource(_) => Kind::Datasource,
            Self::Flow(_) => Kind::Flow,
            Self::CustomView(_) => Kind::CustomView,
            Self::VirtualConnection(_) => Kind::VirtualConnection,
        }
    }

    /// The project, and whether one of the same name in it is replaced; custom views go to a workbook.
    pub(crate) fn place(&self) -> Option<&Place> {
        match self {
            Self::Workbook(options) => Some(&options.into.place),
            Self::Datasource(options) => Some(&options.into.place),
            Self::Flow(options) => Some(&options.place),
            Self::VirtualConnection(options) => Some(&options.place),
            Self::CustomView(_) => None,
        }
    }

    pub(crate) fn job(&self) -> Option<&AsJob> {
        match self {
            Self::Workbook(options) => Some(&options.job),
            Self::Datasource(options) => Some(&options.job),
            _ => None,
        }
    }

    pub(crate) fn user(&self) -> Option<&DatabaseUser> {
        match self {
            Self::Workbook(options) => Some(&options.user),
            Self::Datasource(options) => Some(&options.user),
            _ => None,
        }
    }
}
