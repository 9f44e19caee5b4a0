//! The contests: what each program does, and the goals.

use std::path::PathBuf;

use crate::contest::{Contest, Goal, cpu, peak, wall};
use crate::options::Options;
use crate::process::Task;
use crate::servers::References;
use crate::setup::Setup;

pub(crate) const TSC: &str = "TSC";
pub(crate) const TABCMD: &str = "tabcmd";
pub(crate) const LIMIT: &str = "limit";
pub(crate) const LIBRARY: &str = "library";
pub(crate) const BY_TOKEN: &str = "library, by token";
pub(crate) const COMMAND: &str = "command";
pub(crate) const COMMAND_BY_TOKEN: &str = "command, by token";

/// Makes the contests.
pub(crate) struct Rows<'a> {
    pub(crate) setup: &'a Setup,
    pub(crate) options: &'a Options,
    pub(crate) references: &'a References,
}

fn text(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| (*part).to_owned()).collect()
}

/// Accepted by the reference server, as everything is.
fn password() -> Vec<(&'static str, String)> {
    vec![
        ("TABLEAU_USERNAME", "admin".to_owned()),
        ("TABLEAU_PASSWORD", "admin-password".to_owned()),
    ]
}

fn token() -> Vec<(&'static str, String)> {
    vec![
        ("TABLEAU_PAT_NAME", "benches".to_owned()),
        (
            "TABLEAU_PAT_SECRET",
            "qlE1g9MMh9vbrjjg==:rZTHhPpP2tUW1kfn4tjg8".to_owned(),
        ),
    ]
}

