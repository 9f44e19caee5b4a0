//! `#[derive(Element)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, LitStr};

use crate::attributes;

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name: LitStr = attributes::required(input, "element", "#[element(\"tag\")]")?.parse_args()?;
    Ok(implement(&input.ident, &name))
}

/// The implementation itself, which `Resource` needs too.
pub(crate) fn implement(ident: &syn::Ident, name: &LitStr) -> TokenStream {
    quote! {
        impl ::tableau_wire::Element for #ident {
            const ELEMENT: &'static str = #name;
        }
    }
}
