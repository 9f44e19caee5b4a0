//! One run: calls that a seed chooses, through the proxy, and what is known of the server after each.

use std::collections::BTreeMap;
use std::fs;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use futures_util::future::join_all;
use support::{ANY_PORT, Random};
use tableau_client::wire::rest::webhooks::{NewWebhook, WebhookDestination, WebhookEvent, WebhookPatch};
use tableau_client::{
    Client, Error, ErrorKind, Id, JobOutcome, PersonalAccessToken, Project, Site, Source, Timeouts,
};
use tableau_sandbox::Sandbox;
use tableau_sandbox::well_known::{PAT_NAME, PAT_SECRET};
use tempfile::TempDir;

use super::judge;
use super::proxy::{Plan, Proxy};
use super::thing::{There, Thing};
use crate::files::twbx;

/// A call that has not ended by then hangs; the bounds of the client are a small part of it.
const PATIENCE: Duration = Duration::from_secs(120);
/// How many steps a run has, each with one call or some at once.
const STEPS: u64 = 10;

/// One run.
pub(super) struct Run {
    random: Random,
    pub(super) sandbox: Sandbox,
    proxy: Proxy,
    /// None once it has gone.
    client: Option<Client>,
    folder: TempDir,
    project: Id<Project>,
    pub(super) seen: Seen,
}

/// What a run has seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// How many calls of each kind were made.
    pub(super) calls: BTreeMap<&'static str, usize>,
    /// How many calls failed, by what they were and how.
    pub(super) failed: BTreeMap<(&'static str, String), usize>,
    /// The webhooks that it made, or may have made; whether they are enabled.
    pub(super) webhooks: Vec<Thing<bool>>,
    /// The same of workbooks, by the size of their extract.
    pub(super) workbooks: Vec<Thing<usize>>,
    /// Of these, those whose publishing can be resumed: there is a file and a journal of that name.
    pub(super) journals: Vec<String>,
    last: u64,
}

/// A call under way; it gives what there is to note of it.
type Pending = Pin<Box<dyn Future<Output = Note>>>;
type Note = Box<dyn FnOnce(&mut Seen)>;

fn note(note: impl FnOnce(&mut Seen) + 'static) -> Note {
    Box::new(note)
}

/// Waits for a call, which has to end in its result or in an error that belongs to what the proxy does.
async fn ended<T>(call: impl IntoFuture<Output = Result<T, Error>>) -> Result<T, Error> {
    let result = tokio::time::timeout(PATIENCE, call.into_future()).await;
    let result = result.expect("a call hangs");
    if let Err(error) = &result {
        let is_of_network = matches!(
            error.kind(),
            ErrorKind::Connection
                | ErrorKind::Tls
                | ErrorKind::Interrupted
                | ErrorKind::TimedOut
                | ErrorKind::SessionRenewed
                | ErrorKind::OutcomeUnknown
                | ErrorKind::UploadInconsistent
                // Of a list to which the calls at the same time add.
                | ErrorKind::PaginationInconsistent
        );
        assert!(is_of_network, "{error:?}");
    }
    result
}

/// A client of the sandbox by way of the proxy.
pub(super) fn client(sandbox: &Sandbox, proxy: &Proxy) -> Client {
    let mut timeouts = Timeouts::all(Duration::from_millis(700));
    timeouts.total = Duration::from_secs(3);
    let scheme = if sandbox.tls_url().is_some() {
        "https"
    } else {
        "http"
    };
    let address = format!("{scheme}://{}", proxy.address);
    let builder = Client::builder(address.as_str()).no_proxy().timeouts(timeouts);
    let builder = match sandbox.ca_file() {
        Some(file) => builder.ca_file(file),
        None => builder,
    };
    builder.build().unwrap()
}

pub(super) async fn sign_in(client: &Client) -> Result<Site, Error> {
    ended(client.sign_in(PersonalAccessToken::new(PAT_NAME, PAT_SECRET))).await
}

impl Seen {
    /// A name that nothing else has.
    fn name(&mut self, of: &str) -> String {
        self.last += 1;
        format!("{of} {}", self.last)
    }

