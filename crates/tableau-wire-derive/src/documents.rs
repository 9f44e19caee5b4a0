//! The attributes that make a struct a document: what every document has is written here once.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Data, DeriveInput, Field, LitStr, parse_quote};

use crate::element::Names;
use crate::resource::description::Description;
use crate::{attributes, described, fields, new, read};

/// `#[resource(…)]`: a resource, with its verbs and facets.
pub(crate) fn resource(arguments: TokenStream, mut input: DeriveInput) -> syn::Result<TokenStream> {
    document_common(&mut input)?;
    let description: Description = syn::parse2(arguments)?;
    let implementation = crate::resource::implement(&input, &description)?;
    complete(input, &Words::default(), &implementation)
}

/// `#[element("webhook", …)]`: a document, or a part of one, with a name of its own.
pub(crate) fn element(arguments: TokenStream, mut input: DeriveInput) -> syn::Result<TokenStream> {
    let names: Names = syn::parse2(arguments)?;
    names.words.apply(&mut input)?;
    let implementation = crate::element::implement(&input, &names)?;
    complete(input, &names.words, &implementation)
}

/// `#[document]`: a document with several children.
pub(crate) fn document(arguments: TokenStream, mut input: DeriveInput) -> syn::Result<TokenStream> {
    let SentDocument { words, file } = syn::parse2(arguments)?;
    words.apply(&mut input)?;
    let implementation = crate::document::implement(&input, file.as_ref())?;
    complete(input, &words, &implementation)
}

/// The words of `#[document]`: those that all take, and `file = "tableau_user_import"`.
struct SentDocument {
    words: Words,
    file: Option<LitStr>,
}

impl Parse for SentDocument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut this = Self {
            words: Words::default(),
            file: None,
        };
        while !input.is_empty() {
            let word: syn::Ident = input.parse()?;
            if word == "file" {
                input.parse::<syn::Token![=]>()?;
                this.file = Some(input.parse()?);
            } else if !this.words.take(&word) {
                return Err(syn::Error::new_spanned(word, format!("expected file, {WORDS}")));
            }
            if !input.is_empty() {
                input.parse::<syn::Token![,]>()?;
            }
        }
        Ok(this)
    }
}

/// `#[part]`: a part of a document, named by the member that holds it.
pub(crate) fn part(arguments: TokenStream, mut input: DeriveInput) -> syn::Result<TokenStream> {
    let words: Words = syn::parse2(arguments)?;
    words.apply(&mut input)?;
    let implementation = described::implement(&input)?;
    complete(input, &words, &implementation)
}

/// The words, for messages.
pub(crate) const WORDS: &str = "new, exhaustive, strict or snake_case";

/// The words that each of the attributes takes.
#[derive(Default)]
pub(crate) struct Words {
    /// A constructor with the required members, and `with` for the rest.
    pub(crate) new: bool,
    /// Never gets further members, so that it may be written as a literal.
    pub(crate) exhaustive: bool,
    /// Has no default: it cannot be read if a required member is missing.
    pub(crate) strict: bool,
    /// Its members have their names in `snake_case`, as those of some services have.
    pub(crate) snake_case: bool,
}

impl Words {
    /// Takes one of the words; false if it is none.
    pub(crate) fn take(&mut self, word: &syn::Ident) -> bool {
        match word.to_string().as_str() {
            "new" => self.new = true,
            "exhaustive" => self.exhaustive = true,
            "strict" => self.strict = true,
            "snake_case" => self.snake_case = true,
            _ => return false,
        }
        true
    }

    /// Gives the members what they all have: documentation, and names.
    fn apply(&self, input: &mut DeriveInput) -> syn::Result<()> {
        document_common(input)?;
        if !self.snake_case {
            return Ok(());
        }
        let Data::Struct(data) = &mut input.data else {
            return Ok(());
        };
        for field in &mut data.fields {
            let name = fields::ident(field)?.to_string();
            if name.contains('_') && fields::serde(field, "rename")?.is_none() {
                field.attrs.push(parse_quote!(#[serde(rename = #name)]));
            }
        }
        Ok(())
    }
}

impl Parse for Words {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut words = Self::default();
        for word in input.parse_terminated(syn::Ident::parse, syn::Token![,])? {
            if !words.take(&word) {
                return Err(syn::Error::new_spanned(word, format!("expected {WORDS}")));
            }
        }
        Ok(words)
    }
}

/// The struct with what every document has, and its implementations.
fn complete(mut input: DeriveInput, words: &Words, implementation: &TokenStream) -> syn::Result<TokenStream> {
    let read = read::implement(&input, words.strict)?;
    let deserialize = read::deserialize(&input);
    let new = if words.new {
        Some(new::for_document(&input)?)
    } else {
        None
    };
    if let Data::Struct(data) = &mut input.data {
        for field in &mut data.fields {
            prepare(field, words.new)?;
        }
    }
    let default = if words.strict {
        quote!(#[serde(rename_all = "camelCase")])
    } else {
        quote! {
            #[derive(::core::default::Default)]
            #[serde(rename_all = "camelCase", default)]
        }
    };
    let non_exhaustive = (!words.exhaustive).then(|| quote!(#[non_exhaustive]));
    Ok(quote! {
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::serde::Serialize,
        )]
        #default
        #[cfg_attr(feature = "arbitrary", derive(::arbitrary::Arbitrary))]
        #non_exhaustive
        #input
        #implementation
        #read
        #deserialize
        #new
    })
}

/// The documentation of members that mean the same everywhere.
const COMMON: &[(&str, &str)] = &[
    ("id", "The identifier."),
    ("name", "The name."),
    ("created_at", "When it was created."),
    ("updated_at", "When it was last changed."),
    ("owner", "Who owns it."),
];

/// Documents the common members that are not documented where they stand.
fn document_common(input: &mut DeriveInput) -> syn::Result<()> {
    if let Data::Struct(data) = &mut input.data {
        for field in &mut data.fields {
            let name = fields::ident(field)?;
            let common = COMMON.iter().find(|(common, _)| name == common);
            if let (Some((_, doc)), "") = (common, attributes::summary(&field.attrs).as_str()) {
                field.attrs.push(parse_quote!(#[doc = #doc]));
            }
        }
    }
    Ok(())
}

/// What is not there is not written: an option without a value, and an `id` or `name` that the server was not asked for.
fn prepare(field: &mut Field, new: bool) -> syn::Result<()> {
    let is_ours = |path: &syn::Path| path.is_ident("described") || path.is_ident("read_by");
    field.attrs.retain(|attribute| !is_ours(attribute.path()));
    let name = fields::ident(field)?.to_string();
    let empty = if fields::is_option(&field.ty) {
        "::core::option::Option::is_none"
    } else if name == "id" && fields::is_named(&field.ty, "Id") {
        "::tableau_wire::Id::is_empty"
    } else if name == "name" && fields::is_named(&field.ty, "String") && !new {
        "::std::string::String::is_empty"
    } else {
        return Ok(());
    };
    if fields::serde(field, "skip_serializing_if")?.is_none() {
        field
            .attrs
            .push(parse_quote!(#[serde(skip_serializing_if = #empty)]));
    }
    Ok(())
}
