//! The members of a type: `#[part]` and `#[derive(Described)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Field};

use crate::{attributes, fields};

pub(crate) fn implement(input: &DeriveInput) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let name = ident.to_string();
    let mut described = Vec::new();
    for field in fields::named(input)? {
        let (wire_name, doc, ty) = (self::name(field)?, attributes::summary(&field.attrs), &field.ty);
        let required = !fields::is_option(ty);
        let since = since(field)?;
        let aliases = fields::serde_all(field, "alias")?;
        let aliases = match aliases.as_slice() {
            [] => quote!(),
            aliases => quote!(.or(&[#(#aliases),*])),
        };
        described.push(quote!(::tableau_wire::Field::new(
            #wire_name,
            #doc,
            <#ty as ::tableau_wire::Described>::KIND,
            #required,
            #since,
        ) #aliases));
    }
    Ok(quote! {
        impl ::tableau_wire::Described for #ident {
            const KIND: ::tableau_wire::ValueKind =
                ::tableau_wire::ValueKind::Object(&::tableau_wire::Shape::new(#name, || {
                    const FIELDS: &[::tableau_wire::Field] = &[#(#described),*];
                    FIELDS
                }));
        }
    })
}

/// The version in `#[described(since = "3.8")]`.
fn since(field: &Field) -> syn::Result<TokenStream> {
    let mut since = quote!(::core::option::Option::None);
    for attribute in &field.attrs {
        if attribute.path().is_ident("described") {
            attribute.parse_nested_meta(|meta| {
                if !meta.path.is_ident("since") {
                    return Err(meta.error("expected since = \"…\""));
                }
                let version = attributes::version(&meta.value()?.parse()?)?;
                since = quote!(::core::option::Option::Some(#version));
                Ok(())
            })?;
        }
    }
    Ok(since)
}

/// The name on the wire, as serde has it.
pub(crate) fn name(field: &Field) -> syn::Result<String> {
    match fields::serde(field, "rename")? {
        Some(name) => Ok(name.value()),
        None => Ok(attributes::camel_case(&fields::ident(field)?.to_string())),
    }
}
