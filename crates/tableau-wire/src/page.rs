//! One page of a list.

use serde::de::Error;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::codec::{self, DecodeError, EncodeError, Format, JsonText, Read, Reader, Root};
use crate::document::{Document, Element};
use crate::endpoint::{Reply, ReplyKind, Shape};
use crate::value::Items;

/// The items of one page, with the totals of the whole list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<R> {
    /// The items on this page.
    pub items: Vec<R>,
    /// The number of this page, from 1.
    pub page_number: u64,
    /// The greatest number of items that a page of this size holds.
    pub page_size: u64,
    /// How many items there are on all pages together.
    pub total_available: u64,
    /// The totals as the server announced them: those above follow from the number of items where it did not.
    pub announced: Announced,
}

impl<R> Page<R> {
    /// A page from its parts, with all totals announced.
    #[must_use]
    pub fn new(items: Vec<R>, pagination: Pagination) -> Self {
        Self::announcing(items, pagination, pagination.into())
    }

    fn announcing(items: Vec<R>, pagination: Pagination, announced: Announced) -> Self {
        let Pagination {
            page_number,
            page_size,
            total_available,
        } = pagination;
        Self {
            items,
            page_number,
            page_size,
            total_available,
            announced,
        }
    }

    /// How many pages of this size the whole list takes.
    #[must_use]
    pub fn page_count(&self) -> u64 {
        self.total_available.div_ceil(self.page_size.max(1))
    }

    /// Whether no page follows this one.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.page_number >= self.page_count()
    }

    /// The position of this page in the list.
    #[must_use]
    pub fn pagination(&self) -> Pagination {
        Pagination {
            page_number: self.page_number,
            page_size: self.page_size,
            total_available: self.total_available,
        }
    }
}

impl<R> IntoIterator for Page<R> {
    type Item = R;
    type IntoIter = std::vec::IntoIter<R>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, R> IntoIterator for &'a Page<R> {
    type Item = &'a R;
    type IntoIter = std::slice::Iter<'a, R>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

/// The position of a page in its list (schema: `paginationType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Pagination {
    /// The number of the page, from 1.
    pub page_number: u64,
    /// The greatest number of items on a page.
    pub page_size: u64,
    /// How many items there are on all pages together.
    pub total_available: u64,
}

/// A page's totals as a server announced them: each is `None` where it is missing or no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Read)]
#[serde(rename_all = "camelCase", default)]
pub struct Announced {
    /// The number of the page, from 1.
    pub page_number: Option<u64>,
    /// The greatest number of items on a page.
    pub page_size: Option<u64>,
    /// How many items there are on all pages together.
    pub total_available: Option<u64>,
}

impl From<Pagination> for Announced {
    fn from(pagination: Pagination) -> Self {
        Self {
            page_number: Some(pagination.page_number),
            page_size: Some(pagination.page_size),
            total_available: Some(pagination.total_available),
        }
    }
}

impl Announced {
    /// Missing totals follow from the number of items; an error if further pages could exist that would never be requested.
    fn complete(self, count: u64) -> Result<Pagination, &'static str> {
        let page_number = self.page_number.unwrap_or(1);
        let page_size = self.page_size.unwrap_or(count);
        let said_nothing = self.page_size.is_none() && self.page_number.is_none();
        let total_available = match self.total_available {
            Some(total) => total,
            None if said_nothing || count < page_size => page_number
                .saturating_sub(1)
                .saturating_mul(page_size)
                .saturating_add(count),
            None => {
                return Err(
                    "the page is full, and how many items there are in all (`totalAvailable`) cannot be read",
                );
            }
        };
        Ok(Pagination {
            page_number,
            page_size,
            total_available,
        })
    }
}

/// The identifiers of items, as a reply without types has them.
pub(crate) fn identities<R: Element>(items: &[R]) -> Vec<Option<String>> {
    let identities = items.iter().map(Element::identity);
    identities.map(|identity| identity.map(str::to_owned)).collect()
}

impl<R: Element + Serialize + Read + Send + 'static> Document for Page<R> {
    const CHILD: Option<&'static str> = Some(R::WRAPPER);
    const SHAPE: Shape = R::SHAPE;
    const REPLY: ReplyKind = ReplyKind::Page {
        element: R::LISTED,
        shape: R::SHAPE,
    };

    fn erase(self) -> Result<Reply, DecodeError> {
        let (total_available, announced) = (self.total_available, self.announced);
        let identities = identities(&self.items);
        let items: Result<_, _> = self.items.iter().map(JsonText::of).collect();
        Ok(Reply::Page {
            items: items.map_err(DecodeError::new)?,
            identities,
            total_available,
            announced,
        })
    }

    fn encode(&self, root: Root, format: Format) -> Result<Vec<u8>, EncodeError> {
        codec::encode(self, root, format)
    }

    fn decode(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
        codec::decode(bytes, format)
    }
}

impl<R: Element + Serialize> Serialize for Page<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// The items in their wrapper, without copying them into an `Items`.
        struct Wrapper<'a, R>(&'a [R]);
        impl<R: Element + Serialize> Serialize for Wrapper<'_, R> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut wrapper = serializer.serialize_struct("items", usize::from(!self.0.is_empty()))?;
                if !self.0.is_empty() {
                    wrapper.serialize_field(R::LISTED, self.0)?;
                }
                wrapper.end()
            }
        }
        let mut page = serializer.serialize_struct("page", 2)?;
        page.serialize_field("pagination", &self.pagination())?;
        page.serialize_field(R::WRAPPER, &Wrapper(&self.items))?;
        page.end()
    }
}

impl<R: Element + Read> Read for Page<R> {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        let (mut pagination, mut items) = (None, None);
        reader.children(&["pagination", R::WRAPPER], &mut |known, member| {
            match known {
                0 => pagination = Some(member.read::<Announced>()?),
                _ => items = Some(member.read::<Items<R>>()?.0),
            }
            Ok(())
        })?;
        let items = match (items, &pagination) {
            (Some(items), _) => items,
            // An empty list may lack its wrapper. Any other document without it is not this list.
            (None, Some(sent)) if sent.total_available == Some(0) => Vec::new(),
            (None, _) => return Err(Error::missing_field(R::WRAPPER)),
        };
        // A list without pages is its own only page.
        let announced = pagination.unwrap_or_default();
        let pagination = announced.complete(items.len() as u64).map_err(DecodeError::new)?;
        Ok(Self::announcing(items, pagination, announced))
    }
}

#[cfg(feature = "arbitrary")]
impl<'a, R: arbitrary::Arbitrary<'a>> arbitrary::Arbitrary<'a> for Page<R> {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(Self::new(
            Items::arbitrary(u)?.into_inner(),
            Pagination::arbitrary(u)?,
        ))
    }
}
