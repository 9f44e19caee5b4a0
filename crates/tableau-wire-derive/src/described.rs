//! `#[derive(Described)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Field, LitStr};

use crate::{attributes, fields};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let mut described = Vec::new();
    for field in fields::named(input)? {
        let (name, doc, ty) = (name(field)?, attributes::summary(&field.attrs), &field.ty);
        described.push(quote!(::tableau_wire::Field {
            name: #name,
            doc: #doc,
            kind: <#ty as ::tableau_wire::Described>::KIND,
        }));
    }
    Ok(quote! {
        impl ::tableau_wire::Described for #ident {
            const KIND: ::tableau_wire::ValueKind = ::tableau_wire::ValueKind::Object(&[#(#described),*]);
        }
    })
}

/// The name on the wire, as serde has it.
fn name(field: &Field) -> syn::Result<String> {
    let mut name = attributes::camel_case(&fields::ident(field)?.to_string());
    for attribute in &field.attrs {
        if !attribute.path().is_ident("serde") {
            continue;
        }
        attribute.parse_nested_meta(|meta| {
            let value = meta
                .value()
                .ok()
                .map(syn::parse::ParseBuffer::parse::<LitStr>)
                .transpose()?;
            if let (true, Some(value)) = (meta.path.is_ident("rename"), value) {
                name = value.value();
            }
            Ok(())
        })?;
    }
    Ok(name)
}
