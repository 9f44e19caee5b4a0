//! What many kinds of items have: tags, connections, revisions, files, extracts, renderings.

use tableau_wire::resource::{
    AddTags, ConnectionPatch, CreateExtracts, Data, DeleteExtracts, DeleteRevision, DeleteTag,
    Download as Content, DownloadRevision, HasConnections, HasContent, HasData, HasExtracts, HasImage,
    HasPdf, HasPreview, HasRefresh, HasRevisionFiles, HasRevisions, HasTags, Image, ListConnections,
    ListRevisions, Pdf, PreviewImage, Refresh, UpdateConnection,
};
use tableau_wire::rest::publishing::Connection;
use tableau_wire::rest::views::Excel;
use tableau_wire::rest::{Tag, View};
use tableau_wire::{Id, Resource};

use super::{Call, Collection, Download, Site};
use crate::mode::{Async, Mode};

/// The tags of one item: see [`Collection::tags`].
#[derive(Debug, Clone)]
pub struct ItemTags<R: HasTags, M: Mode = Async> {
    site: Site<M>,
    id: Id<R::One>,
}

impl<R: HasTags, M: Mode> ItemTags<R, M> {
    /// Adds tags, each with its label, which may have blanks and commas; those that the item has stay.
    pub fn add(&self, labels: impl IntoIterator<Item: AsRef<str>>) -> Call<AddTags<R>, M> {
        let tags = labels.into_iter().map(|label| Tag::to_add(label.as_ref()));
        let tags = tags.collect();
        self.site.call(AddTags::new(self.id.clone(), tags))
    }

    /// Deletes a tag.
    pub fn delete(&self, label: impl Into<String>) -> Call<DeleteTag<R>, M> {
        self.site.call(DeleteTag::new(self.id.clone(), label))
    }
}

impl<R: Resource, M: Mode> Collection<R, M> {
    /// The tags of an item.
    ///
    /// ```no_run
    /// # use tableau_client::{Id, Site, Workbook};
    /// # async fn run(site: Site, id: Id<Workbook>) -> tableau_client::Result<()> {
    /// site.workbooks().tags(&id).add(["quarterly", "checked"]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn tags(&self, id: impl Into<Id<R::One>>) -> ItemTags<R, M>
    where
        R: HasTags,
    {
        ItemTags {
            site: self.site().clone(),
            id: id.into(),
        }
    }

    /// Lists the connections of an item.
    pub fn connections(&self, id: impl Into<Id<R::One>>) -> Call<ListConnections<R>, M>
    where
        R: HasConnections,
    {
        self.site().call(ListConnections::new(id))
    }

    /// Updates a connection of an item; what the patch leaves out stays.
    pub fn update_connection(
        &self,
        id: impl Into<Id<R::One>>,
        connection: impl Into<Id<Connection>>,
        patch: ConnectionPatch,
    ) -> Call<UpdateConnection<R>, M>
    where
        R: HasConnections,
    {
        self.site().call(UpdateConnection::new(id, connection, patch))
    }

    /// Lists the revisions of an item: one page, or with [`Call::all`] every one.
    pub fn revisions(&self, id: impl Into<Id<R::One>>) -> Call<ListRevisions<R>, M>
    where
        R: HasRevisions,
    {
        self.site().call(ListRevisions::new(id))
    }

    /// Downloads a revision of an item, by its number from 1.
    pub fn download_revision(
        &self,
        id: impl Into<Id<R::One>>,
        number: u64,
    ) -> Download<DownloadRevision<R>, M>
    where
        R: HasRevisionFiles,
    {
        self.site().download(DownloadRevision::new(id, number))
    }

    /// Deletes a revision of an item, by its number from 1; the current one cannot be deleted.
    pub fn delete_revision(&self, id: impl Into<Id<R::One>>, number: u64) -> Call<DeleteRevision<R>, M>
    where
        R: HasRevisionFiles,
    {
        self.site().call(DeleteRevision::new(id, number))
    }

