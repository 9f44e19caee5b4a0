//! Query parameters: the code that writes them, reads them and describes them.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, DeriveInput, Field, LitStr, Path, Type};

use crate::attributes;

/// The named fields of a struct; none for a unit struct.
pub(crate) fn named(input: &DeriveInput) -> syn::Result<Vec<&Field>> {
    match &input.data {
        syn::Data::Struct(data) => match &data.fields {
            syn::Fields::Named(fields) => Ok(fields.named.iter().collect()),
            syn::Fields::Unit => Ok(Vec::new()),
            syn::Fields::Unnamed(fields) => Err(syn::Error::new_spanned(fields, "expected named fields")),
        },
        _ => Err(syn::Error::new_spanned(&input.ident, "expected a struct")),
    }
}

/// The name of a field; a named struct has no field without one.
pub(crate) fn ident(field: &Field) -> syn::Result<&syn::Ident> {
    field
        .ident
        .as_ref()
        .ok_or_else(|| syn::Error::new_spanned(field, "expected a named field"))
}

/// The three pieces of code for query fields: writing (from `self`), reading (struct fields), describing (list of `Param`).
#[derive(Default)]
pub(crate) struct Query {
    pub(crate) write: Vec<TokenStream>,
    pub(crate) read: Vec<TokenStream>,
    pub(crate) params: Vec<TokenStream>,
}

pub(crate) fn query(fields: &[&Field]) -> syn::Result<Query> {
    let mut out = Query::default();
    for field in fields {
        let (name, ty) = (ident(field)?, &field.ty);
        let doc = attributes::summary(&field.attrs);
        if let Some(attribute) = attribute(field, "prefix") {
            let prefix: LitStr = attribute.parse_args()?;
            out.write
                .push(quote!(::tableau_wire::endpoint::write_set(query, #prefix, &self.#name)?;));
            out.read
                .push(quote!(#name: ::tableau_wire::endpoint::read_set(query, #prefix)));
            let kind = quote!(::tableau_wire::ValueKind::Text);
            out.params
                .push(param(&prefix.value(), &doc, &quote!(QuerySet), &kind, false));
            continue;
        }
        let key = match attribute(field, "param") {
            Some(attribute) => attribute.parse_args::<LitStr>()?.value(),
            None => attributes::camel_case(&name.to_string()),
        };
        let required = !is_option(ty);
        let (value, read) = if required {
            (
                quote!(::core::option::Option::Some(&self.#name)),
                quote!(read_required),
            )
        } else {
            (quote!(self.#name.as_ref()), quote!(read_query))
        };
        out.write
            .push(quote!(::tableau_wire::endpoint::write_query(query, #key, #value)?;));
        out.read
            .push(quote!(#name: ::tableau_wire::endpoint::#read(query, #key)?));
        let kind = quote!(<#ty as ::tableau_wire::Described>::KIND);
        out.params
            .push(param(&key, &doc, &quote!(Query), &kind, required));
    }
    Ok(out)
}

/// The same for fields that are headers of the request: `#[header("RequestID")]`, an `Option<String>`.
pub(crate) fn headers(fields: &[&Field]) -> syn::Result<Query> {
    let mut out = Query::default();
    for field in fields {
        let Some(attribute) = attribute(field, "header") else {
            continue;
        };
        let (name, ty, key) = (ident(field)?, &field.ty, attribute.parse_args::<LitStr>()?);
        out.write
            .push(quote!(::tableau_wire::endpoint::write_header(headers, #key, self.#name.as_deref());));
        out.read
            .push(quote!(#name: ::tableau_wire::endpoint::read_header(headers, #key)?));
        let kind = quote!(<#ty as ::tableau_wire::Described>::KIND);
        let doc = attributes::summary(&field.attrs);
        out.params
            .push(param(&key.value(), &doc, &quote!(Header), &kind, false));
    }
    Ok(out)
}

/// One `Param` of the description.
pub(crate) fn param(
    name: &str,
    doc: &str,
    place: &TokenStream,
    kind: &TokenStream,
    required: bool,
) -> TokenStream {
    quote!(::tableau_wire::Param {
        name: #name,
        doc: #doc,
        place: ::tableau_wire::Place::#place,
        kind: #kind,
        required: #required,
    })
}

/// The attribute of a field with this name.
pub(crate) fn attribute<'f>(field: &'f Field, name: &str) -> Option<&'f Attribute> {
    field
        .attrs
        .iter()
        .find(|attribute| attribute.path().is_ident(name))
}

/// The text of `key = "…"` in the attributes that serde reads.
pub(crate) fn serde(field: &Field, key: &str) -> syn::Result<Option<LitStr>> {
    Ok(serde_all(field, key)?.pop())
}

/// The texts of each `key = "…"` in the attributes that serde reads.
pub(crate) fn serde_all(field: &Field, key: &str) -> syn::Result<Vec<LitStr>> {
    let mut found = Vec::new();
    each_serde(&field.attrs, |path, value| {
        found.extend(value.filter(|_| path.is_ident(key)));
    })?;
    Ok(found)
}

/// Whether the attributes that serde reads have this word.
pub(crate) fn has_serde(attributes: &[Attribute], word: &str) -> syn::Result<bool> {
    let mut found = false;
    each_serde(attributes, |path, _| found |= path.is_ident(word))?;
    Ok(found)
}

fn each_serde(attributes: &[Attribute], mut each: impl FnMut(&Path, Option<LitStr>)) -> syn::Result<()> {
    let of_serde = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"));
    for attribute in of_serde {
        attribute.parse_nested_meta(|meta| {
            let value = match meta.value() {
                Ok(value) => Some(value.parse::<LitStr>()?),
                Err(_) => None,
            };
            each(&meta.path, value);
            Ok(())
        })?;
    }
    Ok(())
}

pub(crate) fn is_option(ty: &Type) -> bool {
    is_named(ty, "Option")
}

/// Whether the last segment of a type's path is this.
pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == name))
}

pub(crate) fn derive_query_options(input: &DeriveInput) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let Query { write, read, params } = query(&named(input)?)?;
    Ok(quote! {
        impl ::tableau_wire::QueryOptions for #ident {
            const PARAMS: &'static [::tableau_wire::Param] = &[#(#params),*];
            fn write(
                &self,
                query: &mut ::tableau_wire::endpoint::Query,
            ) -> ::core::result::Result<(), ::tableau_wire::ArgumentError> {
                #(#write)*
                ::core::result::Result::Ok(())
            }
            fn read(query: &::tableau_wire::endpoint::Query) -> ::core::result::Result<Self, ::tableau_wire::ArgumentError> {
                ::core::result::Result::Ok(Self { #(#read),* })
            }
        }
    })
}
