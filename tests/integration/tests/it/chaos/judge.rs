//! What the sandbox says of a run: its log, its sessions, and what is there.

use std::collections::BTreeSet;

use futures_util::TryStreamExt as _;
use support::InProcess;
use tableau_client::{Client, Id, Project, Site, UserPassword, Workbook};
use tableau_sandbox::{Sandbox, well_known};

use super::run::Run;
use super::thing::{There, Thing};
use crate::files::twbx;

/// A session of another account, without the network.
async fn observer(sandbox: &Sandbox) -> Site {
    let client = Client::builder("https://sandbox.invalid").transport(InProcess(sandbox.service()));
    let password = UserPassword::new(well_known::ADMIN, well_known::PASSWORD);
    client.build().unwrap().sign_in(password).await.unwrap()
}

/// The project that workbooks are published to.
pub(super) async fn project(sandbox: &Sandbox) -> Id<Project> {
    let site = observer(sandbox).await;
    let projects: Vec<_> = site.projects().list().all().try_collect().await.unwrap();
    let default = projects.into_iter().find(|project| project.name == "default");
    site.sign_out().await.unwrap();
    default.unwrap().id
}

/// Whether every session is ended that the client has used; what it knows nothing of was begun by a sign-in whose answer was lost.
pub(super) fn sessions(run: &Run, signed_out: bool) {
    let service = run.sandbox.service();
    let log = service.log().entries();
    for open in service.controls().sessions() {
        let uses = log
            .iter()
            .filter(|entry| entry.session == Some(open.id) && entry.status < 400);
        assert!(
            !signed_out || uses.count() <= 1,
            "a session is left open: {open:?}"
        );
    }
}

/// Whether each call that is not idempotent was done once at most.
pub(super) fn log(run: &Run) {
    let log = run.sandbox.service().log().entries();
    assert_eq!(run.sandbox.service().log().dropped(), 0);
    for call in ["webhooks.create", "workbooks.refresh", "workbooks.publish"] {
        let arrived = log
            .iter()
            .filter(|entry| entry.operation.as_deref() == Some(call));
        let done = arrived
            .clone()
            .filter(|entry| entry.status < 300 && entry.status > 0)
            .count();
        let made = run.seen.calls.get(call).copied().unwrap_or(0);
        assert!(done <= made, "{made} calls of {call} were done {done} times");
        if call == "webhooks.create" {
            // Refused with 401, it has done nothing.
            let sent = arrived
                .filter(|entry| entry.status != 401 && entry.status > 0)
                .count();
            assert!(sent <= made, "{made} calls of {call} arrived {sent} times");
        }
    }
}

/// Whether what was acknowledged is there, once, and nothing that was refused.
pub(super) async fn state(run: &Run) {
    let site = observer(&run.sandbox).await;
    let webhooks: Vec<_> = site.webhooks().list().all().try_collect().await.unwrap();
    for thing in &run.seen.webhooks {
        let found: Vec<_> = webhooks
            .iter()
            .filter(|webhook| webhook.name == thing.name)
            .collect();
        let found = thing.is_as_known(&found);
        if let (Some(webhook), There::Yes) = (found, thing.there) {
            assert!(
                thing.values.contains(&webhook.is_enabled.unwrap()),
                "{thing:?}: {webhook:?}"
            );
        }
    }
    let workbooks: Vec<_> = site.workbooks().list().all().try_collect().await.unwrap();
    for thing in &run.seen.workbooks {
        let found: Vec<_> = workbooks
            .iter()
            .filter(|workbook| workbook.name == thing.name)
            .collect();
        if let Some(workbook) = thing.is_as_known(&found) {
            let content = content(&site, &workbook.id).await;
            assert!(
                thing.values.iter().any(|size| twbx(*size) == content),
                "{thing:?} has another content"
            );
        }
    }
    let names: BTreeSet<_> = run.seen.workbooks.iter().map(|thing| &thing.name).collect();
    assert_eq!(names.len(), run.seen.workbooks.len());
    site.sign_out().await.unwrap();
}

async fn content(site: &Site, id: &Id<Workbook>) -> Vec<u8> {
    let download = site.workbooks().download(id).await.unwrap();
    let pieces: Vec<_> = download.try_collect().await.unwrap();
    pieces.concat()
}

impl<T: std::fmt::Debug> Thing<T> {
    /// The one that is there, if any.
    fn is_as_known<'f, F>(&self, found: &[&'f F]) -> Option<&'f F> {
        let right = match self.there {
            There::Yes => found.len() == 1,
            There::No => found.is_empty(),
            There::Maybe => found.len() <= 1,
        };
        assert!(right, "{self:?} is there {} times", found.len());
        found.first().copied()
    }
}
