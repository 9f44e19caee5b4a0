//! The attributes and derives by which `tableau-wire` is described.
//!
//! | attribute | for |
//! | --- | --- |
//! | [`macro@resource`] | a kind of thing that has a collection, with its verbs and facets: `#[resource("workbooks", element = "workbook", since = "2.0", list, get)]` |
//! | [`macro@element`] | a document, or a part of one, with a name of its own: `#[element("tag")]` |
//! | [`macro@part`] | a part of a document, named by the member that holds it |
//! | [`macro@document`] | a document with several children |
//! | [`macro@endpoint`] | a call that is split into path, query and body: `#[endpoint(GET, "path/{id}", since = "2.0")]` |
//! | [`macro@choice`] | an enum that is one empty element of several: `#[choice("webhook-source-event-")]` |
//!
//! Each of the first four adds what every document has: `Debug`, `Clone`, `PartialEq`, `Eq`, `Default`, `Read`, `Serialize` and `Deserialize` (camelCase; what is missing has
//! its default; what has no value is not written), `Arbitrary` with the feature `arbitrary`, and `#[non_exhaustive]`.
//! What most resources have (`id`, `name`, `created_at`, `updated_at`, `owner`) is documented, if it is not where it stands.
//!
//! | derive | gives | attribute |
//! | --- | --- | --- |
//! | [`Described`] | the members of a type that is read and written in its own way | – |
//! | [`Read`] | how a struct is read from documents, by the attributes of serde | `#[serde(…)]` |
//! | [`QueryOptions`] | optional query parameters of a verb | – |
//!
//! A derive adds implementations and never changes its item.

mod attributes;
mod choice;
mod described;
mod document;
mod documents;
mod element;
mod endpoint;
mod fields;
mod new;
mod read;
mod resource;

use proc_macro::TokenStream;

/// Makes a struct one call: implements `tableau_wire::Endpoint`, with `new` (the required fields) and `with` (the rest).
///
/// It adds `Debug`, `Clone`, `PartialEq` and `Eq`, `Default` where nothing is required, and `Copy` where there are no fields or else `#[non_exhaustive]`.
/// (A call for every resource, below, has `Debug` and `Clone` only.)
///
/// The attribute names the method and the path template, then facts about the call:
/// `since = "2.0"` (required; a constant will do), `group = "pulse"` (where it is described in a module below that of its group), `family = tsm` (a call of Tableau Services Manager: its scope is `server` by default),
/// `root = experimental | services | metadata | vizql_data_service` (the last three are services: their scope is `server`, and their documents are always JSON), `format = json` (so are those of this call),
/// `scope = site | server | open`, `retry = idempotent | never`, `only = server | cloud`, `slow` and `rendering` (see `Operation`), `jwt = "tableau:…"`, `status = 201`, `reply = Type`.
/// A field named in the template goes into the path, a field marked `#[body]` is the request document, `#[options]` a type with `QueryOptions`,
/// `#[prefix("vf_")]` a set of parameters (`Vec<(String, String)>`), `#[header("RequestID")]` a header of the request
/// (`Option<String>`; a random text if not given); every other field is a query parameter (camelCase, unless `#[param("order_by")]` names it), required unless it is an `Option`.
///
/// With one type parameter it describes the call for every resource that has it: the template begins with `{R}`, the collection, and the doc comment
/// speaks of `an item` or `items`, which help replaces by the noun of the resource. `facts = R::LIST` takes the facts of a verb.
///
/// A call that replies with `Page<Item>` and has `page_number` and `page_size` is `Paged`.
#[proc_macro_attribute]
pub fn endpoint(arguments: TokenStream, item: TokenStream) -> TokenStream {
    rewrite(arguments, item, endpoint::endpoint)
}

