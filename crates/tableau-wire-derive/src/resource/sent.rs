//! The documents that create and change a resource, made from its own members.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, DeriveInput, Field, GenericArgument, Ident, LitStr, PathArguments, Type};

use super::description::{Description, Member, Members};
use crate::{attributes, fields};

/// The documents whose members stand in the description.
pub(super) fn documents(
    input: &DeriveInput,
    description: &Description,
    element: &LitStr,
    noun: &str,
) -> syn::Result<TokenStream> {
    let one = attributes::with_article(noun);
    let mut documents = TokenStream::new();
    for (verb, doc) in [
        ("create", format!("What {one} is created from.")),
        (
            "update",
            format!("What may be changed about {one}; what is not given stays."),
        ),
    ] {
        let Some(verb_description) = description.verbs.get(verb) else {
            continue;
        };
        let (Some(ty), Some(members)) = (&verb_description.ty, &verb_description.members) else {
            continue;
        };
        let vis = &input.vis;
        // Where the members of the resource explain themselves, those that are sent do too.
        let lints = input
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("expect"));
        let id = description.id.clone().unwrap_or_else(|| format_ident!("id"));
        let rest = rest(input, members, &id)?;
        let members = members
            .named
            .iter()
            .chain(&rest)
            .map(|member| self::member(input, member, verb == "update"))
            .collect::<syn::Result<Vec<_>>>()?;
        let attribute = match verb_description.is_part {
            true => quote!(#[::tableau_wire::part(new)]),
            false => quote!(#[::tableau_wire::element(#element, new)]),
        };
        documents.extend(quote! {
            #[doc = #doc]
            #(#lints)*
            #attribute
            #vis struct #ty {
                #(#members,)*
            }
        });
    }
    Ok(documents)
}

/// The members that `..` stands for.
fn rest(input: &DeriveInput, members: &Members, id: &Ident) -> syn::Result<Vec<Member>> {
    if !members.rest {
        return Ok(Vec::new());
    }
    let is_taken = |ident: &Ident| {
        let mut named = members.named.iter().map(|member| &member.name);
        ident == id || members.left_out.contains(ident) || named.any(|name| name == ident)
    };
    let all = fields::named(input)?;
    let all = all.iter().filter_map(|field| field.ident.clone());
    Ok(all
        .filter(|ident| !is_taken(ident))
        .map(|name| Member {
            name,
            optional: true,
            ty: None,
        })
        .collect())
}

/// A member as it is sent: the resource's own, required or optional.
fn member(input: &DeriveInput, member: &Member, optional: bool) -> syn::Result<TokenStream> {
    let fields = fields::named(input)?;
    let own: Option<&&Field> = fields
        .iter()
        .find(|field| field.ident.as_ref() == Some(&member.name));
    let Some(own) = own else {
        return Err(syn::Error::new_spanned(
            &member.name,
            "the resource has no such member",
        ));
    };
    let (name, vis) = (&member.name, &own.vis);
    let attributes = own.attrs.iter().filter(|attribute| !skips(attribute));
    let ty = inner(member.ty.as_ref().unwrap_or(&own.ty));
    let ty = if optional || member.optional {
        quote!(::core::option::Option<#ty>)
    } else {
        quote!(#ty)
    };
    Ok(quote!(#(#attributes)* #vis #name: #ty))
}

/// Whether an attribute is about when a member is not written, which depends on its type.
fn skips(attribute: &Attribute) -> bool {
    attribute.path().is_ident("serde")
        && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.to_string().starts_with("skip_serializing_if"))
}

/// The type in an `Option`, or the type itself.
fn inner(ty: &Type) -> &Type {
    let arguments = match ty {
        Type::Path(path) if fields::is_option(ty) => path.path.segments.last().map(|last| &last.arguments),
        _ => None,
    };
    match arguments {
        Some(PathArguments::AngleBracketed(arguments)) => match arguments.args.first() {
            Some(GenericArgument::Type(inner)) => inner,
            _ => ty,
        },
        _ => ty,
    }
}
