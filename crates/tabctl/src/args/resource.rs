//! `tabctl GROUP VERB`: the calls of a group of the REST API as commands, made from the table of endpoints.

use clap::{ArgMatches, Command, FromArgMatches, Subcommand};
use tableau_client::wire::{Entry, Family};

use super::call::{Endpoint, PathArguments, command, entries, in_kebab_case};
use super::download::Download;
use super::export::Export;
use super::favorites::Favorites;
use super::kind::Kind;
use super::people::{Membership, People, Rights};
use super::publish::Publish;
use super::queue::{Refresh, Run};

/// A group as a command.
#[derive(Debug)]
pub(crate) struct Group {
    /// The group of the API; its command has hyphens for underscores.
    pub(crate) name: &'static str,
    /// What its help says.
    about: &'static str,
    /// The commands that it has beside its calls, or in place of them.
    own: &'static [Special],
    /// The columns of its tables: titles, and paths of members. Without any, they are chosen from the items.
    pub(crate) columns: &'static [(&'static str, &'static str)],
}

/// A command that is more than a call, and stands in for the call of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Special {
    Publish(Kind),
    Download(Kind),
    Export,
    Refresh(Kind),
    Run,
    Favorites,
    People,
    Membership,
    Rights,
}

/// One of these commands as it was typed.
#[derive(Debug)]
pub(crate) enum Own {
    Publish(Box<Publish>),
    Download(Box<Download>),
    Export(Box<Export>),
    Refresh(Box<Refresh>),
    Run(Box<Run>),
    Favorites(Favorites),
    People(People),
    Membership(Membership),
    Rights(Rights),
}

impl Special {
    fn has(self, name: &str) -> bool {
        match self {
            Self::Publish(_) => name == "publish",
            Self::Download(kind) => name == "download" || (name == "download-revision" && kind != Kind::Flow),
            Self::Export => name == "export",
            Self::Refresh(_) => name == "refresh",
            Self::Run => name == "run",
            Self::People => People::has_subcommand(name),
            Self::Membership => Membership::has_subcommand(name),
            Self::Rights => Rights::has_subcommand(name),
            // The calls have other names than these commands.
            Self::Favorites => {
                let calls = ["list-favorites", "add-favorite", "delete-favorite"];
                calls.contains(&name) || Favorites::has_subcommand(name)
            }
        }
    }

    fn augment(self, command: Command) -> Command {
        match self {
            Self::Publish(kind) => command.subcommand(Publish::command(kind)),
            Self::Download(kind) => command.subcommand(Download::command(kind)),
            Self::Export => command.subcommand(Export::command()),
            Self::Refresh(kind) => command.subcommand(Refresh::command(kind)),
            Self::Run => command.subcommand(Run::command()),
            Self::Favorites => Favorites::augment_subcommands(command),
            Self::People => People::augment_subcommands(command),
            Self::Membership => Membership::augment_subcommands(command),
            Self::Rights => Rights::augment_subcommands(command),
        }
    }

    /// The command as it was typed, from the matches of its group and of itself.
    fn typed(self, group: &ArgMatches, matches: &ArgMatches) -> Result<Own, clap::Error> {
        Ok(match self {
            Self::Publish(kind) => Own::Publish(Box::new(Publish::typed(kind, matches)?)),
            Self::Download(kind) => Own::Download(Box::new(Download::typed(kind, matches)?)),
            Self::Export => Own::Export(Box::new(Export::from_arg_matches(matches)?)),
            Self::Refresh(kind) => Own::Refresh(Box::new(Refresh::typed(kind, matches)?)),
            Self::Run => Own::Run(Box::new(Run::from_arg_matches(matches)?)),
            Self::Favorites => Own::Favorites(Favorites::from_arg_matches(group)?),
            Self::People => Own::People(People::from_arg_matches(group)?),
            Self::Membership => Own::Membership(Membership::from_arg_matches(group)?),
            Self::Rights => Own::Rights(Rights::from_arg_matches(group)?),
        })
    }
}

