//! The calls of workbooks beyond the common verbs.

use std::path::PathBuf;

use tableau_wire::Id;
use tableau_wire::rest::workbooks::{self, ListConnections, ListViews, Refresh};
use tableau_wire::rest::{Project, Workbook};

use super::{Call, Collection, Download, PublishWorkbook, Source};
use crate::error::Error;
use crate::files::{FileKind, Saved};
use crate::mode::Mode;

impl<M: Mode> Collection<Workbook, M> {
    /// Publishes a workbook into a project: a file by its path, or what a [`Source`] reads.
    ///
    /// Up to 64 MB it takes one request; above, the file is uploaded in chunks first. No more than a few pieces of it are in memory at once.
    ///
    /// ```no_run
    /// # use tableau_client::{Id, Project, Site};
    /// # async fn run(site: Site, project: Id<Project>) -> tableau_client::Result<()> {
    /// let workbook = site.workbooks().publish("Superstore.twbx", &project).overwrite().await?;
    /// println!("{}", workbook.webpage_url.unwrap_or_default());
    /// # Ok(())
    /// # }
    /// ```
    pub fn publish(&self, source: impl Into<Source>, project: impl Into<Id<Project>>) -> PublishWorkbook<M> {
        PublishWorkbook::new(self.site().clone(), source.into(), project.into())
    }

    /// Downloads the file of a workbook.
    ///
    /// ```no_run
    /// # use tableau_client::{Id, Site, Workbook};
    /// # async fn run(site: Site, id: Id<Workbook>) -> tableau_client::Result<()> {
    /// let saved = site.workbooks().download(&id).without_extract().to_file("copy.twbx").await?;
    /// println!("{} bytes", saved.bytes);
    /// # Ok(())
    /// # }
    /// ```
    pub fn download(&self, id: impl Into<Id<Workbook>>) -> Download<workbooks::Download, M> {
        self.site().download(workbooks::Download::new(id))
    }

    /// Lists the views of a workbook, in the order of their tabs.
    pub fn views(&self, id: impl Into<Id<Workbook>>) -> Call<ListViews, M> {
        self.site().call(ListViews::new(id))
    }

    /// Lists the connections of a workbook.
    pub fn connections(&self, id: impl Into<Id<Workbook>>) -> Call<ListConnections, M> {
        self.site().call(ListConnections::new(id))
    }

    /// Refreshes the extracts of a workbook: queues a job that does it, which [`wait`](Collection::wait) waits for.
    pub fn refresh(&self, id: impl Into<Id<Workbook>>) -> Call<Refresh, M> {
        self.site().call(Refresh::new(id, Default::default()))
    }
}

impl<M: Mode> Download<workbooks::Download, M> {
    /// Leaves the extracts out; needs version 2.5 of the API.
    pub fn without_extract(self) -> Self {
        self.with(|download| download.options.include_extract = Some(false))
    }

    /// Saves the workbook in a folder under a name, such as [`Workbook::name`], and with the extension that its content has: `.twbx` or `.twb`.
    ///
    /// The name is [made harmless](crate::harmless_file_name) first. Otherwise as [`to_file`](Self::to_file).
    ///
    /// # Errors
    /// As for [`to_file`](Self::to_file).
    pub fn to_folder(self, folder: impl Into<PathBuf>, name: &str) -> M::Output<Result<Saved, Error>> {
        self.save_in(folder.into(), name, FileKind::workbook_extension)
    }
}
