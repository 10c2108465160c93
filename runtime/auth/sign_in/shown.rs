//! Credentials and token responses as a notebook sees them: with handles in place of secrets.

use apinb_text::secret::names::{is_credential, is_secret_name, normalized_field};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::{Url, form_urlencoded};

use crate::credentials::Credentials;
use crate::digest::Digest;

/// Credentials as a notebook sees them: `$4.accessToken`. `secret` makes the text of a secret from what kind of secret it
/// is and its value: a handle, mostly.
#[must_use]
pub fn shown(credentials: &Credentials, secret: &dyn Fn(&str, &str) -> String) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| {
        fields.insert(name.to_owned(), value);
    };
    let hidden = |kind: &str, value: &SecretString| Value::from(secret(kind, value.expose_secret()));
    let plain = |value: &SecretString| Value::from(value.expose_secret());
    // Some APIs take a key as user name, without a password.
    let username = |username: &SecretString, password: &SecretString| match password.expose_secret() {
        "" => hidden("user name", username),
        _ => plain(username),
    };
    let mut others = Vec::new();
    match credentials {
        Credentials::OAuth2(authorized) => {
            let tokens = authorized.tokens();
            put("accessToken", hidden("access token", &tokens.access_token));
            put("tokenType", Value::from(tokens.token_type.clone()));
            if let Some(refresh) = &tokens.refresh_token {
                put("refreshToken", hidden("refresh token", refresh));
            }
            if !tokens.scopes.is_empty() {
                put("scopes", Value::from(tokens.scopes.clone()));
            }
            others = tokens.others;
        }
        Credentials::OAuth1(oauth1) => {
            put("consumerKey", Value::from(oauth1.consumer_key.clone()));
            if let Some(token) = &oauth1.token {
                put("accessToken", hidden("access token", token));
            }
            if let Some(token_secret) = &oauth1.token_secret {
                put("accessTokenSecret", hidden("token secret", token_secret));
            }
            others.clone_from(&oauth1.others);
        }
        Credentials::Basic { username: name, password }
        | Credentials::Digest(Digest { username: name, password, .. }) => {
            put("username", username(name, password));
            put("password", hidden("password", password));
        }
        Credentials::Other { headers, query, cookies } => {
            for (name, value) in headers.iter().chain(query).chain(cookies) {
                put(name, hidden(name, value));
            }
        }
    }
    let mut response = Map::new();
    for (name, value) in others {
        let value = Value::from(response_field(&name, value.expose_secret(), secret));
        put(&name, value.clone());
        response.insert(name, value);
    }
    // As in API Notebook: `$4.response.instance_url`.
    if !response.is_empty() {
        put("response", Value::from(response));
    }
    fields
}

/// A field of a token response that the standard does not name: a secret by its name, or JSON that may have secrets.
fn response_field(name: &str, value: &str, secret: &dyn Fn(&str, &str) -> String) -> String {
    if is_secret_field(name, value) {
        return secret(name, value);
    }
    match serde_json::from_str::<Value>(value) {
        Ok(mut nested @ (Value::Object(_) | Value::Array(_))) => {
            hide_nested(&mut nested, secret);
            nested.to_string()
        }
        _ => value.to_owned(),
    }
}

fn hide_nested(value: &mut Value, secret: &dyn Fn(&str, &str) -> String) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| hide_nested(item, secret)),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if is_secret_field(name, text) => *text = secret(name, text),
                    other => hide_nested(other, secret),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a field has a secret; a name such as `token_endpoint` does not make one of a URL, nor `token_type` of `bearer`.
fn is_secret_field(name: &str, value: &str) -> bool {
    let is_harmless = Url::parse(value).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        || normalized_field(name) == "tokentype"
        || value.is_empty();
    !is_harmless && (is_credential(name) || is_secret_name(name))
}

/// The secrets of credentials: what a notebook gets handles of.
#[must_use]
pub fn secrets_of(credentials: &Credentials) -> Vec<String> {
    let secrets = std::cell::RefCell::new(Vec::new());
    let _ = shown(credentials, &|_, value| {
        secrets.borrow_mut().push(value.to_owned());
        String::new()
    });
    secrets.into_inner()
}

/// The body of a token response as a notebook sees it, if it has secrets: JSON, or a form.
#[must_use]
pub fn hide_secrets(body: &[u8], secret: &dyn Fn(&str, &str) -> String) -> Option<Vec<u8>> {
    if let Ok(mut json @ (Value::Object(_) | Value::Array(_))) = serde_json::from_slice(body) {
        hide_nested(&mut json, secret);
        return serde_json::to_vec(&json).ok();
    }
    let text = std::str::from_utf8(body).ok()?;
    let fields: Vec<_> = form_urlencoded::parse(text.trim().as_bytes()).collect();
    if !fields.iter().any(|(name, value)| is_secret_field(name, value)) {
        return None;
    }
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &fields {
        let hidden = if is_secret_field(name, value) { secret(name, value) } else { value.clone().into_owned() };
        form.append_pair(name, &hidden);
    }
    Some(form.finish().into_bytes())
}

