//! The groups that are commands, in a table.

use super::kind::Kind;
use super::special::Special;

/// A group as a command.
#[derive(Debug)]
pub(crate) struct Group {
    /// The group of the API; its command has hyphens for underscores.
    pub(crate) name: &'static str,
    /// What its help says.
    pub(super) about: &'static str,
    /// The commands that it has beside its calls, or in place of them.
    pub(super) own: &'static [Special],
    /// The columns of its tables: titles, and paths of members. Without any, they are chosen from the items.
    pub(crate) columns: &'static [(&'static str, &'static str)],
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
            ("workbook", "workbook.name"),
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
        about: "Allow, deny and clear what users and groups may do with an item, and explain it",
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
        own: &[Special::Watch],
        columns: &[
            ("type", "jobType"),
            ("title", "title"),
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
        own: &[Special::RunTask],
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
    Group {
        name: "metadata",
        about: "Ask the Metadata API what there is, and how it is connected",
        own: &[Special::Metadata],
        columns: &[],
    },
];
