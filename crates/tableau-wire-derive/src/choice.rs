//! `#[choice("…")]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Expr, ExprLit, Fields, Lit, LitStr, parse_quote};

use crate::attributes;

/// The enum with what every choice has: its other value, documentation, and how it is read and written.
pub(crate) fn choice(arguments: TokenStream, mut input: DeriveInput) -> syn::Result<TokenStream> {
    let prefix: LitStr = syn::parse2(arguments)?;
    let Data::Enum(data) = &mut input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "expected an enum"));
    };
    let (mut variants, mut elements) = (Vec::new(), Vec::new());
    for variant in &mut data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(syn::Error::new_spanned(
                variant,
                "expected a variant without fields",
            ));
        }
        let element = match variant.discriminant.take() {
            None => format!("{}{}", prefix.value(), kebab(&variant.ident.to_string())),
            Some((
                _,
                Expr::Lit(ExprLit {
                    lit: Lit::Str(element),
                    ..
                }),
            )) => element.value(),
            Some((_, other)) => {
                return Err(syn::Error::new_spanned(other, "expected the name of an element"));
            }
        };
        if attributes::summary(&variant.attrs).is_empty() {
            let doc = format!("`{element}`");
            variant.attrs.push(parse_quote!(#[doc = #doc]));
        }
        variants.push(variant.ident.clone());
        elements.push(element);
    }
    data.variants.push(parse_quote! {
        /// The whole name of an element that this library does not know.
        Other(::std::string::String)
    });
    let implementation = implement(&input, &prefix, &variants, &elements);
    Ok(quote! {
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::hash::Hash,
        )]
        #[non_exhaustive]
        #input
        #implementation
    })
}

fn implement(
    input: &DeriveInput,
    prefix: &LitStr,
    variants: &[syn::Ident],
    elements: &[String],
) -> TokenStream {
    let ident = &input.ident;
    let names: Vec<_> = variants.iter().map(syn::Ident::to_string).collect();
    quote! {
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

        impl ::tableau_wire::value::Choice for #ident {
            const NAMES: &'static [&'static str] = &[#(#names),*];

            fn name(&self) -> &str {
                match self {
                    #(Self::#variants => #names,)*
                    Self::Other(element) => element,
                }
            }

            fn named(name: &str) -> Self {
                Self::from(name)
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
            /// From the name of the value or of its element, with or without their common prefix.
            fn from(name: &str) -> Self {
                let known = Self::KNOWN.iter().find(|known| {
                    let element = known.element();
                    ::tableau_wire::value::Choice::name(*known) == name || element == name || element.strip_prefix(#prefix) == ::core::option::Option::Some(name)
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

        impl ::tableau_wire::codec::Read for #ident {
            fn read(
                reader: ::tableau_wire::codec::Reader<'_, '_>,
            ) -> ::core::result::Result<Self, ::tableau_wire::DecodeError> {
                ::tableau_wire::codec::read_choice(reader).map(|element| Self::from(&*element))
            }
        }

        impl<'de> ::serde::Deserialize<'de> for #ident {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                ::tableau_wire::codec::deserialize(deserializer)
            }
        }
    }
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
