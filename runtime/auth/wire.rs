//! The secrets that only the requests and responses have: codes, verifiers and tokens of a sign-in, and what signs a
//! caller in from then on, such as session cookies.

use apinb_http::exchange::{Call, Response};
use apinb_text::secret::names::{is_credential, is_secret_name, is_token_name};
use apinb_text::secret::redactor::Redactor;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::{Url, form_urlencoded};

/// Shorter values of cookies and headers are settings rather than secrets.
const SHORTEST: usize = 8;

/// Adds every secret of a call that is part of a sign-in to the redactor.
pub fn register_secrets(redactor: &Redactor, call: &Call) {
    let learn = |name: &str, value: &str| {
        if is_credential(name) {
            redactor.add(value);
        }
    };
    of_url(&call.request.url, &learn);
    of_body(call.request.body.as_deref().unwrap_or_default(), &learn);
    if let Ok(response) = &call.outcome {
        of_response(response, &learn);
        of_tokens(&response.body, &|token| redactor.add_received(token));
    }
}

/// Adds the secrets that any call may have: a password in its URL, the headers that sign it in, the cookies that its
/// response sets.
pub fn register_call_secrets(redactor: &Redactor, call: &Call) {
    redactor.add_received_url(&call.request.url);
    let sent = call.outcome.as_ref().map_or(&call.request.headers, |response| &response.sent.headers);
    let received = call.outcome.as_ref().map_or(&[][..], |response| &response.headers);
    for (name, value) in sent {
        match name.to_ascii_lowercase().as_str() {
            "authorization" | "proxy-authorization" => of_authorization(redactor, value),
            // It identifies a repeated request, not a person.
            "idempotency-key" => {}
            "cookie" => value.split(';').for_each(|cookie| of_cookie(redactor, cookie)),
            name if is_secret_name(name) && value.len() >= SHORTEST => redactor.add_received(value),
            _ => {}
        }
    }
    for (name, value) in received {
        if name.eq_ignore_ascii_case("set-cookie") {
            of_cookie(redactor, value.split(';').next().unwrap_or_default());
        }
    }
}

/// The credentials after the name of a scheme; of Basic, also what they are made of.
fn of_authorization(redactor: &Redactor, value: &str) {
    let credentials = value.trim().split_once(' ').map_or(value, |(_, credentials)| credentials.trim());
    if credentials.len() < SHORTEST {
        return;
    }
    // Parameters of Digest and OAuth 1.0a are made for one request.
    if !credentials.contains("=\"") {
        redactor.add_received(credentials);
    }
    let pair = STANDARD.decode(credentials).ok().and_then(|pair| String::from_utf8(pair).ok());
    if let Some((user, password)) = pair.as_deref().and_then(|pair| pair.split_once(':'))
        && value.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "))
    {
        redactor.add_received_basic(user, password);
    }
}

/// The value of a cookie, unless it is short, or a word as settings have them.
fn of_cookie(redactor: &Redactor, cookie: &str) {
    let Some((name, value)) = cookie.split_once('=') else { return };
    let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"'));
    let is_word = value.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_' | b'.'));
    let of_session = ["sess", "sid", "auth", "csrf", "xsrf", "jwt"].iter().any(|part| name.contains(part));
    if value.len() >= SHORTEST && (!is_word || of_session || is_secret_name(&name)) {
        redactor.add_received(value);
    }
}

fn of_response(response: &Response, learn: &impl Fn(&str, &str)) {
    of_url(&response.url, learn);
    for (_, location) in response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("location")) {
        if let Ok(url) = response.url.join(location) {
            of_url(&url, learn);
        }
    }
    of_body(&response.body, learn);
}

fn of_url(url: &Url, learn: &impl Fn(&str, &str)) {
    for part in [url.query(), url.fragment()].into_iter().flatten() {
        of_form(part.as_bytes(), learn);
    }
}

fn of_body(body: &[u8], learn: &impl Fn(&str, &str)) {
    match serde_json::from_slice(without_mark(body)) {
        Ok(Value::Object(fields)) => {
            for (name, value) in &fields {
                if let Some(value) = value.as_str() {
                    learn(name, value);
                }
            }
        }
        _ => of_form(body.trim_ascii(), learn),
    }
}

fn of_form(form: &[u8], learn: &impl Fn(&str, &str)) {
    form_urlencoded::parse(form).for_each(|(name, value)| learn(&name, &value));
}

/// Passes the tokens anywhere in a response to `learn`, whatever its format is: nested and listed in JSON; in XML, in
/// a form, in JSON that is not valid.
fn of_tokens(body: &[u8], learn: &impl Fn(&str)) {
    let body = without_mark(body);
    if let Ok(value) = serde_json::from_slice::<Value>(body) {
        of_value(&value, false, learn);
    } else {
        of_text(&String::from_utf8_lossy(body), learn);
    }
}

/// `named`: a name above it says that it is a token.
fn of_value(value: &Value, named: bool, learn: &impl Fn(&str)) {
    match value {
        Value::String(text) if named || is_jwt(text) => learn(text),
        // JSON in JSON, as some servers wrap their responses.
        Value::String(text) if text.starts_with(['{', '[']) => of_tokens(text.as_bytes(), learn),
        Value::Array(items) => items.iter().for_each(|item| of_value(item, named, learn)),
        Value::Object(fields) => {
            for (name, field) in fields {
                let is_value = named && matches!(name.to_ascii_lowercase().as_str(), "value" | "raw" | "text" | "id");
                of_value(field, is_value || is_token_name(name), learn);
            }
        }
        _ => {}
    }
}

