//! Derives for `tableau-wire`.
//!
//! | derive | gives | attribute |
//! | --- | --- | --- |
//! | [`Endpoint`] | a call that is split into path, query and body | `#[endpoint(GET, "path/{id}", since = "2.0", …)]` |
//! | [`Resource`] | the verbs and facets a collection has | `#[resource("workbooks", element = "workbook", since = "2.0", list, get)]` |
//! | [`Element`] | the name a type has as a child of its parent | `#[element("tag")]` |
//! | [`Document`] | a document with several children | – |
//! | [`Choice`] | an enum that is one empty element of several | `#[choice("webhook-source-event-")]` |
//! | [`Described`] | the members of a type | – |
//! | [`QueryOptions`] | optional query parameters of a verb | – |
//!
//! A derive adds implementations and never changes its item.

mod attributes;
mod choice;
mod described;
mod document;
mod element;
mod endpoint;
mod fields;
mod new;
mod resource;

use proc_macro::TokenStream;

/// Derives `tableau_wire::Endpoint` for a struct that describes one call, with `new` (the required fields) and `with` (the rest).
///
/// The attribute names the method and the path template, then facts about the call:
/// `since = "2.0"` (required; a constant will do), `family = tsm` (a call of Tableau Services Manager: its scope is `server` by default),
/// `root = experimental | services | metadata | vizql_data_service`, `format = json` (its documents are always JSON),
/// `scope = site | server | open`, `retry = idempotent | never`, `only = server | cloud`, `jwt = "tableau:…"`, `status = 201`, `reply = Type`.
/// A field named in the template goes into the path, a field marked `#[body]` is the request document, `#[options]` a type with `QueryOptions`,
/// `#[prefix("vf_")]` a set of parameters (`Vec<(String, String)>`); every other field is a query parameter (camelCase), required unless it is an `Option`.
///
/// With one type parameter it describes the call for every resource that has it: the template begins with `{R}`, the collection, and the doc comment
/// speaks of `an item` or `items`, which help replaces by the noun of the resource. `facts = R::LIST` takes the facts of a verb.
///
/// A call that replies with `Page<Item>` and has `page_number` and `page_size` is `Paged`.
#[proc_macro_derive(Endpoint, attributes(endpoint, body, options, prefix))]
pub fn derive_endpoint(input: TokenStream) -> TokenStream {
    run(input, endpoint::derive)
}

/// Derives `tableau_wire::Resource`, `Element` and `Described`, and a marker for each verb and facet that is named.
///
/// Verbs: `list`, `get`, `create(New)`, `update(Patch)`, `delete`; `list(Options)` and `get(Options)` name a type with `QueryOptions`. Each may have facts of
/// its own: `update(WebhookPatch, since = "3.8", method = PATCH, status = 200, only = server, jwt = "…")`. Facets: `permissions`, with `since` too.
/// `collection = "name"` gives the list's wrapper where it differs from the last segment of the path; `noun = "connected app"` its noun, if that is not
/// its element; `id = client_id` the field with the identifier; `one = Job` the type of a fetched one, if not the same;
/// `missing = "404006"` the code for an unknown identifier; `scope = server` places the collection beside the sites instead of inside one;
/// `filter(name: eq in, createdAt: range)` and `fields(default = "…", more = "…")` give what lists understand;
/// `jwt = "tableau:content:read"` is the scope for reading; `jwt_writes = "projects"` names the resource in the scopes for the other verbs,
/// `tableau:projects:create` and so on.
#[proc_macro_derive(Resource, attributes(resource, described))]
pub fn derive_resource(input: TokenStream) -> TokenStream {
    run(input, resource::derive)
}

/// Derives `tableau_wire::Described` for a struct: the names, documentation and kinds of its members.
///
/// `#[described(since = "3.8")]` on a member gives the first version that has it.
#[proc_macro_derive(Described, attributes(described))]
pub fn derive_described(input: TokenStream) -> TokenStream {
    run(input, described::derive)
}

/// Derives `tableau_wire::Element` and `Described`: the name a value has inside a list or as the only child of a document.
///
/// `#[element("connection", list = "connections")]` names the wrapper of a list, where it is not a regular plural; `file = "tableau_workbook"` the part of the
/// file that a request sends with it; `new` adds a constructor with the required fields, and `with` for the rest.
#[proc_macro_derive(Element, attributes(element, described))]
pub fn derive_element(input: TokenStream) -> TokenStream {
    run(input, element::derive)
}

/// Derives `tableau_wire::Document` and `Described` for a struct whose members are the children of a document.
#[proc_macro_derive(Document, attributes(described))]
pub fn derive_document(input: TokenStream) -> TokenStream {
    run(input, document::derive)
}

/// Derives reading and writing for an enum whose element holds the value as the name of its one empty child.
///
/// `#[choice("webhook-source-event-")]` is the prefix of the names; the rest is the variant's name in kebab case. `Other(String)` has the whole name of
/// an unknown element.
#[proc_macro_derive(Choice, attributes(choice))]
pub fn derive_choice(input: TokenStream) -> TokenStream {
    run(input, choice::derive)
}

/// Derives `tableau_wire::QueryOptions` for a struct of optional fields.
#[proc_macro_derive(QueryOptions, attributes(prefix))]
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
