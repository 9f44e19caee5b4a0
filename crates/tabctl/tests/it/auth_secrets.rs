//! Where secrets come from, where they are kept, and where they are not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use tableau_client::ConnectedApp;
use tableau_sandbox::{Sandbox, well_known};

use crate::support::{Bench, Ended, end};

fn app() -> ConnectedApp {
    ConnectedApp::new(
        well_known::CONNECTED_APP_CLIENT_ID,
        well_known::CONNECTED_APP_SECRET_ID,
        well_known::CONNECTED_APP_SECRET_VALUE,
        well_known::ADMIN,
    )
}

fn jwt() -> String {
    app().mint(SystemTime::now()).unwrap().expose().to_owned()
}

fn file(bench: &Bench, name: &str, text: &str) -> String {
    let file = bench.folder.path().join(name);
    fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

fn end_sessions(bench: &Bench) {
    for session in bench.sandbox.service().controls().sessions() {
        assert!(bench.sandbox.service().controls().end_session(session.id));
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    found.collect()
}

#[test]
fn a_trailing_newline_is_cut_from_a_secret() {
    let bench = Bench::new();
    let login = |text: &str| {
        let file = file(&bench, "password", text);
        let login = [
            "auth",
            "login",
            bench.sandbox.url(),
            "--username",
            well_known::ADMIN,
        ];
        bench.run(&[&login[..], &["--password-file", &file]].concat())
    };
    for ending in ["", "\n", "\r\n"] {
        let ended = login(&format!("{}{ending}", well_known::PASSWORD));
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    // A space may be part of a password.
    assert_eq!(login(&format!("{} \n", well_known::PASSWORD)).code, 4);
    for (text, reason) in [
        ("", "error: the secret is empty: FOLDER/password has none\n"),
        ("\n", "error: the secret is empty: FOLDER/password has none\n"),
        (
            "user\npassword\n",
            "error: FOLDER/password has several lines: the secret has to be its only one\n",
        ),
    ] {
        let ended = login(text);
        assert_eq!((ended.code, bench.neat(&ended.err).as_str()), (2, reason));
    }
}

#[test]
fn a_connected_app_signs_in_as_its_user() {
    let bench = Bench::new();
    let secret = file(&bench, "app", well_known::CONNECTED_APP_SECRET_VALUE);
    let login = [&bench.by_app("anita.silva")[..], &["--secret-file", &secret]].concat();
    let ended = bench.run(&login);
    assert_eq!(
        (ended.code, bench.neat(&ended.err).lines().next().unwrap()),
        (
            0,
            "Signed in to URL, the Default site, as anita.silva (profile default)"
        ),
        "{ended:?}"
    );
    end_sessions(&bench);
    assert_eq!(bench.run(&["workbooks", "list", "--limit", "1"]).code, 0);
}

#[test]
fn the_file_of_a_jwt_is_read_at_each_sign_in() {
    let bench = Bench::new();
    let path = file(&bench, "jwt", &jwt());
    let login = [
        "auth",
        "login",
        bench.sandbox.url(),
        "--kind",
        "jwt",
        "--jwt-file",
        &path,
    ];
    let ended = bench.run(&login);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!bench.folder.path().join("secrets.toml").exists());
    let list = || bench.run(&["workbooks", "list", "--limit", "1"]);
    assert_eq!(list().code, 0);
    end_sessions(&bench);
    // It was used before.
    assert_eq!(list().code, 4);
    file(&bench, "jwt", &format!("{}\n", jwt()));
    assert_eq!(list().code, 0);
}

#[test]
fn a_jwt_that_is_not_saved_serves_one_session() {
    let bench = Bench::new();
    let login = ["auth", "login", bench.sandbox.url()];
    let mut command = bench.command(&login);
    let ended = end(command.env("TABLEAU_JWT", jwt()).output().unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(bench.run(&["workbooks", "list", "--limit", "1"]).code, 0);
    let status = bench.run(&["auth", "status"]);
    assert!(
        status.err.contains("warning: a JWT is good for one sign-in"),
        "{status:?}"
    );
    end_sessions(&bench);
    let ended = bench.run(&["workbooks", "list"]);
    assert_eq!(
        (ended.code, ended.err.as_str()),
        (
            4,
            "error: a JWT is good for one sign-in, and its session is over: run `tabctl auth login --profile default`\n"
        )
    );
}

#[test]
fn the_session_of_a_jwt_in_the_environment_serves_the_commands_that_follow() {
    let bench = Bench::new();
    let jwt = jwt();
    for _ in 0..3 {
        let mut command = bench.command(&["workbooks", "list", "--limit", "1"]);
        command
            .env("TABLEAU_SERVER_URL", bench.sandbox.url())
            .env("TABLEAU_JWT", &jwt);
        assert_eq!(end(command.output().unwrap()).code, 0);
    }
    assert_eq!(bench.sign_ins(), 1);
}

/// Without a bus there is no Secret Service.
#[cfg(target_os = "linux")]
#[test]
fn without_a_keyring_the_secret_goes_to_a_file_with_a_warning() {
    let bench = Bench::new();
    let mut command = bench.command(&["auth", "login", bench.sandbox.url(), "--token-name", "sandbox"]);
    command
        .env_remove("TABLEAU_KEYRING")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET);
    let ended = end(command.output().unwrap());
    assert_eq!(
        (ended.code, bench.neat(&ended.err).as_str()),
        (
            0,
            "Signed in to URL, the Default site, as admin (profile default)\n\
             The secret is in FOLDER/secrets.toml, readable by you only (there is no keyring that can be used)\n"
        )
    );
    end_sessions(&bench);
    let list = bench.run(&["workbooks", "list", "--limit", "1"]);
    assert_eq!((list.code, list.err.as_str()), (0, ""));
}

/// A bus that takes connections and never says a word.
#[cfg(target_os = "linux")]
#[test]
fn a_keyring_that_hangs_is_given_up() {
    let bench = Bench::new();
    let bus = bench.folder.path().join("bus");
    let listener = std::os::unix::net::UnixListener::bind(&bus).unwrap();
    let login = |url: &str| {
        let mut command = bench.command(&["auth", "login", url, "--token-name", "sandbox"]);
        command
            .env_remove("TABLEAU_KEYRING")
            .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", bus.display()))
            .env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET);
        end(command.output().unwrap())
    };
    let ended = login(bench.sandbox.url());
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(
        ended.err.contains("there is no keyring that can be used"),
        "{ended:?}"
    );
    // It was asked.
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_ok());
    let list = bench.run(&["workbooks", "list", "--limit", "1"]);
    assert_eq!((list.code, list.err.as_str()), (0, ""));
}

