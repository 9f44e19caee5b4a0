//! Documents with several children: `#[document]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, LitStr};

use crate::described;

pub(crate) fn implement(input: &DeriveInput, file: Option<&LitStr>) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let file = file.map(|part| payload(ident, part));
    let described = described::implement(input)?;
    Ok(quote! {
        #described
        #file
        impl ::tableau_wire::Document for #ident {
            const SHAPE: ::tableau_wire::Shape = <Self as ::tableau_wire::Described>::SHAPE;

            fn encode(
                &self,
                root: ::tableau_wire::codec::Root,
                format: ::tableau_wire::Format,
            ) -> ::core::result::Result<::std::vec::Vec<u8>, ::tableau_wire::EncodeError> {
                ::tableau_wire::codec::encode(self, root, format)
            }

            fn decode(
                bytes: &[u8],
                format: ::tableau_wire::Format,
            ) -> ::core::result::Result<Self, ::tableau_wire::DecodeError> {
                ::tableau_wire::codec::decode(bytes, format)
            }

            fn decode_request(
                bytes: &[u8],
                format: ::tableau_wire::Format,
            ) -> ::core::result::Result<Self, ::tableau_wire::DecodeError> {
                ::tableau_wire::codec::decode_request(bytes, format)
            }
        }
    })
}

/// A document that is sent with a file in the part of this name.
pub(crate) fn payload(ident: &syn::Ident, part: &LitStr) -> TokenStream {
    quote! {
        impl ::tableau_wire::body::Payload for #ident {
            const FILE_PART: &'static str = #part;
        }
    }
}
