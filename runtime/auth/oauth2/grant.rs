//! The grants, by the names that definitions give them.

use std::fmt;

use secrecy::SecretString;

/// How tokens are requested.
#[derive(Clone, Debug)]
pub enum Grant {
    /// RFC 6749 section 4.1: a person signs in on a page.
    AuthorizationCode,
    /// Section 4.2: the page returns the token itself.
    Implicit,
    /// RFC 8628: a person signs in on another device.
    Device,
    /// Section 4.4: the client acts for itself.
    ClientCredentials,
    /// Section 4.3: with a person's name and password.
    Password { username: String, password: SecretString },
}

/// A grant as a definition names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantName {
    /// `code`, in RAML 1.0 `authorization_code`.
    AuthorizationCode,
    /// `token`, in RAML 1.0 `implicit`.
    Implicit,
    /// `credentials`, in RAML 1.0 `client_credentials`.
    ClientCredentials,
    /// `owner`, in RAML 1.0 `password`.
    Password,
    /// The grant's URI in RFC 8628, or its last part.
    Device,
}

impl GrantName {
    /// Reads the name as RAML 0.8 or 1.0 writes it, in any case.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        match written.trim().to_ascii_lowercase().as_str() {
            "code" | "authorization_code" => Some(Self::AuthorizationCode),
            "token" | "implicit" => Some(Self::Implicit),
            "credentials" | "client_credentials" => Some(Self::ClientCredentials),
            "owner" | "password" => Some(Self::Password),
            "device_code" | "urn:ietf:params:oauth:grant-type:device_code" => Some(Self::Device),
            _ => None,
        }
    }
}

impl fmt::Display for GrantName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::AuthorizationCode => "authorization code",
            Self::Implicit => "implicit",
            Self::ClientCredentials => "client credentials",
            Self::Password => "resource owner password",
            Self::Device => "device authorization",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::GrantName;

    #[test]
    fn grants_have_several_names() {
        for (written, expected) in [
            ("code", Some(GrantName::AuthorizationCode)),
            ("authorization_code", Some(GrantName::AuthorizationCode)),
            ("token", Some(GrantName::Implicit)),
            ("implicit", Some(GrantName::Implicit)),
            ("credentials", Some(GrantName::ClientCredentials)),
            ("Client_Credentials", Some(GrantName::ClientCredentials)),
            ("owner", Some(GrantName::Password)),
            ("password", Some(GrantName::Password)),
            ("urn:ietf:params:oauth:grant-type:device_code", Some(GrantName::Device)),
            ("urn:ietf:params:oauth:grant-type:saml2-bearer", None),
        ] {
            assert_eq!(GrantName::parse(written), expected, "{written}");
        }
    }
}
