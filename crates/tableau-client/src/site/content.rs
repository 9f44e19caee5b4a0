//! Content that is published from files and downloaded to them: workbooks, data sources, flows, custom views.

use std::path::PathBuf;

use tableau_wire::Id;
use tableau_wire::resource::{
    Download as DownloadContent, DownloadOptions, DownloadRevision, HasContent, HasRevisionFiles,
};
use tableau_wire::rest::publish_calls::{NewContent as _, PublishedItem};
use tableau_wire::rest::publishing::WorkbookId;
use tableau_wire::rest::workbooks::ListViews;
use tableau_wire::rest::{CustomView, Datasource, Flow, Project, Workbook, custom_views};

use super::publish::{PublishCustomView, PublishDatasource, PublishFlow, PublishWorkbook};
use super::{Call, Collection, Download, Source};
use crate::error::Error;
use crate::files::Saved;
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
        PublishWorkbook::new(self.site().clone(), source.into())
            .with(|workbook| workbook.set_project(project.into()))
    }

    /// Lists the views of a workbook, in the order of their tabs.
    pub fn views(&self, id: impl Into<Id<Workbook>>) -> Call<ListViews, M> {
        self.site().call(ListViews::new(id))
    }
}

impl<M: Mode> Collection<Datasource, M> {
    /// Publishes a data source into a project: a `.tds`, `.tdsx`, `.hyper`, `.parquet` or `.tde`, by its path or from a [`Source`].
    ///
    /// ```no_run
    /// # use tableau_client::{Id, Project, Site};
    /// # async fn run(site: Site, project: Id<Project>) -> tableau_client::Result<()> {
    /// let orders = site.datasources().publish("Orders.hyper", &project).overwrite().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn publish(
        &self,
        source: impl Into<Source>,
        project: impl Into<Id<Project>>,
    ) -> PublishDatasource<M> {
        PublishDatasource::new(self.site().clone(), source.into())
            .with(|datasource| datasource.set_project(project.into()))
    }
}

impl<M: Mode> Collection<Flow, M> {
    /// Publishes a flow into a project: a `.tfl` or `.tflx`, by its path or from a [`Source`].
    pub fn publish(&self, source: impl Into<Source>, project: impl Into<Id<Project>>) -> PublishFlow<M> {
        PublishFlow::new(self.site().clone(), source.into()).with(|flow| flow.set_project(project.into()))
    }
}

impl<M: Mode> Collection<CustomView, M> {
    /// Publishes a custom view for a workbook: the JSON that [`download_file`](Self::download_file) gives, for a workbook that has the same views.
    ///
    /// ```no_run
    /// # use tableau_client::{Id, Site, Workbook, wire::rest::CustomView};
    /// # async fn run(site: Site, id: Id<CustomView>, other: Id<Workbook>) -> tableau_client::Result<()> {
    /// site.custom_views().download_file(&id).to_file("mine.json").await?;
    /// site.custom_views().publish("mine.json", &other).name("Mine").shared().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn publish(
        &self,
        source: impl Into<Source>,
        workbook: impl Into<Id<Workbook>>,
    ) -> PublishCustomView<M> {
        PublishCustomView::new(self.site().clone(), source.into())
            .with(|custom_view| custom_view.workbook = WorkbookId::from(workbook))
    }

    /// Downloads a custom view as JSON.
    pub fn download_file(&self, id: impl Into<Id<CustomView>>) -> Download<custom_views::Download, M> {
        self.site().download(custom_views::Download::new(id))
    }
}

impl<R: HasContent<Options = DownloadOptions>, M: Mode> Download<DownloadContent<R>, M> {
    /// Leaves the extracts out; needs version 2.5 of the API.
    pub fn without_extract(self) -> Self {
        self.with(|download| download.options.include_extract = Some(false))
    }
}

impl<R: HasRevisionFiles, M: Mode> Download<DownloadRevision<R>, M> {
    /// Leaves the extracts out; needs version 2.5 of the API.
    pub fn without_extract(self) -> Self {
        self.with(|download| download.include_extract = Some(false))
    }
}

impl<R: HasContent<Options: Clone> + PublishedItem, M: Mode> Download<DownloadContent<R>, M> {
    /// Saves the file in a folder under a name, such as [`Workbook::name`], and with the extension that its content has: `.twbx` or `.twb`.
    ///
    /// The name is [made harmless](crate::harmless_file_name) first. Otherwise as [`to_file`](Self::to_file).
    ///
    /// # Errors
    /// As for [`to_file`](Self::to_file).
    pub fn to_folder(self, folder: impl Into<PathBuf>, name: &str) -> M::Output<Result<Saved, Error>> {
        self.save_in(folder.into(), name, R::FILE_TYPES)
    }
}

impl<R: HasRevisionFiles + PublishedItem, M: Mode> Download<DownloadRevision<R>, M> {
    /// Saves the file in a folder under a name, and with the extension that its content has; otherwise as [`to_file`](Self::to_file).
    ///
    /// # Errors
    /// As for [`to_file`](Self::to_file).
    pub fn to_folder(self, folder: impl Into<PathBuf>, name: &str) -> M::Output<Result<Saved, Error>> {
        self.save_in(folder.into(), name, R::FILE_TYPES)
    }
}

impl<M: Mode> Download<custom_views::Download, M> {
    /// Saves the file in a folder under a name, as `.json`; otherwise as [`to_file`](Self::to_file).
    ///
    /// # Errors
    /// As for [`to_file`](Self::to_file).
    pub fn to_folder(self, folder: impl Into<PathBuf>, name: &str) -> M::Output<Result<Saved, Error>> {
        self.save_in(folder.into(), name, CustomView::FILE_TYPES)
    }
}
