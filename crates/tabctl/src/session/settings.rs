//! Resolves options, environment and profiles into a client and a site.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use tableau_client::{
    Blocking, Client, ClientBuilder, Credentials, Error, FileStore, Secret, ServerAddress, Site, Timeouts,
};

use super::config;
use super::exchange::Shown;
use super::profile::{Credential, Profile, Profiles};
use super::secrets;
use super::source::{Environment, Named, Source};
use crate::args::{Connection, Global, Trust};
use crate::env;
use crate::failure::{Failure, NoCredentials};
use crate::terminal::interrupt;
use crate::terminal::text::say;

/// How long Ctrl-C waits for the server to sign out.
const PATIENCE: Duration = Duration::from_millis(400);

/// A site, and whether to sign out its session at the end.
pub(crate) struct Connected {
    pub(crate) site: Site<Blocking>,
    /// Where the server is.
    pub(crate) address: ServerAddress,
    /// The profile whose server and site these are.
    pub(crate) profile: Option<String>,
    /// A session of this command, which ends with the last command that uses it; that of a profile stays open.
    own: bool,
}

impl Connected {
    /// Runs a command on the site; the command's own session is signed out afterwards, even if it fails.
    pub(crate) fn run<T>(
        self,
        command: impl FnOnce(&Site<Blocking>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if !self.own {
            return command(&self.site);
        }
        let interrupted = self.sign_out_on_interrupt()?;
        let result = command(&self.site);
        // The call may have failed because Ctrl-C is ending the session: then the process ends, too.
        while interrupted.load(Ordering::SeqCst) {
            thread::park();
        }
        let signed_out = self.site.sign_out();
        let value = result?;
        // What the command did is done, whatever becomes of its session.
        if let Err(error) = signed_out {
            say(&not_signed_out(&error));
        }
        Ok(value)
    }

    /// The same for a command that transfers files: what ends the process ends them first.
    pub(crate) fn run_transfers<T>(
        self,
        command: impl FnOnce(&Site<Blocking>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if !self.own {
            interrupt::end_after(|| {}).map_err(|error| interrupt::unheard(&error))?;
        }
        self.run(command)
    }

    /// From now on Ctrl-C signs out before it ends this process, if the server answers in time; gives whether it was pressed.
    fn sign_out_on_interrupt(&self) -> Result<Arc<AtomicBool>, Failure> {
        let pressed = Arc::new(AtomicBool::new(false));
        let (site, flag) = (self.site.clone(), Arc::clone(&pressed));
        let sign_out = move || {
            flag.store(true, Ordering::SeqCst);
            let (done, waiting) = mpsc::channel();
            thread::spawn(move || done.send(site.sign_out()));
            let _ = waiting.recv_timeout(PATIENCE);
        };
        interrupt::end_after(sign_out).map_err(|error| interrupt::unheard(&error))?;
        Ok(pressed)
    }
}

/// The warning about a session that a server did not end.
pub(crate) fn not_signed_out(error: &Error) -> String {
    format!("warning: the session was not signed out, and ends by itself: {error}")
}

/// How long a client's sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sessions {
    /// Shared by running commands: the last one signs out.
    Shared,
    /// Left open for the next command.
    LeftOpen,
}

/// A builder for a client of a server, with the certificates to trust.
pub(crate) fn builder(
    address: ServerAddress,
    trust: &Trust,
    global: &Global,
    sessions: Sessions,
) -> Result<ClientBuilder, Failure> {
    let mut builder = Client::builder(address)
        .user_agent(concat!("tabctl/", env!("CARGO_PKG_VERSION")))
        .repeat_after_renewal();
    if let Some(limit) = global.timeout {
        builder = builder.timeouts(Timeouts::all(limit));
    }
    if let Some(file) = &trust.ca_file {
        builder = builder.ca_file(file);
    }
    if let Some(fingerprint) = &trust.pin_sha256 {
        builder = builder.pin_sha256(fingerprint);
    }
    if trust.no_certcheck {
        say(
            "warning: the certificate of the server is not checked (--no-certcheck): it may be another server",
        );
        builder = builder.danger_accept_invalid_certs();
    }
    if let Some(file) = &trust.client_cert {
        builder = builder.client_certificate(file);
    }
    match FileStore::at(config::sessions()?) {
        Ok(store) => builder = builder.session_store(store),
        Err(error) if sessions == Sessions::LeftOpen => say(&format!(
            "warning: the session is not kept for the next command: {error}"
        )),
        Err(_) => {}
    }
    if sessions == Sessions::LeftOpen {
        builder = builder.without_holding();
    }
    Ok(builder)
}

/// A client of a server, which shows its exchanges if asked.
pub(crate) fn client(
    address: ServerAddress,
    trust: &Trust,
    global: &Global,
    sessions: Sessions,
) -> Result<Client<Blocking>, Failure> {
    let mut builder = builder(address, trust, global, sessions)?;
    if global.verbose {
        builder = builder.wrap_transport(Shown::on_stderr);
    }
    Ok(builder.build()?.blocking_in_place()?)
}

/// The server and the site: options take precedence over the environment, and at the same rank a site by name over the one in an address.
pub(crate) struct Place {
    pub(crate) address: Option<ServerAddress>,
    pub(crate) site: Option<String>,
}

impl Place {
    pub(crate) fn settle(server: Option<&str>, site: Option<&str>) -> Result<Self, Failure> {
        // An unused address need not be valid.
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
            .or(set)
            .map(|site| ServerAddress::site_in(&site));
        Ok(Self { address, site })
    }

