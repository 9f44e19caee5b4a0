use super::*;

const FILE: &str = r#"
[groups.Sales]
minimumSiteRole = "viewer"
members = ["ada", "ben"]

[projects.Finance]
description = "Numbers"
contentPermissions = "ManagedByOwner"
owner = "ada"

[projects.Finance.permissions]
"group:Sales" = { allow = ["Read"], deny = ["Write"] }

[projects.Finance.defaultPermissions.workbooks]
"user:ada" = { allow = ["ExportXml"] }

[projects.'Finance/A\/B']
"#;

#[test]
fn a_file_says_what_it_names_and_nothing_else() {
    let desired = parse(FILE).unwrap();
    let [group] = desired.groups.as_slice() else {
        panic!("{desired:?}");
    };
    assert_eq!(group.minimum_site_role, Some(SiteRole::Viewer));
    assert_eq!(group.external_user_enabled, None);
    assert_eq!(group.members.as_ref().map(Vec::len), Some(2));
    let [finance, inside] = desired.projects.as_slice() else {
        panic!("{desired:?}");
    };
    assert_eq!((finance.line, finance.rule_sets().count()), (6, 2));
    assert_eq!(finance.permissions.as_ref().map(Vec::len), Some(2));
    assert_eq!(
        inside.path,
        ProjectPath(vec!["Finance".to_owned(), "A/B".to_owned()])
    );
    assert_eq!(inside.permissions, None);
}

#[test]
fn mistakes_name_their_lines() {
    for (text, line, reason) in [
        ("[groups.Sales\n", 1, "this is not TOML"),
        (
            "\n[group.Sales]\n",
            2,
            "\"group\" is not known here; there are: groups, projects",
        ),
        ("[groups.Sales]\n\nmember = []\n", 3, "there are: minimumSiteRole"),
        (
            "[groups.Sales]\nminimumSiteRole = \"Boss\"\n",
            2,
            "\"Boss\" is no minimumSiteRole",
        ),
        (
            "[groups.Sales]\nmembers = \"ada\"\n",
            2,
            "a list of texts is needed",
        ),
        (
            "[groups.Sales]\n[groups.sales]\n",
            2,
            "is named at line 1 already",
        ),
        ("[projects.'a//b']\n", 1, "named by its path"),
        (
            "[projects.a]\nowner = 3\n",
            2,
            "a text is needed, and this is a TOML integer",
        ),
        (
            "[projects.a]\ncontentPermissions = \"Locked\"\n",
            2,
            "LockedToProject",
        ),
        (
            "[projects.a.permissions]\nSales = { allow = [] }\n",
            2,
            "\"group:NAME\"",
        ),
        (
            "[projects.a.permissions]\n\"group:S\" = { allow = [\n\"Read\",\n\"Raed\"] }\n",
            4,
            "\"Raed\" is no capability",
        ),
        (
            "[projects.a.permissions]\n\"group:S\" = { allow = [\"Read\"], deny = [\"Read\"] }\n",
            2,
            "already",
        ),
        (
            "[projects.a.permissions]\n\"group:S\" = { allow = [\"InheritedProjectLeader\"] }\n",
            2,
            "ProjectLeader there",
        ),
        (
            "[projects.a.permissions]\n\"group:S\" = { allow = [\"Filter\"] }\n",
            2,
            "Filter is no capability here; there are: Read, Write, ProjectLeader",
        ),
        (
            "[projects.a.defaultPermissions.workbooks]\n\"group:S\" = { deny = [\"ProjectLeader\"] }\n",
            2,
            "ProjectLeader is no capability here",
        ),
        ("[projects.a.defaultPermissions.books]\n", 1, "workbooks"),
    ] {
        let problems = parse(text).unwrap_err();
        let [problem] = problems.as_slice() else {
            panic!("{text:?}: {problems:?}");
        };
        assert_eq!(problem.line, line, "{text:?}: {problem:?}");
        assert!(problem.text.contains(reason), "{text:?}: {problem:?}");
    }
}
