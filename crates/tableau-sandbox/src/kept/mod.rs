//! Resources that are stored as they are shown, and what all of them share: verbs, rights, fields, filters, sorting, pages.
//!
//! A resource says what is its own by implementing [`Kept`]; the rest follows from its description in `tableau-wire`.

mod content;
mod field;
mod filter;
pub(crate) mod happening;
mod members;
mod page;
mod parent;
mod plan;
mod probe;
mod resource;
pub(crate) mod rights;
pub(crate) mod row;
mod selection;
mod sort;
mod value;
pub(crate) mod verbs;
mod writer;

pub(crate) use self::content::Content;
pub(crate) use self::filter::Comparison;
pub(crate) use self::page::Paging;
pub(crate) use self::plan::Plan;
pub(crate) use self::resource::{
    ChangeCodes, Computed, Context, Item, Kept, Parent, Rights, item_of, missing, name, owner, project, set,
};
pub(crate) use self::value::{Kind, Value};

#[cfg(test)]
mod rights_tests;
#[cfg(test)]
mod tests;
