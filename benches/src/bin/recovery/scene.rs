//! One turn: a sandbox, a fault, a process, and what the sandbox and the folder say afterwards.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Write as _};
use std::time::Duration;

use tableau_client::{Blocking, Client, Filter, Site, Source, UserPassword};
use tableau_sandbox::well_known::{ADMIN, PASSWORD};
use tableau_sandbox::{JobPlan, Sandbox};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::Outcome;
use crate::cases::Case;
use crate::process::{self, Ended};
use crate::task::{COPY, FILE, NAME, Task, Way, project, workbook};

/// How a turn ended.
pub(crate) enum Ending {
    Recovered,
    /// With an error, by its exit code, and nothing wrong.
    Failed(i32),
    Unsafe(String),
}

impl Ending {
    pub(crate) fn is_safe(&self) -> bool {
        !matches!(self, Self::Unsafe(_))
    }
}

/// Three pages.
const WORKBOOKS: u32 = 2_500;

pub(crate) struct Scene {
    sandbox: Sandbox,
    observer: Site<Blocking>,
    folder: TempDir,
    content: Vec<u8>,
    /// How many workbooks there were.
    listed: usize,
    task: Task,
}

impl Scene {
    /// Plays a turn.
    pub(crate) fn play(case: &Case, way: Way, seconds: u64) -> Outcome<Ending> {
        let scene = Self::set(case.task)?;
        let controls = scene.sandbox.service();
        controls.controls().inject((case.fault)());
        let mut process = case
            .task
            .process(way, scene.sandbox.url(), scene.folder.path(), seconds)?;
        let ended = process::run(&mut process)?;
        if controls.log().entries().iter().all(|entry| entry.fault.is_none()) {
            return Err("the fault was not met".into());
        }
        controls.controls().clear_faults();
        scene.judge(&ended)
    }

    fn set(task: Task) -> Outcome<Self> {
        let sandbox = match task {
            Task::List => Sandbox::builder()
                .workbooks(WORKBOOKS)
                .listen(([127, 0, 0, 1], 0).into()),
            _ => Sandbox::builder().listen(([127, 0, 0, 1], 0).into()),
        };
        let sandbox = sandbox.start()?;
        let moment = Duration::from_millis(1);
        sandbox
            .service()
            .controls()
            .plan_jobs(JobPlan::succeeds().waits(moment).runs(moment));
        let observer = Client::new(sandbox.url())?
            .blocking()?
            .sign_in(UserPassword::new(ADMIN, PASSWORD))?;
        let folder = tempfile::tempdir()?;
        let content = match task {
            Task::PublishLarge => package(64 << 20)?,
            _ => package(1_000_000)?,
        };
        match task {
            Task::Publish | Task::PublishLarge => fs::write(folder.path().join(FILE), &content)?,
            _ => {
                let publish = observer
                    .workbooks()
                    .publish(Source::bytes(content.clone()), &project(&observer)?);
                publish.name(NAME).send()?;
            }
        }
        let listed = observer.workbooks().list().send()?.total_available;
        Ok(Self {
            listed: usize::try_from(listed)?,
            sandbox,
            observer,
            folder,
            content,
            task,
        })
    }

    /// What the sandbox and the folder say of it.
    fn judge(&self, ended: &Ended) -> Outcome<Ending> {
        let is_done = match self.task {
            Task::List => self.all_listed(&ended.output),
            Task::Download => self.saved()?,
            Task::Publish | Task::PublishLarge => self.published()?,
            Task::Job => self.count("workbooks.refresh", |status| status < 300) == 1,
            Task::Delete => self.named()? == 0,
        };
        if let Some(wrong) = self.wrong()? {
            return Ok(Ending::Unsafe(wrong.to_owned()));
        }
        match (ended.status.code(), is_done) {
            (Some(0), true) => Ok(Ending::Recovered),
            (Some(0), false) => Ok(Ending::Unsafe("it says that it is done".to_owned())),
            (Some(code), _) if code != 101 => Ok(Ending::Failed(code)),
            _ => Ok(Ending::Unsafe(format!("it ended with {}", ended.status))),
        }
    }

    /// What is wrong however it ended: something twice, or half a file.
    fn wrong(&self) -> Outcome<Option<&'static str>> {
        let copy = self.folder.path().join(COPY);
        if copy.exists() && fs::read(copy)? != self.content {
            return Ok(Some("half a file has a name"));
        }
        let done = ["workbooks.publish", "workbooks.refresh"]
            .map(|call| self.count(call, |status| (200..300).contains(&status)));
        // One publish is that of the workbook that there was before.
        if done.into_iter().any(|done| done > 1) || self.named()? > 1 {
            return Ok(Some("it was done twice"));
        }
        if self.sandbox.service().log().entries().len() > 100 {
            return Ok(Some("a flood of requests"));
        }
        Ok(None)
    }

    fn all_listed(&self, output: &str) -> bool {
        let ids: BTreeSet<_> = output.lines().collect();
        ids.len() == self.listed && output.lines().count() == self.listed
    }

    fn saved(&self) -> Outcome<bool> {
        let copy = self.folder.path().join(COPY);
        Ok(copy.exists() && fs::read(copy)? == self.content)
    }

    fn published(&self) -> Outcome<bool> {
        if self.named()? != 1 {
            return Ok(false);
        }
        let check = self.folder.path().join("check.twbx");
        self.observer
            .workbooks()
            .download(&workbook(&self.observer)?)
            .to_file(&check)?;
        Ok(fs::read(check)? == self.content)
    }

    /// How many workbooks of the name there are.
    fn named(&self) -> Outcome<usize> {
        let named = self
            .observer
            .workbooks()
            .list()
            .filter(Filter::eq("name", NAME))
            .send()?;
        Ok(named.items.len())
    }

    fn count(&self, call: &str, is_status: impl Fn(u16) -> bool) -> usize {
        let log = self.sandbox.service().log().entries();
        let of_call = log
            .iter()
            .filter(|entry| entry.operation.as_deref() == Some(call));
        of_call
            .filter(|entry| entry.status > 0 && is_status(entry.status))
            .count()
    }
}

/// A package of this many bytes.
fn package(bytes: usize) -> Outcome<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("Sales.twb", stored)?;
    zip.write_all(
        b"<?xml version='1.0'?><workbook><worksheets><worksheet name='Map'/></worksheets></workbook>",
    )?;
    zip.start_file("Data/orders.hyper", stored)?;
    let mut content = vec![0; bytes];
    for (place, byte) in content.iter_mut().enumerate() {
        *byte = u8::try_from(place % 251)?;
    }
    zip.write_all(&content)?;
    Ok(zip.finish()?.into_inner())
}
