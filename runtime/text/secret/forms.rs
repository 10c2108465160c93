//! The forms in which a secret may appear.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

/// Shorter secrets, in bytes, are found in base64 only as a whole: their inner parts would match by chance.
const SHORTEST_INNER: usize = 6;

/// One form of a secret.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form {
    pub(super) text: String,
    /// Whether it is the inner part of base64 text, so that the letters around it belong to the secret in part.
    pub(super) inner_base64: bool,
}

impl Form {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), inner_base64: false }
    }
}

/// `secret` plain, percent-encoded in the usual ways, escaped for JSON and HTML, and in base64.
///
/// Decoding finds the escaped forms too, in any mixture; they are listed for secrets that look like an escape, which
/// decoding would change.
pub(super) fn of_secret(secret: &str) -> Vec<Form> {
    // `encodeURIComponent` of ECMAScript, RFC 3986 (section 2.3) and form encoding of the URL standard differ in what
    // what they leave unescaped.
    let component = percent_encoded(secret, "-_.!~*'()");
    let strict = percent_encoded(secret, "-_.~");
    let form = percent_encoded(secret, "-_.* ").replace(' ', "+");
    let mut forms: Vec<Form> = [&component, &strict, &form]
        .into_iter()
        .flat_map(|encoded| [Form::new(encoded.as_str()), Form::new(lower_hex(encoded))])
        .collect();
    forms.push(Form::new(secret));
    // The rest of form encoding after percent-decoding.
    forms.push(Form::new(secret.replace(' ', "+")));
    let json = serde_json::Value::from(secret).to_string();
    forms.extend(json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).map(Form::new));
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    forms.push(Form::new(html.replace('\'', "&#39;")));
    forms.push(Form::new(html.replace('\'', "&#x27;")));
    forms.push(Form::new(html));
    forms.extend(in_base64(secret));
    if secret.len() >= SHORTEST_INNER {
        forms.extend((0..3).flat_map(|before| inside_base64(secret, before)));
    }
    forms
}

/// `text` in base64 and base64url (RFC 4648), with and without padding.
pub(super) fn in_base64(text: &str) -> [Form; 4] {
    [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD].map(|engine| Form::new(engine.encode(text)))
}

/// The base64 letters of `secret` after `before` bytes (modulo 3) and before any others: those that depend on nothing
/// else.
fn inside_base64(secret: &str, before: usize) -> [Form; 2] {
    let bits_before = before * 8;
    let first = bits_before.div_ceil(6);
    let last = (bits_before + secret.len() * 8) / 6;
    let bytes: Vec<u8> = std::iter::repeat_n(0, before).chain(secret.bytes()).collect();
    [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD].map(|engine| {
        let encoded = engine.encode(&bytes);
        Form { text: encoded.get(first..last).unwrap_or_default().to_owned(), inner_base64: true }
    })
}

/// Whether `byte` is a letter of base64 or base64url.
pub(super) fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

fn percent_encoded(text: &str, kept: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || (byte.is_ascii() && kept.contains(char::from(byte))) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The same with lower-case digits in its escapes.
fn lower_hex(encoded: &str) -> String {
    let mut lower = String::with_capacity(encoded.len());
    let mut digits = 0;
    for character in encoded.chars() {
        lower.push(if digits > 0 { character.to_ascii_lowercase() } else { character });
        digits = if character == '%' { 2_usize } else { digits.saturating_sub(1) };
    }
    lower
}
