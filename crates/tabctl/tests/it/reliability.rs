//! The command against servers that misbehave, and names that would control a terminal.

use support::scripted::{Act, Scripted, Seen, answer, document, page, usual};

use crate::support::{Bench, Ended, end};

/// A server where sessions begin and end, and everything else is up to a script.
fn server(script: impl Fn(&Seen) -> Vec<Act> + Send + Sync + 'static) -> Scripted {
    Scripted::start(move |seen| usual(seen).unwrap_or_else(|| script(seen)))
}

fn command(bench: &Bench, server: &Scripted, arguments: &[&str]) -> std::process::Command {
    let mut command = bench.command(arguments);
    command
        .env("TABLEAU_SERVER_URL", server.url())
        .env("TABLEAU_PAT_NAME", "ci")
        .env("TABLEAU_PAT_SECRET", "secret");
    command
}

fn run(bench: &Bench, server: &Scripted, arguments: &[&str]) -> Ended {
    end(command(bench, server, arguments).output().unwrap())
}

#[test]
fn a_list_of_13_pages_from_a_server_that_closes_idle_connections() {
    let server = Scripted::start(|seen| {
        let number = seen.target.split("pageNumber=").nth(1);
        let number = number.and_then(|text| text.split('&').next()?.parse().ok());
        let list = || {
            vec![
                Act::Read,
                answer("200 OK", "", &page(number.unwrap_or(1), 1000, 12_500)),
            ]
        };
        let mut acts = usual(seen).unwrap_or_else(list);
        acts.push(Act::Close);
        acts
    });
    let bench = Bench::new();
    for _ in 0..25 {
        let ended = run(&bench, &server, &["workbooks", "list", "--quiet"]);
        assert_eq!(
            (ended.code, ended.out.lines().count()),
            (0, 12_500),
            "{}",
            ended.err
        );
    }
}

/// Two users of one name, in two domains; nothing may be done to either by the name alone.
#[test]
fn users_of_one_name_are_told_apart_by_their_domains() {
    let server = server(|seen| {
        let user = |id: &str, domain: &str| {
            format!("<user id='{id}' name='bob' siteRole='Viewer'><domain name='{domain}'/></user>")
        };
        let users = format!(
            "<pagination pageNumber='1' pageSize='1000' totalAvailable='2'/><users>{}{}</users>",
            user("e", "east.example.com"),
            user("w", "west")
        );
        let body = match seen.target.contains("/users?") {
            true => document(&users),
            false => String::new(),
        };
        vec![Act::Read, answer("200 OK", "", &body)]
    });
    let bench = Bench::new();
    let file = bench.folder.path().join("users.csv");
    let remove = |name: &str, options: &[&str]| {
        std::fs::write(&file, name).unwrap();
        let words = [&["users", "remove", file.to_str().unwrap()][..], options].concat();
        run(&bench, &server, &words)
    };
    let several = remove("bob\n", &["--yes"]);
    assert_ne!(several.code, 0, "{several:?}");
    assert!(
        several.out.contains(r"west\bob w") && !several.out.contains("removed"),
        "{several:?}"
    );
    for (name, word) in [
        (r"EAST\Bob", "remove"),
        (r"west\bob", "remove"),
        (r"north\bob", "failed"),
    ] {
        let one = remove(name, &["--dry-run"]);
        assert!(one.out.contains(word), "{name}: {one:?}");
        assert_eq!(
            one.out.contains("of this name there is"),
            word == "failed",
            "{one:?}"
        );
    }
}

#[test]
fn a_server_that_does_not_answer_is_given_up_after_the_time_that_was_set() {
    let server = server(|_| vec![Act::Hang]);
    let bench = Bench::new();
    let ended = run(
        &bench,
        &server,
        &["workbooks", "list", "--timeout", "0.4", "--json"],
    );
    assert_eq!(ended.code, 10, "{ended:?}");
    let error: serde_json::Value = serde_json::from_str(ended.err.trim()).unwrap();
    let error = &error["error"];
    assert_eq!(error["kind"], "timedOut");
    assert!(
        error["timeout"]["waitedSeconds"].as_f64().unwrap() >= 0.4,
        "{error}"
    );
    assert!(error["hint"].as_str().unwrap().contains("--timeout"), "{error}");
    for wrong in ["0", "-1", "soon", "1e400", ""] {
        assert_eq!(
            run(&bench, &server, &["workbooks", "list", "--timeout", wrong]).code,
            2,
            "{wrong}"
        );
    }
}

