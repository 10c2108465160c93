//! Signing in by a security scheme of a definition: from its fields to credentials.
//!
//! The fields come from the options of `API.authenticate`, from overrides, or from the person, in the order: override,
//! option, person.

mod ask;
pub mod choose;
pub mod error;
mod oauth;
pub mod options;
pub mod provided;
pub mod request;
pub mod secrets;
pub mod shown;

use apinb_definition::model::SecurityKind;
use secrecy::SecretString;

use crate::credentials::Credentials;
use crate::digest::Digest;
use crate::oauth2::authorized::Authorized;
use crate::person::Field;
use crate::store::StoreError;
use crate::tokens::Tokens;
use choose::takes_token;
use error::SignInError;
use request::{SignIn, SignedIn};
use secrets::register_secrets;

impl SignIn<'_> {
    /// Signs in. Blocks.
    ///
    /// # Errors
    /// See [`SignInError`].
    pub fn credentials(&self) -> Result<SignedIn, SignInError> {
        let mut unkept = None;
        let credentials = self.gathered(&mut unkept)?;
        register_secrets(self.redactor, &credentials);
        Ok(SignedIn { credentials, unkept })
    }

    /// `unkept` becomes the reason why tokens are not stored.
    fn gathered(&self, unkept: &mut Option<StoreError>) -> Result<Credentials, SignInError> {
        match &self.scheme.kind {
            SecurityKind::OAuth2(settings) => self.oauth2(settings, unkept),
            SecurityKind::OAuth1(settings) => self.oauth1(settings, unkept),
            SecurityKind::Bearer => {
                let [token] = self.all(&[Field::option("accessToken", "access token")])?;
                Ok(Credentials::OAuth2(Authorized::new(Tokens::bearer(token), None)))
            }
            SecurityKind::Basic => {
                let (username, password) = self.username_and_password()?;
                Ok(Credentials::Basic { username, password })
            }
            SecurityKind::Digest => {
                let (username, password) = self.username_and_password()?;
                Ok(Credentials::Digest(Digest::new(username, password)))
            }
            SecurityKind::Other(_) => self.described(),
        }
    }

    /// Some APIs take a key as user name and no password: so a user name may be provided alone.
    fn username_and_password(&self) -> Result<(SecretString, SecretString), SignInError> {
        let username = Field::option("username", "user name");
        match self.given.get(&username.name) {
            Some(name) if self.person.is_none() || self.given.has("password") => {
                Ok((name, self.given.get("password").unwrap_or_default()))
            }
            _ => {
                let [username, password] = self.all(&[username, Field::option("password", "password")])?;
                Ok((username, password))
            }
        }
    }

    /// The headers, query parameters and cookies that the scheme names. The provided ones count; where none is
    /// provided, the person is prompted for each.
    fn described(&self) -> Result<Credentials, SignInError> {
        let groups = [
            ("headers", "header", self.scheme.headers.as_slice()),
            ("query", "query", &self.scheme.query_parameters),
            ("cookies", "cookie", &self.scheme.cookies),
        ];
        let mut found = groups.map(|(plural, singular, parameters)| {
            let given = |name: &str| self.given.in_group(&[plural, singular], name);
            let values = parameters.iter().filter_map(|field| Some((field.name.clone(), given(&field.name)?)));
            values.collect::<Vec<_>>()
        });
        if found.iter().all(Vec::is_empty) {
            let named: Vec<Field> = groups
                .iter()
                .flat_map(|(_, _, parameters)| parameters.iter())
                .map(|parameter| Field::secret(&parameter.name, &parameter.name))
                .collect();
            let mut answers = self.asked(&named)?.into_iter();
            for (found, (_, _, parameters)) in found.iter_mut().zip(&groups) {
                *found = parameters.iter().map(|field| field.name.clone()).zip(&mut answers).collect();
            }
        }
        let [headers, query, cookies] = found;
        Ok(Credentials::Other { headers, query, cookies })
    }
}

/// The credentials of a token without anything else.
#[must_use]
pub fn with_token(kind: &SecurityKind, token: &SecretString) -> Option<Credentials> {
    takes_token(kind).then(|| Credentials::OAuth2(Authorized::new(Tokens::bearer(token.clone()), None)))
}
