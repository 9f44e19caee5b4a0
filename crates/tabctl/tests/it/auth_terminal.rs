//! Signing in at a terminal.

use tableau_sandbox::well_known;

use crate::support::Bench;
use crate::terminal::Session;

const ADDRESS: &str = "Server address: ";
const SITE: &str = "Site (empty for Default): ";
const KIND: &str = "Number [1]: ";
const NAME: &str = "Token name: ";
const SECRET: &str = "Token secret (not shown): ";

fn login(bench: &Bench) -> Session {
    Session::start(bench.command(&["auth", "login"]), 80)
}

fn line(text: &str) -> String {
    format!("{text}\n")
}

#[test]
fn what_is_needed_is_asked_step_by_step() {
    let bench = Bench::new();
    let session = login(&bench);
    session.answer(ADDRESS, line(bench.sandbox.url()));
    session.answer(SITE, "MarketingTeam\n");
    session.answer(KIND, "\n");
    session.answer(NAME, "sandbox\n");
    session.answer(SECRET, line(well_known::PAT_SECRET));
    let (code, screen) = session.end();
    assert_eq!(
        (code, bench.neat(&screen).as_str()),
        (
            Some(0),
            "Server address: URL\n\
             Site (empty for Default): MarketingTeam\n\
             How do you sign in?\n  \
               1  personal access token\n  \
               2  user name and password\n  \
               3  connected app\n  \
               4  JWT\n\
             Number [1]: \n\
             Token name: sandbox\n\
             Token secret (not shown): \n\
             Signed in to URL, site MarketingTeam, as admin (profile default)\n\
             The secret is in FOLDER/secrets.toml, readable by you only (TABLEAU_KEYRING=off)\n"
        )
    );
}

#[test]
fn wrong_answers_are_asked_again_and_known_ones_are_not() {
    let bench = Bench::new();
    let session = login(&bench);
    session.answer(ADDRESS, "\n");
    session.answer(ADDRESS, "ftp://my-server\n");
    // As pasted from a browser: it names the site.
    session.answer(
        ADDRESS,
        line(&format!("{}/#/site/MarketingTeam/home", bench.sandbox.url())),
    );
    session.answer(KIND, "7\n");
    session.answer(KIND, "2\n");
    session.answer("User name: ", "admin\n");
    session.answer("Password (not shown): ", line(well_known::PASSWORD));
    let (code, screen) = session.end();
    let screen = bench.neat(&screen);
    assert_eq!(code, Some(0), "{screen}");
    for part in [
        "Server address: ftp://my-server\n`ftp` is not a scheme for a server: use https\nServer address: ",
        "home\nHow do you sign in?\n",
        "Number [1]: 7\na number from 1 to 4\nNumber [1]: 2\n",
        "Password (not shown): \nSigned in to URL, site MarketingTeam, as admin (profile default)\n",
    ] {
        assert!(screen.contains(part), "{part} in {screen}");
    }
    assert!(!screen.contains(well_known::PASSWORD), "{screen}");
}

#[test]
fn a_secret_from_standard_input_is_typed_unseen() {
    let bench = Bench::new();
    let url = bench.sandbox.url();
    let arguments = [
        "auth",
        "login",
        url,
        "--site",
        "",
        "--token-name",
        "sandbox",
        "--token-file",
        "-",
    ];
    let session = Session::start(bench.command(&arguments), 80);
    session.answer(SECRET, line(well_known::PAT_SECRET));
    let (code, screen) = session.end();
    assert!(code == Some(0) && !screen.contains("s4ndb0x"), "{screen}");
}

/// How to come to a question, and the question.
type Way<'a> = (&'a [(&'a str, &'a str)], &'a str);

