//! `#[derive(Resource)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, LitStr, Type};

use crate::{attributes, element};

const EXAMPLE: &str = "#[resource(\"workbooks\", element = \"workbook\", since = \"2.0\", list, get)]";

#[derive(Default)]
struct Description {
    collection: Option<LitStr>,
    wrapper: Option<LitStr>,
    element: Option<LitStr>,
    since: TokenStream,
    get_since: Option<TokenStream>,
    scope: Option<TokenStream>,
    jwt_scope: Option<LitStr>,
    jwt_writes: Option<LitStr>,
    list: Option<TokenStream>,
    get: Option<TokenStream>,
    create: Option<TokenStream>,
    update: Option<TokenStream>,
    delete: bool,
}

impl syn::parse::Parse for Description {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let mut this = Self {
            collection: Some(input.parse()?),
            ..Self::default()
        };
        input.parse::<syn::Token![,]>()?;
        let parser = syn::meta::parser(|meta| {
            if meta.path.is_ident("element") {
                this.element = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("collection") {
                this.wrapper = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("since") {
                this.since = attributes::version(&meta.value()?.parse()?)?;
            } else if meta.path.is_ident("get_since") {
                this.get_since = Some(attributes::version(&meta.value()?.parse()?)?);
            } else if meta.path.is_ident("scope") {
                this.scope = Some(attributes::choice(&meta, attributes::SCOPES)?);
            } else if meta.path.is_ident("jwt") {
                this.jwt_scope = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("jwt_writes") {
                this.jwt_writes = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("create") {
                this.create = Some(options(&meta)?);
            } else if meta.path.is_ident("update") {
                this.update = Some(options(&meta)?);
            } else if meta.path.is_ident("delete") {
                this.delete = true;
            } else if meta.path.is_ident("list") {
                this.list = Some(options(&meta)?);
            } else if meta.path.is_ident("get") {
                this.get = Some(options(&meta)?);
            } else {
                return Err(
                    meta.error(
                        "expected element, collection, since, get_since, scope, jwt, jwt_writes, list, get, create, update or delete",
                    )
                );
            }
            Ok(())
        });
        let rest: TokenStream = input.parse()?;
        syn::parse::Parser::parse2(parser, rest)?;
        Ok(this)
    }
}

/// The type in `list(Options)`, or `()`.
fn options(meta: &syn::meta::ParseNestedMeta<'_>) -> syn::Result<TokenStream> {
    if !meta.input.peek(syn::token::Paren) {
        return Ok(quote!(()));
    }
    let content;
    syn::parenthesized!(content in meta.input);
    let ty: Type = content.parse()?;
    Ok(quote!(#ty))
}

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let Description {
        collection,
        wrapper,
        element,
        since,
        get_since,
        scope,
        jwt_scope,
        jwt_writes,
        list,
        get,
        create,
        update,
        delete,
    } = attributes::required(input, "resource", EXAMPLE)?.parse_args()?;
    let missing =
        |what: &str| syn::Error::new_spanned(&input.ident, format!("expected {what}, as in {EXAMPLE}"));
    let collection = collection.ok_or_else(|| missing("the path of the collection"))?;
    let element = element.ok_or_else(|| missing("element"))?;
    if since.is_empty() {
        return Err(missing("since"));
    }
    let wrapper = wrapper.unwrap_or_else(|| {
        let value = collection.value();
        LitStr::new(value.rsplit('/').next().unwrap_or_default(), collection.span())
    });
    let scope = scope.unwrap_or_else(|| quote!(::tableau_wire::Scope::Site));
    let jwt = match jwt_scope {
        Some(scope) => quote!(::core::option::Option::Some(#scope)),
        None => quote!(::core::option::Option::None),
    };
    let ident = &input.ident;
    let segments = collection.value();
    let segments = segments
        .split('/')
        .map(|segment| quote!(::tableau_wire::Segment::Literal(#segment)));
    let item_segments = segments.clone();
    let element_impl = element::implement(ident, &element, false);
    let list = list.map(|options| {
        quote! {
            impl ::tableau_wire::Listed for #ident { type Options = #options; }
        }
    });
    let get = get.map(|options| {
        let since = get_since.unwrap_or_else(|| since.clone());
        quote! {
            impl ::tableau_wire::Fetched for #ident {
                type Options = #options;
                const GET_SINCE: ::tableau_wire::Version = #since;
            }
        }
    });
    let write_scope = |action: &str| match &jwt_writes {
        Some(resource) => {
            let scope = format!("tableau:{}:{action}", resource.value());
            quote!(::core::option::Option::Some(#scope))
        }
        None => quote!(::core::option::Option::None),
    };
    let create = create.map(|new| {
        let scope = write_scope("create");
        quote! {
            impl ::tableau_wire::Created for #ident {
                type New = #new;
                const CREATE_SCOPE: ::core::option::Option<&'static str> = #scope;
            }
        }
    });
    let update = update.map(|patch| {
        let scope = write_scope("update");
        quote! {
            impl ::tableau_wire::Updated for #ident {
                type Patch = #patch;
                const UPDATE_SCOPE: ::core::option::Option<&'static str> = #scope;
            }
        }
    });
    let delete = delete.then(|| {
        let scope = write_scope("delete");
        quote! {
            impl ::tableau_wire::Deleted for #ident {
                const DELETE_SCOPE: ::core::option::Option<&'static str> = #scope;
            }
        }
    });
    Ok(quote! {
        #element_impl
        impl ::tableau_wire::Resource for #ident {
            const GROUP: &'static str = ::tableau_wire::endpoint::last_segment(module_path!());
            const WRAPPER: &'static str = #wrapper;
            const COLLECTION: &'static [::tableau_wire::Segment] = &[#(#segments),*];
            const ITEM: &'static [::tableau_wire::Segment] =
                &[#(#item_segments,)* ::tableau_wire::Segment::Variable("id")];
            const SINCE: ::tableau_wire::Version = #since;
            const SCOPE: ::tableau_wire::Scope = #scope;
            const READ_SCOPE: ::core::option::Option<&'static str> = #jwt;
        }
        #list
        #get
        #create
        #update
        #delete
    })
}
