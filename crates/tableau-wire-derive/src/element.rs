//! `#[derive(Element)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{DeriveInput, LitStr};

use crate::{attributes, described, new};

/// The name, that of a list, the part of the file that a request sends with it, and whether there is a `new`.
struct Description {
    name: LitStr,
    list: Option<LitStr>,
    file: Option<LitStr>,
    new: bool,
}

impl Parse for Description {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut this = Self {
            name: input.parse()?,
            list: None,
            file: None,
            new: false,
        };
        while input.parse::<Option<syn::Token![,]>>()?.is_some() {
            let word: syn::Ident = input.parse()?;
            if word == "new" {
                this.new = true;
                continue;
            }
            input.parse::<syn::Token![=]>()?;
            let value = Some(input.parse()?);
            match word.to_string().as_str() {
                "list" => this.list = value,
                "file" => this.file = value,
                _ => return Err(syn::Error::new_spanned(word, "expected list, file or new")),
            }
        }
        Ok(this)
    }
}

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let Description {
        name,
        list,
        file,
        new,
    } = attributes::required(input, "element", "#[element(\"tag\")]")?.parse_args()?;
    let list = list.unwrap_or_else(|| LitStr::new(&attributes::plural(&name.value()), name.span()));
    let element = implement(input, &name, &list)?;
    let ident = &input.ident;
    let file = file.map(|part| {
        quote! {
            impl ::tableau_wire::body::Payload for #ident {
                const FILE_PART: &'static str = #part;
            }
        }
    });
    let new = if new {
        Some(new::for_document(input)?)
    } else {
        None
    };
    Ok(quote!(#element #file #new))
}

/// The implementation itself, which `Resource` needs too.
pub(crate) fn implement(input: &DeriveInput, name: &LitStr, list: &LitStr) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let described = described::derive(input)?;
    Ok(quote! {
        #described
        impl ::tableau_wire::Element for #ident {
            const ELEMENT: &'static str = #name;
            const WRAPPER: &'static str = #list;
            const SHAPE: ::tableau_wire::Shape = <Self as ::tableau_wire::Described>::SHAPE;
        }
    })
}
