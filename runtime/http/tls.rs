//! The certificates that TLS trusts, and the client certificate, as the user has set them.

use std::fmt;

use reqwest::{Certificate, ClientBuilder, Identity};
use serde::{Deserialize, Serialize};

/// Settings of TLS. Default: the certificates that the system trusts, and no client certificate.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(into = "Pem", try_from = "Pem")]
pub struct Tls {
    /// Trusted in addition to the system's certificates.
    trusted: Vec<Certificate>,
    /// Sent to servers that ask for a client certificate.
    identity: Option<Identity>,
    /// The files that `trusted` and `identity` were read from.
    pem: Pem,
    /// Whether any certificate of a server is accepted.
    pub insecure: bool,
}

/// The certificates and the key of a [`Tls`] as text. It has no `Debug` text, since there is a key in it.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Pem {
    trusted: Vec<String>,
    identity: Option<String>,
    insecure: bool,
}

/// Certificates or keys cannot be used. No part of a key is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    #[error("it has no certificate in PEM")]
    NoCertificate,
    /// There is a certificate, but no key for it.
    #[error("it has no private key in PEM that is not encrypted")]
    NoKey,
    /// Certificate and key do not fit.
    #[error("certificate and private key cannot be used together")]
    Mismatch,
}

impl Tls {
    /// Trusts the certificates in `pem` as well.
    ///
    /// # Errors
    /// If `pem` has no valid certificate.
    pub fn trust(&mut self, pem: &[u8]) -> Result<(), TlsError> {
        let certificates = Certificate::from_pem_bundle(pem).map_err(|_| TlsError::NoCertificate)?;
        if certificates.is_empty() || reqwest::Client::builder().tls_certs_only(certificates.clone()).build().is_err() {
            return Err(TlsError::NoCertificate);
        }
        self.trusted.extend(certificates);
        self.pem.trusted.push(String::from_utf8_lossy(pem).into_owned());
        Ok(())
    }

    /// Presents the certificate in `certificate`, whose private key is in `key`, or in `certificate` as well.
    ///
    /// # Errors
    /// If one of them is missing, or they do not match.
    pub fn show(&mut self, certificate: &[u8], key: Option<&[u8]>) -> Result<(), TlsError> {
        if !Certificate::from_pem_bundle(certificate).is_ok_and(|found| !found.is_empty()) {
            return Err(TlsError::NoCertificate);
        }
        let mut pem = certificate.to_vec();
        pem.push(b'\n');
        pem.extend(key.unwrap_or_default());
        let identity = Identity::from_pem(&pem).map_err(|_| TlsError::NoKey)?;
        let fits = reqwest::Client::builder().tls_certs_only([]).identity(identity.clone()).build();
        fits.map_err(|_| TlsError::Mismatch)?;
        self.identity = Some(identity);
        self.pem.identity = Some(String::from_utf8_lossy(&pem).into_owned());
        Ok(())
    }

    pub(crate) fn apply(&self, mut builder: ClientBuilder) -> ClientBuilder {
        if !self.trusted.is_empty() {
            builder = builder.tls_certs_merge(self.trusted.iter().cloned());
        }
        if let Some(identity) = &self.identity {
            builder = builder.identity(identity.clone());
        }
        builder.tls_danger_accept_invalid_certs(self.insecure)
    }
}

impl From<Tls> for Pem {
    fn from(tls: Tls) -> Self {
        Self { insecure: tls.insecure, ..tls.pem }
    }
}

impl TryFrom<Pem> for Tls {
    type Error = TlsError;

    fn try_from(pem: Pem) -> Result<Self, TlsError> {
        let mut tls = Self { insecure: pem.insecure, ..Self::default() };
        pem.trusted.iter().try_for_each(|pem| tls.trust(pem.as_bytes()))?;
        if let Some(identity) = &pem.identity {
            tls.show(identity.as_bytes(), None)?;
        }
        Ok(tls)
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tls")
            .field("trusted", &self.trusted.len())
            .field("identity", &self.identity.is_some())
            .field("insecure", &self.insecure)
            .finish()
    }
}
