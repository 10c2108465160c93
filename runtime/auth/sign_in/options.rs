//! The names of the options of `API.authenticate`, `--auth` and `[clients.NAME.auth]`.

use apinb_definition::model::{SecurityKind, SecurityScheme};
use apinb_text::secret::names::normalized_field;

/// The options of all schemes but those that a definition describes itself. Those that messages list come first; the
/// others are other names of them.
pub const OPTIONS: [&str; 28] = [
    "clientId",
    "clientSecret",
    "scopes",
    "redirectUri",
    "authorizationGrants",
    "deviceAuthorizationUri",
    "username",
    "password",
    "consumerKey",
    "consumerSecret",
    "signatureMethod",
    "privateKey",
    "accessToken",
    "accessTokenSecret",
    "refreshToken",
    "headers",
    "query",
    "cookies",
    "header",
    "cookie",
    "scope",
    "authorizationGrant",
    "grants",
    "grant",
    "grantType",
    "callback",
    "token",
    "tokenSecret",
];

/// How many of [`OPTIONS`] messages list.
const LISTED: usize = 18;

/// The options that name scopes. Their value is a list: an array, or a text with spaces or commas between its items.
pub(super) const SCOPES: &[&str] = &["scopes", "scope"];

/// The options that name grants, a list too.
pub(super) const GRANTS: &[&str] = &["authorizationGrants", "authorizationGrant", "grants", "grant", "grantType"];

/// The groups of single values: `header.X-Key`.
const GROUPS: [&str; 5] = ["headers.", "header.", "query.", "cookies.", "cookie."];

/// The options that a message lists.
#[must_use]
pub fn listed() -> &'static [&'static str] {
    OPTIONS.get(..LISTED).unwrap_or_default()
}

/// Whether the value of an option is a list.
#[must_use]
pub fn is_list(name: &str) -> bool {
    is_one_of(name, SCOPES.iter().chain(GRANTS).copied())
}

/// Whether some scheme has the option; the names of fields that definitions describe are not among them.
#[must_use]
pub fn is_general(name: &str) -> bool {
    GROUPS.iter().any(|group| name.starts_with(group)) || is_one_of(name, OPTIONS)
}

/// Whether `scheme`, or any other, has the option.
#[must_use]
pub fn is_known(name: &str, scheme: &SecurityScheme) -> bool {
    let described = scheme.headers.iter().chain(&scheme.query_parameters).chain(&scheme.cookies);
    is_general(name)
        || matches!(scheme.kind, SecurityKind::Other(_))
            && is_one_of(name, described.map(|parameter| parameter.name.as_str()))
}

fn is_one_of<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> bool {
    let name = normalized_field(name);
    names.into_iter().any(|known| normalized_field(known) == name)
}

#[cfg(test)]
mod tests {
    use apinb_definition::model::{SecurityKind, SecurityScheme};

    use super::{is_general, is_known, is_list, listed};

    #[test]
    fn options_are_known_however_they_are_written() {
        for (name, expected) in [
            ("clientSecret", true),
            ("client_secret", true),
            ("CLIENT-SECRET", true),
            ("header.X-Key", true),
            ("grant", true),
            ("clientSecrt", false),
            ("X-Key", false),
            ("", false),
        ] {
            assert_eq!(is_general(name), expected, "{name}");
        }
        assert!(is_list("scopes") && is_list("authorization_grants") && !is_list("clientId"));
        assert_eq!(listed().last(), Some(&"cookies"));
    }

    #[test]
    fn a_scheme_has_the_fields_that_its_definition_describes() {
        let scheme = SecurityScheme::new("key", SecurityKind::Other("apiKey".to_owned()));
        assert!(!is_known("X-Key", &scheme));
    }
}
