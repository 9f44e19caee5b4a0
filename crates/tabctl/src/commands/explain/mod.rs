//! `tabctl auth explain`: what a code means, or what is wrong with a JWT. Nothing is sent.

mod code;
mod jwt;

use std::fs::File;
use std::io::{self, Read as _};

use tableau_client::Secret;

use crate::args;
use crate::encoding;
use crate::failure::Failure;
use crate::input::unreadable;

/// The limit on the length of a text to explain.
const LONGEST: u64 = 64 * 1024;

pub(crate) fn run(args: &args::Explain) -> Result<(), Failure> {
    let text = match (&args.file, args.code.as_deref()) {
        (Some(file), _) => {
            let read = File::open(file).and_then(read);
            let read = read.map_err(|error| unreadable(file, &error))?;
            return jwt::explain(&read, args.json);
        }
        (None, Some("-") | None) => {
            let read = read(io::stdin().lock());
            read.map_err(|error| Failure::Local(format!("standard input cannot be read: {error}")))?
        }
        (None, Some(code)) if is_jwt(without_scheme(code)) => {
            return Err(Failure::Usage(
                "a JWT is a secret, and every user of this machine can see arguments: give it by standard input \
                 (`tabctl auth explain - < FILE`) or with --file FILE"
                    .to_owned(),
            ));
        }
        (None, Some(code)) => return code::explain(code, Some(code), args.json),
    };
    match is_jwt(text.expose()) {
        true => jwt::explain(&text, args.json),
        // The text may be any secret, so it is not repeated.
        false => code::explain(text.expose(), None, args.json),
    }
}

fn read(from: impl io::Read) -> io::Result<Secret> {
    let mut bytes = Vec::new();
    from.take(LONGEST).read_to_end(&mut bytes)?;
    let text = encoding::decode(bytes).map_err(|why| io::Error::other(format!("it {why}")))?;
    Ok(Secret::new(without_scheme(&text)))
}

/// As copied from a header: `Bearer eyJ…`.
fn without_scheme(text: &str) -> &str {
    let text = text.trim();
    match text.split_once(char::is_whitespace) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => token.trim_start(),
        _ => text,
    }
}

/// Whether it is a JWT or a part of one: JSON in base64 begins like this.
fn is_jwt(text: &str) -> bool {
    text.starts_with("eyJ")
        || (text.len() > 64 && !text.contains(char::is_whitespace) && text.matches('.').count() == 2)
}
