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
    /// The columns of its tables: paths of members, with a title where that is another (`project=project.name`). Without any, they are chosen from the items.
    pub(super) columns: &'static str,
}

impl Group {
    /// The titles of its columns, and the paths of what they show.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let columns = self.columns.split_whitespace();
        columns.map(|column| column.split_once('=').unwrap_or((column, column)))
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
        columns: "name project=project.name owner=owner.name updatedAt id",
    },
    Group {
        name: "views",
        about: "Work with views",
        own: &[Special::Export],
        columns: "name workbook=workbook.name updatedAt id",
    },
    Group {
        name: "datasources",
        about: "Work with published data sources",
        own: &[
            Special::Publish(Kind::Datasource),
            Special::Download(Kind::Datasource),
            Special::Refresh(Kind::Datasource),
        ],
        columns: "name type project=project.name updatedAt id",
    },
    Group {
        name: "flows",
        about: "Work with flows of Tableau Prep",
        own: &[
            Special::Publish(Kind::Flow),
            Special::Download(Kind::Flow),
            Special::Run,
        ],
        columns: "name project=project.name owner=owner.name updatedAt id",
    },
    Group {
        name: "flow_runs",
        about: "Work with runs of flows",
        own: &[],
        columns: "flow=flowId status startedAt completedAt job=backgroundJobId id",
    },
    Group {
        name: "custom_views",
        about: "Work with custom views: views as users have set them",
        own: &[
            Special::Publish(Kind::CustomView),
            Special::Download(Kind::CustomView),
        ],
        columns: "name workbook=workbook.name owner=owner.name shared updatedAt id",
    },
    Group {
        name: "virtual_connections",
        about: "Work with virtual connections: connections to databases that are shared",
        own: &[
            Special::Publish(Kind::VirtualConnection),
            Special::Download(Kind::VirtualConnection),
        ],
        columns: "name project=project.name isCertified updatedAt id",
    },
    Group {
        name: "favorites",
        about: "Work with favorites",
        own: &[Special::Favorites],
        columns: "",
    },
    Group {
        name: "data_quality_warnings",
        about: "Work with data quality warnings",
        own: &[],
        columns: "",
    },
    Group {
        name: "projects",
        about: "Work with projects",
        own: &[],
        columns: "name parent=parentProjectId updatedAt id",
    },
    Group {
        name: "users",
        about: "Work with users of the site",
        own: &[Special::People],
        columns: "name fullName siteRole lastLogin id",
    },
    Group {
        name: "groups",
        about: "Work with groups of users",
        own: &[Special::Membership],
        columns: "name domain=domain.name minimumSiteRole id",
    },
    Group {
        name: "group_sets",
        about: "Work with group sets: groups that permissions name together",
        own: &[],
        columns: "name groupCount id",
    },
    Group {
        name: "permissions",
        about: "Allow, deny and clear what users and groups may do with an item, and explain it",
        own: &[Special::Rights],
        columns: "",
    },
    Group {
        name: "sites",
        about: "Work with sites of the server, and with the settings of one",
        own: &[],
        columns: "name contentUrl state id",
    },
    Group {
        name: "jobs",
        about: "Work with jobs: what the server does in the background",
        own: &[Special::Watch],
        columns: "type=jobType title status createdAt endedAt id",
    },
    Group {
        name: "usage",
        about: "Ask how often content is used, on Tableau Cloud",
        own: &[],
        columns: "",
    },
    Group {
        name: "webhooks",
        about: "Work with webhooks: addresses that the server calls when something happens",
        own: &[],
        columns: "name event isEnabled id",
    },
    Group {
        name: "schedules",
        about: "Work with schedules of Tableau Server",
        own: &[],
        columns: "name type frequency state nextRunAt id",
    },
    Group {
        name: "tasks",
        about: "Work with tasks: what schedules run",
        own: &[Special::RunTask],
        columns: "schedule=extractRefresh.schedule.name workbook=extractRefresh.workbook.id datasource=extractRefresh.datasource.id flow=flowRun.flow.id id=extractRefresh.id flowTask=flowRun.id",
    },
    Group {
        name: "linked_tasks",
        about: "Work with linked tasks: flows that run one after the other",
        own: &[],
        columns: "schedule=schedule.name steps=numSteps nextRunAt=schedule.nextRunAt id",
    },
    Group {
        name: "subscriptions",
        about: "Work with subscriptions: views and workbooks sent by mail",
        own: &[],
        columns: "subject user=user.name content=content.name schedule=schedule.name id",
    },
    Group {
        name: "data_alerts",
        about: "Work with data-driven alerts",
        own: &[],
        columns: "subject view=view.name owner=owner.name frequency id",
    },
    Group {
        name: "databases",
        about: "Work with databases that content is connected to",
        own: &[],
        columns: "name type hostName isCertified id",
    },
    Group {
        name: "tables",
        about: "Work with tables of databases, and their columns",
        own: &[],
        columns: "name schema isCertified id",
    },
    Group {
        name: "metadata",
        about: "Ask the Metadata API what there is, and how it is connected",
        own: &[Special::Metadata],
        columns: "",
    },
];
