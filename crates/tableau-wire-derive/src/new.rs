//! `new` with the required fields, and `with` for the rest: types that can grow are built without naming every field.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Field, Type};

use crate::{attributes, fields};

/// For a document: every field is required except options and lists.
pub(crate) fn for_document(input: &DeriveInput) -> syn::Result<TokenStream> {
    let fields = fields::named(input)?;
    let optional = |field: &&Field| {
        ["Option", "Vec", "Items"]
            .iter()
            .any(|name| fields::is_named(&field.ty, name))
    };
    let (rest, required): (Vec<_>, Vec<_>) = fields.iter().copied().partition(|field| optional(field));
    let summary = attributes::summary(&input.attrs);
    implement(input, &required, &rest, &summary)
}

/// An inherent `new` that takes `required`, and `with`.
pub(crate) fn implement(
    input: &DeriveInput,
    required: &[&Field],
    rest: &[&Field],
    summary: &str,
) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let (mut parameters, mut values) = (Vec::new(), Vec::new());
    for field in required {
        let (name, ty) = (fields::ident(field)?, &field.ty);
        if converts(ty) {
            parameters.push(quote!(#name: impl ::core::convert::Into<#ty>));
            values.push(quote!(#name: #name.into()));
        } else {
            parameters.push(quote!(#name: #ty));
            values.push(quote!(#name));
        }
    }
    for field in rest {
        let name = fields::ident(field)?;
        values.push(quote!(#name: ::core::default::Default::default()));
    }
    Ok(quote! {
        impl #generics #ident #arguments #bounds {
            #[doc = #summary]
            ///
            /// Takes the required fields; [`with`](Self::with) sets the rest.
            #[must_use]
            #[allow(clippy::new_without_default, reason = "what takes nothing has a `Default` where it makes sense")]
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#values),* }
            }

            /// Changes any member.
            #[must_use]
            pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
                change(&mut self);
                self
            }
        }
    })
}

/// Whether the argument may be any type that converts into it: a text for an identifier.
fn converts(ty: &Type) -> bool {
    ["Id", "String", "Secret", "Text"]
        .iter()
        .any(|name| fields::is_named(ty, name))
}
