//! Decides whether the certificate of a server is trusted.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier as SystemVerifier;

/// Trusts what the system trusts, and the user's own certificates.
#[derive(Debug)]
pub(crate) struct Verifier {
    /// The authorities of the system and those of the user; none: every certificate is accepted.
    authorities: Option<SystemVerifier>,
    /// The user's certificates.
    own: Vec<CertificateDer<'static>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    /// # Errors
    /// If the certificates of the system cannot be read.
    pub(crate) fn new(own: &[CertificateDer<'static>], provider: Arc<CryptoProvider>) -> Result<Self, Error> {
        let algorithms = provider.signature_verification_algorithms;
        let authorities = SystemVerifier::new_with_extra_roots(own.iter().cloned(), provider)?;
        Ok(Self { authorities: Some(authorities), own: own.to_vec(), algorithms })
    }

    /// Accepts every certificate.
    pub(crate) fn insecure(provider: &CryptoProvider) -> Self {
        Self { authorities: None, own: Vec::new(), algorithms: provider.signature_verification_algorithms }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(authorities) = &self.authorities else { return Ok(ServerCertVerified::assertion()) };
        let verified = authorities.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match verified {
            // A certificate that the user names is trusted as it is: `openssl req -x509` marks the server's own one as
            // that of an authority. It is within its time, which is checked before what it may be used for.
            Err(error) if is_of_authority(&error) && self.own.iter().any(|own| own == end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Whether a certificate was refused because it is marked as that of an authority.
fn is_of_authority(error: &Error) -> bool {
    matches!(error, Error::InvalidCertificate(reason) if reason_of(reason) == Some(&webpki::Error::CaUsedAsEndEntity))
}

/// The cause of an error that rustls has no name for.
pub(crate) fn reason_of(error: &CertificateError) -> Option<&webpki::Error> {
    match error {
        CertificateError::Other(other) => other.0.downcast_ref(),
        _ => None,
    }
}
