//! `#[derive(Element)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{DeriveInput, LitStr};

use crate::attributes;

/// The name, and whether requests carry it: then it is `Described`.
struct Description {
    name: LitStr,
    body: bool,
}

impl Parse for Description {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        let body = input.parse::<Option<syn::Token![,]>>()?.is_some();
        if body {
            let word: syn::Ident = input.parse()?;
            if word != "body" {
                return Err(syn::Error::new_spanned(word, "expected body"));
            }
        }
        Ok(Self { name, body })
    }
}

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let Description { name, body } =
        attributes::required(input, "element", "#[element(\"tag\")]")?.parse_args()?;
    Ok(implement(&input.ident, &name, body))
}

/// The implementation itself, which `Resource` needs too.
pub(crate) fn implement(ident: &syn::Ident, name: &LitStr, body: bool) -> TokenStream {
    let fields = body.then(|| {
        quote! {
            const FIELDS: &'static [::tableau_wire::Field] = <Self as ::tableau_wire::Described>::FIELDS;
        }
    });
    quote! {
        impl ::tableau_wire::Element for #ident {
            const ELEMENT: &'static str = #name;
            #fields
        }
    }
}
