//! Enumerations that servers may extend: each keeps unknown values, because servers are newer than clients.

/// `by $same` also accepts texts that resemble a known value: `fn(known: &str, text: &str) -> bool`.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident $(by $same:path)? { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// A value that this library does not know.
            Other(String),
        }

        impl $name {
            /// The values that are known, in the order of the schema.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),*];

            /// The value's text on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => return Self::$variant,)*
                    _ => {}
                }
                $(for known in Self::KNOWN {
                    if $same(known.as_str(), text) {
                        return known.clone();
                    }
                })?
                Self::Other(text.to_owned())
            }
        }

        /// Nothing was said yet.
        impl ::std::default::Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        $crate::codec::read_by_text! { $name, |text| Ok(Self::from(text)) }

        impl $crate::Described for $name {
            const KIND: $crate::ValueKind = $crate::ValueKind::OneOf(&[$($text),*]);
        }

        impl $crate::Argument for $name {
            fn encode(&self) -> Result<String, String> {
                Ok(self.to_string())
            }

            fn decode(text: &str) -> Result<Self, String> {
                Ok(Self::from(text))
            }
        }

        #[cfg(feature = "arbitrary")]
        impl<'a> arbitrary::Arbitrary<'a> for $name {
            fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
                if u.ratio(1, 4)? {
                    return String::arbitrary(u).map(|text| Self::from(text.as_str()));
                }
                u.choose(Self::KNOWN).cloned()
            }
        }
    };
}

pub(crate) use open_enum;

open_enum! {
    /// What a user may do on a site (schema: `siteRoleType`).
    SiteRole {
        /// Makes and publishes content, and connects to data.
        Creator = "Creator",
        /// Explores and edits content that is there.
        Explorer = "Explorer",
        /// Explores, and saves what was edited.
        ExplorerCanPublish = "ExplorerCanPublish",
        /// An anonymous viewer (core-based licences).
        Guest = "Guest",
        /// Administers the whole server.
        ServerAdministrator = "ServerAdministrator",
        /// Administers the site, with a Creator licence.
        SiteAdministratorCreator = "SiteAdministratorCreator",
        /// Administers the site, with an Explorer licence.
        SiteAdministratorExplorer = "SiteAdministratorExplorer",
        /// Tableau's support staff.
        SupportUser = "SupportUser",
        /// May not sign in.
        Unlicensed = "Unlicensed",
        /// Looks at content.
        Viewer = "Viewer",
    }
}

impl SiteRole {
    /// Whether users with this role administer their site.
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        matches!(
            self,
            Self::ServerAdministrator | Self::SiteAdministratorCreator | Self::SiteAdministratorExplorer
        )
    }
}

open_enum! {
    /// How a user proves who they are (schema: `siteUserAuthSettingType`, and what newer servers add).
    UserAuthSetting {
        /// OpenID Connect.
        OpenId = "OpenID",
        /// SAML.
        Saml = "SAML",
        /// The method that the server is configured for.
        ServerDefault = "ServerDefault",
        /// Tableau's own accounts with a second factor (Cloud).
        TableauIdWithMfa = "TableauIDWithMFA",
    }
}

open_enum! {
    /// Who decides about the permissions of a project's content.
    ContentPermissions {
        /// The project, for everything below it.
        LockedToProject = "LockedToProject",
        /// The project, but not for nested projects.
        LockedToProjectWithoutNested = "LockedToProjectWithoutNested",
        /// The owner of each item.
        ManagedByOwner = "ManagedByOwner",
    }
}

open_enum! {
    /// How far a job is.
    JobStatus {
        /// It was cancelled.
        Cancelled = "Cancelled",
        /// It failed.
        Failed = "Failed",
        /// It runs.
        InProgress = "InProgress",
        /// It waits for its turn.
        Pending = "Pending",
        /// It succeeded.
        Success = "Success",
    }
}

open_enum! {
    /// Whether a site can be used (schema: `stateType`).
    SiteState {
        /// It can.
        Active = "Active",
        /// Only server administrators get in.
        Suspended = "Suspended",
    }
}
