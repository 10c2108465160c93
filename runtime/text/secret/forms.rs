//! The forms in which a secret may appear.

use std::borrow::Cow;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use crate::secret::base32;

/// Shorter secrets, in bytes, are found in base64 and base32 only as a whole: their inner parts would match by chance.
const SHORTEST_INNER: usize = 6;

/// One form of a secret.
pub(super) struct Form<'a> {
    pub(super) text: Cow<'a, str>,
    /// The alphabet of the text of which the form is a part, so that the letters around it belong to the secret, too.
    pub(super) part_of: Option<Alphabet>,
    pub(super) encoding: Encoding,
}

/// How a form is written, for a text that takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As it is, or with escapes for the characters that need one.
    Plain,
    Base64,
    Base64Url,
    /// Hexadecimal digits.
    Hex,
    /// Any other, in which a text cannot take its place.
    Other,
}

impl Encoding {
    /// `base64`, `base64url`, `hex`; none for the others.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Base64 => Some("base64"),
            Self::Base64Url => Some("base64url"),
            Self::Hex => Some("hex"),
            Self::Plain | Self::Other => None,
        }
    }

    /// The encoding with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Base64, Self::Base64Url, Self::Hex].into_iter().find(|encoding| encoding.name() == Some(name))
    }

    /// `text` so encoded.
    #[must_use]
    pub fn encode(self, text: &str) -> String {
        match self {
            Self::Plain | Self::Other => text.to_owned(),
            Self::Base64 => STANDARD.encode(text),
            Self::Base64Url => URL_SAFE_NO_PAD.encode(text),
            Self::Hex => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

impl<'a> Form<'a> {
    fn encoded(text: impl Into<Cow<'a, str>>, encoding: Encoding) -> Self {
        Self { encoding, ..Self::new(text) }
    }

    pub(super) fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), part_of: None, encoding: Encoding::Plain }
    }
}

/// The letters of an encoding whose letters hold fewer bits than a byte.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    Base64,
    Base32,
}

impl Alphabet {
    /// Whether `byte` is a letter of it, in any of its variants.
    pub(super) fn has(self, byte: u8) -> bool {
        match self {
            Self::Base64 => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_'),
            Self::Base32 => byte.is_ascii_alphabetic() || matches!(byte, b'2'..=b'7'),
        }
    }
}

