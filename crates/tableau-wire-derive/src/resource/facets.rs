//! The facets: what many kinds of items have, each written once as generic calls.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::description::Verb;
use crate::attributes;

/// A facet.
struct Facet {
    word: &'static str,
    marker: &'static str,
    calls: &'static [FacetCall],
}

/// A call of a facet.
struct FacetCall {
    name: &'static str,
    method: &'static str,
    status: u16,
    /// The scope of a JWT after `tableau:`; `{one}` and `{many}` stand for the resource.
    scope: &'static str,
    /// The first version that has it for any resource.
    since: (u16, u16),
}

const fn call(
    name: &'static str,
    method: &'static str,
    status: u16,
    scope: &'static str,
    since: (u16, u16),
) -> FacetCall {
    FacetCall {
        name,
        method,
        status,
        scope,
        since,
    }
}

/// The facets, in the order of their entries.
const FACETS: &[Facet] = &[
    Facet {
        word: "permissions",
        marker: "HasPermissions",
        calls: &[
            call("GetPermissions", "GET", 200, "permissions:read", (2, 0)),
            call("AddPermissions", "PUT", 200, "permissions:update", (2, 0)),
            call("DeletePermission", "DELETE", 204, "permissions:delete", (2, 0)),
        ],
    },
    Facet {
        word: "default_permissions",
        marker: "HasDefaultPermissions",
        calls: &[
            call("GetDefaultPermissions", "GET", 200, "permissions:read", (2, 1)),
            call("AddDefaultPermissions", "PUT", 200, "permissions:update", (2, 1)),
            call(
                "DeleteDefaultPermission",
                "DELETE",
                204,
                "permissions:delete",
                (2, 1),
            ),
        ],
    },
    Facet {
        word: "tags",
        marker: "HasTags",
        calls: &[
            call("AddTags", "PUT", 200, "{one}_tags:update", (2, 0)),
            call("DeleteTag", "DELETE", 204, "{one}_tags:delete", (2, 0)),
        ],
    },
    Facet {
        word: "connections",
        marker: "HasConnections",
        calls: &[
            call("ListConnections", "GET", 200, "content:read", (2, 0)),
            call("UpdateConnection", "PUT", 200, "{many}:update", (2, 3)),
        ],
    },
    Facet {
        word: "bulk_connections",
        marker: "HasBulkConnections",
        calls: &[call("UpdateConnections", "PUT", 200, "{many}:update", (3, 26))],
    },
    Facet {
        word: "revisions",
        marker: "HasRevisions",
        calls: &[call("ListRevisions", "GET", 200, "content:read", (2, 3))],
    },
    Facet {
        word: "revision_files",
        marker: "HasRevisionFiles",
        calls: &[
            call("DownloadRevision", "GET", 200, "{many}:download", (2, 3)),
            call("DeleteRevision", "DELETE", 204, "{many}:delete", (2, 3)),
        ],
    },
    Facet {
        word: "content",
        marker: "HasContent",
        calls: &[call("Download", "GET", 200, "{many}:download", (2, 0))],
    },
    Facet {
        word: "extracts",
        marker: "HasExtracts",
        calls: &[
            call("CreateExtracts", "POST", 200, "extracts:create", (3, 5)),
            call("DeleteExtracts", "POST", 200, "extracts:delete", (3, 5)),
        ],
    },
    Facet {
        word: "refresh",
        marker: "HasRefresh",
        calls: &[call("Refresh", "POST", 202, "tasks:run", (2, 8))],
    },
    Facet {
        word: "keychains",
        marker: "HasKeychains",
        calls: &[
            call(
                "RetrieveKeychains",
                "POST",
                200,
                "embedded_credentials:download",
                (3, 22),
            ),
            call(
                "ApplyKeychains",
                "PUT",
                200,
                "embedded_credentials:upload",
                (3, 22),
            ),
        ],
    },
    Facet {
        word: "preview",
        marker: "HasPreview",
        calls: &[call("PreviewImage", "GET", 200, "content:read", (2, 0))],
    },
    Facet {
        word: "image",
        marker: "HasImage",
        calls: &[call("Image", "GET", 200, "{many}:download", (2, 5))],
    },
    Facet {
        word: "pdf",
        marker: "HasPdf",
        calls: &[call("Pdf", "GET", 200, "{many}:download", (2, 7))],
    },
    Facet {
        word: "data",
        marker: "HasData",
        calls: &[call("Data", "GET", 200, "{many}:download", (2, 7))],
    },
];

/// The words of the facets.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FACETS.iter().map(|facet| facet.word)
}

/// What stands for the resource in the scopes of a JWT.
pub(super) struct Scopes {
    /// `workbook`.
    pub(super) one: String,
    /// `workbooks`.
    pub(super) many: String,
}

impl Scopes {
    fn of(&self, call: &FacetCall) -> String {
        let one = attributes::snake_case(&self.one);
        let scope = call.scope.replace("{one}", &one).replace("{many}", &self.many);
        format!("tableau:{scope}")
    }
}

/// The markers of the facets that a resource has; adds the entries of their calls.
pub(super) fn implement(
    ident: &syn::Ident,
    facets: &BTreeMap<String, Verb>,
    scopes: &Scopes,
    first: &TokenStream,
    entries: &mut Vec<TokenStream>,
) -> TokenStream {
    let mut markers = TokenStream::new();
    for facet in FACETS {
        let Some(facts) = facets.get(facet.word) else {
            continue;
        };
        let since = facts.since.as_ref().unwrap_or(first);
        let availability = facts
            .availability
            .clone()
            .unwrap_or_else(|| quote!(::tableau_wire::Availability::Everywhere));
        let constants = facet.calls.iter().map(|call| {
            let constant = format_ident!("{}", attributes::snake_case(call.name).to_uppercase());
            let (method, status) = (format_ident!("{}", call.method), call.status);
            let (major, minor) = call.since;
            let scope = match &facts.jwt {
                // No scope of a JWT reaches it.
                Some(scope) if scope.value().is_empty() => quote!(::core::option::Option::None),
                Some(scope) if scope.value().contains(':') => quote!(::core::option::Option::Some(#scope)),
                Some(resource) => {
                    let action = call.scope.rsplit(':').next().unwrap_or_default();
                    let scope = format!("tableau:{}:{action}", resource.value());
                    quote!(::core::option::Option::Some(#scope))
                }
                None => {
                    let scope = scopes.of(call);
                    quote!(::core::option::Option::Some(#scope))
                }
            };
            quote! {
                const #constant: ::tableau_wire::resource::Verb = ::tableau_wire::resource::Verb {
                    method: ::tableau_wire::Method::#method,
                    since: ::tableau_wire::resource::later(#since, ::tableau_wire::Version::new(#major, #minor)),
                    until: ::core::option::Option::None,
                    availability: #availability,
                    jwt_scope: #scope,
                    status: #status,
                };
            }
        });
        let options = (facet.word == "content").then(|| {
            let ty = facts.ty.as_ref().map_or_else(|| quote!(()), |ty| quote!(#ty));
            quote!(type Options = #ty;)
        });
        let marker = format_ident!("{}", facet.marker);
        markers.extend(quote! {
            impl ::tableau_wire::resource::#marker for #ident {
                #options
                #(#constants)*
            }
        });
        for call in facet.calls {
            let call = format_ident!("{}", call.name);
            entries.push(quote!(::tableau_wire::Entry::of::<::tableau_wire::resource::#call<#ident>>()));
        }
    }
    markers
}