impl Rows<'_> {
    /// Those that are asked for, in the order of the page.
    pub(crate) fn all(&self) -> Vec<Contest> {
        let mut all = vec![
            self.sign_in("sign-in-http", &self.references.plain.http, 1.0 / 50.0),
            self.sign_in("sign-in-https", &self.references.plain.https, 1.0 / 40.0),
            self.text("help", "--help"),
            self.text("version", "--version"),
            self.command_list(),
            self.cycles("cycles-http", &self.references.plain.http, 200),
            self.cycles("cycles-https", &self.references.plain.https, 25),
            self.list("list-drop", "drop", 12.0),
            self.list("list-keep", "keep", 130.0),
            self.list_delayed(),
            self.publish(),
            self.publish_delayed(),
            self.download(),
            self.sessions(),
        ];
        all.retain(|contest| self.options.wants(contest.key));
        if !self.options.is_whole {
            // They are for the whole size.
            all.iter_mut().for_each(Contest::forget_memory);
        }
        all
    }

    fn task(&self, name: &'static str, arguments: &[&str], environment: Vec<(&'static str, String)>) -> Task {
        let program: PathBuf = match name {
            TABCMD => self.setup.peer("tabcmd"),
            TSC => self.setup.peer("python"),
            LIMIT => self.setup.program("limit"),
            LIBRARY | BY_TOKEN => self.setup.program("library"),
            _ => self.setup.program("tabctl"),
        };
        let mut all = Vec::new();
        if name == TSC {
            let script = self.setup.root.join("benches/peers/tsc.py");
            all.push(script.to_string_lossy().into_owned());
        }
        all.extend(text(arguments));
        Task {
            name,
            program,
            arguments: all,
            environment,
            // Python starts slowly enough to be measured once.
            times: 1,
            pieces: 1,
        }
    }

    /// The same task by TSC, by the limit and by the library.
    fn three(&self, arguments: &[&str], of_limit: &[&str]) -> Vec<Task> {
        vec![
            self.task(TSC, arguments, password()),
            self.task(LIMIT, &[arguments, of_limit].concat(), password()),
            self.task(LIBRARY, arguments, password()),
        ]
    }

    fn contest(&self, key: &'static str, title: String, tasks: Vec<Task>, goals: &[Goal]) -> Contest {
        Contest {
            key,
            title,
            tasks,
            goals: goals.to_vec(),
            rounds: self.options.rounds,
            says: false,
        }
    }

    fn sign_in(&self, key: &'static str, url: &str, of_tsc: f64) -> Contest {
        let mut tasks = self.three(&["sign-in", url], &[]);
        tasks.push(self.task(BY_TOKEN, &["sign-in", url], token()));
        for (name, mut environment) in [(COMMAND, password()), (COMMAND_BY_TOKEN, token())] {
            environment.push(("TABLEAU_SERVER_URL", url.to_owned()));
            tasks.push(self.task(name, &["auth", "status"], environment));
        }
        often(&mut tasks);
        let goals = [
            cpu(COMMAND, TSC, of_tsc),
            cpu(COMMAND, LIMIT, 3.0),
            cpu(COMMAND_BY_TOKEN, TSC, of_tsc),
            cpu(COMMAND_BY_TOKEN, LIMIT, 3.0),
        ];
        // The issue of https names the peer alone.
        let goals: Vec<Goal> = match key {
            "sign-in-https" => goals.into_iter().step_by(2).collect(),
            _ => goals.to_vec(),
        };
        let scheme = key.trim_start_matches("sign-in-");
        let title = format!("sign in and out in a new process, {scheme} (the command: `tabctl auth status`)");
        self.contest(key, title, tasks, &goals)
    }

    fn text(&self, key: &'static str, option: &str) -> Contest {
        let mut tasks = vec![
            self.task(TABCMD, &[option], Vec::new()),
            self.task(LIMIT, &["--version"], Vec::new()),
            self.task(COMMAND, &[option], Vec::new()),
        ];
        often(&mut tasks);
        let goals = [cpu(COMMAND, TABCMD, 1.0 / 80.0), cpu(COMMAND, LIMIT, 1.5)];
        self.contest(key, format!("`{option}`"), tasks, &goals)
    }

    fn command_list(&self) -> Contest {
        let url = &self.references.few.http;
        let [(_, name), (_, secret)] = <[_; 2]>::try_from(token()).unwrap_or_default();
        let credentials = ["--token-name", &name, "--token-value", &secret];
        let arguments = ["list", "workbooks", "--server", url];
        let mut tasks = vec![
            self.task(TABCMD, &[&arguments[..], &credentials].concat(), Vec::new()),
            self.task(LIMIT, &["list", url, "100", "drop", "1"], password()),
            self.task(COMMAND, &["workbooks", "list"], Vec::new()),
        ];
        often(&mut tasks);
        let title = "`workbooks list` of 100 with a stored session; tabcmd signs in".to_owned();
        self.contest("command-list", title, tasks, &[cpu(COMMAND, TABCMD, 1.0 / 50.0)])
    }

    fn cycles(&self, key: &'static str, url: &str, count: u32) -> Contest {
        let task = |name, credentials, count: u32| Task {
            pieces: count,
            ..self.task(name, &["cycles", url, &count.to_string()], credentials)
        };
        let tasks = vec![
            task(TSC, password(), count),
            task(LIMIT, password(), 4000),
            task(LIBRARY, password(), 2000),
            task(BY_TOKEN, token(), 2000),
        ];
        let goals = [
            cpu(LIBRARY, TSC, 1.0 / 15.0),
            cpu(LIBRARY, LIMIT, 1.5),
            cpu(BY_TOKEN, TSC, 1.0 / 15.0),
            cpu(BY_TOKEN, LIMIT, 1.5),
        ];
        let scheme = key.trim_start_matches("cycles-");
        let title = format!("one cycle of sign-in and sign-out in a process with one client, {scheme}");
        self.contest(key, title, tasks, &goals)
    }

    fn list(&self, key: &'static str, keep: &str, memory: f64) -> Contest {
        let url = &self.references.plain.http;
        let tasks = self.three(&["list", url, "1000", keep], &["1"]);
        let goals = [
            cpu(LIBRARY, TSC, 1.0 / 60.0),
            cpu(LIBRARY, LIMIT, 1.3),
            peak(LIBRARY, memory),
        ];
        let kept = if keep == "keep" { "kept" } else { "dropped" };
        let title = format!("list {} workbooks, {kept}", self.options.sizes.items);
        Contest {
            rounds: self.options.few(),
            says: true,
            ..self.contest(key, title, tasks, &goals)
        }
    }

    fn list_delayed(&self) -> Contest {
        let tasks = self.three(&["list", &self.references.delayed.http, "100", "drop"], &["8"]);
        let items = self.options.sizes.delayed_items;
        let title =
            format!("list {items} workbooks by pages of 100, each answer after 20 ms; limit: 8 at once");
        Contest {
            rounds: self.options.few(),
            says: true,
            ..self.contest("list-delayed", title, tasks, &[wall(LIBRARY, TSC, 1.0 / 13.0)])
        }
    }

    fn files(&self, key: &'static str, what: &str, tasks: Vec<Task>, goals: &[Goal]) -> Contest {
        let title = format!("{what} {} MiB", self.options.sizes.file >> 20);
        Contest {
            rounds: self.options.few(),
            says: true,
            ..self.contest(key, title, tasks, goals)
        }
    }

    fn publishing(&self, url: &str) -> Vec<Task> {
        let file = self.setup.text("Large.twbx");
        // As TSC cuts files.
        let chunk = (50 << 20).to_string();
        self.three(&["publish", url, &file], &[&chunk])
    }

    fn publish(&self) -> Contest {
        let tasks = self.publishing(&self.references.plain.http);
        let goals = [cpu(LIBRARY, LIMIT, 1.15), peak(LIBRARY, 24.0)];
        self.files("publish", "publish", tasks, &goals)
    }

    fn publish_delayed(&self) -> Contest {
        let tasks = self.publishing(&self.references.delayed.http);
        let goals = [wall(LIBRARY, TSC, 1.0)];
        self.files("publish-delayed", "at 20 ms an answer, publish", tasks, &goals)
    }

    fn download(&self) -> Contest {
        let target = self.setup.text("copy.twbx");
        let tasks = self.three(&["download", &self.references.plain.http, &target], &[]);
        let goals = [cpu(LIBRARY, LIMIT, 1.2), peak(LIBRARY, 12.0)];
        self.files("download", "download", tasks, &goals)
    }

    fn sessions(&self) -> Contest {
        let count = self.options.sizes.sessions.to_string();
        let arguments = ["sessions", &self.references.plain.http, &count, &count];
        let mut tasks = self.three(&arguments, &[]);
        tasks.push(self.task(BY_TOKEN, &arguments, token()));
        let goals = [cpu(LIBRARY, TSC, 1.0 / 60.0), cpu(BY_TOKEN, TSC, 1.0 / 60.0)];
        let title = format!("{count} sessions at once: sign in, list 1000, sign out");
        Contest {
            rounds: self.options.few(),
            says: true,
            ..self.contest("sessions", title, tasks, &goals)
        }
    }
}

/// Programs that take a few milliseconds run ten times for a sample.
fn often(tasks: &mut [Task]) {
    for task in tasks {
        if !matches!(task.name, TSC | TABCMD) {
            task.times = 10;
        }
    }
}
