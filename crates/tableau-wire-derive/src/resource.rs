//! Resources, with the verbs and facets that they have: `#[resource(…)]`.

pub(crate) mod description;
mod facets;
mod sent;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{DeriveInput, LitStr};

use crate::{attributes, described, element, fields};
use description::{Description, Verb};
use facets::Scopes;

const EXAMPLE: &str = "#[resource(\"workbooks\", element = \"workbook\", since = \"2.0\", list, get)]";

/// The word, the marker, its constant, the types it names, the HTTP method, the status, the action of its scope.
type VerbRow = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
    u16,
    &'static str,
);

/// The verbs, in the order of their entries.
const VERBS: &[VerbRow] = &[
    ("list", "Listed", "LIST", &["Options"], "GET", 200, "read"),
    (
        "get",
        "Fetched",
        "GET",
        &["Options", "Answer"],
        "GET",
        200,
        "read",
    ),
    (
        "create",
        "Created",
        "CREATE",
        &["New", "Options", "Answer"],
        "POST",
        201,
        "create",
    ),
    (
        "update",
        "Updated",
        "UPDATE",
        &["Patch", "Options", "Answer"],
        "PUT",
        200,
        "update",
    ),
    (
        "delete",
        "Deleted",
        "DELETE",
        &["Options"],
        "DELETE",
        204,
        "delete",
    ),
];