/// Passes the forms of `secret` to `add`, one at a time: plain; percent-encoded; escaped for JSON, HTML, SQL, CSV and
/// shells; as quoted-printable; in base64, base32 and hexadecimal digits.
///
/// Decoding finds many of the escaped forms too, in any mixture; they are listed for secrets that look like an escape,
/// which decoding would change.
pub(super) fn of_secret(secret: &str, add: &mut dyn FnMut(&Form<'_>)) {
    add(&Form::new(secret));
    percent_encodings(secret, add);
    escapes(secret, add);
    in_base64(secret, add);
    in_hexadecimal(secret, add);
    if secret.len() >= SHORTEST_INNER {
        (0..3).for_each(|before| inside_base64(secret, before, add));
        (0..5).for_each(|before| inside_base32(secret, before, add));
    } else {
        for letters in [base32::UPPER, base32::LOWER] {
            add(&Form::encoded(base32::encode(secret.bytes(), letters), Encoding::Other));
        }
    }
}

/// Adds `form` unless it is `secret` itself, which is already known.
fn changed(secret: &str, form: String, add: &mut dyn FnMut(&Form<'_>)) {
    if form != secret {
        add(&Form::new(form));
    }
}

fn percent_encodings(secret: &str, add: &mut dyn FnMut(&Form<'_>)) {
    // `encodeURIComponent` of ECMAScript, RFC 3986 (section 2.3) and form encoding of the URL standard differ in what
    // they leave unescaped.
    for (kept, plus) in [("-_.!~*'()", false), ("-_.~", false), ("-_.* ", true)] {
        let encoded = percent_encoded(secret, kept);
        let encoded = if plus { encoded.replace(' ', "+") } else { encoded };
        changed(secret, lower_hex(&encoded), add);
        changed(secret, encoded, add);
    }
    // The rest of form encoding after percent-decoding.
    changed(secret, secret.replace(' ', "+"), add);
}

fn escapes(secret: &str, add: &mut dyn FnMut(&Form<'_>)) {
    changed(secret, escaped_for_json(secret), add);
    if secret.contains(['&', '<', '>', '"', '\'']) {
        let html = escaped_for_html(secret);
        changed(secret, html.replace('\'', "&#39;"), add);
        changed(secret, html.replace('\'', "&#x27;"), add);
        changed(secret, html, add);
    }
    // CSV and SQL double a quote. A POSIX shell needs quotes of the other kind, or a backslash outside of all quotes.
    for (quote, replacements) in [('"', &["\"\""][..]), ('\'', &["''", "'\\''", "'\"'\"'"])] {
        if secret.contains(quote) {
            replacements.iter().for_each(|escaped| changed(secret, secret.replace(quote, escaped), add));
        }
    }
    changed(secret, quoted_printable(secret), add);
}

/// `text` within a string of JSON.
pub(super) fn escaped_for_json(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).unwrap_or_default().to_owned()
}

/// `text` within HTML or XML, but for single quotes, which have several escapes.
pub(super) fn escaped_for_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Quoted-printable (RFC 2045, section 6.7) without soft line breaks, which decoding removes.
fn quoted_printable(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if matches!(byte, b' '..=b'~') && byte != b'=' {
            encoded.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(encoded, "={byte:02X}");
        }
    }
    encoded
}

/// Adds the hexadecimal digits of `text`, with the usual separators.
fn in_hexadecimal(text: &str, add: &mut dyn FnMut(&Form<'_>)) {
    for separator in ["", " ", ":"] {
        let mut digits = String::with_capacity(text.len() * (2 + separator.len()));
        for byte in text.bytes() {
            let before = if digits.is_empty() { "" } else { separator };
            let _ = write!(digits, "{before}{byte:02x}");
        }
        let encoding = if separator.is_empty() { Encoding::Hex } else { Encoding::Other };
        add(&Form::encoded(digits.as_str(), encoding));
        digits.make_ascii_uppercase();
        add(&Form::encoded(digits, Encoding::Other));
    }
}

/// Adds `text` in base64 and base64url (RFC 4648), with and without padding.
pub(super) fn in_base64(text: &str, add: &mut dyn FnMut(&Form<'_>)) {
    for engine in [&STANDARD, &STANDARD_NO_PAD] {
        add(&Form::encoded(engine.encode(text), Encoding::Base64));
    }
    for engine in [&URL_SAFE, &URL_SAFE_NO_PAD] {
        add(&Form::encoded(engine.encode(text), Encoding::Base64Url));
    }
}

fn inside_base64(secret: &str, before: usize, add: &mut dyn FnMut(&Form<'_>)) {
    for text in within_base64(secret, before) {
        add(&Form { part_of: Some(Alphabet::Base64), ..Form::encoded(text, Encoding::Other) });
    }
}

fn inside_base32(secret: &str, before: usize, add: &mut dyn FnMut(&Form<'_>)) {
    for letters in [base32::UPPER, base32::LOWER] {
        let text = within_base32(secret, before, letters);
        add(&Form { part_of: Some(Alphabet::Base32), ..Form::encoded(text, Encoding::Other) });
    }
}

/// The letters of `text` in base64 and base64url after `before` bytes (modulo 3) and before any others: those that
/// depend on nothing else.
pub(super) fn within_base64(text: &str, before: usize) -> [String; 2] {
    let bytes: Vec<u8> = std::iter::repeat_n(0, before).chain(text.bytes()).collect();
    [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD].map(|engine| inner(&engine.encode(&bytes), before, text.len(), 6))
}

/// As [`within_base64`] in base32, modulo 5.
pub(super) fn within_base32(text: &str, before: usize, letters: &[u8; 32]) -> String {
    let encoded = base32::encode(std::iter::repeat_n(0, before).chain(text.bytes()), letters);
    inner(&encoded, before, text.len(), 5)
}

/// The letters, of so many bits each, that hold no bit but of the `length` bytes after the first `before`.
fn inner(encoded: &str, before: usize, length: usize, bits: usize) -> String {
    let (first, last) = ((before * 8).div_ceil(bits), (before + length) * 8 / bits);
    encoded.get(first..last).unwrap_or_default().to_owned()
}

fn percent_encoded(text: &str, kept: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
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
