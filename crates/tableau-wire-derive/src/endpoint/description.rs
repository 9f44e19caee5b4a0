//! The contents of `#[endpoint(…)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprLit, Lit, LitInt, LitStr, Type};

use crate::attributes;

pub(super) struct Description {
    pub(super) method: syn::Ident,
    pub(super) template: LitStr,
    pub(super) reply: Option<Type>,
    /// The group, where it is not the module that the call is described in.
    pub(super) group: Option<LitStr>,
    tsm: bool,
    /// The facts of a verb, which stand in for `since`, `only`, `jwt`, `status` and the method.
    verb: Option<Expr>,
    since: Option<TokenStream>,
    until: TokenStream,
    root: TokenStream,
    scope: Option<TokenStream>,
    availability: Option<TokenStream>,
    retry: TokenStream,
    jwt_scope: TokenStream,
    status: Option<LitInt>,
    /// Belongs to a service with a root of its own: it knows the site by the session, and speaks JSON.
    is_service: bool,
    json: bool,
    slow: bool,
    rendering: bool,
}

impl syn::parse::Parse for Description {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let method: syn::Ident = input.parse()?;
        input.parse::<syn::Token![,]>()?;
        let template: LitStr = input.parse()?;
        let idempotent = matches!(method.to_string().as_str(), "GET" | "HEAD" | "PUT" | "DELETE");
        let mut this = Self {
            method,
            template,
            reply: None,
            group: None,
            tsm: false,
            verb: None,
            since: None,
            until: quote!(::core::option::Option::None),
            root: quote!(::tableau_wire::Root::Version),
            scope: None,
            availability: None,
            retry: if idempotent {
                quote!(::tableau_wire::Retry::Idempotent)
            } else {
                quote!(::tableau_wire::Retry::Never)
            },
            jwt_scope: quote!(::core::option::Option::None),
            status: None,
            is_service: false,
            json: false,
            slow: false,
            rendering: false,
        };
        if input.is_empty() {
            return Err(input.error("expected since = \"…\""));
        }
        input.parse::<syn::Token![,]>()?;
        let parser = syn::meta::parser(|meta| this.read(&meta));
        let rest: TokenStream = input.parse()?;
        syn::parse::Parser::parse2(parser, rest)?;
        if this.since.is_none() && this.verb.is_none() {
            return Err(syn::Error::new_spanned(&this.template, "expected since = \"…\""));
        }
        Ok(this)
    }
}

impl Description {
    fn read(&mut self, meta: &syn::meta::ParseNestedMeta<'_>) -> syn::Result<()> {
        if meta.path.is_ident("since") {
            self.since = Some(version(&meta.value()?.parse()?)?);
        } else if meta.path.is_ident("until") {
            self.until = attributes::until(Some(&version(&meta.value()?.parse()?)?));
        } else if meta.path.is_ident("facts") {
            self.verb = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("group") {
            self.group = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("family") {
            attributes::choice(meta, &[("tsm", "tsm")])?;
            self.tsm = true;
        } else if meta.path.is_ident("root") {
            let root: syn::Ident = meta.value()?.parse()?;
            self.is_service = root != "experimental";
            self.root = attributes::one_of(&root, attributes::ROOTS)?;
        } else if meta.path.is_ident("format") {
            attributes::choice(meta, &[("json", "json")])?;
            self.json = true;
        } else if meta.path.is_ident("scope") {
            self.scope = Some(attributes::choice(meta, attributes::SCOPES)?);
        } else if meta.path.is_ident("only") {
            self.availability = Some(attributes::choice(meta, attributes::PRODUCTS)?);
        } else if meta.path.is_ident("retry") {
            self.retry = attributes::choice(
                meta,
                &[
                    ("idempotent", "::tableau_wire::Retry::Idempotent"),
                    ("never", "::tableau_wire::Retry::Never"),
                ],
            )?;
        } else if meta.path.is_ident("slow") {
            self.slow = true;
        } else if meta.path.is_ident("rendering") {
            self.rendering = true;
        } else if meta.path.is_ident("jwt") {
            let scope: LitStr = meta.value()?.parse()?;
            self.jwt_scope = quote!(::core::option::Option::Some(#scope));
        } else if meta.path.is_ident("status") {
            self.status = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("reply") {
            self.reply = Some(meta.value()?.parse()?);
        } else {
            return Err(meta.error(
                "expected family, group, since, until, facts, root, format, scope, only, retry, slow, rendering, jwt, status or reply",
            ));
        }
        Ok(())
    }

    pub(super) fn reply(&self) -> TokenStream {
        self.reply.as_ref().map_or_else(|| quote!(()), |ty| quote!(#ty))
    }

    /// The members of the `Operation` that the attribute alone determines.
    pub(super) fn facts(&self, resource: Option<&syn::Ident>) -> TokenStream {
        let Self {
            method,
            root,
            retry,
            jwt_scope,
            ..
        } = self;
        let family = if self.tsm {
            quote!(::tableau_wire::Family::Tsm)
        } else {
            quote!(::tableau_wire::Family::Rest)
        };
        let scope = match (&self.scope, resource) {
            (Some(scope), _) => scope.clone(),
            (None, Some(resource)) => quote!(<#resource as ::tableau_wire::Resource>::SCOPE),
            // A TSM controller knows no sites.
            (None, None) if self.tsm || self.is_service => quote!(::tableau_wire::Scope::Server),
            (None, None) => quote!(::tableau_wire::Scope::Site),
        };
        let json = self.json || self.is_service || self.tsm;
        let slow = match &self.reply {
            _ if self.slow => quote!(true),
            // A server prepares a file before it begins to answer.
            Some(reply) => quote!(::core::matches!(
                <#reply as ::tableau_wire::ReplyBody>::KIND,
                ::tableau_wire::ReplyKind::Content
            )),
            None => quote!(false),
        };
        let rendering = self.rendering;
        let common = quote! {
            family: #family,
            root: #root,
            scope: #scope,
            retry: #retry,
            json: #json,
            slow: #slow,
            rendering: #rendering,
        };
        if let Some(verb) = &self.verb {
            return quote! {
                #common
                method: (#verb).method,
                since: (#verb).since,
                until: (#verb).until,
                availability: (#verb).availability,
                jwt_scope: (#verb).jwt_scope,
                status: (#verb).status,
            };
        }
        let (since, until) = (&self.since, &self.until);
        let availability = match &self.availability {
            Some(availability) => availability.clone(),
            // Tableau Cloud has no TSM controller that users can reach.
            None if self.tsm => quote!(::tableau_wire::Availability::ServerOnly),
            None => quote!(::tableau_wire::Availability::Everywhere),
        };
        let status = match (&self.status, &self.reply) {
            (Some(status), _) => quote!(#status),
            (None, Some(_)) => quote!(200),
            (None, None) => quote!(204),
        };
        quote! {
            #common
            method: ::tableau_wire::Method::#method,
            since: #since,
            until: #until,
            availability: #availability,
            jwt_scope: #jwt_scope,
            status: #status,
        }
    }
}

/// A version as text, or a constant that is one.
fn version(value: &Expr) -> syn::Result<TokenStream> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text), ..
        }) => attributes::version(text),
        _ => Ok(quote!(#value)),
    }
}