/// Which groups are commands. To add one is to add a row.
pub(crate) const GROUPS: &[Group] = &[
    Group {
        name: "workbooks",
        about: "Work with workbooks",
        own: &[
            Special::Publish(Kind::Workbook),
            Special::Download(Kind::Workbook),
            Special::Refresh(Kind::Workbook),
        ],
        columns: &[
            ("name", "name"),
            ("project", "project.name"),
            ("owner", "owner.name"),
            ("updatedAt", "updatedAt"),
            ("id", "id"),
        ],
    },
    Group {
        name: "views",
        about: "Work with views",
        own: &[Special::Export],
        columns: &[
            ("name", "name"),
            ("workbook", "workbook.id"),
            ("updatedAt", "updatedAt"),
            ("id", "id"),
        ],
    },
    Group {
        name: "datasources",
        about: "Work with published data sources",
        own: &[
            Special::Publish(Kind::Datasource),
            Special::Download(Kind::Datasource),
            Special::Refresh(Kind::Datasource),
        ],
        columns: &[
            ("name", "name"),
            ("type", "type"),
            ("project", "project.name"),
            ("updatedAt", "updatedAt"),
            ("id", "id"),
        ],
    },
    Group {
        name: "flows",
        about: "Work with flows of Tableau Prep",
        own: &[
            Special::Publish(Kind::Flow),
            Special::Download(Kind::Flow),
            Special::Run,
        ],
        columns: &[
            ("name", "name"),
            ("project", "project.name"),
            ("owner", "owner.name"),
            ("updatedAt", "updatedAt"),
            ("id", "id"),
        ],
    },
    Group {
        name: "flow_runs",
        about: "Work with runs of flows",
        own: &[],
        columns: &[
            ("flow", "flowId"),
            ("status", "status"),
            ("startedAt", "startedAt"),
            ("completedAt", "completedAt"),
            ("job", "backgroundJobId"),
            ("id", "id"),
        ],
    },
    Group {
        name: "custom_views",
        about: "Work with custom views: views as users have set them",
        own: &[
            Special::Publish(Kind::CustomView),
            Special::Download(Kind::CustomView),
        ],
        columns: &[
            ("name", "name"),
            ("workbook", "workbook.name"),
            ("owner", "owner.name"),
            ("shared", "shared"),
            ("updatedAt", "updatedAt"),
            ("id", "id"),
        ],
    },
    Group {
        name: "virtual_connections",
        about: "Work with virtual connections: connections to databases that are shared",
        own: &[
            Special::Publish(Kind::VirtualConnection),
            Special::Download(Kind::VirtualConnection),
        ],
        columns: &[
            ("name", "name"),
            ("project", "project.name"),
            ("isCertified", "isCertified"),
            ("updatedAt", "updatedAt"),
            ("id", "id"),
        ],
    },
    Group {
        name: "favorites",
        about: "Work with favorites",
        own: &[Special::Favorites],
        columns: &[],
    },
    Group {
        name: "data_quality_warnings",
        about: "Work with data quality warnings",
        own: &[],
        columns: &[],
    },
    Group {
        name: "projects",
        about: "Work with projects",
        own: &[],
        columns: &[
            ("name", "name"),
            ("parent", "parentProjectId"),
            ("updatedAt", "updatedAt"),
            ("id", "id"),
        ],
    },
    Group {
        name: "users",
        about: "Work with users of the site",
        own: &[Special::People],
        columns: &[
            ("name", "name"),
            ("fullName", "fullName"),
            ("siteRole", "siteRole"),
            ("lastLogin", "lastLogin"),
            ("id", "id"),
        ],
    },
    Group {
        name: "groups",
        about: "Work with groups of users",
        own: &[Special::Membership],
        columns: &[
            ("name", "name"),
            ("domain", "domain.name"),
            ("minimumSiteRole", "minimumSiteRole"),
            ("id", "id"),
        ],
    },
    Group {
        name: "group_sets",
        about: "Work with group sets: groups that permissions name together",
        own: &[],
        columns: &[("name", "name"), ("groupCount", "groupCount"), ("id", "id")],
    },
    Group {
        name: "permissions",
        about: "Explain what users may do; rules are set by the commands of each kind",
        own: &[Special::Rights],
        columns: &[],
    },
    Group {
        name: "sites",
        about: "Work with sites of the server, and with the settings of one",
        own: &[],
        columns: &[
            ("name", "name"),
            ("contentUrl", "contentUrl"),
            ("state", "state"),
            ("id", "id"),
        ],
    },
    Group {
        name: "jobs",
        about: "Work with jobs: what the server does in the background",
        own: &[],
        columns: &[
            ("type", "jobType"),
            ("status", "status"),
            ("createdAt", "createdAt"),
            ("endedAt", "endedAt"),
            ("id", "id"),
        ],
    },
    Group {
        name: "webhooks",
        about: "Work with webhooks: addresses that the server calls when something happens",
        own: &[],
        columns: &[
            ("name", "name"),
            ("event", "event"),
            ("isEnabled", "isEnabled"),
            ("id", "id"),
        ],
    },
    Group {
        name: "schedules",
        about: "Work with schedules of Tableau Server",
        own: &[],
        columns: &[
            ("name", "name"),
            ("type", "type"),
            ("frequency", "frequency"),
            ("state", "state"),
            ("nextRunAt", "nextRunAt"),
            ("id", "id"),
        ],
    },
    Group {
        name: "tasks",
        about: "Work with tasks: what schedules run",
        own: &[],
        columns: &[
            ("schedule", "extractRefresh.schedule.name"),
            ("workbook", "extractRefresh.workbook.id"),
            ("datasource", "extractRefresh.datasource.id"),
            ("flow", "flowRun.flow.id"),
            ("id", "extractRefresh.id"),
            ("flowTask", "flowRun.id"),
        ],
    },
    Group {
        name: "linked_tasks",
        about: "Work with linked tasks: flows that run one after the other",
        own: &[],
        columns: &[
            ("schedule", "schedule.name"),
            ("steps", "numSteps"),
            ("nextRunAt", "schedule.nextRunAt"),
            ("id", "id"),
        ],
    },
    Group {
        name: "subscriptions",
        about: "Work with subscriptions: views and workbooks sent by mail",
        own: &[],
        columns: &[
            ("subject", "subject"),
            ("user", "user.name"),
            ("content", "content.name"),
            ("schedule", "schedule.name"),
            ("id", "id"),
        ],
    },
    Group {
        name: "data_alerts",
        about: "Work with data-driven alerts",
        own: &[],
        columns: &[
            ("subject", "subject"),
            ("view", "view.name"),
            ("owner", "owner.name"),
            ("frequency", "frequency"),
            ("id", "id"),
        ],
    },
    Group {
        name: "databases",
        about: "Work with databases that content is connected to",
        own: &[],
        columns: &[
            ("name", "name"),
            ("type", "type"),
            ("hostName", "hostName"),
            ("isCertified", "isCertified"),
            ("id", "id"),
        ],
    },
    Group {
        name: "tables",
        about: "Work with tables of databases, and their columns",
        own: &[],
        columns: &[
            ("name", "name"),
            ("schema", "schema"),
            ("isCertified", "isCertified"),
            ("id", "id"),
        ],
    },
];