    /// By options or environment; with `--profile`, the environment is ignored.
    pub(crate) fn of(flags: &Connection, global: &Global) -> Result<Self, Failure> {
        match global.profile {
            Some(_) => Self::typed(flags),
            None => Self::settle(flags.server.as_deref(), flags.site.as_deref()),
        }
    }

    fn typed(flags: &Connection) -> Result<Self, Failure> {
        let address = flags.server.as_deref().map(str::parse::<ServerAddress>);
        let address = address.transpose()?;
        let in_address = address
            .as_ref()
            .and_then(|address| address.site().map(str::to_owned));
        let typed = flags.site.as_deref().map(ServerAddress::site_in);
        Ok(Self {
            site: typed.or(in_address),
            address,
        })
    }
}

/// Connects with the credentials that come first, and with their session if one is open.
pub(crate) fn connect(flags: &Connection, global: &Global) -> Result<Connected, Failure> {
    match Source::find(global)? {
        Some(Source::Environment(environment)) => connect_once(flags, environment, global),
        Some(Source::Profile(named)) => connect_profile(flags, &named, global),
        None => Err(not_signed_in()),
    }
}

/// The failure if neither the environment nor a current profile has credentials.
pub(crate) fn not_signed_in() -> Failure {
    let profiles = Profiles::load().unwrap_or_default();
    if let Some(first) = profiles.by_name.keys().next() {
        return Failure::NotSignedIn(format!(
            "not signed in, as no profile is the current one: run `tabctl auth switch {first}`, or give --profile (there {})",
            profiles.names()
        ));
    }
    Failure::NotSignedIn(format!(
        "not signed in: run `tabctl auth login`, or set {}, {}, {} and {}",
        env::SERVER_URL.name(),
        env::SITE_NAME.name(),
        env::PAT_NAME.name(),
        env::PAT_SECRET.name()
    ))
}

/// A client without a session, by flags and environment, or else of the profile's server.
pub(crate) fn reach(flags: &Connection, global: &Global) -> Result<Client<Blocking>, Failure> {
    let place = Place::of(flags, global)?;
    if let Some(address) = place.address {
        return client(address, &flags.trust.clone().settle(), global, Sessions::Shared);
    }
    match Source::find(global)? {
        Some(Source::Profile(Named { profile, .. })) => {
            let trust = profile.trust(&flags.trust);
            client(profile.server.parse()?, &trust, global, Sessions::Shared)
        }
        _ => Err(no_server()),
    }
}

pub(crate) fn no_server() -> Failure {
    Failure::Usage(format!(
        "no server: set {} or give --server",
        env::SERVER_URL.name()
    ))
}

impl Environment {
    /// How long sessions last: a JWT is valid for one sign-in, so the next command needs its session.
    pub(crate) fn sessions(&self) -> Sessions {
        match self.credential {
            Credential::Jwt { .. } => Sessions::LeftOpen,
            _ => Sessions::Shared,
        }
    }
}

/// Connects with credentials of the environment.
pub(crate) fn connect_once(
    flags: &Connection,
    environment: Environment,
    global: &Global,
) -> Result<Connected, Failure> {
    let place = Place::settle(flags.server.as_deref(), flags.site.as_deref())?;
    let Some(address) = place.address else {
        return Err(no_server());
    };
    let sessions = environment.sessions();
    let own = sessions == Sessions::Shared;
    let Some(mut credentials) = environment.credential.with(environment.secret) else {
        return Err(not_signed_in());
    };
    if let Some(site) = place.site {
        credentials = credentials.site(site);
    }
    let trust = flags.trust.clone().settle();
    let site = client(address.clone(), &trust, global, sessions)?.sign_in(credentials)?;
    Ok(Connected {
        site,
        address,
        profile: None,
        own,
    })
}

impl Named {
    /// Checks the server: the credentials belong to one, and are not sent to another.
    pub(crate) fn check_server(&self, asked: &ServerAddress, known: &ServerAddress) -> Result<(), Failure> {
        if asked.to_string() == known.to_string() {
            return Ok(());
        }
        Err(Failure::NotSignedIn(format!(
            "not signed in to {asked} (profile {} is for {known}): run `tabctl auth login {asked}`",
            self.name
        )))
    }

