//! Choosing the security scheme of a sign-in.

use apinb_definition::model::{SecurityKind, SecurityScheme};

use crate::oauth2::grant::GrantName;
use crate::person::Field;
use crate::sign_in::error::SignInError;
use crate::sign_in::provided::ProvidedFields;

/// The scheme that `method` names; without it the first with all its fields, else the first of OAuth 2.0,
/// OAuth 1.0, Basic and the others.
///
/// # Errors
/// If the definition has no scheme, or none of that name.
pub fn choose<'a>(
    schemes: &'a [SecurityScheme],
    method: Option<&str>,
    given: &ProvidedFields<'_>,
) -> Result<&'a SecurityScheme, SignInError> {
    if schemes.is_empty() {
        return Err(SignInError::NoSchemes);
    }
    if let Some(method) = method {
        return schemes.iter().find(|scheme| scheme.name == method).ok_or_else(|| SignInError::UnknownScheme {
            available: schemes.iter().map(|scheme| scheme.name.clone()).collect(),
        });
    }
    let rank = |scheme: &&SecurityScheme| match scheme.kind {
        SecurityKind::OAuth2(_) => 0,
        SecurityKind::OAuth1(_) => 1,
        SecurityKind::Basic => 2,
        SecurityKind::Digest | SecurityKind::Bearer | SecurityKind::Other(_) => 3,
    };
    schemes
        .iter()
        .find(|scheme| is_complete(scheme, given))
        .or_else(|| schemes.iter().min_by_key(rank))
        .ok_or(SignInError::NoSchemes)
}

/// Whether a sign-in by `scheme` has the fields that it needs. A person may still have to visit a page.
#[must_use]
pub fn is_complete(scheme: &SecurityScheme, given: &ProvidedFields<'_>) -> bool {
    let has = |names: &[&str]| names.iter().all(|name| given.has(name));
    match &scheme.kind {
        SecurityKind::OAuth2(_) => has(&["clientId"]) || has(&["accessToken"]),
        SecurityKind::OAuth1(_) => has(&["consumerKey", "consumerSecret"]),
        SecurityKind::Bearer => has(&["accessToken"]),
        SecurityKind::Basic | SecurityKind::Digest => has(&["username", "password"]),
        SecurityKind::Other(_) => {
            let groups = [
                (["headers", "header"], &scheme.headers),
                (["query", "query"], &scheme.query_parameters),
                (["cookies", "cookie"], &scheme.cookies),
            ];
            groups.iter().any(|(group, fields)| fields.iter().any(|field| given.in_group(group, &field.name).is_some()))
        }
    }
}

/// Whether a token alone is the credentials of a scheme.
#[must_use]
pub fn takes_token(kind: &SecurityKind) -> bool {
    matches!(kind, SecurityKind::OAuth2(_) | SecurityKind::Bearer)
}

/// Whether the fields are the credentials themselves: such a sign-in sends no request and needs no person.
#[must_use]
pub fn are_credentials(scheme: &SecurityScheme, given: &ProvidedFields<'_>) -> bool {
    match &scheme.kind {
        SecurityKind::OAuth2(_) => given.has("accessToken"),
        SecurityKind::OAuth1(_) => is_complete(scheme, given) && (given.has("accessToken") || given.has("token")),
        // An API may take a key as user name, without a password.
        SecurityKind::Basic | SecurityKind::Digest => given.has("username"),
        SecurityKind::Bearer | SecurityKind::Other(_) => is_complete(scheme, given),
    }
}

/// The fields of a sign-in by `scheme`, by the names of options. A person may enter some of them on a sign-in page, and a
/// server may require fewer.
#[must_use]
pub fn fields_of(scheme: &SecurityScheme) -> Vec<Field> {
    let username = || Field::option("username", "user name");
    let password = || Field::option("password", "password");
    match &scheme.kind {
        SecurityKind::OAuth2(settings) => {
            let mut fields = vec![Field::option("clientId", "client id")];
            let grants = settings.authorization_grants.iter();
            let grants: Vec<GrantName> = grants.filter_map(|grant| GrantName::parse(grant)).collect();
            if grants != [GrantName::Implicit] {
                fields.push(Field::option("clientSecret", "client secret"));
            }
            if grants == [GrantName::Password] {
                fields.extend([username(), password()]);
            }
            fields
        }
        SecurityKind::OAuth1(_) => {
            vec![Field::option("consumerKey", "consumer key"), Field::option("consumerSecret", "consumer secret")]
        }
        SecurityKind::Basic | SecurityKind::Digest => vec![username(), password()],
        SecurityKind::Bearer => vec![Field::option("accessToken", "access token")],
        SecurityKind::Other(_) => {
            let named = scheme.headers.iter().chain(&scheme.query_parameters).chain(&scheme.cookies);
            named.map(|parameter| Field::secret(&parameter.name, &parameter.name)).collect()
        }
    }
}
