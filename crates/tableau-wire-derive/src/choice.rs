//! `#[derive(Choice)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, LitStr};

use crate::attributes;

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let prefix: LitStr =
        attributes::required(input, "choice", "#[choice(\"webhook-source-event-\")]")?.parse_args()?;
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "expected an enum"));
    };
    let ident = &input.ident;
    let (mut variants, mut elements) = (Vec::new(), Vec::new());
    for variant in &data.variants {
        match &variant.fields {
            syn::Fields::Unit => {
                elements.push(format!("{}{}", prefix.value(), kebab(&variant.ident.to_string())));
                variants.push(&variant.ident);
            }
            syn::Fields::Unnamed(_) if variant.ident == "Other" => {}
            _ => {
                return Err(syn::Error::new_spanned(
                    variant,
                    "expected a variant without fields, or Other(String)",
                ));
            }
        }
    }
    Ok(quote! {
        impl #ident {
            /// The known values, in the order of the schema.
            pub const KNOWN: &'static [Self] = &[#(Self::#variants),*];

            /// The name of its element.
            #[must_use]
            pub fn element(&self) -> &str {
                match self {
                    #(Self::#variants => #elements,)*
                    Self::Other(element) => element,
                }
            }
        }

        /// Nothing was chosen yet.
        impl ::core::default::Default for #ident {
            fn default() -> Self {
                Self::Other(::std::string::String::new())
            }
        }

        #[cfg(feature = "arbitrary")]
        impl<'a> ::arbitrary::Arbitrary<'a> for #ident {
            fn arbitrary(u: &mut ::arbitrary::Unstructured<'a>) -> ::arbitrary::Result<Self> {
                u.choose(Self::KNOWN).cloned()
            }
        }

        impl ::core::convert::From<&str> for #ident {
            /// From the name of the element, with or without their common prefix.
            fn from(name: &str) -> Self {
                let known = Self::KNOWN.iter().find(|known| {
                    let element = known.element();
                    element == name || element.strip_prefix(#prefix) == ::core::option::Option::Some(name)
                });
                known
                    .cloned()
                    .unwrap_or_else(|| Self::Other(::std::borrow::ToOwned::to_owned(name)))
            }
        }

        impl ::core::fmt::Display for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let element = self.element();
                f.pad(element.strip_prefix(#prefix).unwrap_or(element))
            }
        }

        impl ::tableau_wire::Described for #ident {
            const KIND: ::tableau_wire::ValueKind = ::tableau_wire::ValueKind::OneOf(&[#(#elements),*]);
        }

        impl ::serde::Serialize for #ident {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                ::tableau_wire::codec::write_choice(self.element(), serializer)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for #ident {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                ::tableau_wire::codec::read_choice(deserializer).map(|element| Self::from(element.as_str()))
            }
        }
    })
}

/// `DatasourceCreated` as `datasource-created`.
fn kebab(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for (index, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            out.push('-');
        }
        out.extend(letter.to_lowercase());
    }
    out
}
