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
    /// Reads a name that RAML 0.8 or 1.0, OpenAPI 2.0 or 3, or RFC 6749 gives to a grant, in any case, whatever
    /// separates its words.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let letters = written.chars().filter(char::is_ascii_alphanumeric);
        let name: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
        let name = name.strip_prefix("urnietfparamsoauthgranttype").unwrap_or(&name);
        match name.strip_suffix("grant").or_else(|| name.strip_suffix("flow")).unwrap_or(name) {
            "code"
            | "authcode"
            | "authorizationcode"
            | "accesscode"
            | "authorizationcodepkce"
            | "authorizationcodewithpkce"
            | "pkce" => Some(Self::AuthorizationCode),
            "token" | "implicit" => Some(Self::Implicit),
            "credentials" | "clientcredentials" | "application" => Some(Self::ClientCredentials),
            "owner"
            | "password"
            | "passwordcredentials"
            | "resourceowner"
            | "resourceownerpassword"
            | "resourceownerpasswordcredentials"
            | "ropc" => Some(Self::Password),
            "device" | "devicecode" | "deviceauthorization" => Some(Self::Device),
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
            ("authorizationCode", Some(GrantName::AuthorizationCode)),
            ("Authorization Code", Some(GrantName::AuthorizationCode)),
            ("accessCode", Some(GrantName::AuthorizationCode)),
            ("clientCredentials", Some(GrantName::ClientCredentials)),
            ("application", Some(GrantName::ClientCredentials)),
            ("resource owner password credentials", Some(GrantName::Password)),
            ("device_code", Some(GrantName::Device)),
            ("deviceAuthorization", Some(GrantName::Device)),
            ("device", Some(GrantName::Device)),
            ("device flow", Some(GrantName::Device)),
            ("Device Authorization Grant", Some(GrantName::Device)),
            ("auth_code", Some(GrantName::AuthorizationCode)),
            ("authorization-code", Some(GrantName::AuthorizationCode)),
            ("grant", None),
            ("refresh_token", None),
            ("", None),
            ("password", Some(GrantName::Password)),
            ("urn:ietf:params:oauth:grant-type:device_code", Some(GrantName::Device)),
            ("urn:ietf:params:oauth:grant-type:saml2-bearer", None),
        ] {
            assert_eq!(GrantName::parse(written), expected, "{written}");
        }
    }
}
