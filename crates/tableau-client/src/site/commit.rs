//! The request that publishes: done once, also if its answer is lost.
//!
//! The API has no key by which a server would know a request that comes twice. So what became of a request whose answer was lost is looked up by the
//! name and the project, before anything is repeated.

use std::marker::PhantomData;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tableau_wire::rest::publish_calls::{PublishCall, PublishTarget, PublishedItem};
use tableau_wire::rest::publishing::Published;
use tableau_wire::{Filter, List, Timestamp};

use super::Site;
use super::upload::attempt::{Attempt, Before};
use super::upload::check_unchanged;
use super::upload::journal::Journal;
use crate::error::{Error, ErrorKind, Reached};
use crate::mode::Mode;
use crate::transport::File;

/// What became of a request.
enum Outcome<I> {
    Published(Box<I>),
    NotPublished,
    Unclear,
}

/// Tableau's code for an upload that does not exist.
const UPLOAD_GONE: &str = "404015";
/// By how many seconds a server's clock and what is known of it may differ.
const TOLERANCE: i64 = 2;
/// How many items are looked at at once: as many as a page has at most.
const PAGE: u64 = 1000;
/// After which pause it is looked for again: the server may be at it still.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest `Retry-After` that is waited for, as for calls that are idempotent.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Publishes a file that was uploaded, or this one.
pub(super) async fn commit<E: PublishCall, M: Mode>(
    site: &Site<M>,
    call: E,
    file: Option<File>,
    journal: Option<&mut Journal>,
) -> Result<Published<E::Item>, Error> {
    let subject = Subject::<E::Item>::of(&call);
    let earlier = journal.as_deref().and_then(Journal::commit).cloned();
    let was_begun = earlier.is_some();
    let attempt = match earlier {
        Some(attempt) => {
            match subject.settled_outcome(site, &attempt).await? {
                Outcome::Published(item) => return subject.published(item, &attempt),
                Outcome::NotPublished => {}
                Outcome::Unclear => return Err(subject.unknown(&attempt, None)),
            }
            attempt
        }
        None => subject.begin(site).await,
    };
    if let Some(journal) = journal {
        journal.committing(&attempt)?;
    }
    let mut lost: Option<Error> = None;
    loop {
        let error = match site.send_if_refused_again(call.clone(), file.clone()).await {
            Ok(reply) => return Ok(E::published(reply)),
            Err(error) => error,
        };
        if let Some(file) = &file {
            check_unchanged(file)?;
        }
        // A second request is refused where the first was done: the name is taken, the upload is used up. The server may have been at that of an
        // earlier process until now.
        let is_second = lost.is_some() || was_begun && !is_lost(&error);
        let is_refusal_of_second = is_second && error.reached() == Reached::Yes;
        if !(is_lost(&error) || is_refusal_of_second) || (subject.as_job && is_put_off(&error)) {
            return Err(error);
        }
        let wanted = error.retry_after().unwrap_or_default();
        tokio::time::sleep(wanted.min(LONGEST_PAUSE)).await;
        // A server that did not answer in time may be at it still.
        let may_repeat = lost.is_none() && error.kind() != ErrorKind::TimedOut && wanted <= LONGEST_PAUSE;
        match subject.settled_outcome(site, &attempt).await {
            Ok(Outcome::Published(item)) => return subject.published(item, &attempt),
            Ok(Outcome::NotPublished) if is_refusal_of_second => return Err(error),
            Ok(Outcome::NotPublished) if may_repeat => lost = Some(error),
            Ok(Outcome::NotPublished) if is_put_off(&error) => return Err(error),
            Ok(Outcome::NotPublished | Outcome::Unclear) | Err(_) => {
                return Err(subject.unknown(&attempt, Some(error)));
            }
        }
    }
}

/// Whether the server wants the request later: it has not done it, unless something on the way says so in its place.
fn is_put_off(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Server | ErrorKind::TooManyRequests)
}

/// Whether an error says that the upload is gone which was to be published.
pub(super) fn is_upload_gone(error: &Error) -> bool {
    error.code() == Some(UPLOAD_GONE)
}

/// Whether a request may have been done although there is an error.
fn is_lost(error: &Error) -> bool {
    match error.kind() {
        // The server answered with a status of success, and the rest cannot be read.
        ErrorKind::Decode => true,
        // A gateway gave up waiting for the server.
        ErrorKind::Foreign => matches!(error.status(), Some(500 | 502 | 503 | 504)),
        _ if is_put_off(error) => matches!(error.status(), Some(408 | 429 | 502 | 503 | 504)),
        _ => error.reached() == Reached::Unknown,
    }
}

/// What is published, and where.
struct Subject<I> {
    name: String,
    target: PublishTarget,
    overwrites: bool,
    as_job: bool,
    of: PhantomData<fn() -> I>,
}

impl<I: PublishedItem> Subject<I> {
    fn of<E: PublishCall<Item = I>>(call: &E) -> Self {
        Self {
            name: call.name().to_owned(),
            target: call.target(),
            overwrites: call.overwrites(),
            as_job: call.is_job(),
            of: PhantomData,
        }
    }

