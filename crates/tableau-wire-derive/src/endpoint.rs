//! `#[derive(Endpoint)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{DeriveInput, Field, LitInt, LitStr, Type};

use crate::{attributes, fields};

const EXAMPLE: &str = "#[endpoint(GET, \"workbooks/{id}\", since = \"2.0\")]";

struct Description {
    method: syn::Ident,
    template: LitStr,
    family: TokenStream,
    since: TokenStream,
    scope: TokenStream,
    availability: TokenStream,
    repeat: TokenStream,
    jwt_scope: TokenStream,
    status: Option<LitInt>,
    reply: Option<Type>,
}

impl syn::parse::Parse for Description {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let method: syn::Ident = input.parse()?;
        input.parse::<syn::Token![,]>()?;
        let template: LitStr = input.parse()?;
        let (mut since, mut scope, mut tsm) = (None, None, false);
        let repeats = matches!(method.to_string().as_str(), "GET" | "HEAD" | "PUT" | "DELETE");
        let repeat = if repeats {
            quote!(::tableau_wire::Repeat::Safe)
        } else {
            quote!(::tableau_wire::Repeat::Never)
        };
        let mut this = Self {
            method,
            template,
            family: quote!(::tableau_wire::Family::Rest),
            since: TokenStream::new(),
            scope: quote!(::tableau_wire::Scope::Site),
            availability: quote!(::tableau_wire::Availability::Everywhere),
            repeat,
            jwt_scope: quote!(::core::option::Option::None),
            status: None,
            reply: None,
        };
        if input.is_empty() {
            return Err(input.error("expected since = \"…\""));
        }
        input.parse::<syn::Token![,]>()?;
        let parser = syn::meta::parser(|meta| {
            if meta.path.is_ident("since") {
                since = Some(attributes::version(&meta.value()?.parse()?)?);
            } else if meta.path.is_ident("family") {
                this.family = attributes::choice(&meta, &[("tsm", "::tableau_wire::Family::Tsm")])?;
                tsm = true;
            } else if meta.path.is_ident("scope") {
                scope = Some(attributes::choice(&meta, attributes::SCOPES)?);
            } else if meta.path.is_ident("only") {
                this.availability = attributes::choice(
                    &meta,
                    &[
                        ("server", "::tableau_wire::Availability::ServerOnly"),
                        ("cloud", "::tableau_wire::Availability::CloudOnly"),
                    ],
                )?;
            } else if meta.path.is_ident("repeat") {
                this.repeat = attributes::choice(
                    &meta,
                    &[
                        ("safe", "::tableau_wire::Repeat::Safe"),
                        ("never", "::tableau_wire::Repeat::Never"),
                    ],
                )?;
            } else if meta.path.is_ident("jwt") {
                let scope: LitStr = meta.value()?.parse()?;
                this.jwt_scope = quote!(::core::option::Option::Some(#scope));
            } else if meta.path.is_ident("status") {
                this.status = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("reply") {
                this.reply = Some(meta.value()?.parse()?);
            } else {
                return Err(meta.error("expected family, since, scope, only, repeat, jwt, status or reply"));
            }
            Ok(())
        });
        let rest: TokenStream = input.parse()?;
        syn::parse::Parser::parse2(parser, rest)?;
        if tsm {
            // A TSM controller knows no sites, and Tableau Cloud has none of its own to show.
            this.scope = quote!(::tableau_wire::Scope::Server);
            this.availability = quote!(::tableau_wire::Availability::ServerOnly);
        }
        this.scope = scope.unwrap_or(this.scope);
        this.since =
            since.ok_or_else(|| syn::Error::new_spanned(&this.template, "expected since = \"…\""))?;
        Ok(this)
    }
}

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let description: Description = attributes::required(input, "endpoint", EXAMPLE)?.parse_args()?;
    let fields = fields::named(input)?;
    let (segments, path_fields) = template(&description.template, &fields)?;
    let mut body: Option<&Field> = None;
    let mut query_fields = Vec::new();
    for field in &fields {
        if path_fields.iter().any(|path| path.ident == field.ident) {
            continue;
        }
        if field
            .attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("body"))
        {
            if body.replace(field).is_some() {
                return Err(syn::Error::new_spanned(field, "a call has one #[body]"));
            }
        } else {
            query_fields.push(*field);
        }
    }
    if let (Some(field), "GET") = (body, description.method.to_string().as_str()) {
        return Err(syn::Error::new_spanned(field, "a GET has no body"));
    }