#[test]
fn ctrl_c_and_ctrl_d_at_each_question_end_it_and_nothing_is_written() {
    let bench = Bench::new();
    let to_kind = [(ADDRESS, "my-server\n"), (SITE, "\n")];
    let way = |more: &[(&'static str, &'static str)]| [&to_kind[..], more].concat();
    let (client, secret_id, user) = ("Client id: ", "Secret id: ", "User name: ");
    let app = way(&[(KIND, "3\n"), (client, "c\n"), (secret_id, "s\n"), (user, "u\n")]);
    let pat = way(&[(KIND, "1\n"), (NAME, "n\n")]);
    let password = way(&[(KIND, "2\n"), (user, "u\n")]);
    let jwt = way(&[(KIND, "4\n")]);
    let ways: [Way<'_>; 12] = [
        (&[], ADDRESS),
        (&to_kind[..1], SITE),
        (&to_kind, KIND),
        (&pat[..3], NAME),
        (&pat, SECRET),
        (&password[..3], user),
        (&password, "Password (not shown): "),
        (&app[..3], client),
        (&app[..4], secret_id),
        (&app[..5], user),
        (&app, "Secret value (not shown): "),
        (&jwt, "JWT (not shown): "),
    ];
    for (before, question) in ways {
        for (key, code) in [("\x03", 130), ("\x04", 2)] {
            let session = login(&bench);
            for (question, answer) in before {
                session.answer(question, answer);
            }
            session.answer(question, key);
            let (ended, screen) = session.end();
            assert_eq!(ended, Some(code), "{question} {key:?} {screen}");
        }
    }
    assert_eq!(std::fs::read_dir(bench.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_hidden_answer_that_was_begun_is_not_seen_after_ctrl_c() {
    let bench = Bench::new();
    let arguments = [
        "auth",
        "login",
        bench.sandbox.url(),
        "--site",
        "",
        "--token-name",
        "sandbox",
    ];
    let session = Session::start(bench.command(&arguments), 80);
    session.answer(SECRET, "c2FuZGJv\x03");
    let (code, screen) = session.end();
    assert_eq!((code, screen), (Some(130), line(SECRET)));
}

#[test]
fn signals_that_end_it_leave_the_terminal_as_it_was() {
    let bench = Bench::new();
    let arguments = [
        "auth",
        "login",
        bench.sandbox.url(),
        "--site",
        "",
        "--token-name",
        "sandbox",
    ];
    for (signal, code) in [("TERM", 143), ("HUP", 129)] {
        let session = Session::start(bench.command(&arguments), 80);
        session.answer(SECRET, "c2FuZGJv");
        session.signal(signal);
        assert_eq!(session.end(), (Some(code), line(SECRET)));
    }
}

#[test]
fn an_answer_that_is_not_utf8_is_named() {
    let bench = Bench::new();
    let session = login(&bench);
    session.answer(ADDRESS, b"my-server\xff\n");
    let (code, screen) = session.end();
    assert!(
        code == Some(2) && screen.ends_with("error: the answer is not valid UTF-8\n"),
        "{code:?} {screen}"
    );
}

#[test]
fn nothing_is_asked_without_a_terminal_for_the_question() {
    let bench = Bench::new();
    let mut command = bench.command(&["auth", "login", "my-server"]);
    command.stderr(std::process::Stdio::piped());
    let command = pty_process::blocking::Command::from(command).stderr(std::process::Stdio::piped());
    let (_pty, pts) = pty_process::blocking::open().unwrap();
    let ended = command.spawn(pts).unwrap().wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
}

#[test]
fn a_token_on_a_terminal_comes_with_a_warning() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    let (code, screen) = Session::start(bench.command(&["auth", "token"]), 80).end();
    let token = bench.run(&["auth", "token"]).out;
    let warning = "warning: a program that has this token can do all you can, until the session ends\n";
    assert_eq!((code, screen), (Some(0), format!("{warning}{token}")));
}

#[test]
fn profiles_and_questions_fit_the_terminal() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    assert_eq!(bench.login("MarketingTeam").code, 0);
    for columns in [40, 200] {
        let (code, screen) = Session::start(bench.command(&["auth", "list"]), columns).end();
        assert_eq!(code, Some(0), "{screen}");
        let widest = screen.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= usize::from(columns), "{screen}");
        // There is room for one line each, or there is not.
        assert_eq!(screen.lines().count() == 3, columns == 200, "{screen}");
    }
    let session = Session::start(bench.command(&["auth", "login"]), 40);
    session.answer(ADDRESS, "x\n");
    session.answer(SITE, "\n");
    session.answer(KIND, "\n");
    session.answer(NAME, "n\n");
    session.answer(SECRET, "\x03");
    let (_, screen) = session.end();
    assert!(screen.lines().all(|line| line.chars().count() <= 40), "{screen}");
}

#[test]
fn tabcmds_secret_is_copied_after_a_yes() {
    let bench = Bench::new();
    let session = serde_json::json!({
        "server": bench.sandbox.url(), "site_name": "default", "personal_access_token_name": well_known::PAT_NAME,
        "personal_access_token": well_known::PAT_SECRET, "last_login_using": "token"
    });
    let file = bench.folder.path().join("tabcmd.json");
    std::fs::write(&file, serde_json::json!({"tableau_auth": [session]}).to_string()).unwrap();
    let import = || {
        let arguments = ["auth", "import", "tabcmd", "--file", file.to_str().unwrap()];
        Session::start(bench.command(&arguments), 80)
    };
    const COPY: &str = "Copy the secret from tabcmd's file? [y/N]: ";
    let session = import();
    session.answer(COPY, "\n");
    session.answer(SECRET, "\x03");
    assert_eq!(session.end().0, Some(130));
    let session = import();
    session.answer(COPY, "y\n");
    let (code, screen) = session.end();
    assert!(
        code == Some(0) && screen.contains("the Default site, as admin"),
        "{screen}"
    );
}
