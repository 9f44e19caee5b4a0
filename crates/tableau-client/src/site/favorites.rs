//! Favorites of the user of the session.

use tableau_wire::Id;
use tableau_wire::rest::User;
use tableau_wire::rest::favorites::{AddFavorite, CanBeFavorite, DeleteFavorite, ListFavorites, NewFavorite};

use super::{Call, Site};
use crate::mode::{Async, Mode};

/// The favorites of a user: see [`Site::favorites`].
#[derive(Debug, Clone)]
pub struct Favorites<M: Mode = Async> {
    site: Site<M>,
    user: Id<User>,
}

impl<M: Mode> Site<M> {
    /// The favorites of the user of the session.
    ///
    /// ```no_run
    /// # use tableau_client::{Id, Site, Workbook};
    /// # async fn run(site: Site, id: Id<Workbook>) -> tableau_client::Result<()> {
    /// site.favorites().add::<Workbook>(&id, "Superstore").await?;
    /// println!("{}", site.favorites().list().await?.total_available);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn favorites(&self) -> Favorites<M> {
        self.favorites_of(self.session().user_id())
    }

    /// The favorites of a user.
    #[must_use]
    pub fn favorites_of(&self, user: impl Into<Id<User>>) -> Favorites<M> {
        Favorites {
            site: self.clone(),
            user: user.into(),
        }
    }
}

impl<M: Mode> Favorites<M> {
    /// Lists them: one page, or with [`Call::all`] every one.
    pub fn list(&self) -> Call<ListFavorites, M> {
        self.site.call(ListFavorites::new(self.user.clone()))
    }

    /// Adds an item with a label.
    pub fn add<R: CanBeFavorite>(
        &self,
        id: impl Into<Id<R::One>>,
        label: impl Into<String>,
    ) -> Call<AddFavorite, M> {
        let favorite = NewFavorite::item(label, &R::KIND, id.into().as_str());
        self.site.call(AddFavorite::new(self.user.clone(), favorite))
    }

    /// Deletes an item from the favorites; the item itself stays.
    pub fn delete<R: CanBeFavorite>(&self, id: impl Into<Id<R::One>>) -> Call<DeleteFavorite, M> {
        let id = id.into();
        self.site
            .call(DeleteFavorite::new(self.user.clone(), R::KIND, id.as_str()))
    }
}
