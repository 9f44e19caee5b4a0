//! The contents of `#[resource(…)]`.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitBool, LitInt, LitStr, Token, Type};

use super::facets;
use crate::attributes;

pub(crate) struct Description {
    pub(crate) collection: LitStr,
    pub(crate) wrapper: Option<LitStr>,
    pub(crate) element: Option<LitStr>,
    /// The name of an item in a list, where it differs from its element.
    pub(crate) listed: Option<LitStr>,
    pub(crate) noun: Option<LitStr>,
    pub(crate) missing: Option<LitStr>,
    pub(crate) since: Option<TokenStream>,
    pub(crate) until: Option<TokenStream>,
    pub(crate) scope: TokenStream,
    pub(crate) availability: TokenStream,
    pub(crate) jwt_scope: Option<LitStr>,
    pub(crate) jwt_writes: Option<LitStr>,
    pub(crate) one: Option<Type>,
    pub(crate) id: Option<Ident>,
    pub(crate) verbs: BTreeMap<String, Verb>,
    /// The facets, with the facts that differ.
    pub(crate) facets: BTreeMap<String, Verb>,
    pub(crate) filters: Vec<TokenStream>,
    pub(crate) default_fields: Vec<String>,
    pub(crate) more_fields: Vec<String>,
    pub(crate) one_adds: Vec<String>,
    pub(crate) named_fields: Vec<String>,
}

/// The facts of a verb.
#[derive(Default)]
pub(crate) struct Verb {
    pub(crate) ty: Option<Type>,
    /// The query options, where the type is that of a document.
    pub(crate) options: Option<Type>,
    /// The document that answers, where it is not the item alone.
    pub(crate) answer: Option<Type>,
    /// The members of the type, where it is made from those of the resource.
    pub(crate) members: Option<Members>,
    /// The type is a part: how it is written as a document stands beside the resource.
    pub(crate) is_part: bool,
    pub(crate) since: Option<TokenStream>,
    pub(crate) jwt: Option<LitStr>,
    pub(crate) method: Option<Ident>,
    pub(crate) status: Option<u16>,
    pub(crate) availability: Option<TokenStream>,
}

/// The members of what is sent: `{ name, content_url?, .., !usage }`.
#[derive(Default)]
pub(crate) struct Members {
    pub(crate) named: Vec<Member>,
    /// Whether the rest follows: every member of the resource but its identifier and those left out.
    pub(crate) rest: bool,
    pub(crate) left_out: Vec<Ident>,
}

impl Parse for Members {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut members = Self::default();
        while !input.is_empty() {
            if input.parse::<Option<Token![..]>>()?.is_some() {
                members.rest = true;
            } else if input.parse::<Option<Token![!]>>()?.is_some() {
                members.left_out.push(input.parse()?);
            } else {
                members.named.push(input.parse()?);
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(members)
    }
}

/// A member of what is sent: `name`, `is_enabled?`, `project: Item<Project>`.
pub(crate) struct Member {
    pub(crate) name: Ident,
    pub(crate) optional: bool,
    /// Its type, where it is not that of the resource's own.
    pub(crate) ty: Option<Type>,
}

impl Parse for Member {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            name: syn::ext::IdentExt::parse_any(input)?,
            optional: input.parse::<Option<Token![?]>>()?.is_some(),
            ty: match input.parse::<Option<Token![:]>>()? {
                Some(_) => Some(input.parse()?),
                None => None,
            },
        })
    }
}

const EXPECTED: &str = "expected element, collection, listed, noun, missing, since, until, scope, only, jwt, jwt_writes, one, id, filter, fields, a verb (list, \
                        get, create, update, delete) or a facet (permissions, default_permissions, tags, connections, revisions, content, …)";

impl Parse for Description {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut this = Self {
            collection: input.parse()?,
            wrapper: None,
            element: None,
            listed: None,
            noun: None,
            missing: None,
            since: None,
            until: None,
            scope: quote!(::tableau_wire::Scope::Site),
            availability: quote!(::tableau_wire::Availability::Everywhere),
            jwt_scope: None,
            jwt_writes: None,
            one: None,
            id: None,
            verbs: BTreeMap::new(),
            facets: BTreeMap::new(),
            filters: Vec::new(),
            default_fields: Vec::new(),
            more_fields: Vec::new(),
            one_adds: Vec::new(),
            named_fields: Vec::new(),
        };
        input.parse::<Token![,]>()?;
        let parser = syn::meta::parser(|meta| this.read(&meta));
        let rest: TokenStream = input.parse()?;
        syn::parse::Parser::parse2(parser, rest)?;
        Ok(this)
    }
}

