//! `#[endpoint(…)]`: one call.

mod description;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Field, Type};

use crate::{attributes, fields, new};
use description::Description;

/// The attributes of fields, which are gone from the struct.
const OF_FIELDS: &[&str] = &["body", "options", "prefix", "header", "param"];

/// The fields of a call, by where they go.
#[derive(Default)]
struct Parts<'a> {
    path: Vec<&'a Field>,
    query: Vec<&'a Field>,
    body: Option<&'a Field>,
    options: Option<&'a Field>,
    headers: Vec<&'a Field>,
    /// The field that is there for the type parameter only.
    phantom: Option<&'a Field>,
}

impl Parts<'_> {
    /// Whether a field of this name is a query parameter.
    fn has_query(&self, name: &str) -> bool {
        self.query
            .iter()
            .any(|field| field.ident.as_ref().is_some_and(|ident| ident == name))
    }
}

pub(crate) fn endpoint(arguments: TokenStream, mut input: DeriveInput) -> syn::Result<TokenStream> {
    let (derives, implementation) = implementation(&syn::parse2(arguments)?, &input)?;
    if let Data::Struct(data) = &mut input.data {
        let is_ours = |path: &syn::Path| OF_FIELDS.iter().any(|name| path.is_ident(name));
        for field in &mut data.fields {
            field.attrs.retain(|attribute| !is_ours(attribute.path()));
        }
    }
    Ok(quote!(#derives #input #implementation))
}

/// What every call derives, and what is implemented for it.
fn implementation(description: &Description, input: &DeriveInput) -> syn::Result<(TokenStream, TokenStream)> {
    let fields = fields::named(input)?;
    let template = template(description, input, &fields)?;
    let parts = parts(description, &fields, template.variables)?;
    let summary = attributes::summary(&input.attrs);
    if summary.is_empty() {
        return Err(syn::Error::new_spanned(
            &input.ident,
            "an endpoint has a doc comment: it is its help and its reference",
        ));
    }
    let endpoint = implement(
        input,
        description,
        &parts,
        &template.segments,
        template.resource.as_ref(),
        &summary,
    )?;
    let paged = paged(input, description, &parts)?;
    let (required, rest) = by_need(&parts);
    let new = match fields.as_slice() {
        [] => None,
        _ => Some(new::implement(input, &required, &rest, &summary)?),
    };
    let is_generic = template.resource.is_some();
    // Of a call for every resource, `Eq` and `Default` would ask for those of the resource.
    let equal = (!is_generic).then(|| quote!(::core::cmp::PartialEq, ::core::cmp::Eq,));
    let default = (!is_generic && required.is_empty()).then(|| quote!(::core::default::Default,));
    let (copy, non_exhaustive) = match fields.as_slice() {
        [] => (Some(quote!(::core::marker::Copy,)), None),
        _ => (None, Some(quote!(#[non_exhaustive]))),
    };
    let derives = quote! {
        #[derive(::core::fmt::Debug, ::core::clone::Clone, #equal #default #copy)]
        #non_exhaustive
    };
    Ok((derives, quote!(#endpoint #paged #new)))
}

fn parts<'a>(
    description: &Description,
    fields: &[&'a Field],
    path: Vec<&'a Field>,
) -> syn::Result<Parts<'a>> {
    let mut parts = Parts {
        path,
        ..Parts::default()
    };
    for field in fields {
        if parts.path.iter().any(|path| path.ident == field.ident) {
            continue;
        }
        if fields::is_named(&field.ty, "PhantomData") {
            parts.phantom = Some(field);
        } else if fields::attribute(field, "header").is_some() {
            parts.headers.push(field);
        } else if fields::attribute(field, "options").is_some() {
            parts.options = Some(field);
        } else if fields::attribute(field, "body").is_none() {
            parts.query.push(field);
        } else if parts.body.replace(field).is_some() {
            return Err(syn::Error::new_spanned(field, "a call has one #[body]"));
        }
    }
    if let (Some(field), "GET") = (parts.body, description.method.to_string().as_str()) {
        return Err(syn::Error::new_spanned(field, "a GET has no body"));
    }
    Ok(parts)
}

fn implement(
    input: &DeriveInput,
    description: &Description,
    parts: &Parts<'_>,
    segments: &[TokenStream],
    resource: Option<&syn::Ident>,
    summary: &str,
) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let fields::Query {
        write,
        read,
        params: query_params,
    } = fields::query(&parts.query)?;
    let (mut params, mut write_path, mut read_path) = (Vec::new(), Vec::new(), Vec::new());
    for (index, field) in parts.path.iter().enumerate() {
        let (name, ty) = (fields::ident(field)?, &field.ty);
        let key = attributes::camel_case(&name.to_string());
        write_path.push(quote!(::tableau_wire::endpoint::write_path(#key, &self.#name)?));
        read_path.push(quote!(#name: ::tableau_wire::endpoint::read_path(path, #index, #key)?,));
        let kind = quote!(<#ty as ::tableau_wire::Described>::KIND);
        let doc = attributes::summary(&field.attrs);
        params.push(fields::param(&key, &doc, &quote!(Path), &kind, true));
    }
    params.extend(query_params);
    let headers = fields::headers(&parts.headers)?;
    let (write_headers, read_headers) = (headers.write, headers.read);
    params.extend(headers.params);
    let (options, write_options, read_options) = match parts.options {
        Some(field) => {
            let (name, ty) = (fields::ident(field)?, &field.ty);
            (
                quote!(<#ty as ::tableau_wire::QueryOptions>::PARAMS),
                quote!(::tableau_wire::QueryOptions::write(&self.#name, query)?;),
                quote!(#name: ::tableau_wire::QueryOptions::read(query)?,),
            )
        }
        None => (quote!(&[]), quote!(), quote!()),
    };
    let read_phantom = match parts.phantom {
        Some(field) => {
            let name = fields::ident(field)?;
            quote!(#name: ::core::marker::PhantomData,)
        }
        None => quote!(),
    };
    let (body_type, body_value, body_read) = match parts.body {
        Some(field) => {
            let (ty, name) = (&field.ty, fields::ident(field)?);
            (quote!(#ty), quote!(self.#name), quote!(#name: body,))
        }
        None => (quote!(()), quote!(()), quote!()),
    };
    let body_ident = if parts.body.is_some() {
        format_ident!("body")
    } else {
        format_ident!("_body")
    };
    let (base, group, about) = match resource {
        Some(resource) => (
            quote!(<#resource as ::tableau_wire::Resource>::COLLECTION),
            quote!(<#resource as ::tableau_wire::Resource>::GROUP),
            quote!(::tableau_wire::Summary::Of {
                text: #summary,
                noun: <#resource as ::tableau_wire::Resource>::NOUN,
                nouns: <#resource as ::tableau_wire::Resource>::NOUNS,
            }),
        ),
        None => (
            quote!(&[]),
            match &description.group {
                Some(group) => quote!(#group),
                None => quote!(::tableau_wire::endpoint::last_segment(module_path!())),
            },
            quote!(::tableau_wire::Summary::Text(#summary)),
        ),
    };
    let (filters, fields) = match resource {
        Some(resource) if parts.has_query("filter") && parts.has_query("fields") => (
            quote!(<#resource as ::tableau_wire::Resource>::FILTERS),
            quote!(<#resource as ::tableau_wire::Resource>::FIELDS),
        ),
        _ => (quote!(&[]), quote!(::tableau_wire::query::FieldSets::NONE)),
    };
    let missing = match (resource, parts.path.as_slice()) {
        (Some(resource), [_, ..]) => {
            quote!(::core::option::Option::Some(<#resource as ::tableau_wire::Resource>::MISSING))
        }
        _ => quote!(::core::option::Option::None),
    };
    let name = attributes::camel_case(&ident.to_string());
    let facts = description.facts(resource);
    let reply = description.reply();
    Ok(quote! {
        impl #generics ::tableau_wire::Endpoint for #ident #arguments #bounds {
            const OPERATION: ::tableau_wire::Operation = ::tableau_wire::Operation {
                group: #group,
                name: #name,
                summary: #about,
                base: #base,
                path: &[#(#segments),*],
                params: &[#(#params),*],
                options: #options,
                filters: #filters,
                fields: #fields,
                missing: #missing,
                #facts
            };
            type Body = #body_type;
            type Reply = #reply;

            fn into_parts(
                self,
            ) -> ::core::result::Result<(::tableau_wire::endpoint::Arguments, Self::Body), ::tableau_wire::ArgumentError> {
                let mut arguments = ::tableau_wire::endpoint::Arguments {
                    path: ::std::vec![#(#write_path),*],
                    ..::core::default::Default::default()
                };
                let headers = &mut arguments.headers;
                let _ = &headers;
                #(#write_headers)*
                let query = &mut arguments.query;
                let _ = &query;
                #(#write)*
                #write_options
                ::core::result::Result::Ok((arguments, #body_value))
            }

            fn from_parts(
                arguments: &::tableau_wire::endpoint::Arguments,
                #body_ident: Self::Body,
            ) -> ::core::result::Result<Self, ::tableau_wire::ArgumentError> {
                let (path, query, headers) = (&arguments.path, &arguments.query, &arguments.headers);
                let _ = (path, query, headers);
                ::core::result::Result::Ok(Self {
                    #(#read_path)* #body_read #(#read,)* #(#read_headers,)* #read_options #read_phantom
                })
            }
        }
    })
}

/// A call whose reply is a page, and that takes the number and the size of the page.
fn paged(
    input: &DeriveInput,
    description: &Description,
    parts: &Parts<'_>,
) -> syn::Result<Option<TokenStream>> {
    let Some(Type::Path(reply)) = &description.reply else {
        return Ok(None);
    };
    let Some(page) = reply
        .path
        .segments
        .last()
        .filter(|segment| segment.ident == "Page")
    else {
        return Ok(None);
    };
    let syn::PathArguments::AngleBracketed(item) = &page.arguments else {
        return Err(syn::Error::new_spanned(page, "expected Page<Item>"));
    };
    if !parts.has_query("page_number") || !parts.has_query("page_size") {
        return Err(syn::Error::new_spanned(
            page,
            "a call that gives a page has the fields page_number and page_size: Option<u64>",
        ));
    }
    let item = &item.args;
    let ident = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    Ok(Some(quote! {
        impl #generics ::tableau_wire::Paged for #ident #arguments #bounds {
            type Item = #item;

            fn page_number_mut(&mut self) -> &mut ::core::option::Option<u64> {
                &mut self.page_number
            }

            fn page_size_mut(&mut self) -> &mut ::core::option::Option<u64> {
                &mut self.page_size
            }
        }
    }))
}

/// The fields that a call needs, in the order of `new`, and the rest.
fn by_need<'a>(parts: &Parts<'a>) -> (Vec<&'a Field>, Vec<&'a Field>) {
    let beside = parts.query.iter().chain(&parts.headers).copied();
    let (rest, required): (Vec<_>, Vec<_>) = beside
        .partition(|field| fields::is_option(&field.ty) || fields::attribute(field, "prefix").is_some());
    let path = parts.path.iter().copied();
    (
        path.chain(required).chain(parts.body).collect(),
        rest.into_iter()
            .chain(parts.options)
            .chain(parts.phantom)
            .collect(),
    )
}

/// A parsed template.
struct Template<'a> {
    /// The type parameter whose collection it begins with.
    resource: Option<syn::Ident>,
    segments: Vec<TokenStream>,
    /// The fields its variables name, in order.
    variables: Vec<&'a Field>,
}

fn template<'a>(
    description: &Description,
    input: &DeriveInput,
    fields: &[&'a Field],
) -> syn::Result<Template<'a>> {
    let template = &description.template;
    let mut out = Template {
        resource: None,
        segments: Vec::new(),
        variables: Vec::new(),
    };
    for (index, segment) in template.value().split('/').enumerate() {
        if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            let resource = input.generics.type_params().find(|param| param.ident == name);
            if let (0, Some(param)) = (index, resource) {
                out.resource = Some(param.ident.clone());
                continue;
            }
            let field = fields
                .iter()
                .find(|field| field.ident.as_ref().is_some_and(|ident| ident == name))
                .ok_or_else(|| syn::Error::new_spanned(template, format!("no field is called `{name}`")))?;
            out.variables.push(*field);
            let name = attributes::camel_case(name);
            out.segments
                .push(quote!(::tableau_wire::Segment::Variable(#name)));
        } else if segment.is_empty() {
            return Err(syn::Error::new_spanned(template, "the path has an empty segment"));
        } else {
            out.segments
                .push(quote!(::tableau_wire::Segment::Literal(#segment)));
        }
    }
    Ok(out)
}
