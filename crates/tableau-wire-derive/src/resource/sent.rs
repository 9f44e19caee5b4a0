//! The documents that create and change a resource, made from its own members.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, DeriveInput, Field, GenericArgument, LitStr, PathArguments, Type};

use super::description::{Description, Member};
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
        let members = members
            .iter()
            .map(|member| self::member(input, member, verb == "update"))
            .collect::<syn::Result<Vec<_>>>()?;
        documents.extend(quote! {
            #[doc = #doc]
            #[::tableau_wire::element(#element, new)]
            #vis struct #ty {
                #(#members,)*
            }
        });
    }
    Ok(documents)
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