    let fields::Query { write, read, params } = fields::query(&query_fields)?;
    let mut all_params = Vec::new();
    let (mut write_path, mut read_path) = (Vec::new(), Vec::new());
    for (index, field) in path_fields.iter().enumerate() {
        let name = fields::ident(field)?;
        let key = attributes::camel_case(&name.to_string());
        write_path.push(quote!(::tableau_wire::endpoint::write_path(#key, &self.#name)?));
        read_path.push(quote!(#name: ::tableau_wire::endpoint::read_path(path, #index, #key)?));
        all_params.push(fields::param(
            &key,
            &attributes::summary(&field.attrs),
            &quote!(Path),
            &field.ty,
        ));
    }
    all_params.extend(params);

    let (body_type, body_value, body_read) = match body {
        Some(field) => {
            let (ty, name) = (&field.ty, fields::ident(field)?);
            (quote!(#ty), quote!(self.#name), quote!(#name: body,))
        }
        None => (quote!(()), quote!(()), quote!()),
    };
    let ident = &input.ident;
    let Description {
        method,
        family,
        since,
        scope,
        availability,
        repeat,
        jwt_scope,
        status,
        reply,
        ..
    } = description;
    let status = match (&status, &reply) {
        (Some(status), _) => quote!(#status),
        (None, Some(_)) => quote!(200),
        (None, None) => quote!(204),
    };
    let reply = reply.map_or_else(|| quote!(()), |ty| quote!(#ty));
    let name = attributes::camel_case(&ident.to_string());
    let summary = attributes::summary(&input.attrs);
    if summary.is_empty() {
        return Err(syn::Error::new_spanned(
            ident,
            "an endpoint has a doc comment: it is its help and its reference",
        ));
    }
    let body_ident = if body.is_some() {
        format_ident!("body")
    } else {
        format_ident!("_body")
    };

    Ok(quote! {
        impl ::tableau_wire::Endpoint for #ident {
            const OPERATION: ::tableau_wire::Operation = ::tableau_wire::Operation {
                family: #family,
                group: ::tableau_wire::endpoint::last_segment(module_path!()),
                name: #name,
                summary: ::tableau_wire::Summary::Text(#summary),
                method: ::tableau_wire::Method::#method,
                path: &[#(#segments),*],
                params: &[#(#all_params),*],
                options: &[],
                since: #since,
                scope: #scope,
                availability: #availability,
                repeat: #repeat,
                jwt_scope: #jwt_scope,
                status: #status,
            };
            type Body = #body_type;
            type Reply = #reply;

            fn into_parts(
                self,
            ) -> ::core::result::Result<(::tableau_wire::endpoint::Arguments, Self::Body), ::tableau_wire::ArgumentError> {
                let mut arguments = ::tableau_wire::endpoint::Arguments {
                    path: ::std::vec![#(#write_path),*],
                    query: ::core::default::Default::default(),
                };
                let query = &mut arguments.query;
                let _ = &query;
                #(#write)*
                ::core::result::Result::Ok((arguments, #body_value))
            }

            fn from_parts(
                arguments: &::tableau_wire::endpoint::Arguments,
                #body_ident: Self::Body,
            ) -> ::core::result::Result<Self, ::tableau_wire::ArgumentError> {
                let (path, query) = (&arguments.path, &arguments.query);
                let _ = (path, query);
                ::core::result::Result::Ok(Self { #(#read_path,)* #body_read #(#read,)* })
            }
        }
    })
}

/// The segments of a template as tokens, and the fields its variables name, in order.
fn template<'a>(template: &LitStr, fields: &[&'a Field]) -> syn::Result<(Vec<TokenStream>, Vec<&'a Field>)> {
    let mut segments = Vec::new();
    let mut variables = Vec::new();
    for segment in template.value().split('/') {
        if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            let field = fields
                .iter()
                .find(|field| field.ident.as_ref().is_some_and(|ident| ident == name))
                .ok_or_else(|| syn::Error::new_spanned(template, format!("no field is called `{name}`")))?;
            variables.push(*field);
            let name = attributes::camel_case(name);
            segments.push(quote!(::tableau_wire::Segment::Variable(#name)));
        } else if segment.is_empty() {
            return Err(syn::Error::new_spanned(template, "the path has an empty segment"));
        } else {
            segments.push(quote!(::tableau_wire::Segment::Literal(#segment)));
        }
    }
    Ok((segments, variables))
}
