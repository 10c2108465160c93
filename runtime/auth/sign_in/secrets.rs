//! The secrets of credentials, for the redactor.

use apinb_text::secret::names::is_secret_name;
use apinb_text::secret::redactor::Redactor;
use secrecy::{ExposeSecret, SecretString};

use crate::credentials::Credentials;
use crate::digest::Digest;
use crate::tokens::Tokens;

/// Adds every secret of credentials to the redactor.
pub fn register_secrets(redactor: &Redactor, credentials: &Credentials) {
    let add = |secret: &SecretString| redactor.add(secret.expose_secret());
    match credentials {
        Credentials::OAuth2(authorized) => register_token_secrets(redactor, &authorized.tokens()),
        Credentials::OAuth1(oauth1) => {
            std::iter::once(&oauth1.consumer_secret).chain(&oauth1.token).chain(&oauth1.token_secret).for_each(add);
            secret_fields(&oauth1.others).for_each(add);
        }
        Credentials::Basic { username, password } => {
            add(password);
            redactor.add_basic(username.expose_secret(), password.expose_secret());
        }
        Credentials::Digest(Digest { password, .. }) => add(password),
        Credentials::Other { headers, query, cookies } => {
            headers.iter().chain(query).chain(cookies).for_each(|(_, value)| add(value));
        }
    }
}

/// As [`register_secrets`], of tokens that were renewed.
pub fn register_token_secrets(redactor: &Redactor, tokens: &Tokens) {
    let others = secret_fields(&tokens.others);
    std::iter::once(&tokens.access_token).chain(&tokens.refresh_token).chain(others).for_each(|secret| {
        redactor.add(secret.expose_secret());
    });
}

/// The fields of a response with a token that are secrets by their names.
fn secret_fields(others: &[(String, SecretString)]) -> impl Iterator<Item = &SecretString> {
    others.iter().filter(|(name, _)| is_secret_name(name)).map(|(_, value)| value)
}
