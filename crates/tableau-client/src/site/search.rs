//! Content search, and tags of many items at once.

use tableau_wire::rest::Tag;
use tableau_wire::rest::search::{Search, SearchResult, Suggest};
use tableau_wire::rest::tags::{BatchAddTags, BatchDeleteTags, TagBatch, TaggedContent};
use tableau_wire::rest::usage::{Count, HasUsage};
use tableau_wire::{Filter, Id};

use super::call::narrow;
use super::{Call, Collection, Site};
use crate::error::Error;
use crate::mode::{Async, Mode};

/// How many results are asked for at once, where all are wanted. The documented limit is 2000.
const PAGE: u64 = 1000;

impl<M: Mode> Site<M> {
    /// Searches the content of the site for words; needs version 3.16 of the API. Without words, all content is found.
    ///
    /// ```no_run
    /// # use tableau_client::Site;
    /// # async fn run(site: Site) -> tableau_client::Result<()> {
    /// for found in site.search("quarterly sales").types(["workbook", "view"]).first(50).await? {
    ///     println!("{} {}", found.content.r#type.unwrap_or_default(), found.content.title.unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn search(&self, words: impl Into<String>) -> Call<Search, M> {
        let words = words.into();
        let search = self.call(Search::default());
        search.with(|search| search.terms = Some(words).filter(|words| !words.trim().is_empty()))
    }

    /// Suggests content with a word that begins with what was typed so far; needs version 3.19 of the API.
    pub fn suggest(&self, typed: impl Into<String>) -> Call<Suggest, M> {
        self.call(Suggest::new(typed))
    }

    /// Tags of many items at once; needs version 3.9 of the API.
    #[must_use]
    pub fn tags(&self) -> BatchTags<M> {
        BatchTags { site: self.clone() }
    }
}

impl<R: HasUsage, M: Mode> Collection<R, M> {
    /// Counts how often an item is used; on Tableau Cloud, from version 3.17 of the API.
    ///
    /// ```no_run
    /// # use tableau_client::Site;
    /// # async fn run(site: Site) -> tableau_client::Result<()> {
    /// for workbook in site.workbooks().list().await? {
    ///     let used = site.workbooks().usage(&workbook.id).await?;
    ///     if used.hits_last_three_months_total == Some(0) {
    ///         println!("{} is not used", workbook.name);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn usage(&self, id: impl Into<Id<R::One>>) -> Call<Count, M> {
        self.site().call(Count::new(R::COUNTED, id.into().to_string()))
    }
}

impl<M: Mode> Call<Search, M> {
    /// Only content of these kinds: `workbook`, `view`, `datasource`, `flow`, `project`, ….
    pub fn types<T: Into<String>>(self, types: impl IntoIterator<Item = T>) -> Self {
        self.filter(Filter::one_of("type", types))
    }

    /// Only content that meets a filter, and those set before: by `type`, `ownerId` or `modifiedTime`.
    pub fn filter(self, filter: Filter) -> Self {
        self.with(|search| narrow(&mut search.filter, filter))
    }

    /// In this order, instead of by relevance: `hitsTotal:desc`.
    pub fn order_by(self, order: impl Into<String>) -> Self {
        self.with(|search| search.order_by = Some(order.into()))
    }

    /// The first results, at most so many: as many pages as that takes are fetched.
    ///
    /// # Errors
    /// Those of the call.
    pub fn first(self, count: usize) -> M::Output<Result<Vec<SearchResult>, Error>> {
        let site = self.site().clone();
        let mut search = self.into_endpoint();
        let mode = site.mode().clone();
        mode.run(async move {
            let size = PAGE.min(count as u64).max(1);
            let mut found = Vec::new();
            for page in 0.. {
                (search.page, search.limit) = (Some(page), Some(size));
                let results = site.send(search.clone()).await?.hits;
                let is_last = results.next.is_none() || results.items.is_empty();
                found.extend(results.items);
                if is_last || found.len() >= count {
                    break;
                }
            }
            found.truncate(count);
            Ok(found)
        })
    }
}

/// Tags of many items at once: see [`Site::tags`].
#[derive(Debug, Clone)]
pub struct BatchTags<M: Mode = Async> {
    site: Site<M>,
}

impl<M: Mode> BatchTags<M> {
    /// Adds tags to items, which may be of several kinds; the tags that they have stay.
    ///
    /// ```no_run
    /// # use tableau_client::{Datasource, Site, Workbook};
    /// # async fn run(site: Site, workbook: Workbook, datasource: Datasource) -> tableau_client::Result<()> {
    /// site.tags().add(["q3", "checked"], [(&workbook).into(), (&datasource).into()]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn add(
        &self,
        labels: impl IntoIterator<Item: AsRef<str>>,
        items: impl IntoIterator<Item = TaggedContent>,
    ) -> Call<BatchAddTags, M> {
        self.site.call(BatchAddTags::new(batch(labels, items)))
    }

    /// Deletes tags from items; one that does not have them is no error.
    pub fn delete(
        &self,
        labels: impl IntoIterator<Item: AsRef<str>>,
        items: impl IntoIterator<Item = TaggedContent>,
    ) -> Call<BatchDeleteTags, M> {
        self.site.call(BatchDeleteTags::new(batch(labels, items)))
    }
}

fn batch(
    labels: impl IntoIterator<Item: AsRef<str>>,
    items: impl IntoIterator<Item = TaggedContent>,
) -> TagBatch {
    TagBatch::new().with(|batch| {
        batch.tags = labels
            .into_iter()
            .map(|label| Tag::from(label.as_ref()))
            .collect();
        batch.contents = items.into_iter().collect();
    })
}