    fn count<T>(&mut self, call: &'static str, result: &Result<T, Error>) {
        *self.calls.entry(call).or_default() += 1;
        if let Err(error) = result {
            let operation = error.operation().unwrap_or_default();
            let how = format!("{:?}, {:?} of {operation}", error.kind(), error.reached());
            *self.failed.entry((call, how)).or_default() += 1;
        }
    }
}

/// A thing that is there, to be used by a call; none if there is none.
fn choose<'t, T>(random: &mut Random, things: &'t [Thing<T>]) -> Option<(usize, &'t Thing<T>)> {
    let there: Vec<_> = things
        .iter()
        .enumerate()
        .filter(|(_, thing)| thing.there == There::Yes)
        .collect();
    let drawn = random.below(there.len().max(1) as u64);
    there.get(usize::try_from(drawn).unwrap()).copied()
}

impl Run {
    pub(super) async fn start(seed: u64) -> Self {
        let mut random = Random::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let is_encrypted = random.below(4) == 0;
        let builder = Sandbox::builder().workbooks(12).listen(ANY_PORT);
        let sandbox = match is_encrypted {
            true => builder.listen_tls(ANY_PORT).start().unwrap(),
            false => builder.start().unwrap(),
        };
        let url = sandbox.tls_url().unwrap_or(sandbox.url());
        let server = url.split("://").last().unwrap().parse().unwrap();
        let mut drawn = Random::new(random.below(u64::MAX));
        let proxy = Proxy::start(server, move || Plan::draw(&mut drawn)).await;
        Self {
            project: judge::project(&sandbox).await,
            random,
            client: Some(client(&sandbox, &proxy)),
            proxy,
            sandbox,
            folder: TempDir::new().unwrap(),
            seen: Seen::default(),
        }
    }

    /// Makes calls until the steps are done; gives whether the last sign-out succeeded.
    pub(super) async fn go(&mut self) -> bool {
        let mut site = self.sign_in().await;
        // Sessions that die again and again are an error, which says so: here one dies once.
        let mut may_expire = true;
        for _ in 0..STEPS {
            if may_expire && self.random.below(STEPS) == 0 {
                self.sandbox.service().controls().expire_sessions();
                may_expire = false;
            }
            if self.random.below(STEPS) == 0 {
                self.sign_out(site).await;
                site = self.sign_in().await;
                may_expire = true;
            }
            let at_once = 1 + self.random.below(3);
            let calls: Vec<_> = (0..at_once).map(|number| self.call(&site, number == 0)).collect();
            for note in join_all(calls).await {
                note(&mut self.seen);
            }
        }
        self.sign_out(site).await
    }

    /// Signs in, as often as it takes.
    async fn sign_in(&mut self) -> Site {
        for _ in 0..20 {
            let result = sign_in(self.client.as_ref().unwrap()).await;
            self.seen.count("auth.signIn", &result);
            if let Ok(site) = result {
                return site;
            }
        }
        panic!("twenty sign-ins fail: {:?}", self.seen.failed);
    }

    async fn sign_out(&mut self, site: Site) -> bool {
        let result = ended(site.sign_out()).await;
        self.seen.count("auth.signOut", &result);
        result.is_ok()
    }

    /// Drops the client, whose connections end, and breaks no others.
    pub(super) async fn calm(&mut self) {
        self.client = None;
        self.proxy.calm().await;
    }

    /// Goes on, as another process would, with what has a journal; now it has to succeed.
    pub(super) async fn resume(&mut self) {
        self.client = Some(client(&self.sandbox, &self.proxy));
        let site = self.sign_in().await;
        for name in std::mem::take(&mut self.seen.journals) {
            let file = self.folder.path().join(format!("{name}.twbx"));
            let publish = site.workbooks().publish(file, &self.project).in_chunks(1);
            let result = publish.resumable(self.folder.path().join(&name)).await;
            self.seen.count("workbooks.publish", &result);
            result.unwrap_or_else(|error| panic!("{name} is not resumed: {error:?}"));
            let thing = self.seen.workbooks.iter_mut().find(|thing| thing.name == name);
            thing.unwrap().there = There::Yes;
        }
        assert!(self.sign_out(site).await);
    }