/// Whether two URLs are the same endpoint, with any query, and however a path is written that servers read alike.
#[must_use]
pub fn is_same_endpoint(a: &Url, b: &Url) -> bool {
    a.origin() == b.origin() && segments(a) == segments(b)
}

/// The segments of a path without letter case, percent escapes, empty segments and parameters of segments.
fn segments(url: &Url) -> Vec<String> {
    let decoded = percent_decode_str(url.path()).decode_utf8_lossy().to_lowercase();
    let names = decoded.split('/').map(|segment| segment.split(';').next().unwrap_or_default());
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;
    use serde_json::{Value, json};
    use url::Url;

    use super::{hide_secrets, is_same_endpoint, shown};
    use crate::credentials::Credentials;
    use crate::oauth1::credentials::OAuth1;
    use crate::oauth2::authorized::Authorized;
    use crate::rsa_key::SignatureMethod;
    use crate::tokens::Tokens;

    fn hidden(kind: &str, _: &str) -> String {
        format!("<{kind}>")
    }

    #[test]
    fn tokens_and_secret_fields_of_the_response_are_hidden() {
        let secret = |text: &str| SecretString::from(text);
        let mut tokens = Tokens::bearer(secret("access"));
        tokens.refresh_token = Some(secret("refresh"));
        tokens.others = [
            ("instance_url", "https://a.test"),
            ("id_token", "id"),
            ("token_endpoint", "https://a.test/token"),
            ("team", r#"{"token":"t","list":[{"api_key":"k","name":"n"}],"token_type":"bot"}"#),
        ]
        .map(|(name, value)| (name.to_owned(), secret(value)))
        .into();
        let fields = shown(&Credentials::OAuth2(Authorized::new(tokens, None)), &hidden);
        let expected = json!({
            "accessToken": "<access token>", "tokenType": "bearer", "refreshToken": "<refresh token>",
            "instance_url": "https://a.test", "id_token": "<id_token>", "token_endpoint": "https://a.test/token",
            "team": r#"{"token":"<token>","list":[{"api_key":"<api_key>","name":"n"}],"token_type":"bot"}"#,
            "response": {
                "instance_url": "https://a.test", "id_token": "<id_token>", "token_endpoint": "https://a.test/token",
                "team": r#"{"token":"<token>","list":[{"api_key":"<api_key>","name":"n"}],"token_type":"bot"}"#,
            },
        });
        assert_eq!(Value::from(fields), expected);
        let one = OAuth1 {
            consumer_key: "key".to_owned(),
            consumer_secret: secret("c"),
            token: Some(secret("t")),
            token_secret: Some(secret("s")),
            others: vec![("screen_name".to_owned(), secret("ada"))],
            method: SignatureMethod::default(),
            kept: None,
        };
        let expected = json!({
            "consumerKey": "key", "accessToken": "<access token>", "accessTokenSecret": "<token secret>",
            "screen_name": "ada", "response": { "screen_name": "ada" },
        });
        assert_eq!(Value::from(shown(&Credentials::OAuth1(one), &hidden)), expected);
        let bare = Credentials::OAuth2(Authorized::new(Tokens::bearer(secret("access")), None));
        assert_eq!(
            Value::from(shown(&bare, &hidden)),
            json!({ "accessToken": "<access token>", "tokenType": "bearer" })
        );
    }

    #[test]
    fn an_endpoint_is_the_same_however_it_is_written() {
        let endpoint = Url::parse("https://a.test/oauth/token").unwrap();
        for (url, expected) in [
            ("https://a.test/oauth//TOKEN/?x=1", true),
            ("https://a.test/o%61uth/token;v=1", true),
            ("https://a.test/oauth/tokens", false),
            ("http://a.test/oauth/token", false),
        ] {
            assert_eq!(is_same_endpoint(&Url::parse(url).unwrap(), &endpoint), expected, "{url}");
        }
    }

    #[test]
    fn a_token_response_is_hidden_as_a_whole() {
        let check = |body: &str, expected: Option<&str>| {
            let found = hide_secrets(body.as_bytes(), &hidden).map(|body| String::from_utf8(body).unwrap());
            assert_eq!(found.as_deref(), expected, "{body}");
        };
        check(r#"{"access_token":"a","expires_in":5}"#, Some(r#"{"access_token":"<access_token>","expires_in":5}"#));
        check("access_token=a&scope=b+c", Some("access_token=%3Caccess_token%3E&scope=b+c"));
        check("hello", None);
    }
}
