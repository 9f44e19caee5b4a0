//! What tabcmd Classic had, and servers have no call for.

/// Commands of tabcmd Classic that the REST API has no call for, with what does it instead.
pub(super) const COMMANDS: &[(&str, &str)] = &[
    (
        "createusers",
        "use `createsiteusers`: users are created with the site that they are added to",
    ),
    ("deleteusers", "use `deletesiteusers` on each site"),
    ("editdomain", "domains are changed by `tsm user-identity-store`"),
    (
        "initialuser",
        "the first user is created by Tableau's `tabcmd initialuser` or TSM",
    ),
    (
        "listdomains",
        "`tabctl groups list --columns domain` names the domains of groups",
    ),
    (
        "reset_openid_sub",
        "`tabctl users update NAME` changes how a user signs in",
    ),
    (
        "runschedule",
        "`tabctl tasks list-extract-refreshes` shows what schedules run, and `tabctl tasks run` runs it",
    ),
    (
        "set",
        "settings of a site are changed by `tabctl sites update NAME`, those of the server by `tabctl tsm export`, `tsm import` and `tsm pending-changes apply` on the server",
    ),
    (
        "syncgroup",
        "`tabctl groups update NAME --import.source ActiveDirectory --import.domain-name DOMAIN` synchronizes a group",
    ),
    ("upgradethumbnails", "servers make thumbnails by themselves"),
    (
        "validateidpmetadata",
        "site SAML is checked by the server's web pages",
    ),
];
