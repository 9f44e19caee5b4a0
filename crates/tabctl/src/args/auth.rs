//! `tabctl auth`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::connection::Trust;
use super::doctor::{Doctor, Explain};
use super::output::Output;

/// Which credentials are used, in one table; the guide has it too.
pub(crate) const PRECEDENCE: &str = include_str!("precedence.txt");

#[derive(Debug, Subcommand)]
pub(crate) enum Auth {
    /// Sign in, and remember server, site and credentials as a profile
    ///
    /// Values that no option or variable gives are asked for, if standard input is a terminal. A secret is never an argument: it comes from
    /// a file, standard input, the environment, the terminal or a credential helper. It is kept in the keyring of the operating system, or in a
    /// file that only you can read where there is none (or TABLEAU_KEYRING=off).
    #[command(after_help = PRECEDENCE)]
    Login(Box<Login>),
    /// Make another profile the current one
    Switch {
        /// The profile; `tabctl auth list` shows them
        #[arg(value_name = "PROFILE")]
        name: String,
    },
    /// List the profiles
    List(Output),
    /// End the session at the server and forget the profile with its secret
    Logout(Logout),
    /// Show who is signed in, where, since when, and by which source
    #[command(visible_alias = "whoami", after_help = PRECEDENCE)]
    Status(Status),
    /// Print the token of the session, for other programs
    ///
    /// A program with the token can do everything you can, until the session ends.
    Token,
    /// Find out why signing in fails, layer by layer from the address to the clock
    Doctor(Box<Doctor>),
    /// Say what an error code means, or what is wrong with a JWT; nothing is sent
    Explain(Explain),
    /// Make a profile from another program's saved sign-in
    #[command(subcommand)]
    Import(Import),
}

#[derive(Debug, Args)]
pub(crate) struct Login {
    /// The server's address, as typed or as pasted from a browser [env: TABLEAU_SERVER_URL]
    #[arg(value_name = "ADDRESS")]
    pub(crate) address: Option<String>,
    /// The same, as other commands have it
    #[arg(long, value_name = "ADDRESS", conflicts_with = "address")]
    pub(crate) server: Option<String>,
    /// The site by its content URL; "" is the Default site [env: TABLEAU_SITE_NAME]
    #[arg(long, value_name = "CONTENT_URL")]
    pub(crate) site: Option<String>,
    /// How to sign in; by default, the other options, the environment or your answer at the terminal decide
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<Kind>,
    /// The name of the personal access token [env: TABLEAU_PAT_NAME]
    #[arg(long, value_name = "NAME")]
    pub(crate) token_name: Option<String>,
    /// The user who signs in with a password, or for whom a connected app signs in [env: TABLEAU_USERNAME, TABLEAU_JWT_SUB]
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// The client id of the connected app [env: TABLEAU_CONNECTED_APP_CLIENT_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// The id of the connected app's secret [env: TABLEAU_CONNECTED_APP_SECRET_ID]
    #[arg(long, value_name = "ID")]
    pub(crate) secret_id: Option<String>,
    /// A scope that the connected app asks for; may be repeated [env: TABLEAU_JWT_SCOPES, separated by commas]
    #[arg(long = "scope", value_name = "SCOPE")]
    pub(crate) scopes: Vec<String>,
    /// Read the secret (of the token or connected app, the password, the JWT) from this file; `-` is standard input
    ///
    /// The file of a JWT is read at each sign-in. Without this option the secret is taken from the environment: TABLEAU_PAT_SECRET,
    /// TABLEAU_PASSWORD, TABLEAU_CONNECTED_APP_SECRET_VALUE or TABLEAU_JWT, or the file that the same name with _FILE names.
    #[arg(long = "token-file", value_name = "FILE", visible_aliases = ["password-file", "secret-file", "jwt-file"])]
    pub(crate) secret_file: Option<PathBuf>,
    /// Have this program give the credentials at each sign-in, instead of keeping them
    #[arg(long, value_name = "PROGRAM", conflicts_with_all = ["token_name", "username", "client_id", "secret_file"])]
    pub(crate) exec: Option<String>,
    /// An argument of that program; may be repeated
    #[arg(
        long = "exec-arg",
        value_name = "ARG",
        requires = "exec",
        allow_hyphen_values = true
    )]
    pub(crate) exec_args: Vec<String>,
    /// How long that program may take, at most a day
    #[arg(long, value_name = "SECONDS", requires = "exec", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) exec_timeout: Option<u64>,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

/// A kind of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A personal access token
    #[value(name = "token", alias = "personal-access-token", alias = "pat")]
    PersonalAccessToken,
    /// A user's name and password
    Password,
    /// A connected app with direct trust, which makes JWTs
    ConnectedApp,
    /// A JWT that another program makes
    Jwt,
}

#[derive(Debug, Args)]
pub(crate) struct Logout {
    /// All profiles
    #[arg(long, conflicts_with = "profile")]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Sign in with the credentials that tabcmd has saved, and make a profile of them
    Tabcmd(Tabcmd),
}

/// tabcmd keeps secrets in a file that others may be able to read: they are copied only on request.
#[derive(Debug, Args)]
pub(crate) struct Tabcmd {
    /// tabcmd's file [default: tableau_auth.json in your home directory]
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Take the secret of the personal access token from tabcmd's file too
    #[arg(long, conflicts_with = "secret_file")]
    pub(crate) with_secret: bool,
    /// Read the secret (of the token, or the password) from this file; `-` is standard input
    #[arg(long = "token-file", value_name = "FILE", visible_alias = "password-file")]
    pub(crate) secret_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) trust: Trust,
}
