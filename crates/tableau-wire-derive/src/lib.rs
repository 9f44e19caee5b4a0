//! Derives for `tableau-wire`.
//!
//! | derive | gives | attribute |
//! | --- | --- | --- |
//! | [`Endpoint`] | a call that comes apart into path, query and body | `#[endpoint(GET, "path/{id}", since = "2.0", …)]` |
//! | [`Resource`] | the verbs a collection has | `#[resource("workbooks", element = "workbook", since = "2.0", list, get)]` |
//! | [`Element`] | the name a type has as a child of its parent | `#[element("tag")]` |
//! | [`QueryOptions`] | optional query parameters of a verb | – |
//!
//! A derive adds implementations and never changes the item it stands on.

mod attributes;
mod described;
mod element;
mod endpoint;
mod fields;
mod resource;

use proc_macro::TokenStream;

/// Derives `tableau_wire::Endpoint` for a struct that describes one call.
///
/// The attribute names the method and the path template, then facts about the call:
/// `since = "2.0"` (required), `family = tsm` (a call of Tableau Services Manager: its scope is `server` unless told otherwise), `scope = site | server | open`, `repeat = safe | never`, `only = server | cloud`,
/// `jwt = "tableau:…"`, `status = 201`, `reply = Type`.
/// A field named in the template goes into the path, a field marked `#[body]` is the request document, every other field is a query
/// parameter (camelCase) and must be an `Option`.
#[proc_macro_derive(Endpoint, attributes(endpoint, body))]
pub fn derive_endpoint(input: TokenStream) -> TokenStream {
    run(input, endpoint::derive)
}

/// Derives `tableau_wire::Resource` and `Element`, and a marker for each verb that is named.
///
/// Verbs: `list`, `get`, `create(New)`, `update(Patch)`, `delete`; `list(Options)` and `get(Options)` name a type with `QueryOptions`.
/// `collection = "name"` gives the list's wrapper where it differs from the last segment of the path;
/// `scope = server` places the collection beside the sites instead of inside one; `jwt = "tableau:content:read"` is the scope for reading;
/// `jwt_writes = "projects"` names the resource in the scopes for the other verbs, `tableau:projects:create` and so on.
#[proc_macro_derive(Resource, attributes(resource))]
pub fn derive_resource(input: TokenStream) -> TokenStream {
    run(input, resource::derive)
}

/// Derives `tableau_wire::Described` for a struct: the names, documentation and kinds of its members.
#[proc_macro_derive(Described)]
pub fn derive_described(input: TokenStream) -> TokenStream {
    run(input, described::derive)
}

/// Derives `tableau_wire::Element`: the name a value has inside a list or as the only child of a document.
///
/// `#[element("site", body)]` says that requests carry it: it is `Described` then.
#[proc_macro_derive(Element, attributes(element))]
pub fn derive_element(input: TokenStream) -> TokenStream {
    run(input, element::derive)
}

/// Derives `tableau_wire::QueryOptions` for a struct of optional fields.
#[proc_macro_derive(QueryOptions)]
pub fn derive_query_options(input: TokenStream) -> TokenStream {
    run(input, fields::derive_query_options)
}

fn run(
    input: TokenStream,
    derive: fn(&syn::DeriveInput) -> syn::Result<proc_macro2::TokenStream>,
) -> TokenStream {
    syn::parse(input)
        .and_then(|input| derive(&input))
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