    async fn begin<M: Mode>(&self, site: &Site<M>) -> Attempt {
        let before = match self.overwrites {
            false => Before::Unseen,
            true => match self.look(site).await {
                Ok(Some(there)) => Before::UpdatedAt(updated(&there)),
                Ok(None) => Before::Nothing,
                // What stands in the way of this stands in the way of publishing, which says so.
                Err(_) => Before::Unknown,
            },
        };
        let here = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let here = i64::try_from(here.as_secs()).unwrap_or(i64::MAX);
        Attempt {
            begun: here.saturating_add(site.core().clock.ahead().unwrap_or(0)),
            before,
        }
    }

    /// The filter of a list that has the item, if it is there; none for a name that no filter can have.
    fn filter(&self) -> Option<Filter> {
        let filter = match &self.target {
            PublishTarget::Workbook(workbook) => Filter::eq("workbookId", workbook.as_str()),
            _ => Filter::eq("name", &self.name),
        };
        filter.check().is_ok().then_some(filter)
    }

    /// The item of this name at its place, if there is one; of several, the newest.
    async fn look<M: Mode>(&self, site: &Site<M>) -> Result<Option<I>, Error> {
        let mut there: Vec<I> = Vec::new();
        let (mut number, mut looked_at) = (1, 0);
        loop {
            let mut list = List::<I>::new().page_size(PAGE).page_number(number);
            list.filter = self.filter();
            let page = site.send(list).await?;
            looked_at += page.items.len() as u64;
            let is_last = page.items.is_empty() || looked_at >= page.total_available;
            let is_it = |item: &I| item.name() == self.name && item.place().as_ref() == Some(&self.target);
            there.extend(page.into_iter().filter(is_it));
            if is_last {
                break;
            }
            number += 1;
        }
        Ok(there
            .into_iter()
            .max_by_key(|item| item.created_at().and_then(second)))
    }

    /// What became of the request, looked up twice if it seems not to have been done.
    async fn settled_outcome<M: Mode>(&self, site: &Site<M>, attempt: &Attempt) -> Result<Outcome<I>, Error> {
        match self.outcome(site, attempt).await? {
            Outcome::NotPublished => {
                tokio::time::sleep(PAUSE).await;
                self.outcome(site, attempt).await
            }
            outcome => Ok(outcome),
        }
    }

    async fn outcome<M: Mode>(&self, site: &Site<M>, attempt: &Attempt) -> Result<Outcome<I>, Error> {
        if self.as_job {
            // The job is not known by name, and publishes later.
            return Ok(Outcome::Unclear);
        }
        let Some(item) = self.look(site).await? else {
            return Ok(Outcome::NotPublished);
        };
        let is_published = match &attempt.before {
            Before::Nothing => Some(true),
            Before::Unknown => None,
            Before::UpdatedAt(before) if *before != updated(&item) => Some(true),
            // Times are exact to the second: one that was updated in the same second may have been updated once more.
            Before::UpdatedAt(_) => item
                .updated_at()
                .and_then(second)
                .filter(|updated| *updated < attempt.begun - TOLERANCE)
                .map(|_| false),
            Before::Unseen => {
                let created = item.created_at().and_then(second);
                created.map(|created| created >= attempt.begun - TOLERANCE)
            }
        };
        Ok(match is_published {
            Some(true) => Outcome::Published(Box::new(item)),
            Some(false) => Outcome::NotPublished,
            None => Outcome::Unclear,
        })
    }

    fn published(&self, item: Box<I>, attempt: &Attempt) -> Result<Published<I>, Error> {
        match self.as_job {
            false => Ok(Published::Item(item)),
            true => Err(self.unknown(attempt, None)),
        }
    }

    /// The error of a request whose outcome cannot be told, with what to look at.
    fn unknown(&self, attempt: &Attempt, cause: Option<Error>) -> Error {
        let begun = UNIX_EPOCH + Duration::from_secs(u64::try_from(attempt.begun).unwrap_or(0));
        let message = format!(
            "the answer to publishing {:?} was lost, and whether it was published is not known{}",
            self.name,
            cause
                .as_ref()
                .map(|cause| format!(" ({})", cause.message()))
                .unwrap_or_default()
        );
        let jobs = if self.as_job { "the jobs, and " } else { "" };
        let place = match &self.target {
            PublishTarget::Workbook(workbook) => format!("of workbook {workbook}"),
            PublishTarget::Project(project) => format!("in project {project}"),
            _ => "there".to_owned(),
        };
        let error = Error::new(ErrorKind::OutcomeUnknown, message)
            .reached_as(Reached::Unknown)
            .with_hint(format!(
                "List {jobs}the {}{}: it was published if the one called {:?} {place} was updated at {} or later. Publish it again if not.",
                I::NOUNS,
                self.filter()
                    .map_or_else(String::new, |filter| format!(" with the filter `{filter}`")),
                self.name,
                httpdate::fmt_http_date(begun)
            ));
        match cause {
            Some(cause) => error.caused_by(cause),
            None => error,
        }
    }
}

fn updated(item: &impl PublishedItem) -> String {
    item.updated_at().map(ToString::to_string).unwrap_or_default()
}

/// A time in seconds since 1970.
fn second(time: &Timestamp) -> Option<i64> {
    Some(time.instant()?.as_second())
}
