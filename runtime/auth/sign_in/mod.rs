//! Signing in by a security scheme of a definition: which scheme, what it needs, and the credentials it gives.
//!
//! What is needed comes from the options of `API.authenticate`, from outside, or from the person who is asked.

mod choose;
mod error;
mod fields;
mod oauth;

use std::collections::BTreeMap;
use std::time::Duration;

use apinb_core::definition::model::{SecurityKind, SecurityScheme};
use apinb_http::network::Network;
use apinb_text::secret::names::is_secret_name;
use apinb_text::secret::redactor::Redactor;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use crate::browser::person::Person;
use crate::credentials::{Credentials, Tokens};
use crate::digest::Digest;
use crate::oauth2::Authorized;
use crate::store::Store;
pub use choose::{choose, fields_of};
pub use error::{SignInError, token_variable};
pub use fields::{Field, Given};

/// One sign-in.
pub struct SignIn<'a> {
    /// The name of the client, for messages.
    pub client: &'a str,
    /// By which scheme.
    pub scheme: &'a SecurityScheme,
    /// What is known.
    pub given: Given<'a>,
    /// What fills the tags of the scheme's URIs.
    pub parameters: &'a BTreeMap<String, String>,
    /// Who is asked for what is missing, and sees sign-in pages; none: nobody is there.
    pub person: Option<&'a dyn Person>,
    /// Where tokens are kept; none: nowhere.
    pub store: Option<&'a Store>,
    /// Where requests go.
    pub network: &'a Network,
    /// Learns every secret.
    pub redactor: &'a Redactor,
    /// Ends it.
    pub cancel: &'a CancellationToken,
    /// How long a person may take.
    pub limit: Duration,
}

impl SignIn<'_> {
    /// Signs in. Blocks.
    ///
    /// # Errors
    /// As [`SignInError`] says.
    pub fn credentials(&self) -> Result<Credentials, SignInError> {
        let credentials = self.gathered();
        if let Ok(credentials) = &credentials {
            hide(self.redactor, credentials);
        }
        credentials
    }

    fn gathered(&self) -> Result<Credentials, SignInError> {
        match &self.scheme.kind {
            SecurityKind::OAuth2(settings) => self.oauth2(settings),
            SecurityKind::OAuth1(settings) => self.oauth1(settings),
            SecurityKind::Bearer => {
                let [token] = self.all(&[Field::secret("accessToken", "access token")])?;
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

    /// Some APIs take a key as user name and no password: a name that is given alone is meant so.
    fn username_and_password(&self) -> Result<(SecretString, SecretString), SignInError> {
        let username = Field::plain("username", "user name");
        match self.given.get(&username.name) {
            Some(name) if self.person.is_none() || self.given.has("password") => {
                Ok((name, self.given.get("password").unwrap_or_default()))
            }
            _ => {
                let [username, password] = self.all(&[username, Field::secret("password", "password")])?;
                Ok((username, password))
            }
        }
    }

    /// The headers, query parameters and cookies that the scheme names. Those that are given count; where none is, the
    /// person is asked for each.
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
            for (at, (_, _, parameters)) in groups.iter().enumerate() {
                found[at] = parameters.iter().map(|field| field.name.clone()).zip(&mut answers).collect();
            }
        }
        let [headers, query, cookies] = found;
        Ok(Credentials::Other { headers, query, cookies })
    }
}

/// Credentials that a token alone gives.
#[must_use]
pub fn with_token(kind: &SecurityKind, token: &SecretString) -> Option<Credentials> {
    match kind {
        SecurityKind::OAuth2(_) | SecurityKind::Bearer => {
            Some(Credentials::OAuth2(Authorized::new(Tokens::bearer(token.clone()), None)))
        }
        _ => None,
    }
}

/// What credentials look like to a notebook: `$4.accessToken`.
#[must_use]
pub fn shown(credentials: &Credentials) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| {
        fields.insert(name.to_owned(), value);
    };
    let exposed = |secret: &SecretString| Value::from(secret.expose_secret());
    match credentials {
        Credentials::OAuth2(authorized) => {
            let tokens = authorized.tokens();
            put("accessToken", exposed(&tokens.access_token));
            put("tokenType", Value::from(tokens.token_type.clone()));
            if let Some(refresh) = &tokens.refresh_token {
                put("refreshToken", exposed(refresh));
            }
            if !tokens.scopes.is_empty() {
                put("scopes", Value::from(tokens.scopes.clone()));
            }
            for (name, value) in &tokens.others {
                put(name, exposed(value));
            }
        }
        Credentials::OAuth1(oauth1) => {
            put("consumerKey", Value::from(oauth1.consumer_key.clone()));
            if let Some(token) = &oauth1.token {
                put("accessToken", exposed(token));
            }
            if let Some(secret) = &oauth1.token_secret {
                put("accessTokenSecret", exposed(secret));
            }
        }
        Credentials::Basic { username, password } => {
            put("username", exposed(username));
            put("password", exposed(password));
        }
        Credentials::Digest(Digest { username, password, .. }) => {
            put("username", exposed(username));
            put("password", exposed(password));
        }
        Credentials::Other { headers, query, cookies } => {
            for (name, value) in headers.iter().chain(query).chain(cookies) {
                put(name, exposed(value));
            }
        }
    }
    fields
}

/// Every secret of credentials is kept out of what is shown from now on.
pub fn hide(redactor: &Redactor, credentials: &Credentials) {
    let add = |secret: &SecretString| redactor.add(secret.expose_secret());
    match credentials {
        Credentials::OAuth2(authorized) => hide_tokens(redactor, &authorized.tokens()),
        Credentials::OAuth1(oauth1) => {
            std::iter::once(&oauth1.consumer_secret).chain(&oauth1.token).chain(&oauth1.token_secret).for_each(add);
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

/// As [`hide`], of tokens that were renewed.
pub fn hide_tokens(redactor: &Redactor, tokens: &Tokens) {
    let others = tokens.others.iter().filter(|(name, _)| is_secret_name(name)).map(|(_, value)| value);
    std::iter::once(&tokens.access_token).chain(&tokens.refresh_token).chain(others).for_each(|secret| {
        redactor.add(secret.expose_secret());
    });
}