/// Each value that follows the name of a token: `<access_token>…</access_token>`, `access_token="…"`,
/// `"access_token": "…`, `access_token=…&`, `access_token: …`.
fn of_text(text: &str, learn: &impl Fn(&str)) {
    let is_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    let mut rest = text;
    while let Some(start) = rest.find(is_name) {
        let from = rest.get(start..).unwrap_or_default();
        let end = from.find(|character| !is_name(character)).unwrap_or(from.len());
        let (name, after) = from.split_at_checked(end).unwrap_or((from, ""));
        rest = after;
        if is_token_name(name)
            && let Some(value) = value_after(after)
        {
            learn(value);
        }
    }
    text.split(|character: char| !is_name(character) && character != '.').filter(|word| is_jwt(word)).for_each(learn);
}

fn value_after(text: &str) -> Option<&str> {
    let value = text.trim_start_matches(['"', '\'', '\\', ' ', '\t', '\r', '\n', ':', '=', '>']);
    let between = text.get(..text.len() - value.len())?;
    if !between.contains([':', '=', '>']) {
        return None;
    }
    let value = value.strip_prefix("<![CDATA[").unwrap_or(value);
    let quoted = between.ends_with(['"', '\'']);
    let ends = |character: char| match character {
        '"' | '\'' | '<' | '\\' | ']' => true,
        '&' | ',' | ';' | '}' | ')' => !quoted,
        _ => !quoted && character.is_whitespace(),
    };
    let value = value.get(..value.find(ends).unwrap_or(value.len()))?.trim();
    // A word is the next name rather than a token.
    (value.len() >= SHORTEST).then_some(value)
}

/// Whether `text` looks like a JSON Web Token (RFC 7519): three parts in base64url, the first of which is an object.
fn is_jwt(text: &str) -> bool {
    text.starts_with("eyJ")
        && text.split('.').count() == 3
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use apinb_text::secret::redactor::Redactor;

    use super::{of_authorization, of_cookie, of_tokens};

    fn check(body: &str, expected: &[&str]) {
        let found = RefCell::new(Vec::new());
        of_tokens(body.as_bytes(), &|token| found.borrow_mut().push(token.to_owned()));
        assert_eq!(found.into_inner(), expected, "{body}");
    }

    #[test]
    fn tokens_anywhere_in_a_response_are_found() {
        check(r#"{"access_token": "token-77777"}"#, &["token-77777"]);
        check(r#"{"data": {"Access_Token": "token-77777", "token_type": "bearer"}}"#, &["token-77777"]);
        check(r#"[{"tokens": ["token-77777", "token-88888"]}]"#, &["token-77777", "token-88888"]);
        check(r#"{"token": {"value": "token-77777", "type": "bearer"}}"#, &["token-77777"]);
        check(r#"{"result": "{\"sessionToken\": \"token-77777\"}"}"#, &["token-77777"]);
        check("\u{feff}{\"ACCESS-TOKEN\": \"token-77777\"}", &["token-77777"]);
        check("<r><access_token>token-77777</access_token><scope>read</scope></r>", &["token-77777"]);
        check("<r><access_token><![CDATA[token-77777]]></access_token></r>", &["token-77777"]);
        check("<r access_token='token 77777'/>", &["token 77777"]);
        check("{'access_token': 'token-77777', 'expires_in': 5", &["token-77777"]);
        check("{\"access_token\": \"token-77777", &["token-77777"]);
        check("access_token=token-77777&token_type=bearer", &["token-77777"]);
        check("access_token: token-77777\nscope: read", &["token-77777"]);
        check(r#"{"auth": "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln"}"#, &["eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln"]);
    }

    #[test]
    fn other_values_of_a_response_are_no_tokens() {
        for body in [
            r#"{"error": {"code": "NOT_FOUND", "message": "no token"}, "token_type": "bearer"}"#,
            r#"{"settings": [{"key": "language", "value": "en"}], "expires_in": 3600}"#,
            "the token is invalid",
            "<html><body>Your token: none</body></html>",
            "",
        ] {
            check(body, &[]);
        }
    }

    #[test]
    fn cookies_of_sessions_are_secrets() {
        let redactor = Redactor::default();
        for cookie in ["sid=COOKIE-77777", "session=abcdefghijkl", "theme=solarized-dark", "lang=en", "a=\"Zk3Mq81x\""]
        {
            of_cookie(&redactor, cookie);
        }
        let redacted = redactor.redact("COOKIE-77777 abcdefghijkl solarized-dark en Zk3Mq81x").into_owned();
        assert_eq!(redacted, "[secret] [secret] solarized-dark en [secret]");
    }

    #[test]
    fn credentials_of_headers_are_secrets() {
        let redactor = Redactor::default();
        // ann:hunter22
        for header in ["Bearer HEADER-77777", "basic YW5uOmh1bnRlcjIy", "Digest username=\"harry\"", "short"] {
            of_authorization(&redactor, header);
        }
        let redacted = redactor.redact("HEADER-77777 hunter22 YW5uOmh1bnRlcjIy ann harry short").into_owned();
        assert_eq!(redacted, "[secret] [secret] [secret] ann harry short");
    }
}
