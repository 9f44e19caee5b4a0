//! Reading of attributes: finding one, doc comments, versions, names.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, LitStr};

/// The first paragraph of the doc comment, as one line.
pub(crate) fn summary(attributes: &[Attribute]) -> String {
    let mut words: Vec<String> = Vec::new();
    for attribute in attributes {
        if !attribute.path().is_ident("doc") {
            continue;
        }
        let syn::Meta::NameValue(pair) = &attribute.meta else {
            continue;
        };
        let syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) = &pair.value
        else {
            continue;
        };
        let text = text.value();
        let line = text.trim();
        if line.is_empty() {
            if words.is_empty() {
                continue;
            }
            break;
        }
        words.push(line.to_owned());
    }
    words.join(" ")
}

/// `"3.6"` as a call of `Version::new`, checked while compiling.
pub(crate) fn version(text: &LitStr) -> syn::Result<TokenStream> {
    let value = text.value();
    let parts = value
        .split_once('.')
        .and_then(|(major, minor)| Some((major.parse::<u16>().ok()?, minor.parse::<u16>().ok()?)));
    match parts {
        Some((major, minor)) => Ok(quote!(::tableau_wire::Version::new(#major, #minor))),
        None => Err(syn::Error::new_spanned(
            text,
            "expected an API version such as \"3.6\"",
        )),
    }
}

/// The last version, as an option.
pub(crate) fn until(version: Option<&TokenStream>) -> TokenStream {
    match version {
        Some(version) => quote!(::core::option::Option::Some(#version)),
        None => quote!(::core::option::Option::None),
    }
}

/// `include_usage_statistics` or `SignIn` as `includeUsageStatistics`, `signIn`.
pub(crate) fn camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for (index, letter) in name.trim_start_matches("r#").chars().enumerate() {
        if letter == '_' {
            upper = true;
        } else if upper {
            out.extend(letter.to_uppercase());
            upper = false;
        } else if index == 0 {
            out.extend(letter.to_lowercase());
        } else {
            out.push(letter);
        }
    }
    out
}

/// The value of `key = word`, where the word is one of `choices`; gives the path of the Rust constant.
pub(crate) fn choice(
    meta: &syn::meta::ParseNestedMeta<'_>,
    choices: &[(&str, &str)],
) -> syn::Result<TokenStream> {
    one_of(&meta.value()?.parse()?, choices)
}

/// The path of the Rust constant for a word, which is one of `choices`.
pub(crate) fn one_of(word: &syn::Ident, choices: &[(&str, &str)]) -> syn::Result<TokenStream> {
    let found = choices.iter().find(|(name, _)| word == name);
    match found {
        Some((_, path)) => path
            .parse()
            .map_err(|_| syn::Error::new_spanned(word, "bad path")),
        None => {
            let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
            Err(syn::Error::new_spanned(
                word,
                format!("expected one of: {}", names.join(", ")),
            ))
        }
    }
}

/// The words for `scope = …`.
pub(crate) const SCOPES: &[(&str, &str)] = &[
    ("site", "::tableau_wire::Scope::Site"),
    ("server", "::tableau_wire::Scope::Server"),
    ("open", "::tableau_wire::Scope::Open"),
];

/// The plural of a noun: `tags`, `capabilities`.
pub(crate) fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    }
}

/// `connectedApplication` as `connected application`.
pub(crate) fn words(camel: &str) -> String {
    let mut out = String::with_capacity(camel.len() + 4);
    for letter in camel.chars() {
        if letter.is_uppercase() {
            out.push(' ');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// The words for `only = …`.
pub(crate) const PRODUCTS: &[(&str, &str)] = &[
    ("server", "::tableau_wire::Availability::ServerOnly"),
    ("cloud", "::tableau_wire::Availability::CloudOnly"),
];

/// The words for `root = …`.
pub(crate) const ROOTS: &[(&str, &str)] = &[
    ("experimental", "::tableau_wire::Root::Experimental"),
    ("services", "::tableau_wire::Root::Services"),
    ("metadata", "::tableau_wire::Root::Metadata"),
    ("vizql_data_service", "::tableau_wire::Root::VizqlDataService"),
];

/// `workbook` as `a workbook`, `item` as `an item`.
pub(crate) fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

/// `virtualConnection` or `VirtualConnection` as `virtual_connection`.
pub(crate) fn snake_case(camel: &str) -> String {
    words(camel).trim_start().replace(' ', "_")
}