#[test]
fn logs_and_other_files_have_no_secret() {
    let bench = Bench::new();
    let run = |arguments: &[&str], variables: &[(&str, &str)]| -> Ended {
        let mut command = bench.command(&[&["-v"], arguments].concat());
        command
            .env("TABLEAU_LOG", "trace")
            .envs(variables.iter().copied());
        let ended = end(command.output().unwrap());
        assert_eq!(ended.code, 0, "{ended:?}");
        ended
    };
    let url = bench.sandbox.url();
    let jwt = jwt();
    let login = ["auth", "login", url, "--profile"];
    let app = [
        "--username",
        "admin",
        "--client-id",
        well_known::CONNECTED_APP_CLIENT_ID,
    ];
    let app = [&app[..], &["--secret-id", well_known::CONNECTED_APP_SECRET_ID]].concat();
    let logins: [(&[&str], (&str, &str)); 4] = [
        (
            &["pat", "--token-name", "sandbox"],
            ("TABLEAU_PAT_SECRET", well_known::PAT_SECRET),
        ),
        (
            &["password", "--username", "admin"],
            ("TABLEAU_PASSWORD", well_known::PASSWORD),
        ),
        (
            &[&["app"], &app[..]].concat(),
            (
                "TABLEAU_CONNECTED_APP_SECRET_VALUE",
                well_known::CONNECTED_APP_SECRET_VALUE,
            ),
        ),
        (&["jwt", "--kind", "jwt"], ("TABLEAU_JWT", &jwt)),
    ];
    let mut logs = Vec::new();
    let mut tokens = Vec::new();
    for (arguments, variable) in logins {
        let profile = arguments[0];
        logs.push(run(&[&login, arguments].concat(), &[variable]));
        tokens.push(bench.run(&["auth", "token"]).out.trim().to_owned());
        for command in [&["workbooks", "list"][..], &["auth", "status"], &["auth", "list"]] {
            logs.push(run(&[command, &["--profile", profile]].concat(), &[]));
        }
    }
    // At this level there is something to be seen.
    assert!(
        logs[0].err.contains(" TRACE ") && logs[0].err.contains("signed in"),
        "{:?}",
        logs[0]
    );

    let secrets = [
        well_known::PAT_SECRET,
        well_known::PASSWORD,
        well_known::CONNECTED_APP_SECRET_VALUE,
        &jwt,
    ];
    let kept = files(bench.folder.path());
    assert!(kept.len() >= 7, "{kept:?}");
    for file in &kept {
        let text = fs::read_to_string(file).unwrap();
        let name = file.display();
        let is_secrets = file.ends_with("secrets.toml");
        assert!(
            is_secrets || !secrets.iter().any(|secret| text.contains(secret)),
            "{name}"
        );
        let is_session = file.starts_with(bench.folder.path().join("sessions"));
        assert!(
            is_session || !tokens.iter().any(|token| text.contains(token)),
            "{name}"
        );
        only_for_its_owner(file);
    }
    logs.push(run(&["auth", "logout", "--all"], &[]));
    for log in &logs {
        for secret in secrets.into_iter().chain(tokens.iter().map(String::as_str)) {
            // A long one may be cut into pieces.
            let part = secret.get(..20).unwrap_or(secret);
            assert!(!log.err.contains(part) && !log.out.contains(part), "{}", log.err);
        }
    }
    for file in files(bench.folder.path()) {
        let text = fs::read_to_string(&file).unwrap();
        let all = secrets.into_iter().chain(tokens.iter().map(String::as_str));
        assert!(
            !all.into_iter().any(|secret| text.contains(secret)),
            "{}",
            file.display()
        );
    }
}

