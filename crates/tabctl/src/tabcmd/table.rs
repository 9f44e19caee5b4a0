//! The commands and options of tabcmd 2.0.21, and the public ones of tabcmd Classic: one table, by which command lines are read, explained and helped.

use super::options::{Opt, flag, one_of, value};
use super::parse::Typed;
use super::translate::{self, Plan};

/// A command of tabcmd.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// The arguments without a name, all of which are required.
    pub(super) arguments: &'static [&'static str],
    pub(super) options: &'static [Opt],
    /// The options of which exactly one is given.
    pub(super) one_of: &'static [&'static str],
    /// The commands of tabctl that do the same.
    pub(super) translate: fn(&Typed) -> Result<Plan, String>,
}

const PARENT: Opt = value(&["--parent-project-path"], "PATH");
const PROJECT: Opt = value(&["--project", "-r"], "PROJECT");
const PROJECT_NAME: Opt = value(&["--name", "-n"], "PROJECT");
const USERS: Opt = value(&["--users"], "FILE");
const COMPLETE: Opt = flag(&["--complete"]);
const NO_COMPLETE: Opt = flag(&["--no-complete"]);
const DATASOURCE: Opt = value(&["--datasource", "-d"], "NAME");
const WORKBOOK: Opt = value(&["--workbook", "-w"], "NAME");
const URL: Opt = value(&["--url"], "URL");
const EMBEDDED: Opt = value(&["--embedded-datasources"], "NAMES");
const INCLUDE_ALL: Opt = flag(&["--include-all"]);
const FILE_NAME: Opt = value(&["--filename", "-f"], "FILE");
const ROLES: &[&str] = &[
    "ServerAdministrator",
    "SiteAdministratorCreator",
    "SiteAdministratorExplorer",
    "SiteAdministrator",
    "Creator",
    "ExplorerCanPublish",
    "Publisher",
    "Explorer",
    "Interactor",
    "Viewer",
    "Unlicensed",
];
const SITE_OPTIONS: [Opt; 8] = [
    value(&["--site-id"], "ID"),
    value(&["--url", "-r"], "ID"),
    value(&["--user-quota"], "N"),
    flag(&["--site-mode"]),
    flag(&["--no-site-mode"]),
    value(&["--storage-quota"], "MB"),
    one_of(
        &["--extract-encryption-mode"],
        &["enforced", "enabled", "disabled"],
    ),
    one_of(&["--run-now-enabled"], &["true", "false"]),
];
const PAGES: &[&str] = &[
    "a3",
    "a4",
    "a5",
    "b4",
    "b5",
    "executive",
    "folio",
    "ledger",
    "legal",
    "letter",
    "note",
    "quarto",
    "tabloid",
    "unspecified",
];

const fn command(
    name: &'static str,
    about: &'static str,
    arguments: &'static [&'static str],
    options: &'static [Opt],
    translate: fn(&Typed) -> Result<Plan, String>,
) -> Command {
    Command {
        name,
        about,
        arguments,
        options,
        one_of: &[],
        translate,
    }
}

impl Command {
    const fn with_one_of(mut self, names: &'static [&'static str]) -> Self {
        self.one_of = names;
        self
    }
}