pub(crate) fn implement(input: &DeriveInput, description: &Description) -> syn::Result<TokenStream> {
    let lacks =
        |what: &str| syn::Error::new_spanned(&input.ident, format!("expected {what}, as in {EXAMPLE}"));
    let element = description.element.as_ref().ok_or_else(|| lacks("element"))?;
    let since = description.since.as_ref().ok_or_else(|| lacks("since"))?;
    let ident = &input.ident;
    let collection = description.collection.value();
    let last = collection.rsplit('/').next().unwrap_or_default();
    let last = LitStr::new(last, description.collection.span());
    let wrapper = description.wrapper.as_ref().unwrap_or(&last);
    let segments = collection
        .split('/')
        .map(|segment| quote!(::tableau_wire::Segment::Literal(#segment)));
    let scope = &description.scope;
    let noun = description
        .noun
        .as_ref()
        .map_or_else(|| attributes::words(&element.value()), LitStr::value);
    let nouns = attributes::plural(&noun);
    let missing = description
        .missing
        .as_ref()
        .map_or_else(|| "404003".to_owned(), LitStr::value);
    let filters = &description.filters;
    let (default, more) = (&description.default_fields, &description.more_fields);
    let (one_adds, named) = (&description.one_adds, &description.named_fields);
    let one = description
        .one
        .as_ref()
        .map_or_else(|| quote!(Self), |one| quote!(#one));
    let id = description.id.clone().unwrap_or_else(|| format_ident!("id"));
    let element_impl = element::named(
        input,
        element,
        wrapper,
        description.listed.as_ref().unwrap_or(element),
        &id,
    )?;
    let members_impl = members(input)?;
    let sent = sent::documents(input, description, element, &noun)?;
    let (verbs, mut entries) = verbs(ident, description, since);
    let facets = facets::implement(
        ident,
        &description.facets,
        &Scopes {
            one: element.value(),
            many: description
                .jwt_writes
                .as_ref()
                .map_or_else(|| last.value(), LitStr::value),
        },
        since,
        &mut entries,
    );
    Ok(quote! {
        #element_impl
        #members_impl
        impl ::tableau_wire::Resource for #ident {
            type One = #one;
            const GROUP: &'static str = ::tableau_wire::endpoint::last_segment(module_path!());
            const NOUN: &'static str = #noun;
            const NOUNS: &'static str = #nouns;
            const COLLECTION: &'static [::tableau_wire::Segment] = &[#(#segments),*];
            const SINCE: ::tableau_wire::Version = #since;
            const SCOPE: ::tableau_wire::Scope = #scope;
            const MISSING: &'static str = #missing;
            const FILTERS: &'static [::tableau_wire::query::FilterField] = &[#(#filters),*];
            const FIELDS: ::tableau_wire::query::FieldSets = ::tableau_wire::query::FieldSets {
                default: &[#(#default),*],
                more: &[#(#more),*],
                one: &[#(#one_adds),*],
                named: &[#(#named),*],
            };
            const ENTRIES: &'static [::tableau_wire::Entry] = &[#(#entries),*];

            fn id(&self) -> &::tableau_wire::Id<#one> {
                &self.#id
            }
        }
        #verbs
        #facets
        #sent
    })
}

/// Access to the members by their names on the wire.
fn members(input: &DeriveInput) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let (mut get, mut retain) = (Vec::new(), Vec::new());
    for field in fields::named(input)? {
        let (name, field) = (described::name(field)?, fields::ident(field)?);
        get.push(quote!(#name => ::core::option::Option::Some(&mut self.#field)));
        retain.push(quote!(if !keep(#name) {
            self.#field = ::core::default::Default::default();
        }));
    }
    Ok(quote! {
        impl ::tableau_wire::resource::Members for #ident {
            fn member(&mut self, name: &str) -> ::core::option::Option<&mut dyn ::core::any::Any> {
                match name {
                    #(#get,)*
                    _ => ::core::option::Option::None,
                }
            }

            fn retain(&mut self, keep: &dyn ::core::ops::Fn(&str) -> bool) {
                #(#retain)*
            }
        }
    })
}

/// The markers of the verbs that the resource has, and the entries of its calls.
fn verbs(
    ident: &syn::Ident,
    description: &Description,
    first: &TokenStream,
) -> (TokenStream, Vec<TokenStream>) {
    let (mut markers, mut entries) = (TokenStream::new(), Vec::new());
    for (word, marker, constant, names, usual_method, usual_status, action) in VERBS {
        let Some(Verb {
            ty,
            options,
            answer,
            since,
            jwt,
            method,
            status,
            availability,
            ..
        }) = description.verbs.get(*word)
        else {
            continue;
        };
        let marker = format_ident!("{marker}");
        let constant = format_ident!("{constant}");
        let associated = names.iter().map(|name| {
            let ident = format_ident!("{name}");
            let ty = match (*name, answer, ty, options) {
                ("Answer", Some(ty), ..) => quote!(#ty),
                ("Answer", None, ..) => quote!(<Self as ::tableau_wire::Resource>::One),
                ("Options", _, _, Some(ty)) => quote!(#ty),
                // What `list`, `get` and `delete` name are their options.
                ("Options", _, Some(ty), None) if matches!(*action, "read" | "delete") => quote!(#ty),
                ("New" | "Patch", _, Some(ty), _) => quote!(#ty),
                _ => quote!(()),
            };
            quote!(type #ident = #ty;)
        });
        let until = attributes::until(description.until.as_ref());
        let since = since.as_ref().unwrap_or(first);
        let usual_method = format_ident!("{usual_method}");
        let method = method.as_ref().unwrap_or(&usual_method);
        let status = status.unwrap_or(*usual_status);
        let availability = availability.as_ref().unwrap_or(&description.availability);
        let scope = match (jwt, &description.jwt_scope, &description.jwt_writes) {
            (Some(scope), ..) => Some(scope.value()),
            (None, Some(scope), _) if *action == "read" => Some(scope.value()),
            (None, _, Some(resource)) if *action != "read" => {
                Some(format!("tableau:{}:{action}", resource.value()))
            }
            _ => None,
        };
        let scope = match scope {
            Some(scope) => quote!(::core::option::Option::Some(#scope)),
            None => quote!(::core::option::Option::None),
        };
        markers.extend(quote! {
            impl ::tableau_wire::#marker for #ident {
                #(#associated)*
                const #constant: ::tableau_wire::resource::Verb = ::tableau_wire::resource::Verb {
                    method: ::tableau_wire::Method::#method,
                    since: #since,
                    until: #until,
                    availability: #availability,
                    jwt_scope: #scope,
                    status: #status,
                };
            }
        });
        let call = format_ident!("{}{}", word[..1].to_uppercase(), word[1..]);
        entries.push(quote!(::tableau_wire::Entry::of::<::tableau_wire::#call<#ident>>()));
    }
    (markers, entries)
}
