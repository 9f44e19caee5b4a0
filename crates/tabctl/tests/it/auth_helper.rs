//! Credential helpers, as programs of the shell.

#![cfg(unix)]

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use tableau_sandbox::well_known;

use crate::support::{Bench, Ended, end};

/// Writes a helper. Another process does: a file that this one has open for writing cannot be run as long as a child of it that is just
/// being started has it too.
fn helper(bench: &Bench, script: &str) -> String {
    let file = bench.folder.path().join("helper");
    let mut writer = Command::new("sh")
        .args(["-c", "cat > \"$0\" && chmod 700 \"$0\""])
        .arg(&file)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let text = format!("#!/bin/sh\n{script}\n");
    writer.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(writer.wait().unwrap().success());
    file.to_str().unwrap().to_owned()
}

/// Prints an answer with this status.
fn answer(status: &str) -> String {
    let answer = format!(r#"{{"apiVersion": "tabctl/v1", "kind": "ExecCredential", "status": {status}}}"#);
    format!("cat <<'END'\n{answer}\nEND")
}

fn token() -> String {
    answer(&format!(
        r#"{{"personalAccessTokenName": "{}", "personalAccessTokenSecret": "{}"}}"#,
        well_known::PAT_NAME,
        well_known::PAT_SECRET
    ))
}

fn login(bench: &Bench, helper: &str, more: &[&str]) -> Ended {
    let login = ["auth", "login", bench.sandbox.url(), "--exec", helper];
    bench.run(&[&login[..], more].concat())
}

fn end_sessions(bench: &Bench) {
    for session in bench.sandbox.service().controls().sessions() {
        assert!(bench.sandbox.service().controls().end_session(session.id));
    }
}

#[test]
fn a_helper_runs_only_for_a_sign_in() {
    let bench = Bench::new();
    let asked = bench.folder.path().join("asked");
    let script = format!(
        "echo \"$1 $TABLEAU_EXEC_INFO\" >> {}\necho asked >&2\n{}",
        asked.display(),
        token()
    );
    let program = helper(&bench, &script);
    let ended = login(&bench, &program, &["--exec-arg", "--for-tests"]);
    assert_eq!(
        (ended.code, bench.neat(&ended.err).as_str()),
        // What it writes to standard error is passed on.
        (
            0,
            "asked\nSigned in to URL, the Default site, as admin (profile default)\n"
        )
    );
    assert!(!bench.folder.path().join("secrets.toml").exists());
    for _ in 0..2 {
        let list = bench.run(&["workbooks", "list", "--limit", "1"]);
        assert_eq!((list.code, list.err.as_str()), (0, ""));
    }
    end_sessions(&bench);
    let list = bench.run(&["workbooks", "list", "--limit", "1"]);
    assert_eq!((list.code, list.err.as_str()), (0, "asked\n"));
    let info = format!(
        "--for-tests {{\"apiVersion\":\"tabctl/v1\",\"kind\":\"ExecCredential\",\"spec\":{{\"profile\":\"default\",\
         \"server\":\"{}\",\"site\":\"\"}}}}\n",
        bench.sandbox.url()
    );
    assert_eq!(fs::read_to_string(asked).unwrap(), info.repeat(2));
}

#[test]
fn a_helper_may_give_a_password() {
    let bench = Bench::new();
    let status = format!(
        r#"{{"name": "anita.silva", "password": "{}"}}"#,
        well_known::PASSWORD
    );
    let ended = login(&bench, &helper(&bench, &answer(&status)), &[]);
    assert!(
        ended.code == 0 && ended.err.contains("as anita.silva"),
        "{ended:?}"
    );
}

#[test]
fn a_helper_is_found_from_other_folders_too() {
    let bench = Bench::new();
    helper(&bench, &token());
    let mut command = bench.command(&["auth", "login", bench.sandbox.url(), "--exec", "./helper"]);
    let ended = end(command.current_dir(bench.folder.path()).output().unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
    end_sessions(&bench);
    assert_eq!(bench.run(&["workbooks", "list", "--limit", "1"]).code, 0);
}

#[test]
fn a_helper_without_output_is_named_and_not_quoted() {
    let bench = Bench::new();
    let secret = "n0t-to-be-sh0wn";
    let cases = [
        (
            format!("echo {secret}"),
            "did not print a JSON object with `apiVersion`, `kind` and `status` (see TABLEAU_EXEC_INFO in the guide)",
        ),
        (
            format!(
                r#"echo '{{"apiVersion": "v2", "kind": "ExecCredential", "status": {{"jwt": "{secret}"}}}}'"#
            ),
            "answered with something else than ExecCredential of tabctl/v1",
        ),
        (
            answer(&format!(r#"{{"personalAccessTokenSecret": "{secret}"}}"#)),
            "gave neither a token (`personalAccessTokenName`, `personalAccessTokenSecret`) nor `name` and `password` nor \
             `jwt`",
        ),
        (format!("echo {secret}; exit 3"), "failed (exit status: 3)"),
        (
            format!("echo {secret}; kill -TERM $$"),
            "failed (signal: 15 (SIGTERM))",
        ),
    ];
    for (script, reason) in cases {
        let ended = login(&bench, &helper(&bench, &script), &[]);
        assert_eq!(
            (ended.code, bench.neat(&ended.err)),
            (
                4,
                format!("error: the credential helper FOLDER/helper {reason}\n")
            )
        );
    }
    let missing = bench.folder.path().join("missing");
    let ended = login(&bench, missing.to_str().unwrap(), &[]);
    let started = "error: the credential helper FOLDER/missing cannot be started: ";
    assert!(
        ended.code == 4 && bench.neat(&ended.err).starts_with(started),
        "{ended:?}"
    );
    assert!(!bench.profile().as_ref().exists());
}

#[test]
fn a_helper_that_hangs_is_killed() {
    let bench = Bench::new();
    let pid = bench.folder.path().join("pid");
    // It keeps standard output open, or closes it first: `exec` makes it one process.
    for script in ["exec sleep 600", "exec sleep 600 >&-"] {
        let script = format!("echo $$ > {}; {script}", pid.display());
        let ended = login(&bench, &helper(&bench, &script), &["--exec-timeout", "1"]);
        let reason = "error: the credential helper FOLDER/helper did not end in time\n";
        // It may have complained before.
        let is_said = bench.neat(&ended.err).ends_with(reason);
        assert!(ended.code == 4 && is_said, "{ended:?}");
        // It may have been ended before it said so.
        let said = fs::read_to_string(&pid).unwrap_or_default();
        if let Ok(pid) = said.trim().parse::<u32>() {
            assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists(), "{pid}");
        }
    }
}

/// A login by a helper, and the file to which it first writes what a command tells.
#[cfg(target_os = "linux")]
fn login_after(bench: &Bench, command: &str) -> (Command, std::path::PathBuf) {
    let seen = bench.folder.path().join("seen");
    let script = format!("{command} > {}\n{}", seen.display(), token());
    let program = helper(bench, &script);
    let login = bench.command(&["auth", "login", bench.sandbox.url(), "--exec", &program]);
    (login, seen)
}

/// Memory with secrets is not written to files when a process crashes.
#[cfg(target_os = "linux")]
#[test]
fn a_crash_leaves_no_memory_in_a_file() {
    let bench = Bench::new();
    let (login, seen) = login_after(&bench, "grep 'core file size' /proc/$PPID/limits");
    // As where core files are usual: the limit that this process has may be 0 already.
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -S -c \"$(ulimit -H -c)\"; exec \"$0\" \"$@\""]);
    command.arg(login.get_program()).args(login.get_args());
    for (name, value) in login.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let ended = end(command.output().unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
    let seen = fs::read_to_string(seen).unwrap();
    let soft = seen
        .trim_start_matches("Max core file size")
        .split_whitespace()
        .next();
    assert_eq!(soft, Some("0"), "{seen}");
}

/// What other users of the machine see of a process, and what its children get.
#[cfg(target_os = "linux")]
#[test]
fn neither_arguments_nor_the_environment_of_a_helper_have_a_secret() {
    let bench = Bench::new();
    let (mut login, seen) = login_after(
        &bench,
        "cat /proc/$PPID/cmdline /proc/$$/cmdline /proc/$$/environ",
    );
    let secrets = [
        ("TABLEAU_PAT_SECRET", "f1rst"),
        ("TABLEAU_PAT_VALUE", "sec0nd"),
        ("TABLEAU_TOKEN_VALUE", "th1rd"),
        ("TABLEAU_PERSONAL_ACCESS_TOKEN_SECRET", "f0urth"),
        ("TABLEAU_PASSWORD", "f1fth"),
        ("TABLEAU_CONNECTED_APP_SECRET_VALUE", "s1xth"),
        ("TABLEAU_JWT", "s3venth"),
    ];
    let ended = end(login.envs(secrets).env("TABLEAU_SITE_NAME", "").output().unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
    let seen = fs::read(seen).unwrap();
    let seen = String::from_utf8(seen).unwrap();
    assert!(
        seen.contains("TABLEAU_SITE_NAME=") && seen.contains("TABLEAU_EXEC_INFO="),
        "{seen}"
    );
    for (name, secret) in secrets {
        assert!(!seen.contains(name) && !seen.contains(secret), "{name}: {seen}");
    }
    assert!(!seen.contains(well_known::PAT_SECRET), "{seen}");
}