#[cfg(unix)]
fn only_for_its_owner(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs::metadata(file).unwrap();
    // The file that is locked has nothing in it.
    let mode = metadata.permissions().mode() & 0o077;
    assert!(mode == 0 || metadata.len() == 0, "{} {mode:o}", file.display());
}

#[cfg(not(unix))]
fn only_for_its_owner(_: &Path) {}

#[test]
fn logout_without_the_server_forgets_the_session_and_says_it_is_open() {
    let mut bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    let token = bench.run(&["auth", "token"]).out.trim().to_owned();
    let sessions = bench.folder.path().join("sessions");
    let is_kept = || {
        let mut texts = files(&sessions)
            .into_iter()
            .map(|file| fs::read_to_string(file).unwrap());
        texts.any(|text| text.contains(&token))
    };
    assert!(is_kept());
    let url = bench.sandbox.url().to_owned();
    // The new one is at another port.
    drop(std::mem::replace(&mut bench.sandbox, Sandbox::start().unwrap()));
    let logout = bench.run(&["auth", "logout"]);
    let said = format!(
        "Forgot profile default of {url}, the Default site: its session may still be open at the server, where it ends by itself\n"
    );
    assert!(
        logout
            .err
            .starts_with("warning: the session could not be ended at the server: ")
            && logout.err.ends_with(&said),
        "{logout:?}"
    );
    assert_eq!(logout.code, 0);
    assert!(!is_kept());
    assert_eq!(bench.run(&["auth", "list", "--json"]).out, "[]\n");
    let secrets = fs::read_to_string(bench.folder.path().join("secrets.toml")).unwrap();
    assert_eq!(secrets, "");
}

#[test]
fn an_unknown_log_level_is_a_usage_error() {
    let bench = Bench::new();
    let mut command: Command = bench.command(&["auth", "list"]);
    let ended = end(command.env("TABLEAU_LOG", "loud").output().unwrap());
    assert_eq!(
        (ended.code, ended.err.as_str()),
        (
            2,
            "error: TABLEAU_LOG is \"loud\", and not one of error, warn, info, debug, trace\n"
        )
    );
}