    /// Downloads the file of an item.
    ///
    /// ```no_run
    /// # use tableau_client::{Id, Site, Workbook};
    /// # async fn run(site: Site, id: Id<Workbook>) -> tableau_client::Result<()> {
    /// let saved = site.workbooks().download(&id).without_extract().to_file("copy.twbx").await?;
    /// println!("{} bytes", saved.bytes);
    /// # Ok(())
    /// # }
    /// ```
    pub fn download(&self, id: impl Into<Id<R::One>>) -> Download<Content<R>, M>
    where
        R: HasContent,
    {
        self.site().download(Content::new(id))
    }

    /// Creates extracts for an item; for all data sources of a workbook. The job, if the server names one, does it.
    pub fn create_extracts(&self, id: impl Into<Id<R::One>>) -> Call<CreateExtracts<R>, M>
    where
        R: HasExtracts,
    {
        self.site().call(CreateExtracts::new(id, None))
    }

    /// Deletes the extracts of an item, which connects to its databases again.
    pub fn delete_extracts(&self, id: impl Into<Id<R::One>>) -> Call<DeleteExtracts<R>, M>
    where
        R: HasExtracts,
    {
        self.site().call(DeleteExtracts::new(id, None))
    }

    /// Refreshes the extracts of an item: queues a job that does it; [`Call::wait`] waits for it.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use tableau_client::{Id, JobOutcome, Site, Workbook};
    /// # async fn run(site: Site, id: Id<Workbook>) -> tableau_client::Result<()> {
    /// let done = site.workbooks().refresh(&id).wait(Duration::from_secs(3600)).await?;
    /// println!("{}", matches!(done, JobOutcome::Succeeded(_)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn refresh(&self, id: impl Into<Id<R::One>>) -> Call<Refresh<R>, M>
    where
        R: HasRefresh,
    {
        self.site().call(Refresh::new(id, Default::default()))
    }

    /// Downloads the preview image of an item.
    pub fn preview_image(&self, id: impl Into<Id<R::One>>) -> Download<PreviewImage<R>, M>
    where
        R: HasPreview,
    {
        self.site().download(PreviewImage::new(id))
    }

    /// Renders an item as an image.
    pub fn image(&self, id: impl Into<Id<R::One>>) -> Download<Image<R>, M>
    where
        R: HasImage,
    {
        self.site().download(Image::new(id))
    }

    /// Renders an item as a PDF.
    ///
    /// ```no_run
    /// # use tableau_client::{Id, Site, View};
    /// # async fn run(site: Site, view: Id<View>) -> tableau_client::Result<()> {
    /// site.views().pdf(&view).filter("Region", "East").to_file("east.pdf").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn pdf(&self, id: impl Into<Id<R::One>>) -> Download<Pdf<R>, M>
    where
        R: HasPdf,
    {
        self.site().download(Pdf::new(id))
    }

    /// Gives the data of an item as CSV.
    pub fn data(&self, id: impl Into<Id<R::One>>) -> Download<Data<R>, M>
    where
        R: HasData,
    {
        self.site().download(Data::new(id))
    }
}

impl<M: Mode> Collection<View, M> {
    /// Exports the data of a view as a crosstab in an Excel workbook.
    pub fn excel(&self, id: impl Into<Id<View>>) -> Download<Excel, M> {
        self.site().download(Excel::new(id))
    }
}

macro_rules! filtered {
    ($($ty:ident: $bound:ident),*) => {$(
        impl<R: $bound, M: Mode> Download<$ty<R>, M> {
            /// Shows only these values of a field, separated by commas; `\,` is a comma in a value.
            pub fn filter(self, field: impl Into<String>, values: impl Into<String>) -> Self {
                let filter = (field.into(), values.into());
                self.with(|rendering| rendering.filters.push(filter))
            }
        }
    )*};
}

filtered!(Image: HasImage, Pdf: HasPdf, Data: HasData);

impl<M: Mode> Download<Excel, M> {
    /// Shows only these values of a field, separated by commas; `\,` is a comma in a value.
    pub fn filter(self, field: impl Into<String>, values: impl Into<String>) -> Self {
        let filter = (field.into(), values.into());
        self.with(|rendering| rendering.filters.push(filter))
    }
}
