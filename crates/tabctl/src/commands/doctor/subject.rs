//! The subject of the examination: what a command would use now.

use tableau_client::{Credentials, ServerAddress};

use crate::args::{Connection, Doctor, Global, Trust};
use crate::env::{self, SecretIn};
use crate::failure::Failure;
use crate::session::profile::Profile;
use crate::session::settings::{self, Place, Sessions};
use crate::session::source::{Environment, Named, Source};

/// Server, site, credentials and trust; a failure that a command would meet takes the place of the value.
pub(super) struct Subject {
    pub(super) address: Result<ServerAddress, Failure>,
    /// Where the address is from.
    pub(super) named_by: &'static str,
    pub(super) site: String,
    pub(super) trust: Trust,
    pub(super) sessions: Sessions,
    pub(super) who: Result<Who, Failure>,
}

/// The credentials that sign in.
pub(super) enum Who {
    /// The credentials of the environment.
    Environment {
        credentials: Credentials,
        /// Whether the secret came with white space around it.
        trimmed: bool,
    },
    /// The credentials of a profile.
    Profile {
        name: String,
        profile: Box<Profile>,
        /// Whether the site is that of the profile, whose session stays open.
        own_site: bool,
    },
}

impl Subject {
    pub(super) fn settle(args: &Doctor, global: &Global) -> Self {
        let flags = Connection {
            server: args.address.clone().or_else(|| args.connection.server.clone()),
            site: args.connection.site.clone(),
            trust: args.connection.trust.clone(),
        };
        let named_by = match flags.server {
            Some(_) => "typed",
            None => env::SERVER_URL.found().unwrap_or(env::SERVER_URL.name()),
        };
        match Source::find(global) {
            Ok(Some(Source::Profile(named))) => {
                let place = Place::of(&flags, global);
                Self::of_profile(&flags, place, named, named_by)
            }
            Ok(Some(Source::Environment(environment))) => {
                let sessions = environment.sessions();
                Self::of_flags(flags, named_by, sessions, whole(environment))
            }
            Ok(None) => Self::of_flags(flags, named_by, Sessions::Shared, Err(settings::not_signed_in())),
            Err(failure) => Self::of_flags(flags, named_by, Sessions::Shared, Err(failure)),
        }
    }

    fn of_flags(
        flags: Connection,
        named_by: &'static str,
        sessions: Sessions,
        who: Result<Who, Failure>,
    ) -> Self {
        let place = Place::settle(flags.server.as_deref(), flags.site.as_deref());
        let (address, site, who) = match (place, who) {
            // A profile would have given the server: the reason why there is none comes first, as in a command.
            (Ok(Place { address: None, site }), Err(failure)) => {
                (Err(failure), site, Err(settings::no_server()))
            }
            (Ok(Place { address, site }), who) => (address.ok_or_else(settings::no_server), site, who),
            (Err(failure), who) => (Err(failure), None, who),
        };
        Self {
            address,
            named_by,
            site: site.unwrap_or_default(),
            trust: flags.trust.settle(),
            sessions,
            who,
        }
    }

    fn of_profile(
        flags: &Connection,
        place: Result<Place, Failure>,
        named: Named,
        named_by: &'static str,
    ) -> Self {
        let known = named
            .profile
            .server
            .parse::<ServerAddress>()
            .map_err(Failure::from);
        let (address, site, other) = match (place, known) {
            (Ok(place), Ok(known)) => match place.address {
                Some(asked) => {
                    let other = named.check_server(&asked, &known).err();
                    (Ok(asked), place.site, other)
                }
                None => (Ok(known), place.site, None),
            },
            (Err(failure), _) | (_, Err(failure)) => (Err(failure), None, None),
        };
        let Named { name, profile, .. } = named;
        let site = site
            .filter(|site| !site.eq_ignore_ascii_case(&profile.site))
            .unwrap_or_else(|| profile.site.clone());
        let own_site = site == profile.site;
        let is_known = address.as_ref().is_ok_and(|at| at.to_string() == profile.server);
        Self {
            named_by: if is_known { "profile" } else { named_by },
            address,
            site,
            trust: profile.trust(&flags.trust),
            sessions: if own_site {
                Sessions::LeftOpen
            } else {
                Sessions::Shared
            },
            who: other.map_or_else(
                || {
                    Ok(Who::Profile {
                        name,
                        profile: Box::new(profile),
                        own_site,
                    })
                },
                Err,
            ),
        }
    }
}

fn whole(environment: Environment) -> Result<Who, Failure> {
    let trimmed = match env::PAT_SECRET.get() {
        Some(SecretIn::Value(secret)) => secret.expose().trim() != secret.expose(),
        _ => false,
    };
    match environment.credential.with(environment.secret) {
        Some(credentials) => Ok(Who::Environment { credentials, trimmed }),
        None => Err(settings::not_signed_in()),
    }
}
