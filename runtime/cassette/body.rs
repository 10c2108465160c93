//! Bodies as they are stored: JSON as a value, other text as text, and everything else in a file.

use std::fmt::Write as _;

use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};
use sha2::{Digest as _, Sha256};

use apinb_record::cassette::{Body, Text};

/// Longer bodies, in bytes, are in a file.
pub const LARGEST_INLINE: usize = 8 << 10;

/// How deep the value of a body in a cell may be nested; readers of JSON have a limit of 128 for the whole file.
const DEEPEST: usize = 100;

/// The folder of bodies below that of the cassette.
pub(crate) const BODIES: &str = "bodies";

/// The folder of documents from the web below that of the cassette.
pub(crate) const DOCUMENTS: &str = "documents";

/// Media types, and the extensions of their files.
const EXTENSIONS: [(&str, &str); 18] = [
    ("json", "json"),
    ("xml", "xml"),
    ("yaml", "yaml"),
    ("html", "html"),
    ("javascript", "js"),
    ("ecmascript", "js"),
    ("csv", "csv"),
    ("css", "css"),
    ("plain", "txt"),
    ("x-www-form-urlencoded", "txt"),
    ("png", "png"),
    ("jpeg", "jpg"),
    ("gif", "gif"),
    ("webp", "webp"),
    ("pdf", "pdf"),
    ("zip", "zip"),
    ("gzip", "gz"),
    ("wasm", "wasm"),
];

/// How a body of this media type is stored; none for an empty one.
pub(crate) fn stored(media_type: &str, bytes: &[u8]) -> Option<Body> {
    if bytes.is_empty() {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= LARGEST_INLINE && !text.contains('\0'));
    let Some(text) = text else {
        let file = format!("{BODIES}/{}.{}", hash(bytes), extension(media_type, "bin"));
        return Some(Body { file: Some(file), ..Body::default() });
    };
    Some(json(text).unwrap_or_else(|| Body { text: Some(Text::new(text)), ..Body::default() }))
}

/// The file of a document from the web.
pub(crate) fn document_file(media_type: &str, address: &str, bytes: &[u8]) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let own = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let own = own.filter(|own| matches!(own.len(), 1..=5) && own.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let extension = own.unwrap_or_else(|| extension(media_type, "txt").to_owned());
    format!("{DOCUMENTS}/{}.{extension}", hash(bytes))
}

/// The first half of the SHA-256 hash, in hexadecimal digits.
fn hash(bytes: &[u8]) -> String {
    let mut name = sha256(bytes);
    name.truncate(32);
    name
}

/// The SHA-256 hash in hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut digits, byte| {
        // Writing into a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

fn extension(media_type: &str, default: &'static str) -> &'static str {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let subtype = essence.rsplit(['/', '+']).next().unwrap_or_default();
    EXTENSIONS.iter().find(|(known, _)| *known == subtype).map_or(default, |(_, extension)| *extension)
}

/// A text as a value of JSON, if that is what it is and the text can be made from the value again. White space within it
/// may change if it has an uncommon layout.
fn json(text: &str) -> Option<Body> {
    let trimmed = text.trim_end_matches('\n');
    let is_container = trimmed.trim_start().starts_with(['{', '[']);
    let value: Value = serde_json::from_str(text).ok().filter(|value| is_container && depth(value) <= DEEPEST)?;
    let newline = text.len() == trimmed.len() + 1;
    for indent in [None, Some(2), Some(4)] {
        let body = Body { json: Some(value.clone()), indent, newline, ..Body::default() };
        if inline_text(&body) == text {
            return Some(body);
        }
    }
    // Numbers that a program would read otherwise, and names that occur twice, are in the text only.
    let without = |text: &str| text.chars().filter(|character| !character.is_ascii_whitespace()).collect::<String>();
    let body = Body { json: Some(value), ..Body::default() };
    (without(&inline_text(&body)) == without(text)).then_some(body)
}

fn depth(value: &Value) -> usize {
    // The reader has limited the depth.
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// The text of a body that is not in a file.
pub(crate) fn inline_text(body: &Body) -> String {
    let Some(value) = &body.json else { return body.text.as_ref().map(Text::text).unwrap_or_default() };
    let mut text = match body.indent {
        None => value.to_string(),
        Some(indent) => indented(value, indent),
    };
    if body.newline {
        text.push('\n');
    }
    text
}

fn indented(value: &Value, indent: u8) -> String {
    let spaces = " ".repeat(usize::from(indent.min(16)));
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(spaces.as_bytes()));
    // Neither writing into a Vec nor a value of JSON can fail.
    let _ = value.serialize(&mut serializer);
    String::from_utf8(bytes).unwrap_or_default()
}
