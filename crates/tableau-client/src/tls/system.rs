//! The authorities of the operating system, read once in a process.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls_platform_verifier::Verifier;

use super::setup_error;
use crate::error::Error;

/// The verifiers made so far, by their additional authorities.
static MADE: Mutex<Vec<Made>> = Mutex::new(Vec::new());

struct Made {
    authorities: Vec<CertificateDer<'static>>,
    verifier: Arc<Verifier>,
}

/// A verifier that trusts the operating system's authorities and these; the same one for the same authorities.
///
/// A running program keeps the system's authorities that it loaded first. The cryptography provider is that of the first client, too; a process
/// usually has only one.
pub(super) fn verifier(
    authorities: &[CertificateDer<'static>],
    provider: Arc<CryptoProvider>,
) -> Result<Arc<Verifier>, Error> {
    let mut all = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(made) = all.iter().find(|made| made.authorities == authorities) {
        return Ok(Arc::clone(&made.verifier));
    }
    let verifier =
        Verifier::new_with_extra_roots(authorities.iter().cloned(), provider).map_err(|error| {
            let message = format!("the certificates to trust could not be loaded: {error}");
            setup_error(&message).caused_by(error)
        })?;
    let verifier = Arc::new(verifier);
    all.push(Made {
        authorities: authorities.to_vec(),
        verifier: Arc::clone(&verifier),
    });
    Ok(verifier)
}

#[cfg(all(test, feature = "ring"))]
mod tests {
    use super::*;

    #[test]
    fn the_same_authorities_are_read_once() {
        let provider = || Arc::new(rustls::crypto::ring::default_provider());
        let verifiers = [verifier(&[], provider()), verifier(&[], provider())];
        let [Ok(first), Ok(second)] = verifiers else {
            panic!("the system has authorities");
        };
        assert!(Arc::ptr_eq(&first, &second));
    }
}