/// A command of a group, as it was typed.
#[derive(Debug)]
pub(crate) enum Resource {
    Call {
        group: &'static Group,
        endpoint: Box<Endpoint>,
    },
    Own(Own),
}

impl Group {
    fn command_name(&self) -> String {
        self.name.replace('_', "-")
    }

    /// The calls that are commands here, apart from those that it has commands of its own for.
    fn entries(&self) -> impl Iterator<Item = &'static Entry> + use<> {
        let (name, own) = (self.name, self.own);
        entries().filter(move |entry| {
            let operation = &entry.operation;
            let has_own = own.iter().any(|own| own.has(&in_kebab_case(operation.name)));
            // What Tableau has retired is reached by `call`.
            let is_current = operation.until.is_none();
            operation.family == Family::Rest && operation.group == name && is_current && !has_own
        })
    }

    fn command(&self) -> Command {
        let commands = self.entries().map(|entry| {
            let name = in_kebab_case(entry.operation.name);
            command(entry, name, PathArguments::Positional)
        });
        let command = Command::new(self.command_name())
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommands(commands);
        // That sets an `about` of its own.
        let command = self.own.iter().fold(command, |command, own| own.augment(command));
        command.about(self.about)
    }
}

impl Subcommand for Resource {
    fn augment_subcommands(parent: Command) -> Command {
        parent.subcommands(GROUPS.iter().map(Group::command))
    }

    fn augment_subcommands_for_update(parent: Command) -> Command {
        Self::augment_subcommands(parent)
    }

    fn has_subcommand(name: &str) -> bool {
        GROUPS.iter().any(|group| group.command_name() == name)
    }
}

impl FromArgMatches for Resource {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::new(clap::error::ErrorKind::MissingSubcommand);
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        let group = GROUPS.iter().find(|group| group.command_name() == name);
        let group = group.ok_or_else(missing)?;
        let (name, inner) = matches.subcommand().ok_or_else(missing)?;
        if let Some(own) = group.own.iter().find(|own| own.has(name)) {
            return Ok(Self::Own(own.typed(matches, inner)?));
        }
        let entry = group
            .entries()
            .find(|entry| in_kebab_case(entry.operation.name) == name);
        let endpoint = Endpoint::typed(entry.ok_or_else(missing)?, PathArguments::Positional, inner)?;
        Ok(Self::Call {
            group,
            endpoint: Box::new(endpoint),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
