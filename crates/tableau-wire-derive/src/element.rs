//! The name that a document has as a child of its parent: `#[element(…)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{DeriveInput, LitStr, Type};

use crate::documents::Words;
use crate::{attributes, described, document, fields};

/// The name, that of a list, and the part of the file that a request sends with it.
pub(crate) struct Names {
    name: LitStr,
    list: Option<LitStr>,
    file: Option<LitStr>,
    pub(crate) words: Words,
}

impl Parse for Names {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut this = Self {
            name: input.parse()?,
            list: None,
            file: None,
            words: Words::default(),
        };
        while input.parse::<Option<syn::Token![,]>>()?.is_some() && !input.is_empty() {
            let word: syn::Ident = input.parse()?;
            if this.words.take(&word) {
                continue;
            }
            input.parse::<syn::Token![=]>()?;
            let value = Some(input.parse()?);
            match word.to_string().as_str() {
                "list" => this.list = value,
                "file" => this.file = value,
                _ => {
                    return Err(syn::Error::new_spanned(
                        word,
                        format!("expected list, file, {}", crate::documents::WORDS),
                    ));
                }
            }
        }
        Ok(this)
    }
}

/// The implementations by the names.
pub(crate) fn implement(input: &DeriveInput, names: &Names) -> syn::Result<TokenStream> {
    let Names { name, list, file, .. } = names;
    let regular = LitStr::new(&attributes::plural(&name.value()), name.span());
    let id = syn::Ident::new("id", name.span());
    let element = named(input, name, list.as_ref().unwrap_or(&regular), name, &id)?;
    let ident = &input.ident;
    let file = file.as_ref().map(|part| document::payload(ident, part));
    Ok(quote!(#element #file))
}

/// The name alone, which a resource has too; `id` is the field with the identifier, if there is one of this name.
pub(crate) fn named(
    input: &DeriveInput,
    name: &LitStr,
    list: &LitStr,
    listed: &LitStr,
    id: &syn::Ident,
) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let described = described::implement(input)?;
    let identified = fields::named(input)?.iter().any(|field| {
        let Type::Path(path) = &field.ty else {
            return false;
        };
        let last = path.path.segments.last();
        field.ident.as_ref() == Some(id) && last.is_some_and(|last| last.ident == "Id")
    });
    let identity = identified.then(|| {
        quote! {
            fn identity(&self) -> ::core::option::Option<&str> {
                ::core::option::Option::Some(self.#id.as_str())
            }
        }
    });
    Ok(quote! {
        #described
        impl ::tableau_wire::Element for #ident {
            const ELEMENT: &'static str = #name;
            const WRAPPER: &'static str = #list;
            const LISTED: &'static str = #listed;
            const SHAPE: ::tableau_wire::Shape = <Self as ::tableau_wire::Described>::SHAPE;
            #identity
        }
    })
}
