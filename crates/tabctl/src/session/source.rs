//! Which credentials are used: the order of `args/precedence.txt`.

use tableau_client::Secret;
use tableau_client::diagnosis::DecodedJwt;

use super::profile::{Credential, Profile, Profiles};
use super::secrets;
use crate::args::Global;
use crate::env::{self, SecretVariable, Variable};
use crate::failure::Failure;

/// Where the credentials come from.
#[derive(Debug)]
pub(crate) enum Source {
    Environment(Environment),
    Profile(Named),
}

/// Credentials of the environment.
#[derive(Debug)]
pub(crate) struct Environment {
    pub(crate) credential: Credential,
    pub(crate) secret: Secret,
    /// The variable by which they were found.
    pub(crate) variable: &'static str,
}

/// A profile, and how it was chosen.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) profile: Profile,
    pub(crate) by: By,
}

/// How a profile was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// `--profile`
    Option,
    /// `TABLEAU_PROFILE`
    Variable,
    /// Nothing: it is the current one.
    Current,
}

impl Source {
    /// The first source that has credentials.
    pub(crate) fn find(global: &Global) -> Result<Option<Self>, Failure> {
        if let Some(name) = &global.profile {
            return named(name, By::Option).map(Some);
        }
        if let Some(environment) = Environment::find()? {
            return Ok(Some(Self::Environment(environment)));
        }
        if let Some(name) = env::PROFILE.get() {
            return named(&name, By::Variable).map(Some);
        }
        match Profiles::load()?.current {
            Some(name) => named(&name, By::Current).map(Some),
            None => Ok(None),
        }
    }
}

impl By {
    /// The name of the source, for people and in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Option => "--profile",
            Self::Variable => env::PROFILE.name(),
            Self::Current => "current profile",
        }
    }
}

fn named(name: &str, by: By) -> Result<Source, Failure> {
    let profile = Profiles::load()?.get(name)?.clone();
    let name = name.to_owned();
    Ok(Source::Profile(Named { name, profile, by }))
}

impl Environment {
    fn find() -> Result<Option<Self>, Failure> {
        let kinds = [token, password, connected_app, jwt];
        kinds.iter().find_map(|kind| kind().transpose()).transpose()
    }
}

fn token() -> Result<Option<Environment>, Failure> {
    let (name, secret) = (env::PAT_NAME, env::PAT_SECRET);
    let Some((found, secret)) = both(name, secret)? else {
        return Ok(None);
    };
    Ok(Some(Environment {
        credential: Credential::PersonalAccessToken { name: found },
        secret,
        variable: name.name(),
    }))
}

fn password() -> Result<Option<Environment>, Failure> {
    let Some((user, secret)) = both(env::USERNAME, env::PASSWORD)? else {
        return Ok(None);
    };
    Ok(Some(Environment {
        credential: Credential::Password { user },
        secret,
        variable: env::USERNAME.name(),
    }))
}

fn connected_app() -> Result<Option<Environment>, Failure> {
    let id = env::CONNECTED_APP_CLIENT_ID;
    let Some((client_id, secret)) = both(id, env::CONNECTED_APP_SECRET)? else {
        return Ok(None);
    };
    let needed = |variable: Variable| variable.get().ok_or_else(|| half(id.name(), variable.name()));
    Ok(Some(Environment {
        credential: Credential::ConnectedApp {
            client_id,
            secret_id: needed(env::CONNECTED_APP_SECRET_ID)?,
            user: needed(env::JWT_SUB)?,
            scopes: scopes(),
        },
        secret,
        variable: id.name(),
    }))
}

fn jwt() -> Result<Option<Environment>, Failure> {
    let Some(secret) = env::JWT.get() else {
        return Ok(None);
    };
    let secret = secrets::of_environment(secret, env::JWT)?;
    DecodedJwt::decode(&secret)
        .map_err(|error| Failure::Usage(format!("{}: {}", env::JWT.name(), error.message())))?;
    Ok(Some(Environment {
        credential: Credential::Jwt { file: None },
        secret,
        variable: env::JWT.name(),
    }))
}

/// The scopes of the environment.
pub(crate) fn scopes() -> Vec<String> {
    let scopes = env::JWT_SCOPES.get().unwrap_or_default();
    // A list in JSON is one of the ways to write several.
    let scopes = scopes
        .split([',', ' ', '[', ']', '"'])
        .filter(|scope| !scope.is_empty());
    scopes.map(str::to_owned).collect()
}

/// A name and its secret; an error if only one is set.
fn both(name: Variable, secret: SecretVariable) -> Result<Option<(String, Secret)>, Failure> {
    match (name.get(), secret.get()) {
        (Some(found), Some(value)) => Ok(Some((found, secrets::of_environment(value, secret)?))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(half(name.name(), secret.name())),
        (None, Some(_)) => Err(half(secret.name(), name.name())),
    }
}

fn half(set: &str, missing: &str) -> Failure {
    Failure::Usage(format!(
        "{set} is set, and {missing} is not: both are needed, or neither"
    ))
}