/// Makes a struct a resource: implements `tableau_wire::Resource`, `Element` and `Described`, and a marker for each verb and facet that is named.
///
/// Verbs: `list`, `get`, `create(New)`, `update(Patch)`, `delete`. `create(New { name, is_enabled?, project: Item<Project> })` makes the document that is sent from
/// the members of the resource: required, or optional with `?`, of their own types or of those given; in `update(Patch { … })` all are optional; `..` takes the rest as optional, but for the identifier and those that `!usage` leaves out. `list(Options)`, `get(Options)` and `delete(Options)` name a type with `QueryOptions`. Each may have facts of
/// its own: `update(WebhookPatch, since = "3.8", method = PATCH, status = 200, only = server, jwt = "…")`; `options = Type` names the query options of a
/// create or an update, `answer = Type` the document that answers, where it is not the item alone; `part = true` leaves the `Document` of what is sent to
/// the module, where a member stands beside the item.
///
/// Facets: `permissions`, `default_permissions`, `tags`, `connections`, `bulk_connections`, `revisions`, `revision_files`, `content` (with the type of its query options), `extracts`,
/// `keychains`, `refresh`, `preview`, `image`, `pdf`, `data`; with `since`, `only` and `jwt` too, where `jwt = "flow_connections"` names the resource in the scopes of its calls, and `jwt = ""` means that no scope
/// of a JWT reaches it.
///
/// `collection = "name"` gives the list's wrapper where it differs from the last segment of the path; `listed = "flowRuns"` the name of an item
/// in it where it differs from its element; `noun = "connected app"` its noun, if that is not
/// its element; `id = client_id` the field with the identifier; `one = Job` the type of a fetched one, if not the same;
/// `missing = "404006"` the code for an unknown identifier, if it is not `404003`; `scope = server` places the collection beside the sites instead of inside one;
/// `filter(name: eq in, createdAt: range)` and `fields(default = "…", more = "…")` give what lists understand, with `one = "…"` for the fields that an
/// answer about one item adds (`*`: all members), and `named = "…"` for those that come only by name;
/// `jwt = "tableau:content:read"` is the scope for reading; `jwt_writes = "projects"` names the resource in the scopes for the other verbs,
/// `tableau:projects:create` and so on.
///
/// `#[described(since = "3.8")]` on a member gives the first version that has it.
#[proc_macro_attribute]
pub fn resource(arguments: TokenStream, item: TokenStream) -> TokenStream {
    rewrite(arguments, item, documents::resource)
}

/// Makes a struct a document, or a part of one, with a name of its own: implements `tableau_wire::Element` and `Described`.
///
/// `#[element("connection", list = "connections")]` names the wrapper of a list, where it is not a regular plural; `file = "tableau_workbook"` the part of the
/// file that a request sends with it; `new` adds a constructor with the required members, and `with` for the rest; `exhaustive` leaves `#[non_exhaustive]` out;
/// `strict` leaves `Default` out, so that a value cannot be read without its required members; `snake_case` leaves the names of its members as they are, as some services do.
#[proc_macro_attribute]
pub fn element(arguments: TokenStream, item: TokenStream) -> TokenStream {
    rewrite(arguments, item, documents::element)
}

/// Makes a struct a document whose members are its children: implements `tableau_wire::Document` and `Described`.
///
/// `file`, `new`, `exhaustive`, `strict` and `snake_case` as for [`macro@element`].
#[proc_macro_attribute]
pub fn document(arguments: TokenStream, item: TokenStream) -> TokenStream {
    rewrite(arguments, item, documents::document)
}

/// Makes a struct a part of a document, named by the member that holds it: implements `tableau_wire::Described`.
///
/// `new`, `exhaustive`, `strict` and `snake_case` as for [`macro@element`].
#[proc_macro_attribute]
pub fn part(arguments: TokenStream, item: TokenStream) -> TokenStream {
    rewrite(arguments, item, documents::part)
}

/// Derives `tableau_wire::Described` for a struct: the names, documentation and kinds of its members.
///
/// `#[described(since = "3.8")]` on a member gives the first version that has it.
#[proc_macro_derive(Described, attributes(described))]
pub fn derive_described(input: TokenStream) -> TokenStream {
    run(input, described::implement)
}

/// Derives `tableau_wire::codec::Read` for a struct: its members are read by the names, aliases and defaults that the attributes of serde give.
///
/// `#[read_by(function)]` on a member names what reads it from a `tableau_wire::codec::Reader`, where that is not its type.
#[proc_macro_derive(Read, attributes(serde, read_by))]
pub fn derive_read(input: TokenStream) -> TokenStream {
    run(input, read::derive)
}

/// Makes an enum the choice of one element of several: its variants are the names of empty elements.
///
/// `#[choice("webhook-source-event-")]` is the prefix of the names; the rest is the variant's name in kebab case, or the whole name is given:
/// `AdminPromoted = "webhook-event-user-promoted-admin"`. It adds `Other(String)`, which has the whole name of an unknown element, `Debug`, `Clone`,
/// `PartialEq`, `Eq`, `Hash`, and `#[non_exhaustive]`.
#[proc_macro_attribute]
pub fn choice(arguments: TokenStream, item: TokenStream) -> TokenStream {
    rewrite(arguments, item, choice::choice)
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

fn rewrite(
    arguments: TokenStream,
    item: TokenStream,
    rewritten: fn(proc_macro2::TokenStream, syn::DeriveInput) -> syn::Result<proc_macro2::TokenStream>,
) -> TokenStream {
    syn::parse(item)
        .and_then(|item| rewritten(arguments.into(), item))
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
