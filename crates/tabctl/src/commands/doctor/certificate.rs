//! Certificates in words.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tableau_client::diagnosis::Certificate;
use x509_parser::prelude::{FromDer as _, X509Certificate, X509Name};

/// A certificate that expires within this many days gets a warning.
const SOON: i64 = 21;
const DAY: i64 = 24 * 60 * 60;

/// The chain that a server showed last, its own certificate first.
#[derive(Clone, Default)]
pub(super) struct Shown(Arc<Mutex<Vec<Certificate>>>);

impl Shown {
    pub(super) fn watch(&self) -> impl Fn(&[Certificate]) + Send + Sync + 'static {
        let this = self.clone();
        move |chain| {
            *this.0.lock().unwrap_or_else(PoisonError::into_inner) = chain.to_vec();
        }
    }

    /// The server's own certificate.
    pub(super) fn own(&self) -> Option<Certificate> {
        let chain = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        chain.first().cloned()
    }

    /// The subject of each certificate, the issuer of the last, and the expiry of the first.
    pub(super) fn says(&self) -> Option<String> {
        let chain = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let read: Vec<_> = chain.iter().filter_map(|one| read(one.der())).collect();
        let own = read.first()?;
        let mut says = name(own.subject());
        for signer in read.iter().skip(1) {
            says = format!("{says} ← {}", name(signer.subject()));
        }
        let last = read.last()?;
        let issuer = name(last.issuer());
        says = if last.subject() == last.issuer() {
            format!("{says}, signed by itself")
        } else {
            format!("{says}, issued by {issuer}")
        };
        let until = own.validity().not_after.timestamp();
        Some(format!("{says}, good until {}", date(until)))
    }

    /// How many days are left until the server's certificate expires, if they are few.
    pub(super) fn ends_soon(&self) -> Option<i64> {
        let own = self.own()?;
        let until = read(own.der())?.validity().not_after.timestamp();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
        let left = until.checked_sub(i64::try_from(now).ok()?)? / DAY;
        (left < SOON).then_some(left)
    }
}

fn read(der: &[u8]) -> Option<X509Certificate<'_>> {
    X509Certificate::from_der(der).ok().map(|(_, read)| read)
}

/// The common name, or else the whole name.
fn name(name: &X509Name<'_>) -> String {
    let common = name.iter_common_name().next();
    match common.and_then(|name| name.as_str().ok()) {
        Some(common) => format!("CN={common}"),
        None if name.as_raw().len() <= 2 => "an empty name".to_owned(),
        None => name.to_string(),
    }
}

/// The day, as `2027-11-25`.
fn date(seconds: i64) -> String {
    match x509_parser::time::ASN1Time::from_timestamp(seconds).map(|time| time.to_datetime().date()) {
        Ok(date) => date.to_string(),
        Err(_) => "a time that cannot be written".to_owned(),
    }
}
