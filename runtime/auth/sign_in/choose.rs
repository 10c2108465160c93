//! Which security scheme a sign-in is by.

use apinb_core::definition::model::{SecurityKind, SecurityScheme};

use super::{Given, SignInError};

/// The scheme that `method` names; without it the first for which everything is there, else the first of OAuth 2.0,
/// OAuth 1.0, Basic and the others.
///
/// # Errors
/// When there is none, or none of that name.
pub fn choose<'a>(
    schemes: &'a [SecurityScheme],
    method: Option<&str>,
    given: &Given<'_>,
) -> Result<&'a SecurityScheme, SignInError> {
    if schemes.is_empty() {
        return Err(SignInError::NoSchemes);
    }
    if let Some(method) = method {
        return schemes.iter().find(|scheme| scheme.name == method).ok_or_else(|| SignInError::UnknownScheme {
            available: schemes.iter().map(|scheme| scheme.name.clone()).collect(),
        });
    }
    let has = |names: &[&str]| names.iter().all(|name| given.has(name));
    let complete = |scheme: &&SecurityScheme| match &scheme.kind {
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
    };
    let rank = |scheme: &&SecurityScheme| match scheme.kind {
        SecurityKind::OAuth2(_) => 0,
        SecurityKind::OAuth1(_) => 1,
        SecurityKind::Basic => 2,
        SecurityKind::Digest | SecurityKind::Bearer | SecurityKind::Other(_) => 3,
    };
    schemes.iter().find(complete).or_else(|| schemes.iter().min_by_key(rank)).ok_or(SignInError::NoSchemes)
}
