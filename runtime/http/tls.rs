//! The certificates that TLS trusts, and the client certificate, as the user has set them.

use std::fmt;
use std::sync::Arc;

use reqwest::ClientBuilder;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use serde::{Deserialize, Serialize};

use crate::exchange::HttpError;
use crate::trusted::Verifier;

/// Settings of TLS. Default: the certificates that the system trusts, and no client certificate.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(into = "Pem", try_from = "Pem")]
pub struct Tls {
    /// Trusted in addition to the system's certificates.
    trusted: Vec<CertificateDer<'static>>,
    /// Sent to servers that ask for a client certificate.
    identity: Option<Arc<Identity>>,
    /// The files that `trusted` and `identity` were read from.
    pem: Pem,
    /// Whether any certificate of a server is accepted.
    pub insecure: bool,
}

/// A client certificate with its chain, and its key.
struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
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
        let certificates = certificates(pem)?;
        let mut store = RootCertStore::empty();
        for certificate in &certificates {
            store.add(certificate.clone()).map_err(|_| TlsError::NoCertificate)?;
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
        certificates(certificate)?;
        let mut pem = certificate.to_vec();
        pem.push(b'\n');
        pem.extend(key.unwrap_or_default());
        let chain = certificates(&pem)?;
        let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| TlsError::NoKey)?;
        let fits = Self { identity: Some(Arc::new(Identity { chain, key })), ..Self::default() };
        fits.config(Arc::new(Verifier::insecure(&provider()))).map_err(|_| TlsError::Mismatch)?;
        self.identity = fits.identity;
        self.pem.identity = Some(String::from_utf8_lossy(&pem).into_owned());
        Ok(())
    }

    /// # Errors
    /// If the certificates of the system cannot be read.
    pub(crate) fn apply(&self, builder: ClientBuilder) -> Result<ClientBuilder, HttpError> {
        let failed = |error: rustls::Error| HttpError::Connection {
            cause: format!("TLS cannot be set up (are root certificates installed?): {error}"),
        };
        let verifier = if self.insecure {
            Verifier::insecure(&provider())
        } else {
            Verifier::new(&self.trusted, provider()).map_err(failed)?
        };
        let mut config = self.config(Arc::new(verifier)).map_err(failed)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(builder.tls_backend_preconfigured(config))
    }

    fn config(&self, verifier: Arc<Verifier>) -> Result<ClientConfig, rustls::Error> {
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        match &self.identity {
            Some(identity) => config.with_client_auth_cert(identity.chain.clone(), identity.key.clone_key()),
            None => Ok(config.with_no_client_auth()),
        }
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// All certificates in `pem`.
fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    found.ok().filter(|found| !found.is_empty()).ok_or(TlsError::NoCertificate)
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
