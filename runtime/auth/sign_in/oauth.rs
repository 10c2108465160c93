//! Signing in by OAuth: the grant, the scopes, the URIs with their parameters filled in, stored tokens.

use apinb_definition::model::{OAuth1Settings, OAuth2Settings, SecurityKind};
use apinb_text::secret::bound::BoundHosts;
use apinb_text::web::host::is_loopback;
use apinb_text::web::uri;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::browser::redirect_uri::RedirectUri;
use crate::credentials::Credentials;
use crate::error::AuthError;
use crate::oauth1::authorize::{Callback, OAuth1Request};
use crate::oauth1::credentials::OAuth1;
use crate::oauth2::authorized::{Authorized, Renewal, stored};
use crate::oauth2::grant::{Grant, GrantName};
use crate::oauth2::request::OAuth2Request;
use crate::person::{DeviceSignIn, Field, Person, Visit};
use crate::rsa_key::SignatureMethod;
use crate::sign_in::choose::takes_token;
use crate::sign_in::error::SignInError;
use crate::sign_in::options;
use crate::sign_in::provided::split;
use crate::sign_in::request::SignIn;
use crate::sign_in::secrets::register_token_secrets;
use crate::store::key::TokenKey;
use crate::store::{Store, StoreError};
use crate::tokens::Tokens;
use crate::{oauth1, oauth2};

/// For sign-ins without a person: a grant that needs one ends with an error.
struct NoPerson;

impl Person for NoPerson {
    fn ask(&self, _: &str, _: &str, _: &Field) -> Result<Option<SecretString>, String> {
        Ok(None)
    }

    fn visit(&self, _: &Url, _: &Url) -> Result<Visit, String> {
        Err(NO_PERSON.to_owned())
    }

    fn paste(&self, _: &Url) -> Result<Url, String> {
        Err(NO_PERSON.to_owned())
    }

    fn show_device_code(&self, _: &DeviceSignIn) -> Result<(), String> {
        Err(NO_PERSON.to_owned())
    }

    fn prompt_for_verifier(&self, _: &Url) -> Result<SecretString, String> {
        Err(NO_PERSON.to_owned())
    }
}

/// The details of a client that a person has entered.
#[derive(Default)]
struct ClientDetails {
    client_secret: Option<SecretString>,
    scopes: Option<Vec<String>>,
}

const NO_PERSON: &str = "signing in requires a person at a terminal";

