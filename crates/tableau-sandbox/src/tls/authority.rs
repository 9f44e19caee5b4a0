//! The certificate authority, and what it signs.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use rcgen::{
    BasicConstraints, Certificate as Made, CertificateParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::{Certificate, files};
use crate::start_error::StartError;

/// The file of the authority's certificate, for clients to trust.
const CERTIFICATE: &str = "ca.pem";
/// The names and addresses of the good certificate.
pub(super) const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// The name of the certificate with the wrong name.
const OTHER_NAME: &str = "tableau.example.com";

/// The signing key, and the certificate for clients to trust.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

/// A certificate with its key.
pub(super) struct Signed {
    pub(super) certificate: Made,
    pub(super) key: KeyPair,
}

impl Signed {
    /// Both as PEM: the certificate, then its key.
    pub(super) fn pem(&self) -> String {
        format!("{}{}", self.certificate.pem(), self.key.serialize_pem())
    }
}

impl Authority {
    /// The authority of a directory, created at the first start, and the file of its certificate.
    ///
    /// The key is written first: if the process ends before the certificate is written, the next start makes it from the key.
    pub(super) fn kept(directory: &Path) -> Result<(Self, PathBuf), StartError> {
        let key_file = directory.join("ca-key.pem");
        let key = match files::read(&key_file)? {
            Some(pem) => KeyPair::from_pem(&pem).map_err(|error| files::unusable(&key_file, &error))?,
            None => {
                let key = KeyPair::generate().map_err(StartError::tls)?;
                // Without its key a certificate signs nothing.
                files::remove(&directory.join(CERTIFICATE))?;
                files::write_private(&key_file, &key.serialize_pem())?;
                key
            }
        };
        Self::with_key(key, directory)
    }

    /// An authority that lives as long as the process: its key is not written anywhere.
    pub(super) fn passing(directory: &Path) -> Result<(Self, PathBuf), StartError> {
        let key = KeyPair::generate().map_err(StartError::tls)?;
        Self::with_key(key, directory)
    }

    fn with_key(key: KeyPair, directory: &Path) -> Result<(Self, PathBuf), StartError> {
        let file = directory.join(CERTIFICATE);
        let params = authority_params();
        let pem = match files::read(&file)? {
            Some(pem) => pem,
            None => {
                let pem = params.self_signed(&key).map_err(StartError::tls)?.pem();
                files::write_public(&file, &pem)?;
                pem
            }
        };
        let certificate =
            CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|error| files::unusable(&file, &error))?;
        let this = Self {
            issuer: Issuer::new(params, key),
            certificate,
        };
        Ok((this, file))
    }

    pub(super) fn certificate(&self) -> CertificateDer<'static> {
        self.certificate.clone()
    }

    /// The server's certificate.
    pub(super) fn server(&self, kind: Certificate) -> Result<Signed, StartError> {
        let names = match kind {
            Certificate::WrongName => vec![OTHER_NAME.to_owned()],
            _ => NAMES.map(str::to_owned).to_vec(),
        };
        let mut params = CertificateParams::new(names).map_err(StartError::tls)?;
        params.distinguished_name = name("tabctl sandbox");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        valid_for(&mut params, i32::from(kind != Certificate::Expired));
        self.sign(params, kind == Certificate::SelfSigned)
    }

    /// A client certificate that the server accepts.
    pub(super) fn client(&self) -> Result<Signed, StartError> {
        let mut params = CertificateParams::default();
        params.distinguished_name = name("tabctl sandbox client");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        valid_for(&mut params, 1);
        self.sign(params, false)
    }

    fn sign(&self, mut params: CertificateParams, by_itself: bool) -> Result<Signed, StartError> {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        // Strict verifiers, such as Python's since 3.13, require the identifier of the signing key.
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().map_err(StartError::tls)?;
        let certificate = if by_itself {
            params.self_signed(&key)
        } else {
            params.signed_by(&key, &self.issuer)
        };
        let certificate = certificate.map_err(StartError::tls)?;
        Ok(Signed { certificate, key })
    }
}

/// The same at every start: certificates name their issuer by it.
fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = name("tabctl sandbox CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    valid_for(&mut params, 10);
    params
}

pub(super) fn name(common: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common);
    name
}

/// From a day ago, as clocks differ, for this many years; for 0 years, it expired a day ago and was valid for the year before.
pub(super) fn valid_for(params: &mut CertificateParams, years: i32) {
    let yesterday = Timestamp::now()
        .to_zoned(TimeZone::UTC)
        .date()
        .saturating_sub(1.day());
    let (from, to) = if years == 0 {
        (yesterday.saturating_sub(1.year()), yesterday)
    } else {
        (yesterday, yesterday.saturating_add(years.years()))
    };
    let midnight = |date: Date| {
        // Months and days of a date are small and positive.
        rcgen::date_time_ymd(
            i32::from(date.year()),
            date.month().unsigned_abs(),
            date.day().unsigned_abs(),
        )
    };
    params.not_before = midnight(from);
    params.not_after = midnight(to);
}
