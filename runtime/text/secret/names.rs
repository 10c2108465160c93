//! The names of secrets: of variables, of the fields of a sign-in, of headers.

/// Words that make a name secret.
const WORDS: [&str; 16] = [
    "secret",
    "secrets",
    "password",
    "passwords",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "token",
    "tokens",
    "key",
    "keys",
    "apikey",
    "apikeys",
    "credential",
    "credentials",
];

/// Words that also count at the end of a longer one: `clientsecret`. Not `key`, which ends many harmless words.
const ENDINGS: [&str; 7] = ["secret", "password", "passwd", "passphrase", "token", "apikey", "credentials"];

/// The fields of requests and responses of a sign-in (RFC 5849, 6749, 7009, 7521, 7636, 8628, 8693, OpenID Connect), and
/// the options of `API.authenticate`, whose values are secrets; in lower case, without `_`. Not `consumer_key` and
/// `access_token_uri`, which the server or anybody may know, and not `user_code`, which the person has to see.
const CREDENTIALS: [&str; 20] = [
    "accesstoken",
    "accesstokensecret",
    "assertion",
    "clientassertion",
    "clientsecret",
    "code",
    "codeverifier",
    "consumersecret",
    "devicecode",
    "idtoken",
    "oauthtoken",
    "oauthtokensecret",
    "oauthverifier",
    "password",
    "privatekey",
    "refreshtoken",
    "registrationaccesstoken",
    "subjecttoken",
    "token",
    "tokensecret",
];

/// The headers whose values sign a caller in, in lower case.
pub const SECRET_HEADERS: [&str; 6] =
    ["authorization", "cookie", "cookie2", "proxy-authorization", "set-cookie", "set-cookie2"];

/// Whether a header's value signs a caller in: [`SECRET_HEADERS`], in any letter case.
#[must_use]
pub fn is_secret_header(name: &str) -> bool {
    SECRET_HEADERS.iter().any(|secret| secret.eq_ignore_ascii_case(name))
}

/// Whether a field of a sign-in has a secret for its value, without regard to letter case, `-` and `_`: `client_secret`,
/// `clientSecret`. Stricter than [`is_secret_name`]: a sign-in also has keys and tokens in names that are not secret.
#[must_use]
pub fn is_credential(field: &str) -> bool {
    CREDENTIALS.contains(&normalized_field(field).as_str())
}

