//! tabcmd's language: by `tabctl tabcmd`, and by a link called `tabcmd`.

use std::process::Command;

use tableau_sandbox::JobPlan;
use tableau_sandbox::well_known::{PASSWORD, PAT_NAME, PAT_SECRET};

use crate::support::{Bench, Ended, end};

struct Front {
    bench: Bench,
}

impl Front {
    fn new() -> Self {
        let bench = Bench::new();
        std::fs::write(bench.folder.path().join("token"), format!("{PAT_SECRET}\n")).unwrap();
        Self { bench }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bench.command(&[&["tabcmd"], arguments].concat());
        command.current_dir(self.bench.folder.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        end(self.command(arguments).output().unwrap())
    }

    /// Runs a command that has to work.
    fn done(&self, arguments: &[&str]) -> Ended {
        let ended = self.run(arguments);
        assert_eq!(ended.code, 0, "{arguments:?}: {ended:?}");
        ended
    }

    fn login(&self) {
        let server = self.bench.sandbox.url();
        self.done(&[
            "login",
            "-s",
            server,
            "-t",
            "Default",
            "--token-name",
            PAT_NAME,
            "--token-file",
            "token",
        ]);
    }

    fn sessions(&self) -> usize {
        self.bench.sandbox.service().controls().sessions().len()
    }

    fn groups(&self) -> String {
        self.bench
            .run_with_token(&["groups", "list", "--columns", "name"])
            .out
    }
}

#[test]
fn commands_share_the_session_of_a_login_until_logout_ends_it() {
    let front = Front::new();
    front.login();
    front.done(&["creategroup", "Crew"]);
    front.done(&["list", "projects", "-n"]);
    front.done(&["deletegroup", "Crew"]);
    assert_eq!((front.bench.sign_ins(), front.sessions()), (1, 1));
    front.done(&["logout"]);
    assert_eq!(front.sessions(), 0);
    let again = front.run(&["creategroup", "Crew"]);
    assert_eq!(again.code, 1, "{again:?}");
    assert!(
        again.err.contains("not signed in: run `tabcmd login`"),
        "{again:?}"
    );
    // tabcmd's own file is offered.
    let own = front.bench.folder.path().join("tableau_auth.json");
    std::fs::write(&own, "{}").unwrap();
    let mut command = front.command(&["creategroup", "Crew"]);
    let offered = end(command.env("HOME", front.bench.folder.path()).output().unwrap());
    assert!(
        offered.err.contains("tabctl auth import tabcmd --profile tabcmd"),
        "{offered:?}"
    );
}

#[test]
fn a_login_leaves_the_current_profile() {
    let front = Front::new();
    assert_eq!(front.bench.login("MarketingTeam").code, 0);
    front.login();
    let listed = front.bench.run(&["auth", "list", "--json"]);
    let profiles: serde_json::Value = serde_json::from_str(&listed.out).unwrap();
    let current: Vec<_> = profiles
        .as_array()
        .unwrap()
        .iter()
        .filter(|profile| profile["isCurrent"] == true)
        .collect();
    assert_eq!(current.len(), 1, "{listed:?}");
    assert_ne!(current[0]["id"], "tabcmd", "{listed:?}");
}

#[test]
fn credentials_of_a_command_go_before_those_of_the_environment() {
    let front = Front::new();
    let server = front.bench.sandbox.url();
    let mut command = front.command(&["creategroup", "Crew", "-s", server, "-u", "admin", "-p", PASSWORD]);
    command
        .env("TABLEAU_PAT_NAME", "other")
        .env("TABLEAU_PAT_SECRET", "wrong");
    command.env("TABLEAU_SERVER_URL", "http://127.0.0.1:9");
    let ended = end(command.output().unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(
        ended
            .err
            .contains("every user of this machine can see --password"),
        "{ended:?}"
    );
    // A session of one command ends with it.
    assert_eq!(front.sessions(), 0);
    assert!(front.groups().contains("Crew"));
}

#[test]
fn what_is_there_already_fails_unless_that_is_wanted() {
    let front = Front::new();
    front.login();
    front.done(&["createproject", "-n", "Depot"]);
    front.done(&["createproject", "-n", "Inner", "--parent-project-path", "Depot"]);
    let twice = front.run(&["createproject", "-n", "Depot"]);
    assert_eq!(twice.code, 1, "{twice:?}");
    assert!(twice.err.contains("409006"), "{twice:?}");
    front.done(&["createproject", "-n", "Depot", "--continue-if-exists"]);
    front.done(&["deleteproject", "Inner", "--parent-project-path", "Depot"]);
    assert_eq!(
        front
            .run(&["deleteproject", "Inner", "--parent-project-path", "Depot"])
            .code,
        1
    );
}

#[test]
fn users_of_files_are_told_line_by_line_and_fail_with_1() {
    let front = Front::new();
    front.bench.plan_jobs(JobPlan::succeeds());
    front.login();
    let file = front.bench.folder.path().join("users.csv");
    std::fs::write(&file, "ben.okafor\nghost\n").unwrap();
    front.done(&["creategroup", "Crew"]);
    let added = front.run(&["addusers", "Crew", "--users", "users.csv"]);
    assert_eq!(added.code, 1, "{added:?}");
    assert_eq!(
        added.out,
        "ben.okafor\tadded\t\nghost\tfailed\tthere is no such user on the site\n"
    );
    std::fs::write(&file, "ben.okafor\n").unwrap();
    let removed = front.done(&["removeusers", "Crew", "--users", "users.csv"]);
    assert_eq!(removed.out, "ben.okafor\tremoved\t\n");
    std::fs::write(&file, "grace\nlinus\n").unwrap();
    front.done(&["createsiteusers", "users.csv", "--role", "interactor"]);
    let roles = front.bench.run_with_token(&[
        "users",
        "list",
        "--filter",
        "name:in:[grace,linus]",
        "--columns",
        "siteRole",
    ]);
    assert_eq!(roles.out, "Explorer\nExplorer\n", "{roles:?}");
    front.login();
    front.done(&["deletesiteusers", "users.csv"]);
    let left = front.run(&["deletesiteusers", "users.csv"]);
    assert_eq!(left.code, 1, "{left:?}");
}

#[test]
fn files_are_written_whole_by_the_names_of_tabcmd() {
    let front = Front::new();
    front.login();
    front.done(&["get", "/views/Superstore/Overview.png", "-f", "a"]);
    // The workbook is a .twb: its file is called so, as tabcmd does.
    front.done(&["get", "/workbooks/Superstore.twbx"]);
    front.done(&["get", "/workbooks/Superstore.twbx", "-f", "copy.twbx"]);
    front.done(&["export", "Superstore/Overview", "--csv"]);
    front.done(&["export", "Superstore/Overview", "--fullpdf", "-f", "whole.pdf"]);
    let read = |name: &str| std::fs::read(front.bench.folder.path().join(name)).unwrap();
    assert!(read("a.png").starts_with(b"\x89PNG"));
    assert!(!read("Superstore.twb").is_empty());
    assert!(read("copy.twb").starts_with(b"<"));
    assert!(!read("Overview.csv").is_empty());
    assert!(read("whole.pdf").starts_with(b"%PDF"));
    let before = read("a.png");
    let failed = front.run(&["get", "/views/Superstore/Nowhere.png", "-f", "a.png"]);
    assert_eq!((failed.code, read("a.png")), (1, before), "{failed:?}");
}

#[test]
fn a_database_password_stays_out_of_arguments_and_messages() {
    let front = Front::new();
    front.login();
    let tds = "<?xml version='1.0' encoding='utf-8'?>\n<datasource version='18.1'><connection class='sqlserver' server='dwh.example.com' dbname='Sales' username='reader'/></datasource>\n";
    std::fs::write(front.bench.folder.path().join("Orders.tds"), tds).unwrap();
    let ended = front.done(&[
        "publish",
        "Orders.tds",
        "--db-username",
        "writer",
        "--db-password",
        "hunter2",
        "--save-db-password",
        "-l",
        "debug",
    ]);
    assert!(!format!("{ended:?}").contains("hunter2"), "{ended:?}");
    let explained = front.done(&[
        "--explain",
        "publish",
        "Orders.tds",
        "--db-username",
        "writer",
        "--db-password",
        "hunter2",
    ]);
    assert_eq!(
        explained.out,
        "tabctl datasources publish --project Default --connection-username writer Orders.tds --connection-password-file FILE\n"
    );
}

#[test]
fn extracts_thumbnails_and_oauth_connections_are_as_published() {
    let front = Front::new();
    front.login();
    let twb = "<?xml version='1.0' encoding='utf-8'?>\n<workbook version='18.1'><datasources><datasource name='orders' caption='Orders'><connection class='sqlserver' server='dwh.example.com' dbname='Sales' username='reader'/></datasource></datasources><worksheets><worksheet name='One'><table/></worksheet></worksheets></workbook>\n";
    std::fs::write(front.bench.folder.path().join("Orders.twb"), twb).unwrap();
    let publish = |thumbnails: &[&str]| {
        let publish = [
            "publish",
            "Orders.twb",
            "-r",
            "Sales",
            "--overwrite",
            "--encrypt-extracts",
        ];
        let oauth = ["--oauth-username", "writer@example.com", "--save-oauth"];
        front.run(&[&publish[..], &oauth, thumbnails].concat())
    };
    let unknown = publish(&["--thumbnail-username", "no.such.user"]);
    assert_eq!(unknown.code, 1, "{unknown:?}");
    let published = publish(&["--thumbnail-username", "anita.silva"]);
    assert_eq!(published.code, 0, "{published:?}");
    let ours = |words: &[&str]| {
        let mut words = words.to_vec();
        words.extend(["--profile", "tabcmd"]);
        front.bench.run(&words)
    };
    let encrypted = ours(&["workbooks", "get", "Sales/Orders", "--jq", ".encryptExtracts"]);
    assert_eq!(encrypted.out, "true\n", "{encrypted:?}");
    let connections = ours(&[
        "workbooks",
        "list-connections",
        "Sales/Orders",
        "--json",
        "--jq",
        ".[] | [.userName, .embedPassword]",
    ]);
    let connections = connections.out.split_whitespace().collect::<String>();
    assert_eq!(connections, r#"["writer@example.com",true]"#);
}

#[cfg(unix)]
#[test]
fn a_link_speaks_the_language_and_replaces_no_other_program() {
    let front = Front::new();
    front.done(&["--install", "."]);
    front.done(&["--install", "."]);
    let link = front.bench.folder.path().join("tabcmd");
    let version = end(Command::new(&link).arg("--version").output().unwrap());
    assert!(version.out.ends_with("as tabcmd 2.0.21\n"), "{version:?}");
    let help = end(Command::new(&link).args(["help", "export"]).output().unwrap());
    assert!(help.out.contains("--pagelayout <landscape|portrait>"), "{help:?}");
    let unknown = end(Command::new(&link).arg("launch").output().unwrap());
    assert_eq!(unknown.code, 1, "{unknown:?}");
    std::fs::remove_file(&link).unwrap();
    std::fs::write(&link, "another").unwrap();
    let refused = front.run(&["--install", "."]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert_eq!(std::fs::read(&link).unwrap(), b"another");
}