#[test]
fn what_may_succeed_later_ends_with_10_also_without_a_document() {
    let bench = Bench::new();
    for status in [
        "408 Request Timeout",
        "429 Too Many Requests",
        "503 Service Unavailable",
    ] {
        let server = server(move |_| vec![Act::Read, answer(status, "Retry-After: 60\r\n", "")]);
        let ended = run(&bench, &server, &["workbooks", "list", "--json"]);
        assert_eq!(ended.code, 10, "{ended:?}");
        let error: serde_json::Value = serde_json::from_str(ended.err.trim()).unwrap();
        assert_eq!(error["error"]["retryAfterSeconds"], 60, "{error}");
        assert_eq!(error["error"]["attempts"], 1, "{error}");
    }
}

/// It would be sent as a password to every server it names.
#[test]
fn credentials_for_other_programs_are_not_read() {
    let server = server(|_| vec![Act::Read, answer("200 OK", "", &page(1, 1000, 1))]);
    let bench = Bench::new();
    let netrc = bench.folder.path().join(".netrc");
    std::fs::write(&netrc, "machine 127.0.0.1 login somebody password netrc-secret\n").unwrap();
    let mut command = command(&bench, &server, &["workbooks", "list"]);
    command.env("HOME", bench.folder.path()).env("NETRC", &netrc);
    assert_eq!(end(command.output().unwrap()).code, 0);
    let seen = server.seen("");
    assert!(seen.len() >= 3);
    for request in seen {
        assert!(
            !request.head.to_ascii_lowercase().contains("\nauthorization"),
            "{request:?}"
        );
    }
}

/// A name that would clear the screen, and turn the text around it.
const NAME: &str = "a&#x9b;2J\u{202e}gpj.exe\u{2066}\u{7f}z";

fn names() -> Scripted {
    let list = format!(
        "<pagination pageNumber='1' pageSize='1000' totalAvailable='1'/><workbooks><workbook id='w' name='{NAME}'/></workbooks>"
    );
    let list = document(&list);
    server(move |_| vec![Act::Read, answer("200 OK", "", &list)])
}

#[test]
fn json_has_escapes_for_what_controls_a_terminal() {
    let (bench, server) = (Bench::new(), names());
    let ended = run(&bench, &server, &["workbooks", "list", "--json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let expected = r"a\u009b2J\u202egpj.exe\u2066\u007fz";
    assert!(ended.out.contains(expected), "{}", ended.out);
    let list: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(list[0]["name"], NAME.replace("&#x9b;", "\u{9b}"));
}

#[cfg(unix)]
#[test]
fn no_form_of_output_writes_what_controls_a_terminal_to_one() {
    use crate::terminal::Session;
    let (bench, server) = (Bench::new(), names());
    let forms: [&[&str]; 5] = [
        &["workbooks", "list"],
        &["workbooks", "list", "--json"],
        &["workbooks", "list", "--csv"],
        &["workbooks", "list", "--json", "--columns", "name"],
        &["api", "GET", "sites/s/workbooks"],
    ];
    for form in forms {
        let mut command = command(&bench, &server, form);
        command.env("TERM", "dumb");
        let (code, screen) = Session::start(command, 120).end();
        assert_eq!(code, Some(0), "{screen}");
        assert!(screen.contains("gpj.exe"), "{form:?}: {screen}");
        let moves =
            |c: char| (c.is_control() && !"\r\n\t".contains(c)) || matches!(c, '\u{202e}' | '\u{2066}');
        assert!(!screen.contains(moves), "{form:?}: {screen:?}");
    }
}
