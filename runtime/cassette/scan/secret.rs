//! Secrets that no service's format describes: private keys, JSON Web Tokens, credentials in headers and URLs, and values
//! whose names say so.

use std::ops::Range;

use apinb_text::secret::names::{is_secret_header, is_token_name, normalized_field};
use base64::Engine as _;
use base64::alphabet::STANDARD as STANDARD_ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};
use serde_json::Value as Json;
use url::Url;

use super::hit::Hit;
use super::pattern::{entropy, is_separate, patterns};
use super::placeholder::{is_placeholder, is_shape};
use super::rules;
use super::value::{Value, assignments};

/// Base64 with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD_ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The shortest password and the shortest other secret that a name announces, in characters.
const SHORTEST_PASSWORD: usize = 6;
const SHORTEST_SECRET: usize = 12;
/// The shortest value that is only suspicious, and its least entropy, in bits.
const SHORTEST_SUSPECT: usize = 20;
const LEAST_ENTROPY: f64 = 3.6;
/// Longer values are data.
const LONGEST_SECRET: usize = 512;

patterns! {
    private_key = r#"(?x) -----BEGIN\x20(?:[A-Z0-9]+\x20){0,2}PRIVATE\x20KEY(?:\x20BLOCK)?-----
        (?: \\[nr] | ["',\s] | [A-Za-z0-9+/=:.-] ){0,400}? ([A-Za-z0-9+/]{40,})
        (?: \\[nr] | ["',\s] | [A-Za-z0-9+/=] )*"#;
    putty_key = r"PuTTY-User-Key-File-[0-9]: ";
    jwt = r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{16,}(?:\.[A-Za-z0-9_-]+){0,2}";
    authorization = r"(?i)\b(?:proxy-)?authorization\b[\x22':=\s\\]{1,8}(?:bearer|basic|digest|token|apikey|key|negotiate|hmac|aws4-hmac-sha256)\s+([A-Za-z0-9._~+/=:-]{8,})";
    credentials = r"^(?i)(?:([a-z][a-z0-9-]{2,30})\s+)?(\S.*)$";
    bearer = r"\b[Bb]earer\s+([A-Za-z0-9._~+/-]{20,}=*)";
    cookie = r"(?:^|;\s*)([A-Za-z0-9_.-]+)=([^;\s]{8,})";
    url_password = r#"\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s/?\#:@"'<>\\]{0,100}:([^\s/?\#@"'<>\\]{1,200})@[^\s/?\#"'<>\\:]+"#;
    uuid = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";
    hex = r"^[0-9a-fA-F]+$";
}

/// Secrets that their own text gives away, wherever they are: in the text of the whole file.
pub(super) fn in_text(text: &str, hits: &mut Vec<Hit>) {
    for captures in private_key().into_iter().flat_map(|regex| regex.captures_iter(text)) {
        let (Some(whole), Some(body)) = (captures.get(0), captures.get(1)) else { continue };
        if !is_placeholder(body.as_str()) {
            hits.push(Hit::new(&rules::PRIVATE_KEY, "a private key", whole.range()));
        }
    }
    for one in putty_key().into_iter().flat_map(|regex| regex.find_iter(text)) {
        hits.push(Hit::new(&rules::PRIVATE_KEY, "a private key of PuTTY", one.range()));
    }
    for one in jwt().into_iter().flat_map(|regex| regex.find_iter(text)) {
        if is_separate(text, &one.range()) && is_jwt(one.as_str()) {
            hits.push(Hit::new(&rules::JWT, "a JSON Web Token", one.range()));
        }
    }
    for captures in url_password().into_iter().flat_map(|regex| regex.captures_iter(text)) {
        let (Some(whole), Some(password)) = (captures.get(0), captures.get(1)) else { continue };
        if !is_placeholder(password.as_str()) && !has_reserved_host(whole.as_str()) {
            hits.push(Hit::new(&rules::URL_PASSWORD, "a password in a URL", password.range()));
        }
    }
    for regex in [authorization(), bearer()].into_iter().flatten() {
        for token in regex.captures_iter(text).filter_map(|captures| captures.get(1)) {
            let looks_random = has_digit(token.as_str()) || is_mixed(token.as_str());
            if looks_random && !is_made_up(token.as_str()) {
                hits.push(Hit::new(&rules::CREDENTIALS, "credentials of a request", token.range()));
            }
        }
    }
}

/// Whether a text is a token of RFC 7519: its header names an algorithm, and it has a payload, or is encrypted.
fn is_jwt(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let json =
        |at: usize| -> Option<Json> { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts.get(at)?).ok()?).ok() };
    let Some(header) = json(0).filter(|header| header.get("alg").is_some_and(Json::is_string)) else { return false };
    if parts.len() == 5 {
        return header.get("enc").is_some();
    }
    let Some(payload) = json(1).filter(Json::is_object) else { return false };
    // The tokens of documentation, and those that a replay makes up.
    let is_of_nobody = payload.get("name").is_some_and(|name| name == "John Doe")
        || payload.get("sub").is_some_and(|subject| subject == "1234567890" || subject == "made-up")
        || header.get("alg").is_some_and(|algorithm| algorithm == "none");
    !is_of_nobody
}

/// Whether a URL leads to this machine, or to a host of RFC 2606.
fn has_reserved_host(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    url.host_str().is_some_and(|host| super::personal::is_reserved_domain(host) || host.starts_with("127."))
}

/// Secrets in a value because of its name, and because of the names within its text.
pub(super) fn in_value(value: &Value<'_>, hits: &mut Vec<Hit>) {
    let text = value.text.as_ref();
    if is_secret_header(&value.name) {
        for range in header(&value.name, text) {
            hits.push(Hit::new(&rules::CREDENTIALS, "credentials of a request", value.origin(&range)));
        }
        return;
    }
    if let Some((rule, noun)) = named(&value.name, text) {
        hits.push(Hit::new(rule, noun, value.origin(&(0..text.len()))));
        return;
    }
    for (name, range) in assignments(text) {
        let (name, assigned) = (text.get(name).unwrap_or_default(), text.get(range.clone()).unwrap_or_default());
        if let Some((rule, noun)) = named(name, assigned) {
            hits.push(Hit::new(rule, noun, value.origin(&range)));
        }
    }
}

/// The secrets in the value of a header that signs a caller in.
fn header(name: &str, text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if name.to_ascii_lowercase().contains("cookie") {
        for value in cookie().into_iter().flat_map(|regex| regex.captures_iter(text)).filter_map(|found| found.get(2)) {
            let is_attribute = ["path", "domain", "expires", "max-age", "samesite", "priority"];
            let named = text.get(..value.start()).unwrap_or_default().trim_end_matches('=');
            let named = named.rsplit([';', ' ']).next().unwrap_or_default().to_ascii_lowercase();
            let looks_random = has_digit(value.as_str()) || is_mixed(value.as_str());
            if !is_attribute.contains(&named.as_str()) && !is_placeholder(value.as_str()) && looks_random {
                found.push(value.range());
            }
        }
        return found;
    }
    let Some(captures) = credentials().and_then(|regex| regex.captures(text)) else { return found };
    if let Some(secret) = captures.get(2)
        && !is_made_up(secret.as_str())
        && secret.as_str().chars().count() >= SHORTEST_PASSWORD
    {
        found.push(secret.range());
    }
    found
}

/// Whether credentials only stand for others: placeholders, or a made-up password in those of Basic.
fn is_made_up(credentials: &str) -> bool {
    let decoded = BASE64.decode(credentials).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let password = decoded.as_ref().and_then(|text| text.split_once(':')).map(|(_, password)| password);
    is_placeholder(credentials) || password.is_some_and(|password| is_placeholder(password) || password.is_empty())
}

/// The rule that a value breaks because of its name.
fn named(name: &str, value: &str) -> Option<(&'static apinb_text::diagnostic::rule::Rule, &'static str)> {
    let length = value.chars().count();
    if !(SHORTEST_PASSWORD..=LONGEST_SECRET).contains(&length)
        || is_placeholder(value)
        || is_shape(value)
        || value.contains("://")
    {
        return None;
    }
    let field = normalized_field(name);
    let last = field.as_str();
    if ["password", "passwd", "passphrase", "passcode", "pwd"].iter().any(|word| last.ends_with(word)) {
        let is_prose = value.matches(' ').count() > 5;
        return (!is_prose).then_some((&rules::NAMED_VALUE, "a password"));
    }
    if length < SHORTEST_SECRET || value.contains(char::is_whitespace) || is_public(&field) {
        return None;
    }
    if is_token_name(name) && is_secret_key_name(&field) && is_random(value, 2.8) {
        return Some((&rules::NAMED_VALUE, "a secret"));
    }
    let is_suspicious = length >= SHORTEST_SUSPECT
        && is_context(&field)
        && is_random(value, LEAST_ENTROPY)
        && !uuid().is_some_and(|regex| regex.is_match(value))
        && !hex().is_some_and(|regex| regex.is_match(value))
        // A token was decoded, and is a made-up one.
        && !value.starts_with("eyJ")
        && !value.starts_with('/');
    is_suspicious.then_some((&rules::RANDOM_VALUE, "a random value with the name of a secret"))
}

/// Whether a normalized name says that anybody may know the value: pages, forms, and what its issuer publishes.
fn is_public(field: &str) -> bool {
    const PUBLIC: [&str; 17] = [
        "public",
        "publish",
        "page",
        "cursor",
        "next",
        "prev",
        "continuation",
        "sync",
        "csrf",
        "xsrf",
        "authenticity",
        "idempotency",
        "etag",
        "request",
        "trace",
        "correlation",
        "cancel",
    ];
    PUBLIC.iter().any(|word| field.contains(word))
}

/// Whether a normalized name ends with `key` only if the word before says that the key is secret.
fn is_secret_key_name(field: &str) -> bool {
    const OPENING: [&str; 22] = [
        "api",
        "secret",
        "private",
        "access",
        "client",
        "app",
        "application",
        "consumer",
        "signing",
        "encryption",
        "auth",
        "account",
        "subscription",
        "shared",
        "master",
        "license",
        "service",
        "session",
        "function",
        "webhook",
        "admin",
        "ssh",
    ];
    match field.strip_suffix("keys").or(field.strip_suffix("key")) {
        Some(before) => OPENING.iter().any(|word| before.ends_with(word)),
        None => true,
    }
}

/// Whether a normalized name makes a random value suspicious.
fn is_context(field: &str) -> bool {
    const WORDS: [&str; 15] = [
        "key",
        "auth",
        "signature",
        "session",
        "credential",
        "jwt",
        "bearer",
        "secret",
        "token",
        "password",
        "mnemonic",
        "otp",
        "connectionstring",
        "salt",
        "assertion",
    ];
    const WHOLE: [&str; 5] = ["sid", "sig", "pin", "code", "dsn"];
    const HARMLESS: [&str; 9] = ["author", "url", "uri", "link", "href", "id", "type", "name", "authority"];
    let is_harmless = HARMLESS.iter().any(|word| field.ends_with(word)) || field.starts_with("author");
    !is_harmless && (WORDS.iter().any(|word| field.contains(word)) || WHOLE.contains(&field))
}

/// Whether a value is random rather than words: it has digits and letters, or letters of both cases within words.
fn is_random(value: &str, least: f64) -> bool {
    let has_letter = value.contains(|character: char| character.is_ascii_alphabetic());
    let is_words = value
        .split(['-', '_', '.', '/', ':'])
        .all(|word| word.chars().all(char::is_lowercase) || word.chars().all(|character| character.is_ascii_digit()));
    (has_digit(value) && has_letter && !is_words || is_mixed(value) && value.len() >= SHORTEST_SUSPECT)
        && entropy(value) >= least
}

fn has_digit(value: &str) -> bool {
    value.contains(|character: char| character.is_ascii_digit())
}

/// Whether lower-case letters, upper-case letters and digits or signs are mixed as in no identifier of a program.
fn is_mixed(value: &str) -> bool {
    let switches = value.as_bytes().windows(2).filter(|pair| match pair {
        [one, other] => one.is_ascii_lowercase() && other.is_ascii_uppercase(),
        _ => false,
    });
    switches.count() * 6 >= value.len()
}

#[cfg(test)]
mod tests {
    use super::{is_jwt, named};

    #[test]
    fn names_decide_about_values() {
        let check = |name: &str, value: &str, code: Option<&str>| {
            assert_eq!(named(name, value).map(|(rule, _)| rule.code), code, "{name} = {value}");
        };
        let (secret, random) = (Some("secret/named-value"), Some("secret/random-value"));
        check("password", "swordfish", secret);
        check("user.Password", "correct horse battery", secret);
        check("client_secret", "k3Jd92lsPq0xMz", secret);
        check("apiKey", "9f8e2c41b7d3", secret);
        check("access_token", "2b1c8d90-77aa-4f3e-9c55-0a6d1e8f2b34", secret);
        check("key", "q7Zk2MvT9xLw4RbN8sYd", random);
        check("x-auth", "q7Zk2MvT9xLw4RbN8sYd", random);
        for (name, value) in [
            ("password", "string"),
            ("password", "{{input.PASSWORD}}"),
            ("passwordHelp", "Passwords have at least eight characters"),
            ("token_type", "bearer"),
            ("next_page_token", "k3Jd92lsPq0xMz"),
            ("csrfToken", "k3Jd92lsPq0xMz"),
            ("public_key", "k3Jd92lsPq0xMz"),
            ("issue_key", "PROJECT-123456"),
            ("keys_url", "https://api.example.org/keys/q7Zk2MvT9xLw4RbN8sYd"),
            ("key", "2b1c8d90-77aa-4f3e-9c55-0a6d1e8f2b34"),
            ("key", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("etag", "q7Zk2MvT9xLw4RbN8sYd"),
            ("sha", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("id", "q7Zk2MvT9xLw4RbN8sYd"),
            ("author", "q7Zk2MvT9xLw4RbN8sYd"),
            ("code", "resource_not_found_in_tenant"),
            ("token", "some-words-with-hyphens"),
            ("secret", "12345678901234"),
            ("primaryKey", "3f9a2c71b8d4"),
        ] {
            check(name, value, None);
        }
    }

    #[test]
    fn tokens_are_decoded() {
        use base64::Engine as _;
        let part = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        let token =
            |header: &str, payload: &str| format!("{}.{}.{}", part(header), part(payload), "s1gnature".repeat(4));
        assert!(is_jwt(&token(r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"sub":"joe","iat":1}"#)));
        assert!(!is_jwt(&token(r#"{"typ":"JWT"}"#, r#"{"sub":"joe"}"#)));
        assert!(!is_jwt(&token(r#"{"alg":"HS256"}"#, r#"{"sub":"1234567890","name":"John Doe"}"#)));
        assert!(!is_jwt(&token(r#"{"alg":"HS256"}"#, "[]")));
        assert!(!is_jwt("eyJhbGciOiJub25l.x.y"));
    }
}