/// The commands, in the order of help.
pub(super) const COMMANDS: &[Command] = &[
    command("login", "Sign in to a server", &[], &[], translate::login),
    command(
        "logout",
        "End the session at the server",
        &[],
        &[],
        translate::logout,
    ),
    command(
        "addusers",
        "Add the users of a file to a group",
        &["group"],
        &[USERS, COMPLETE, NO_COMPLETE],
        translate::add_users,
    )
    .with_one_of(&["--users"]),
    command(
        "removeusers",
        "Remove the users of a file from a group",
        &["group"],
        &[USERS, COMPLETE, NO_COMPLETE],
        translate::remove_users,
    )
    .with_one_of(&["--users"]),
    command(
        "createsiteusers",
        "Add the users of a file to the site",
        &["filename.csv"],
        &[
            one_of(&["--role", "-r"], ROLES),
            one_of(
                &["--auth-type"],
                &["Local", "SAML", "OpenID", "ServerDefault", "TableauIDWithMFA"],
            ),
            COMPLETE,
            NO_COMPLETE,
        ],
        translate::create_site_users,
    ),
    command(
        "deletesiteusers",
        "Remove the users of a file from the site",
        &["filename.csv"],
        &[COMPLETE, NO_COMPLETE],
        translate::delete_site_users,
    ),
    command(
        "creategroup",
        "Create a group",
        &["name"],
        &[],
        translate::create_group,
    ),
    command(
        "deletegroup",
        "Delete a group",
        &["name"],
        &[],
        translate::delete_group,
    ),
    command(
        "createproject",
        "Create a project",
        &[],
        &[PROJECT_NAME, PARENT, value(&["--description", "-d"], "TEXT")],
        translate::create_project,
    )
    .with_one_of(&["--name"]),
    command(
        "deleteproject",
        "Delete a project with what is in it",
        &["project-name"],
        &[PARENT],
        translate::delete_project,
    ),
    command(
        "publishsamples",
        "Publish Tableau's sample workbooks to a project",
        &[],
        &[PROJECT_NAME, PARENT],
        translate::publish_samples,
    )
    .with_one_of(&["--name"]),
    command(
        "createsite",
        "Create a site (Tableau Server)",
        &["site-name"],
        &SITE_OPTIONS,
        translate::create_site,
    ),
    command(
        "editsite",
        "Change a site (Tableau Server)",
        &["site-name"],
        &[
            value(&["--site-name"], "NAME"),
            one_of(&["--status"], &["ACTIVE", "SUSPENDED"]),
            SITE_OPTIONS[0],
            SITE_OPTIONS[1],
            SITE_OPTIONS[2],
            SITE_OPTIONS[3],
            SITE_OPTIONS[4],
            SITE_OPTIONS[5],
            SITE_OPTIONS[6],
            SITE_OPTIONS[7],
        ],
        translate::edit_site,
    ),
    command(
        "deletesite",
        "Delete a site (Tableau Server)",
        &["site-name"],
        &[],
        translate::delete_site,
    ),
    command(
        "listsites",
        "List the sites (Tableau Server)",
        &[],
        &[flag(&["--get-extract-encryption-mode"])],
        translate::list_sites,
    ),
    command(
        "list",
        "List projects, workbooks, datasources or flows",
        &["content"],
        &[
            flag(&["--machine"]),
            flag(&["--name", "-n"]),
            flag(&["--owner", "-o"]),
            flag(&["--details", "-d"]),
            flag(&["--address", "-a"]),
        ],
        translate::list,
    ),
    command(
        "publish",
        "Publish a workbook, a data source, or those in a folder",
        &["file-or-folder"],
        &[
            value(&["--filetype"], "TYPE"),
            value(&["--recursive"], "YES"),
            value(&["--name", "-n"], "NAME"),
            PROJECT,
            PARENT,
            flag(&["--overwrite", "-o"]),
            flag(&["--append"]),
            flag(&["--replace"])
                .refused("use --overwrite, or `tabctl datasources update-data` for the rows alone"),
            value(&["--oauth-username"], "NAME"),
            value(&["--db-username"], "NAME"),
            flag(&["--save-oauth"]),
            value(&["--db-password"], "PASSWORD"),
            flag(&["--save-db-password"]),
            flag(&["--tabbed"]),
            flag(&["--disable-uploader"]).without_effect(),
            value(&["--restart"], "ID").without_effect(),
            flag(&["--encrypt-extracts"]),
            flag(&["--skip-connection-check"]),
            value(&["--thumbnail-username"], "NAME"),
            value(&["--thumbnail-group"], "NAME"),
            flag(&["--use-tableau-bridge"]).refused(
                "publish without it, and then `tabctl datasources update NAME --use-remote-query-agent true`",
            ),
        ],
        translate::publish,
    ),
    command(
        "delete",
        "Delete a workbook or a data source",
        &["name"],
        &[
            flag(&["--datasource", "-d"]),
            flag(&["--workbook", "-w"]),
            PROJECT,
            PARENT,
        ],
        translate::delete,
    ),
    command(
        "get",
        "Get a workbook, a data source or a view as a file",
        &["url"],
        &[FILE_NAME],
        translate::get,
    ),
    command(
        "export",
        "Export a view, or all views of a workbook, as a file",
        &["url"],
        &[
            flag(&["--pdf"]),
            flag(&["--fullpdf"]),
            flag(&["--png"]),
            flag(&["--csv"]),
            one_of(&["--pagelayout"], &["landscape", "portrait"]),
            one_of(&["--pagesize"], PAGES),
            value(&["--width"], "PIXELS"),
            FILE_NAME,
            value(&["--height"], "PIXELS"),
            value(&["--filter"], "COLUMN=VALUE"),
            one_of(&["--resolution"], &["high", "standard"]),
        ],
        translate::export,
    )
    .with_one_of(&["--pdf", "--fullpdf", "--png", "--csv"]),
    command(
        "createextracts",
        "Create extracts for a workbook or a data source",
        &[],
        &[
            DATASOURCE,
            WORKBOOK,
            URL,
            EMBEDDED,
            INCLUDE_ALL,
            flag(&["--encrypt"]),
            value(&["--project"], "PROJECT"),
            PARENT,
        ],
        translate::create_extracts,
    )
    .with_one_of(&["--datasource", "--workbook", "--url"]),
    command(
        "deleteextracts",
        "Delete the extracts of a workbook or a data source",
        &[],
        &[
            DATASOURCE,
            WORKBOOK,
            URL,
            EMBEDDED,
            INCLUDE_ALL,
            value(&["--project"], "PROJECT"),
            PARENT,
        ],
        translate::delete_extracts,
    )
    .with_one_of(&["--datasource", "--workbook", "--url"]),
    command(
        "refreshextracts",
        "Refresh the extracts of a workbook or a data source",
        &[],
        &[
            DATASOURCE,
            WORKBOOK,
            URL,
            flag(&["--incremental"]),
            flag(&["--synchronous"]),
            value(&["--project"], "PROJECT"),
            PARENT,
            flag(&["--addcalculations"]).without_effect(),
            flag(&["--removecalculations"]).without_effect(),
        ],
        translate::refresh_extracts,
    )
    .with_one_of(&["--datasource", "--workbook", "--url"]),
    command(
        "encryptextracts",
        "Encrypt all extracts of a site (Tableau Server)",
        &["site-name"],
        &[],
        translate::encrypt_extracts,
    ),
    command(
        "decryptextracts",
        "Decrypt all extracts of a site (Tableau Server)",
        &["site-name"],
        &[],
        translate::decrypt_extracts,
    ),
    command(
        "reencryptextracts",
        "Encrypt all extracts of a site with new keys (Tableau Server)",
        &["site-name"],
        &[],
        translate::reencrypt_extracts,
    ),
];