    /// A call by chance. Of calls at once, only the first uses what is there: the outcome of two on one thing would not be known.
    fn call(&mut self, site: &Site, is_first: bool) -> Pending {
        let kind = self.random.below(if is_first { 12 } else { 5 });
        let site = site.clone();
        match kind {
            0 => self.list(site),
            1 | 2 => self.create_webhook(site),
            3 | 4 => self.publish(site),
            5 => self.publish_with_journal(site),
            6 => self.publish_as_job(site),
            7 => self.update_webhook(site),
            8 => self.delete_webhook(site),
            9 => self.download(site),
            10 => self.overwrite(site),
            _ => self.refresh(site),
        }
    }

    fn list(&mut self, site: Site) -> Pending {
        let there = |thing: &&Thing<usize>| thing.there == There::Yes;
        let names = self.seen.workbooks.iter().filter(there);
        let names: Vec<_> = names.map(|thing| thing.name.clone()).collect();
        Box::pin(async move {
            let list = site.workbooks().list().page_size(5).all();
            let result = ended(list.try_collect::<Vec<_>>()).await;
            if let Ok(all) = &result {
                for name in names {
                    let found = all.iter().filter(|workbook| workbook.name == name);
                    assert_eq!(found.count(), 1, "a list without {name}");
                }
            }
            note(move |seen| seen.count("workbooks.list", &result))
        })
    }

    fn create_webhook(&mut self, site: Site) -> Pending {
        let name = self.seen.name("Webhook");
        Box::pin(async move {
            let destination = WebhookDestination::post("https://example.com");
            let new = NewWebhook::new(name.as_str(), WebhookEvent::WorkbookRefreshFailed, destination);
            let result = ended(site.webhooks().create(new)).await;
            note(move |seen| {
                seen.count("webhooks.create", &result);
                let id = result.as_ref().map(|webhook| webhook.id.to_string());
                seen.webhooks.push(Thing::made(name, id, true));
            })
        })
    }

    fn update_webhook(&mut self, site: Site) -> Pending {
        let Some((index, thing)) = choose(&mut self.random, &self.seen.webhooks) else {
            return self.create_webhook(site);
        };
        let (id, enabled) = (thing.id.clone().unwrap(), thing.values.last() == Some(&false));
        Box::pin(async move {
            let patch = WebhookPatch::default().with(|patch| patch.is_enabled = Some(enabled));
            let result = ended(site.webhooks().update(id, patch)).await;
            note(move |seen| {
                seen.count("webhooks.update", &result);
                seen.webhooks[index].changed(result.as_ref().map(drop), enabled);
            })
        })
    }

    fn delete_webhook(&mut self, site: Site) -> Pending {
        let Some((index, thing)) = choose(&mut self.random, &self.seen.webhooks) else {
            return self.create_webhook(site);
        };
        let id = thing.id.clone().unwrap();
        Box::pin(async move {
            let result = ended(site.webhooks().delete(id)).await;
            note(move |seen| {
                seen.count("webhooks.delete", &result);
                seen.webhooks[index].deleted(result.as_ref().map(drop));
            })
        })
    }

    /// The size of an extract, of some kilobytes or of some chunks.
    fn size(&mut self) -> usize {
        let most = if self.random.below(2) == 0 {
            50_000
        } else {
            3_000_000
        };
        usize::try_from(self.random.below(most)).unwrap()
    }

    fn publish(&mut self, site: Site) -> Pending {
        let (name, size) = (self.seen.name("Workbook"), self.size());
        let (in_chunks, project) = (self.random.below(2) == 0, self.project.clone());
        Box::pin(async move {
            let publish = site
                .workbooks()
                .publish(Source::bytes(twbx(size)), &project)
                .name(name.as_str());
            let result = match in_chunks {
                true => ended(publish.in_chunks(1)).await,
                false => ended(publish).await,
            };
            note(move |seen| {
                seen.count("workbooks.publish", &result);
                let id = result.as_ref().map(|workbook| workbook.id.to_string());
                seen.workbooks.push(Thing::made(name, id, size));
            })
        })
    }

