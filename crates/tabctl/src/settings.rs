//! Who signs in where: flags, then the environment, then the profile, settled into one answer.

use std::path::PathBuf;

use tableau_client::{
    Blocking, Client, Credentials, ErrorKind, PersonalAccessToken, Secret, ServerAddress, Site,
};

use crate::args::{Connection, Trust};
use crate::env;
use crate::exchange::Shown;
use crate::failure::Failure;
use crate::profile::{self, Profile};

/// A site, and what is to be done with its session in the end.
pub(crate) struct Connected {
    pub(crate) site: Site<Blocking>,
    /// A session of this command alone, which ends with it; one that a profile remembers stays open.
    own: bool,
}

impl Connected {
    /// Runs a command on the site; a session of its own is signed out, whatever comes of the command.
    pub(crate) fn run<T>(
        self,
        command: impl FnOnce(&Site<Blocking>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let result = command(&self.site);
        if self.own {
            let signed_out = self.site.sign_out();
            // The command's own failure is the one that counts.
            let value = result?;
            signed_out?;
            return Ok(value);
        }
        result
    }
}

impl Trust {
    /// What was typed, or else what is set.
    pub(crate) fn settle(mut self) -> Self {
        if self.ca_file.is_none() && self.pin_sha256.is_none() {
            self.ca_file = env::CA_BUNDLE.get().map(PathBuf::from);
        }
        self
    }
}

/// A client of a server, which shows its exchanges if asked.
pub(crate) fn client(
    address: ServerAddress,
    trust: &Trust,
    verbose: bool,
) -> Result<Client<Blocking>, Failure> {
    let mut builder = Client::builder(address).user_agent(concat!("tabctl/", env!("CARGO_PKG_VERSION")));
    if let Some(file) = &trust.ca_file {
        builder = builder.ca_file(file);
    }
    if let Some(fingerprint) = &trust.pin_sha256 {
        builder = builder.pin_sha256(fingerprint);
    }
    if let Some(file) = &trust.client_cert {
        builder = builder.client_certificate(file);
    }
    if verbose {
        builder = builder.wrap_transport(Shown::on_stderr);
    }
    Ok(builder.build()?.blocking()?)
}

/// The server and the site: what is typed wins over what is set, and at the same rank a site by name over the one in an address.
pub(crate) struct Place {
    pub(crate) address: Option<ServerAddress>,
    pub(crate) site: Option<String>,
}

impl Place {
    pub(crate) fn settle(server: Option<&str>, site: Option<&str>) -> Result<Self, Failure> {
        // An address that is not used need not be a good one.
        let address = server.map(str::to_owned).or_else(|| env::SERVER_URL.get());
        let address = address
            .map(|address| address.parse::<ServerAddress>())
            .transpose()?;
        let in_address = address
            .as_ref()
            .and_then(|address| address.site().map(str::to_owned));
        let (typed, set) = if server.is_some() {
            (in_address, None)
        } else {
            (None, in_address)
        };
        let site = site
            .map(str::to_owned)
            .or(typed)
            .or_else(|| env::SITE_NAME.get_site())
            .or(set);
        Ok(Self { address, site })
    }
}

/// Connects by flags and environment, or by the profile, whose session is used again while it lasts.
pub(crate) fn connect(flags: &Connection, verbose: bool) -> Result<Connected, Failure> {
    let name = env::PAT_NAME.get();
    let secret = env::PAT_SECRET.get_secret();
    match (name, secret) {
        (Some(name), Some(secret)) => connect_once(flags, &name, secret, verbose),
        (None, None) => match profile::load()? {
            Some(profile) => connect_profile(flags, profile, verbose),
            None => Err(Failure::NotSignedIn(format!(
                "not signed in: run `tabctl auth login`, or set {}, {}, {} and {}",
                env::SERVER_URL.name(),
                env::SITE_NAME.name(),
                env::PAT_NAME.name(),
                env::PAT_SECRET.name()
            ))),
        },
        (Some(_), None) => Err(missing_half(env::PAT_NAME, env::PAT_SECRET)),
        (None, Some(_)) => Err(missing_half(env::PAT_SECRET, env::PAT_NAME)),
    }
}

/// A client without a session, by flags and environment, or else of the profile's server.
pub(crate) fn reach(flags: &Connection, verbose: bool) -> Result<Client<Blocking>, Failure> {
    let place = Place::settle(flags.server.as_deref(), flags.site.as_deref())?;
    if let Some(address) = place.address {
        return client(address, &flags.trust.clone().settle(), verbose);
    }
    match profile::load()? {
        Some(profile) => client(profile.server.parse()?, &profile.trust(&flags.trust), verbose),
        None => Err(no_server()),
    }
}

fn no_server() -> Failure {
    Failure::Usage(format!(
        "no server: set {} or give --server",
        env::SERVER_URL.name()
    ))
}

fn missing_half(set: env::Variable, missing: env::Variable) -> Failure {
    Failure::Usage(format!(
        "{} is set, and {} is not: a token has a name and a secret",
        set.name(),
        missing.name()
    ))
}

fn connect_once(flags: &Connection, name: &str, secret: Secret, verbose: bool) -> Result<Connected, Failure> {
    let place = Place::settle(flags.server.as_deref(), flags.site.as_deref())?;
    let Some(address) = place.address else {
        return Err(no_server());
    };
    let mut token = Credentials::from(PersonalAccessToken::new(name, secret));
    if let Some(site) = place.site {
        token = token.site(site);
    }
    let site = client(address, &flags.trust.clone().settle(), verbose)?.sign_in(token)?;
    Ok(Connected { site, own: true })
}

fn connect_profile(flags: &Connection, mut profile: Profile, verbose: bool) -> Result<Connected, Failure> {
    let place = Place::settle(flags.server.as_deref(), flags.site.as_deref())?;
    if let Some(asked) = place.address {
        let known: ServerAddress = profile.server.parse()?;
        // The token is for one server, and is not carried to another.
        if asked.to_string() != known.to_string() {
            return Err(Failure::NotSignedIn(format!(
                "not signed in to {asked} (but to {known}): run `tabctl auth login {asked}`"
            )));
        }
    }
    let client = client(profile.server.parse()?, &profile.trust(&flags.trust), verbose)?;
    if let Some(other) = place
        .site
        .filter(|site| !site.eq_ignore_ascii_case(&profile.site))
    {
        let site = client.sign_in(profile.credentials().site(other))?;
        return Ok(Connected { site, own: true });
    }
    if let Some(session) = profile.session() {
        let site = client.resume(session);
        if is_alive(&site)? {
            return Ok(Connected { site, own: false });
        }
    }
    let site = client.sign_in(profile.credentials())?;
    profile.set_session(&site.session());
    profile::store(Some(profile))?;
    Ok(Connected { site, own: false })
}

/// Whether the session is still good; anything else that is wrong is an error.
pub(crate) fn is_alive(site: &Site<Blocking>) -> Result<bool, Failure> {
    // A user may always be read by themselves, at every version.
    match site.users().get(site.session().user_id()).send() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::SessionEnded => Ok(false),
        Err(error) => Err(error.into()),
    }
}