impl SignIn<'_> {
    pub(super) fn oauth2(
        &self,
        settings: &OAuth2Settings,
        unkept: &mut Option<StoreError>,
    ) -> Result<Credentials, SignInError> {
        let bearer = self.given.get("accessToken");
        let mut asked = ClientDetails::default();
        let client_id = match (&bearer, self.given.get("clientId")) {
            (Some(token), None) => {
                return Ok(Credentials::OAuth2(Authorized::new(Tokens::bearer(token.clone()), None)));
            }
            (_, Some(id)) => id,
            (None, None) if self.person.is_none() => return Err(self.missing(&self.all_missing(settings))),
            (None, None) => {
                let [id] = self.all(&[Field::option("clientId", "client id")])?;
                asked = self.more_of_client(settings)?;
                id
            }
        };
        let device_uri = self.given.get("deviceAuthorizationUri");
        let mut request = OAuth2Request {
            authorization_uri: self.endpoint(settings.authorization_uri.as_deref())?,
            access_token_uri: self.endpoint(settings.access_token_uri.as_deref())?,
            // Definitions have left-overs there: without a URL, the endpoint of the tokens renews them.
            refresh_uri: self.endpoint(settings.refresh_uri.as_deref()).ok().flatten(),
            device_authorization_uri: self.endpoint(device_uri.as_ref().map(ExposeSecret::expose_secret))?,
            grant: Grant::AuthorizationCode,
            client_id: client_id.expose_secret().to_owned(),
            client_secret: self.given.get("clientSecret").or(asked.client_secret),
            scopes: self.given.list(options::SCOPES).or(asked.scopes).unwrap_or_else(|| settings.scopes.clone()),
            redirect_uri: self.redirect_uri(&["redirectUri"])?,
        };
        if let Some(token) = bearer {
            let mut tokens = Tokens::bearer(token);
            tokens.refresh_token = self.given.get("refreshToken");
            return Ok(Credentials::OAuth2(Authorized::new(tokens, Some(Renewal { request, kept: None }))));
        }
        let place = request.access_token_uri.as_ref().or(request.authorization_uri.as_ref());
        let kept = self.store.zip(place).map(|(store, place)| {
            (store.clone(), TokenKey::new(place, &request.client_id, &request.scopes, self.bound))
        });
        if let Some(credentials) = self.kept(&request, kept.as_ref(), unkept)? {
            return Ok(credentials);
        }
        request.grant = self.grant(settings, &mut request)?;
        let person = self.person.unwrap_or(&NoPerson);
        let tokens = oauth2::authorize::authorize(self.network, &request, person, self.limit, self.cancel);
        let tokens = match (tokens, unkept.take()) {
            // There would be no need for a person if the stored tokens could be used.
            (Err(AuthError::Visit { .. }), Some(error)) if self.person.is_none() => {
                return Err(self.failed(AuthError::Store(error)));
            }
            (tokens, _) => tokens.map_err(|error| self.failed(error))?,
        };
        register_token_secrets(self.redactor, &tokens);
        if let Some((store, key)) = &kept {
            *unkept = store.keep(&stored(key, &request, &tokens)).err();
        }
        Ok(Credentials::OAuth2(Authorized::new(tokens, Some(Renewal { request, kept }))))
    }

    /// Tokens of an earlier run that are still valid, or can be renewed.
    fn kept(
        &self,
        request: &OAuth2Request,
        place: Option<&(Store, TokenKey)>,
        unkept: &mut Option<StoreError>,
    ) -> Result<Option<Credentials>, SignInError> {
        let kept = match place.map(|(store, key)| store.get(key)) {
            // A refresh token goes only to the endpoint that gave it.
            Some(Ok(Some(kept))) if kept.token_uri.as_ref() == request.renewal_uri() => kept,
            Some(Err(error)) => {
                *unkept = Some(error);
                return Ok(None);
            }
            Some(Ok(_)) | None => return Ok(None),
        };
        register_token_secrets(self.redactor, &kept.tokens);
        let renewal = Renewal { request: request.clone(), kept: place.cloned() };
        let authorized = Authorized::new(kept.tokens.clone(), Some(renewal));
        if !authorized.has_ended() {
            return Ok(Some(Credentials::OAuth2(authorized)));
        }
        match authorized.renew(&kept.tokens, self.network, self.cancel) {
            Ok(renewed) => {
                register_token_secrets(self.redactor, &renewed.tokens);
                *unkept = renewed.unkept;
                Ok(Some(Credentials::OAuth2(authorized)))
            }
            // The stored tokens stay as they are: a new sign-in, for this run.
            Err(AuthError::Store(error)) => {
                *unkept = Some(error);
                Ok(None)
            }
            Err(error @ (AuthError::Interrupted | AuthError::Unreachable { .. })) => Err(self.failed(error)),
            // It has expired, was revoked, or cannot be renewed: a new sign-in.
            Err(_) => Ok(None),
        }
    }

    /// The grant: of those that the options name, else the definition, else the authorization code; in the order code,
    /// client credentials, password, device, implicit. Without a person, the grants that need none come first.
    fn grant(&self, settings: &OAuth2Settings, request: &mut OAuth2Request) -> Result<Grant, SignInError> {
        let (named, offered) = self.offered(settings);
        let has_secret = request.client_secret.is_some();
        let serves = |grant: &GrantName| match grant {
            GrantName::ClientCredentials => has_secret,
            GrantName::Password => self.given.has("username") && self.given.has("password"),
            _ => false,
        };
        let alone = offered.iter().find(|grant| self.person.is_none() && serves(grant));
        match alone.or(offered.first()) {
            Some(GrantName::AuthorizationCode) => Ok(Grant::AuthorizationCode),
            Some(GrantName::ClientCredentials) => {
                if request.client_secret.is_none() {
                    let [secret] = self.all(&[Field::option("clientSecret", "client secret")])?;
                    request.client_secret = Some(secret);
                }
                Ok(Grant::ClientCredentials)
            }
            Some(GrantName::Device) => Ok(Grant::Device),
            Some(GrantName::Implicit) => Ok(Grant::Implicit),
            Some(GrantName::Password) => {
                let [username, password] =
                    self.all(&[Field::option("username", "user name"), Field::option("password", "password")])?;
                Ok(Grant::Password { username: username.expose_secret().to_owned(), password })
            }
            None => Err(self.unsupported(format!("OAuth 2.0 grant {}", named.join(", ")))),
        }
    }

    /// The grants that the options name, else the definition, else the authorization code: as they are written, and
    /// those of them that are known, in the order code, client credentials, password, device, implicit.
    fn offered(&self, settings: &OAuth2Settings) -> (Vec<String>, Vec<GrantName>) {
        let named = self.given.list(options::GRANTS);
        let named = named.unwrap_or_else(|| settings.authorization_grants.clone());
        let known: Vec<GrantName> = named.iter().filter_map(|name| GrantName::parse(name)).collect();
        let order = [
            GrantName::AuthorizationCode,
            GrantName::ClientCredentials,
            GrantName::Password,
            GrantName::Device,
            GrantName::Implicit,
        ];
        let is_offered = |grant: &GrantName| match named.is_empty() {
            true => *grant == GrantName::AuthorizationCode,
            false => known.contains(grant),
        };
        let offered = order.into_iter().filter(is_offered).collect();
        (named, offered)
    }

    /// The fields that must be provided without a person.
    fn all_missing(&self, settings: &OAuth2Settings) -> Vec<Field> {
        let mut fields = vec![Field::option("clientId", "client id")];
        let (_, offered) = self.offered(settings);
        let alone = offered.iter().find(|grant| matches!(grant, GrantName::ClientCredentials | GrantName::Password));
        match alone {
            Some(GrantName::ClientCredentials) => fields.push(Field::option("clientSecret", "client secret")),
            Some(_) => {
                fields.extend([Field::option("username", "user name"), Field::option("password", "password")]);
            }
            None => {}
        }
        fields.into_iter().filter(|field| !self.given.has(&field.name)).collect()
    }

    /// Asks for the details of a client that the person has named: its secret, if it has one, and the scopes.
    fn more_of_client(&self, settings: &OAuth2Settings) -> Result<ClientDetails, SignInError> {
        let mut asked = ClientDetails::default();
        let (_, offered) = self.offered(settings);
        if !self.given.has("clientSecret") && offered.first() == Some(&GrantName::AuthorizationCode) {
            asked.client_secret = self.ask(Field::option("clientSecret", "client secret, if it has one"))?;
        }
        if self.given.list(options::SCOPES).is_none() && settings.scopes.len() > 1 {
            let label = format!("scopes, of {}; all without an answer:", settings.scopes.join(" "));
            let scopes = self.ask(Field::option("scopes", &label))?;
            asked.scopes = scopes.map(|scopes| split(scopes.expose_secret())).filter(|scopes| !scopes.is_empty());
        }
        Ok(asked)
    }

    pub(super) fn oauth1(
        &self,
        settings: &OAuth1Settings,
        unkept: &mut Option<StoreError>,
    ) -> Result<Credentials, SignInError> {
        let method = self.signature_method(settings)?;
        let [consumer_key, consumer_secret] = match &method {
            // The key identifies the client; there is no shared secret.
            SignatureMethod::RsaSha1(_) => {
                let [key] = self.all(&[Field::option("consumerKey", "consumer key")])?;
                [key, self.given.get("consumerSecret").unwrap_or_default()]
            }
            _ => self.all(&[
                Field::option("consumerKey", "consumer key"),
                Field::option("consumerSecret", "consumer secret"),
            ])?,
        };
        let first = |names: [&str; 2]| names.iter().find_map(|name| self.given.get(name));
        let client = OAuth1 {
            consumer_key: consumer_key.expose_secret().to_owned(),
            consumer_secret,
            token: first(["accessToken", "token"]),
            token_secret: first(["accessTokenSecret", "tokenSecret"]),
            others: Vec::new(),
            method,
            kept: None,
        };
        if client.token.is_some() {
            return Ok(Credentials::OAuth1(client));
        }
        let token_credentials_uri = self.endpoint(settings.token_credentials_uri.as_deref())?;
        let place = self.store.zip(token_credentials_uri.as_ref());
        let kept = place.map(|(store, uri)| (store.clone(), TokenKey::new(uri, &client.consumer_key, &[], self.bound)));
        let client = OAuth1 { kept, ..client };
        if let Ok(Some(client)) = client.clone().with_stored_token() {
            return Ok(Credentials::OAuth1(client));
        }
        let callback = match self.given.get("redirectUri").or_else(|| self.given.get("callback")) {
            Some(uri) if uri.expose_secret() == "oob" => Callback::OutOfBand,
            _ => Callback::Redirect(self.redirect_uri(&["redirectUri", "callback"])?),
        };
        let request = OAuth1Request {
            request_token_uri: self.endpoint(settings.request_token_uri.as_deref())?,
            authorization_uri: self.endpoint(settings.authorization_uri.as_deref())?,
            token_credentials_uri,
            client,
            callback,
        };
        let person = self.person.unwrap_or(&NoPerson);
        let signed_in = oauth1::authorize::authorize(self.network, &request, person, self.limit, self.cancel);
        let signed_in = signed_in.map_err(|error| self.failed(error))?;
        *unkept = signed_in.keep().err();
        Ok(Credentials::OAuth1(signed_in))
    }

    /// The addresses from which tokens come, of every grant. The sign-in reports those
    /// that are not URLs.
    #[must_use]
    pub fn token_addresses(&self) -> Vec<Url> {
        let (of_scheme, option) = match &self.scheme.kind {
            SecurityKind::OAuth2(settings) => {
                (vec![&settings.access_token_uri, &settings.refresh_uri], Some("deviceAuthorizationUri"))
            }
            SecurityKind::OAuth1(settings) => {
                (vec![&settings.request_token_uri, &settings.token_credentials_uri], None)
            }
            SecurityKind::Basic | SecurityKind::Digest | SecurityKind::Bearer | SecurityKind::Other(_) => {
                (Vec::new(), None)
            }
        };
        let of_scheme = of_scheme.into_iter().map(|template| self.uri(template.as_deref()));
        let given = option.map(|option| self.given_uri(option));
        of_scheme.chain(given).filter_map(|uri| uri.ok().flatten()).collect()
    }

    /// The hosts that what this sign-in yields may be sent to: those of the API, and its endpoints.
    #[must_use]
    pub fn bound_hosts(&self) -> BoundHosts {
        let page = match &self.scheme.kind {
            SecurityKind::OAuth2(settings) => settings.authorization_uri.as_deref(),
            SecurityKind::OAuth1(settings) => settings.authorization_uri.as_deref(),
            SecurityKind::Basic | SecurityKind::Digest | SecurityKind::Bearer | SecurityKind::Other(_) => None,
        };
        let bound = self.bound.fork();
        self.uri(page).ok().flatten().iter().chain(&self.token_addresses()).for_each(|address| bound.add_url(address));
        bound
    }

    /// Warnings before the sign-in begins: addresses to which secrets go without encryption, including pages for the
    /// browser. RFC 6749, sections 3.1 and 3.2, requires TLS there.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let page = match &self.scheme.kind {
            SecurityKind::OAuth2(settings) => settings.authorization_uri.as_deref(),
            SecurityKind::OAuth1(settings) => settings.authorization_uri.as_deref(),
            SecurityKind::Basic | SecurityKind::Digest | SecurityKind::Bearer | SecurityKind::Other(_) => None,
        };
        let addresses = self.uri(page).ok().flatten().into_iter().chain(self.token_addresses());
        let warning = |address: Url| {
            let said = format!("{address} is not encrypted: others can read secrets and tokens on the way");
            self.redactor.redact(&said).into_owned()
        };
        addresses.filter(is_exposed).map(warning).collect()
    }

    /// The one that the options name, else the first of the definition's that can be used, else HMAC-SHA1.
    fn signature_method(&self, settings: &OAuth1Settings) -> Result<SignatureMethod, SignInError> {
        let key = self.given.get("privateKey");
        let parse = |name: &str| SignatureMethod::parse(name, key.as_ref().map(ExposeSecret::expose_secret));
        if let Some(name) = self.given.get("signatureMethod") {
            let name = name.expose_secret();
            return match parse(name) {
                Some(method) => method.map_err(|error| self.failed(AuthError::Key(error))),
                None => Err(self.unsupported(format!("OAuth 1.0 signature {name}"))),
            };
        }
        Ok(settings.signatures.iter().filter_map(|name| parse(name)?.ok()).next().unwrap_or_default())
    }

    /// The URI of a page or an endpoint, which requests go to.
    fn endpoint(&self, template: Option<&str>) -> Result<Option<Url>, SignInError> {
        match self.uri(template)? {
            Some(uri) if !matches!(uri.scheme(), "http" | "https") => Err(SignInError::Endpoint {
                scheme: self.scheme.name.clone(),
                uri: template.unwrap_or_default().to_owned(),
            }),
            uri => Ok(uri),
        }
    }

    fn given_uri(&self, option: &str) -> Result<Option<Url>, SignInError> {
        self.uri(self.given.get(option).as_ref().map(ExposeSecret::expose_secret))
    }

    /// The registered redirect URI, by the first of these options that is there.
    fn redirect_uri(&self, options: &[&str]) -> Result<Option<RedirectUri>, SignInError> {
        let Some(given) = options.iter().find_map(|option| self.given.get(option)) else { return Ok(None) };
        let template = given.expose_secret();
        RedirectUri::parse(&self.filled(template)).map(Some).map_err(|error| self.not_a_url(template, error))
    }

    fn uri(&self, template: Option<&str>) -> Result<Option<Url>, SignInError> {
        let Some(template) = template else { return Ok(None) };
        Url::parse(&self.filled(template)).map(Some).map_err(|error| self.not_a_url(template, error))
    }

    fn filled(&self, template: &str) -> String {
        uri::fill(template, |name| self.parameters.get(name).map_or("", String::as_str))
    }

    fn not_a_url(&self, template: &str, error: url::ParseError) -> SignInError {
        SignInError::Uri { scheme: self.scheme.name.clone(), uri: template.to_owned(), cause: error.to_string() }
    }

    fn unsupported(&self, kind: String) -> SignInError {
        SignInError::Unsupported { scheme: self.scheme.name.clone(), kind }
    }

    fn failed(&self, cause: AuthError) -> SignInError {
        SignInError::Failed {
            client: self.client.to_owned(),
            scheme: self.scheme.name.clone(),
            takes_token: takes_token(&self.scheme.kind),
            cause: Box::new(cause),
        }
    }
}

/// Whether others can read requests to this address.
fn is_exposed(address: &Url) -> bool {
    address.scheme() == "http" && !is_loopback(address)
}