/// Whether a field of a response has a token for its value: [`is_credential`], or the last word of its name says so
/// (`sessionToken`, `api_key`; not `token_type`). A `code` is too often an error's, and a lone `key` that of a setting.
#[must_use]
pub fn is_token_name(field: &str) -> bool {
    let normalized = normalized_field(field);
    if matches!(normalized.as_str(), "code" | "key" | "keys") {
        return false;
    }
    let last = field.rsplit(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
    let start = word_ends(last).into_iter().rev().nth(1).unwrap_or(0);
    CREDENTIALS.contains(&normalized.as_str()) || is_secret_word(&last.get(start..).unwrap_or_default().to_lowercase())
}

/// A field's name without letter case, `-` and `_`: names that are equal so are the same field.
#[must_use]
pub fn normalized_field(name: &str) -> String {
    name.chars().filter(|character| !matches!(character, '-' | '_')).flat_map(char::to_lowercase).collect()
}

/// Whether the words of a question say that its answer is a secret: `Please, enter Secret of your client`. The words of a
/// URL in it do not count: it tells where to find the answer.
#[must_use]
pub fn is_secret_question(text: &str) -> bool {
    text.split_whitespace().any(|word| is_secret_name(before_url(word)))
}

/// The part of a word before a URL: one with a scheme, or a host with a path.
fn before_url(word: &str) -> &str {
    let is_of_scheme = |character: char| character.is_ascii_alphanumeric() || "+-.".contains(character);
    if let Some((before, _)) = word.split_once("://") {
        return before.trim_end_matches(is_of_scheme);
    }
    match word.split_once('/') {
        Some((host, _)) if host.trim_start_matches(|character: char| !character.is_alphanumeric()).contains('.') => "",
        _ => word,
    }
}

/// Whether the name of a variable says that its value is a secret: `CLIENT_SECRET`, `apiKey`; not `keyboard`.
#[must_use]
pub fn is_secret_name(text: &str) -> bool {
    text.split(|character: char| !character.is_alphanumeric()).any(|part| {
        let mut start = 0;
        let boundaries = word_ends(part);
        boundaries.into_iter().any(|end| {
            let word = part.get(start..end).unwrap_or_default().to_ascii_lowercase();
            start = end;
            is_secret_word(&word)
        }) || is_secret_word(&part.to_ascii_lowercase())
    })
}

fn is_secret_word(word: &str) -> bool {
    WORDS.contains(&word) || ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// The ends of the words of a camelCase name: before an upper-case letter that follows a lower-case letter or a digit,
/// before the last of several upper-case letters that a lower-case one follows (`APIKey`), and around digits.
fn word_ends(part: &str) -> Vec<usize> {
    let characters: Vec<(usize, char)> = part.char_indices().collect();
    let mut ends = Vec::new();
    for pair in characters.windows(2) {
        let [(_, before), (at, character)] = *pair else { continue };
        let next_is_lower =
            part.get(at + character.len_utf8()..).is_some_and(|rest| rest.starts_with(char::is_lowercase));
        let begins = character.is_uppercase() && (!before.is_uppercase() || next_is_lower);
        if begins || before.is_numeric() != character.is_numeric() {
            ends.push(at);
        }
    }
    ends.push(part.len());
    ends
}

#[cfg(test)]
mod tests {
    use super::{is_credential, is_secret_header, is_secret_name, is_secret_question, is_token_name};

    #[test]
    fn names_and_questions_of_secrets_are_recognized() {
        for text in [
            "CLIENT_SECRET",
            "apiKey",
            "APIKey",
            "Please, enter Secret of your Zendesk client.",
            "password2",
            "clientsecret",
            "Enter your API key:",
            "accessTokens",
            "token",
            "x-auth-token",
            "OAUTH2_CREDENTIALS",
        ] {
            assert!(is_secret_name(text), "{text:?}");
        }
        for text in ["keyboard", "monkey", "KEYBOARD", "DOMAIN", "CLIENT_ID", "secretary", "tokenize", "", "é"] {
            assert!(!is_secret_name(text), "{text:?}");
        }
    }

    #[test]
    fn a_url_does_not_make_a_question_secret() {
        for text in [
            "Enter the key of https://example.com/apps",
            "token(https://example.com/apps)",
            "Your password:",
            "password/token",
            "The API key, see example.com/help",
            "token",
        ] {
            assert!(is_secret_question(text), "{text:?}");
        }
        for text in [
            "The id of your app on https://example.com/settings/tokens",
            "See (http://example.com/api-key). Your name?",
            "Your project, as in example.com/keys/project",
            "Your name?",
        ] {
            assert!(!is_secret_question(text), "{text:?}");
        }
    }

    #[test]
    fn fields_of_a_sign_in_are_recognized() {
        for name in ["access_token", "accessToken", "Client-Secret", "code", "oauth_verifier", "privateKey", "password"]
        {
            assert!(is_credential(name), "{name}");
        }
        for name in ["consumerKey", "accessTokenUri", "token_type", "user_code", "clientId", "authorizationCode", ""] {
            assert!(!is_credential(name), "{name}");
        }
    }

    #[test]
    fn fields_with_tokens_are_recognized() {
        for name in ["access_token", "ACCESS-TOKEN", "sessionToken", "api_key", "ID_TOKEN", "tokens", "jwtSecret"] {
            assert!(is_token_name(name), "{name}");
        }
        for name in ["token_type", "tokenType", "code", "key", "expires_in", "token_endpoint", "scope", "", "keyId"] {
            assert!(!is_token_name(name), "{name}");
        }
    }

    #[test]
    fn secret_headers_are_recognized() {
        assert!(["Authorization", "proxy-authorization", "Set-Cookie", "cookie2"].into_iter().all(is_secret_header));
        assert!(!["www-authenticate", "x-cookie", ""].into_iter().any(is_secret_header));
    }
}