    /// The profile's server, and its site unless another one is chosen.
    pub(crate) fn settle(
        &self,
        flags: &Connection,
        global: &Global,
    ) -> Result<(ServerAddress, Option<String>), Failure> {
        let place = Place::of(flags, global)?;
        let known: ServerAddress = self.profile.server.parse()?;
        if let Some(asked) = place.address {
            self.check_server(&asked, &known)?;
        }
        let is_own = |site: &String| site.eq_ignore_ascii_case(&self.profile.site);
        Ok((known, place.site.filter(|site| !is_own(site))))
    }
}

fn connect_profile(flags: &Connection, named: &Named, global: &Global) -> Result<Connected, Failure> {
    let Named { name, profile, .. } = named;
    let (address, other) = named.settle(flags, global)?;
    let own = other.is_some();
    let sessions = if own { Sessions::Shared } else { Sessions::LeftOpen };
    let site = other.as_ref().unwrap_or(&profile.site);
    let client = client(address.clone(), &profile.trust(&flags.trust), global, sessions)?;
    let site = client.sign_in(credentials(name, profile).site(site))?;
    Ok(Connected {
        site,
        address,
        profile: (!own).then(|| name.clone()),
        own,
    })
}

/// The credentials of a profile, read from their place at each sign-in.
pub(crate) fn credentials(name: &str, profile: &Profile) -> Credentials {
    let session = profile.session_name(name);
    let (name, profile) = (name.to_owned(), profile.clone());
    Credentials::provider(session, move || {
        let (name, profile) = (name.clone(), profile.clone());
        async move {
            // A helper or the unlocking of a keyring may block.
            let fetched = tokio::task::spawn_blocking(move || fetch(&name, &profile)).await;
            fetched.unwrap_or_else(|error| Err(NoCredentials(error.to_string())))
        }
    })
}

/// Credentials that resume an open session, and never sign in.
pub(crate) fn session_only(name: &str, profile: &Profile) -> Credentials {
    Credentials::provider(profile.session_name(name), || async {
        Err::<Credentials, _>(NoCredentials("no session is open".to_owned()))
    })
}

/// Reads the credentials of a profile from their place.
pub(crate) fn fetch(name: &str, profile: &Profile) -> Result<Credentials, NoCredentials> {
    let sign_in = || format!("run `tabctl auth login --profile {name}`");
    let secret: Secret = match (&profile.credential, profile.secret) {
        (Credential::Exec(helper), _) => {
            let purpose = profile.purpose(name);
            return helper.ask(&purpose).map_err(NoCredentials);
        }
        (Credential::Jwt { file: Some(file) }, _) => secrets::read(file)?,
        (Credential::Jwt { file: None }, _) => {
            let message = "a JWT is good for one sign-in, and its session is over";
            return Err(NoCredentials(format!("{message}: {}", sign_in())));
        }
        (_, Some(kept)) => secrets::get(name, kept)?,
        (_, None) => return Err(NoCredentials(format!("no secret is kept: {}", sign_in()))),
    };
    let whole = profile.credential.with(secret);
    whole.ok_or_else(|| NoCredentials(format!("profile {name} has no credentials: {}", sign_in())))
}
