//! What is done while there is a fault: by the library, or by the command.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tableau_client::{
    Blocking, Client, Filter, Id, JobOutcome, PersonalAccessToken, Project, Site, Timeouts, Workbook,
};
use tableau_sandbox::well_known::{PAT_NAME, PAT_SECRET};

use crate::{Outcome, tabctl};

/// Something that a program wants to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// All workbooks of a site, page by page.
    List,
    /// A workbook to a file.
    Download,
    /// A workbook in one request.
    Publish,
    /// A workbook in chunks.
    PublishLarge,
    /// A refresh, and waiting for its job.
    Job,
    /// A workbook is deleted.
    Delete,
}

/// By what it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Library,
    Command,
}

/// The name of the workbook that tasks are about.
pub(crate) const NAME: &str = "Sales";
pub(crate) const PROJECT: &str = "Samples";
/// The file that is published, and the one that is saved.
pub(crate) const FILE: &str = "Sales.twbx";
pub(crate) const COPY: &str = "copy.twbx";
/// Longer than any job here takes.
const JOB: Duration = Duration::from_secs(60);

const TASKS: [(Task, &str); 6] = [
    (Task::List, "list"),
    (Task::Download, "download"),
    (Task::Publish, "publish"),
    (Task::PublishLarge, "publish in chunks"),
    (Task::Job, "refresh and wait"),
    (Task::Delete, "delete"),
];

impl Task {
    pub(crate) fn name(self) -> &'static str {
        TASKS
            .iter()
            .find(|(task, _)| *task == self)
            .map_or("", |(_, name)| name)
    }

    /// The process that does it; zero seconds stand for the usual bounds.
    pub(crate) fn process(self, way: Way, url: &str, folder: &Path, seconds: u64) -> Outcome<Command> {
        let mut command = match way {
            Way::Library => {
                let mut command = Command::new(std::env::current_exe()?);
                command
                    .args(["do", self.name(), url])
                    .arg(folder)
                    .arg(seconds.to_string());
                command
            }
            Way::Command => {
                let mut command = Command::new(tabctl()?);
                command.args(self.arguments());
                if seconds > 0 {
                    command.args(["--timeout", &seconds.to_string()]);
                }
                command
            }
        };
        command
            .current_dir(folder)
            .env_clear()
            .env("TABLEAU_CONFIG_DIR", folder.join("config"))
            .env("TABLEAU_KEYRING", "off")
            .env("TABLEAU_SERVER_URL", url)
            .env("TABLEAU_PAT_NAME", PAT_NAME)
            .env("TABLEAU_PAT_SECRET", PAT_SECRET);
        Ok(command)
    }

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::List => &["workbooks", "list", "--quiet"],
            Self::Download => &["workbooks", "download", "Samples/Sales", "-o", COPY],
            Self::Publish | Self::PublishLarge => &["workbooks", "publish", FILE, "--project", PROJECT],
            Self::Job => &["workbooks", "refresh", "Samples/Sales", "--wait"],
            Self::Delete => &["workbooks", "delete", "Samples/Sales", "--yes"],
        }
    }
}

/// Does a task with the library, in this process.
pub(crate) fn by_library(task: &str, url: &str, folder: &Path, seconds: u64) -> Outcome<()> {
    let &(task, _) = TASKS
        .iter()
        .find(|(_, name)| *name == task)
        .ok_or("no such task")?;
    let timeouts = match seconds {
        0 => Timeouts::default(),
        seconds => Timeouts::all(Duration::from_secs(seconds)),
    };
    let client = Client::builder(url).timeouts(timeouts).build()?.blocking()?;
    let token = PersonalAccessToken::new(PAT_NAME, PAT_SECRET);
    // What the sign-out says is not the outcome.
    let done = client.with_session(token, |site| Ok(make(task, &site, folder)));
    done?
}

fn make(task: Task, site: &Site<Blocking>, folder: &Path) -> Outcome<()> {
    match task {
        Task::List => {
            for workbook in site.workbooks().list().page_size(1000).all() {
                println!("{}", workbook?.id);
            }
        }
        Task::Download => {
            site.workbooks()
                .download(&workbook(site)?)
                .to_file(folder.join(COPY))?;
        }
        Task::Publish | Task::PublishLarge => {
            let publish = site.workbooks().publish(folder.join(FILE), &project(site)?);
            publish.send()?;
        }
        Task::Job => match site.workbooks().refresh(&workbook(site)?).wait(JOB)? {
            JobOutcome::Succeeded(_) => {}
            _ => return Err("the job did not succeed".into()),
        },
        Task::Delete => site.workbooks().delete(&workbook(site)?).send()?,
    }
    Ok(())
}

pub(crate) fn workbook(site: &Site<Blocking>) -> Outcome<Id<Workbook>> {
    let named = site.workbooks().list().filter(Filter::eq("name", NAME)).send()?;
    Ok(named.items.into_iter().next().ok_or("no workbook")?.id)
}

pub(crate) fn project(site: &Site<Blocking>) -> Outcome<Id<Project>> {
    let named = site
        .projects()
        .list()
        .filter(Filter::eq("name", PROJECT))
        .send()?;
    Ok(named.items.into_iter().next().ok_or("no project")?.id)
}