impl Description {
    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let word = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
        match word.as_str() {
            "element" => self.element = Some(meta.value()?.parse()?),
            "collection" => self.wrapper = Some(meta.value()?.parse()?),
            "noun" => self.noun = Some(meta.value()?.parse()?),
            "missing" => self.missing = Some(meta.value()?.parse()?),
            "since" => self.since = Some(attributes::version(&meta.value()?.parse()?)?),
            "until" => self.until = Some(attributes::version(&meta.value()?.parse()?)?),
            "scope" => self.scope = attributes::choice(meta, attributes::SCOPES)?,
            "only" => self.availability = attributes::choice(meta, attributes::PRODUCTS)?,
            "jwt" => self.jwt_scope = Some(meta.value()?.parse()?),
            "jwt_writes" => self.jwt_writes = Some(meta.value()?.parse()?),
            "one" => self.one = Some(meta.value()?.parse()?),
            "id" => self.id = Some(meta.value()?.parse()?),
            "filter" => self.filters = filters(meta)?,
            "fields" => self.read_fields(meta)?,
            "list" | "get" | "create" | "update" | "delete" => {
                self.verbs.insert(word, verb(meta)?);
            }
            facet if facets::names().any(|name| name == facet) => {
                self.facets.insert(word, verb(meta)?);
            }
            "listed" => self.listed = Some(meta.value()?.parse()?),
            _ => return Err(meta.error(EXPECTED)),
        }
        Ok(())
    }

    /// `fields(default = "id name", more = "owner.email usage", one = "views", named = "usage")`.
    fn read_fields(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        meta.parse_nested_meta(|inner| {
            let names: LitStr = inner.value()?.parse()?;
            let names = names.value().split_whitespace().map(str::to_owned).collect();
            if inner.path.is_ident("default") {
                self.default_fields = names;
            } else if inner.path.is_ident("more") {
                self.more_fields = names;
            } else if inner.path.is_ident("one") {
                self.one_adds = names;
            } else if inner.path.is_ident("named") {
                self.named_fields = names;
            } else {
                return Err(inner.error("expected default, more, one or named"));
            }
            Ok(())
        })
    }
}

/// `list`, `create(NewWebhook { name, is_enabled? })`, `update(WebhookPatch, since = "3.8", method = PATCH)`.
fn verb(meta: &ParseNestedMeta<'_>) -> syn::Result<Verb> {
    let mut verb = Verb::default();
    if !meta.input.peek(syn::token::Paren) {
        return Ok(verb);
    }
    let content;
    syn::parenthesized!(content in meta.input);
    while !content.is_empty() {
        if !content.peek2(Token![=]) {
            verb.ty = Some(content.parse()?);
            if content.peek(syn::token::Brace) {
                let members;
                syn::braced!(members in content);
                verb.members = Some(members.parse()?);
            }
        } else {
            let key: Ident = content.parse()?;
            content.parse::<Token![=]>()?;
            match key.to_string().as_str() {
                "since" => verb.since = Some(attributes::version(&content.parse()?)?),
                "jwt" => verb.jwt = Some(content.parse()?),
                "method" => verb.method = Some(content.parse()?),
                "options" => verb.options = Some(content.parse()?),
                "answer" => verb.answer = Some(content.parse()?),
                "part" => verb.is_part = content.parse::<LitBool>()?.value,
                "status" => verb.status = Some(content.parse::<LitInt>()?.base10_parse()?),
                "only" => {
                    verb.availability = Some(attributes::one_of(&content.parse()?, attributes::PRODUCTS)?);
                }
                _ => {
                    return Err(syn::Error::new_spanned(
                        key,
                        "expected since, jwt, method, options, answer, part, status or only",
                    ));
                }
            }
        }
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(verb)
}

/// `filter(name: eq in, createdAt: range)`.
fn filters(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<TokenStream>> {
    let content;
    syn::parenthesized!(content in meta.input);
    let mut filters = Vec::new();
    while !content.is_empty() {
        let name: Ident = syn::ext::IdentExt::parse_any(&content)?;
        content.parse::<Token![:]>()?;
        let mut operators = Vec::new();
        while !content.is_empty() && !content.peek(Token![,]) {
            let word: Ident = syn::ext::IdentExt::parse_any(&content)?;
            let names: &[&str] = match word.to_string().as_str() {
                "eq" => &["Eq"],
                "in" => &["In"],
                "has" => &["Has"],
                "cieq" => &["Cieq"],
                "range" => &["Eq", "Gt", "Gte", "Lt", "Lte"],
                _ => {
                    return Err(syn::Error::new_spanned(
                        word,
                        "expected eq, in, has, cieq or range",
                    ));
                }
            };
            operators.extend(names.iter().map(|name| Ident::new(name, word.span())));
        }
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
        let name = name.to_string();
        let name = name.trim_start_matches("r#");
        filters.push(quote!(::tableau_wire::query::FilterField {
            name: #name,
            operators: &[#(::tableau_wire::Operator::#operators),*],
        }));
    }
    Ok(filters)
}
