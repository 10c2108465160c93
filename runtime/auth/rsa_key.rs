//! How requests of OAuth 1.0a are signed (RFC 5849 section 3.4), with the key of RSA-SHA1.

use std::fmt;
use std::sync::Arc;

use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;

/// How a signature is made (section 3.4).
#[derive(Clone, Default)]
pub enum SignatureMethod {
    /// Section 3.4.2, which nearly every API uses.
    #[default]
    HmacSha1,
    /// As HMAC-SHA1, with SHA-256; not in the standard.
    HmacSha256,
    /// Section 3.4.3, with the key that the consumer's certificate is for.
    RsaSha1(Arc<RsaPrivateKey>),
    /// Section 3.4.4: the secrets as they are, for TLS only.
    PlainText,
}

/// A key that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The text is not a key.
    #[error("the private key is not an RSA key in PEM (PKCS #1 or PKCS #8)")]
    Unreadable,
    /// It is too small for a signature.
    #[error("the private key cannot sign")]
    Unusable,
}

impl SignatureMethod {
    /// The method by its name in RFC 5849, in any case; `private_key` is the PEM text that RSA-SHA1 needs.
    ///
    /// # Errors
    /// None for a name that is not known; [`KeyError`] for RSA-SHA1 with an unusable key.
    pub fn parse(name: &str, private_key: Option<&str>) -> Option<Result<Self, KeyError>> {
        match name.trim().to_ascii_uppercase().as_str() {
            "HMAC-SHA1" => Some(Ok(Self::HmacSha1)),
            "HMAC-SHA256" => Some(Ok(Self::HmacSha256)),
            "PLAINTEXT" => Some(Ok(Self::PlainText)),
            "RSA-SHA1" => Some(private_key.and_then(rsa_key).map(Self::RsaSha1).ok_or(KeyError::Unreadable)),
            _ => None,
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
            Self::RsaSha1(_) => "RSA-SHA1",
            Self::PlainText => "PLAINTEXT",
        }
    }
}

impl fmt::Debug for SignatureMethod {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

fn rsa_key(pem: &str) -> Option<Arc<RsaPrivateKey>> {
    let key = RsaPrivateKey::from_pkcs8_pem(pem).or_else(|_| RsaPrivateKey::from_pkcs1_pem(pem));
    key.ok().map(Arc::new)
}