    fn publish_with_journal(&mut self, site: Site) -> Pending {
        let (name, size, project) = (self.seen.name("Workbook"), self.size(), self.project.clone());
        let file = self.folder.path().join(format!("{name}.twbx"));
        let journal = self.folder.path().join(&name);
        fs::write(&file, twbx(size)).unwrap();
        Box::pin(async move {
            let publish = site
                .workbooks()
                .publish(&file, &project)
                .in_chunks(1)
                .resumable(journal);
            let result = ended(publish).await;
            note(move |seen| {
                seen.count("workbooks.publish", &result);
                if result.is_err() {
                    seen.journals.push(name.clone());
                }
                let id = result.as_ref().map(|workbook| workbook.id.to_string());
                seen.workbooks.push(Thing::made(name, id, size));
            })
        })
    }

    fn publish_as_job(&mut self, site: Site) -> Pending {
        let (name, size, project) = (self.seen.name("Workbook"), self.size(), self.project.clone());
        let service = self.sandbox.service();
        Box::pin(async move {
            let publish = site.workbooks().publish(Source::bytes(twbx(size)), &project);
            let result = ended(publish.name(name.as_str()).as_job()).await;
            // A job takes some seconds of the sandbox's clock.
            service.clock().advance(Duration::from_secs(600));
            let job = result.as_ref().map(|job| job.id.clone());
            let waited = match &job {
                Ok(id) => Some(ended(site.jobs().wait(id.clone(), PATIENCE / 4)).await),
                Err(_) => None,
            };
            note(move |seen| {
                seen.count("workbooks.publish", &result);
                let mut thing = Thing::made(name, result.as_ref().map(|job| job.id.to_string()), size);
                if let Some(waited) = waited {
                    seen.count("jobs.get", &waited);
                    let outcome = waited.as_ref();
                    assert!(
                        outcome.is_err() || matches!(outcome, Ok(JobOutcome::Succeeded(_))),
                        "{outcome:?}"
                    );
                    thing.there = if outcome.is_ok() { There::Yes } else { There::Maybe };
                }
                thing.id = None;
                seen.workbooks.push(thing);
            })
        })
    }

    fn overwrite(&mut self, site: Site) -> Pending {
        let size = self.size();
        let Some((index, thing)) = choose(&mut self.random, &self.seen.workbooks) else {
            return self.publish(site);
        };
        let (name, in_chunks, project) = (thing.name.clone(), size.is_multiple_of(2), self.project.clone());
        Box::pin(async move {
            let publish = site.workbooks().publish(Source::bytes(twbx(size)), &project);
            let publish = publish.name(name.as_str()).overwrite();
            let result = match in_chunks {
                true => ended(publish.in_chunks(1)).await,
                false => ended(publish).await,
            };
            note(move |seen| {
                seen.count("workbooks.publish", &result);
                seen.workbooks[index].changed(result.as_ref().map(drop), size);
            })
        })
    }

    fn download(&mut self, site: Site) -> Pending {
        let Some((index, thing)) = choose(&mut self.random, &self.seen.workbooks) else {
            return self.publish(site);
        };
        let Some(id) = thing.id.clone() else {
            return self.list(site);
        };
        let folder = self.folder.path().join(self.seen.name("Download"));
        fs::create_dir(&folder).unwrap();
        Box::pin(async move {
            let id: Id<tableau_client::Workbook> = id.into();
            let result = ended(site.workbooks().download(&id).to_folder(&folder, "copy")).await;
            note(move |seen| {
                seen.count("workbooks.download", &result);
                match result {
                    Ok(saved) => {
                        let content = fs::read(saved.path).unwrap();
                        let sizes = &seen.workbooks[index].values;
                        assert!(
                            sizes.iter().any(|size| twbx(*size) == content),
                            "another file came"
                        );
                    }
                    Err(error) => assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "{error}"),
                }
            })
        })
    }

    fn refresh(&mut self, site: Site) -> Pending {
        let Some((_, thing)) = choose(&mut self.random, &self.seen.workbooks) else {
            return self.publish(site);
        };
        let Some(id) = thing.id.clone() else {
            return self.list(site);
        };
        let service = self.sandbox.service();
        Box::pin(async move {
            let id: Id<tableau_client::Workbook> = id.into();
            let result = ended(site.workbooks().refresh(&id)).await;
            // It does not stand in the way of the next one.
            service.clock().advance(Duration::from_secs(600));
            note(move |seen| seen.count("workbooks.refresh", &result))
        })
    }
}
