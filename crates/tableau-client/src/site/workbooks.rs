//! The calls of workbooks beyond the common verbs.

use std::path::PathBuf;

use tableau_wire::Id;
use tableau_wire::resource::{DownloadOptions, HasContent};
use tableau_wire::rest::workbooks::{self, ListViews};
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

    /// Lists the views of a workbook, in the order of their tabs.
    pub fn views(&self, id: impl Into<Id<Workbook>>) -> Call<ListViews, M> {
        self.site().call(ListViews::new(id))
    }
}

impl<R: HasContent<Options = DownloadOptions>, M: Mode> Download<tableau_wire::resource::Download<R>, M> {
    /// Leaves the extracts out; needs version 2.5 of the API.
    pub fn without_extract(self) -> Self {
        self.with(|download| download.options.include_extract = Some(false))
    }
}

impl<M: Mode> Download<workbooks::Download, M> {
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
