//! How a document is read: `#[derive(Read)]`, and all attributes that make documents.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Field, Index, Path};

use crate::{described, fields};

/// By the attributes of serde: a struct with `#[serde(default)]` begins as its default.
pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let has_default = fields::has_serde(&input.attrs, "default")?;
    implement(input, !has_default)
}

/// `strict`: each member that is no option has to be there.
pub(crate) fn implement(input: &DeriveInput, strict: bool) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let fields = fields::named(input)?;
    let mut names = fields
        .iter()
        .map(|field| described::name(field))
        .collect::<syn::Result<Vec<_>>>()?;
    let (mut arms, mut begin, mut end) = (Vec::new(), Vec::new(), Vec::new());
    for (index, field) in fields.iter().enumerate() {
        let (member, name) = (fields::ident(field)?, described::name(field)?);
        let mut indices = vec![Index::from(index)];
        for alias in fields::serde_all(field, "alias")? {
            indices.push(Index::from(names.len()));
            names.push(alias.value());
        }
        let read = read(field)?;
        if strict {
            begin.push(quote!(let mut #member = ::core::option::Option::None;));
            arms.push(quote!(#(#indices)|* => #member = ::core::option::Option::Some(#read),));
            end.push(if fields::has_serde(&field.attrs, "default")? {
                quote!(#member: #member.unwrap_or_default())
            } else {
                quote!(#member: ::tableau_wire::codec::required(#member, #name)?)
            });
        } else {
            arms.push(quote!(#(#indices)|* => this.#member = #read,));
        }
    }
    let (begin, end) = if strict {
        (quote!(#(#begin)*), quote!(Self { #(#end),* }))
    } else {
        (
            quote!(let mut this = <Self as ::core::default::Default>::default();),
            quote!(this),
        )
    };
    Ok(quote! {
        impl ::tableau_wire::codec::Read for #ident {
            fn read(
                reader: ::tableau_wire::codec::Reader<'_, '_>,
            ) -> ::core::result::Result<Self, ::tableau_wire::DecodeError> {
                #begin
                reader.fields(&[#(#names),*], &mut |index, member| {
                    match index {
                        #(#arms)*
                        _ => member.ignore()?,
                    }
                    ::core::result::Result::Ok(())
                })?;
                ::core::result::Result::Ok(#end)
            }
        }
    })
}

/// serde's own trait for what has ours.
pub(crate) fn deserialize(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    quote! {
        impl<'de> ::serde::Deserialize<'de> for #ident {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                ::tableau_wire::codec::deserialize(deserializer)
            }
        }
    }
}

/// The value of a member: by its type, or by the function in `#[read_by(function)]`.
fn read(field: &Field) -> syn::Result<TokenStream> {
    let mut attributes = field.attrs.iter();
    let Some(attribute) = attributes.find(|attribute| attribute.path().is_ident("read_by")) else {
        return Ok(quote!(member.read()?));
    };
    let function: Path = attribute.parse_args()?;
    Ok(quote!(member.read_by(#function)?))
}
