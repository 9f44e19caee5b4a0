//! What tells credentials from others, without being of use to sign in.

use std::num::NonZeroU32;

use ring::{digest, pbkdf2};

/// How often the digest of a password is taken: as often as costs a sign-in a few hundredths of a second, and a search for the password years.
const ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(99_999);

/// What tells credentials from others: a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    pub(crate) text: String,
    /// Whether it is the same in every process.
    pub(crate) is_lasting: bool,
}

impl Fingerprint {
    /// Of credentials whose secrets are random, so that their digest does not help to find them.
    pub(super) fn of(kind: &str, parts: &[&str]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in [&[kind], parts].concat() {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part.as_bytes());
        }
        Self::lasting(context.finish().as_ref())
    }

    /// Of a secret that a person chose, and that could be found by trying.
    pub(super) fn of_password(name: &str, password: &str) -> Self {
        let mut digest = [0_u8; digest::SHA256_OUTPUT_LEN];
        let salt = format!("tableau-client password {name}");
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            ROUNDS,
            salt.as_bytes(),
            password.as_bytes(),
            &mut digest,
        );
        Self::lasting(&digest)
    }

    /// Of something that this process alone knows by a number.
    pub(super) fn of_this_process(kind: &str, number: u64) -> Self {
        Self {
            text: format!("{kind} {number}"),
            is_lasting: false,
        }
    }

    fn lasting(digest: &[u8]) -> Self {
        Self {
            text: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            is_lasting: true,
        }
    }
}
