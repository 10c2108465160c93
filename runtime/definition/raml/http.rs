//! The vocabulary of HTTP in a definition: protocols and media types.

use crate::raml::context::Context;
use crate::tree::node::{Entry, NodeKind, NodeLocation};

/// The top-level media types of IANA's registry.
const KINDS: [&str; 11] =
    ["application", "audio", "example", "font", "haptics", "image", "message", "model", "multipart", "text", "video"];

/// "Protocols": `HTTP`, `HTTPS`, case-insensitive.
pub(super) fn protocols(cx: &mut Context<'_, '_>, entry: &Entry) -> Vec<String> {
    let mut protocols = Vec::new();
    if let NodeKind::Null | NodeKind::Sequence(_) = &entry.value.kind
        && entry.value.items().is_empty()
    {
        cx.documents.wrong_kind(&entry.key, &entry.value, "a list of `HTTP` or `HTTPS`");
    }
    for text in cx.texts(entry) {
        let protocol = text.trim().to_ascii_uppercase();
        match protocol.as_str() {
            "HTTP" | "HTTPS" => protocols.push(protocol),
            _ => cx.documents.invalid(&entry.key, &text, entry.value.location, "`HTTP` or `HTTPS`"),
        }
    }
    protocols
}

/// The default media types.
pub(super) fn media_types(cx: &mut Context<'_, '_>, entry: &Entry) -> Vec<String> {
    let media_types: Vec<String> = cx.texts(entry).iter().map(|text| text.trim().to_owned()).collect();
    if media_types.is_empty() {
        cx.documents.wrong_kind(&entry.key, &entry.value, "a media type");
    }
    for media_type in &media_types {
        check_media_type(cx, &entry.key, media_type, entry.value.location);
    }
    media_types
}

/// Reports a text that is not a media type (RFC 6838, section 4.2).
pub(super) fn check_media_type(cx: &mut Context<'_, '_>, key: &str, text: &str, location: NodeLocation) {
    if !is_valid(text) && !text.contains("<<") && !cx.any_keys {
        cx.documents.invalid(key, text, location, "a media type such as `application/json`");
    }
}

fn is_valid(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let Some((kind, subtype)) = essence.split_once('/') else { return false };
    let kind = kind.to_ascii_lowercase();
    let is_kind = KINDS.contains(&kind.as_str()) || kind == "*" || kind.starts_with("x-");
    let is_name = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+*".contains(c);
    is_kind && !subtype.is_empty() && subtype.chars().all(is_name)
}

#[cfg(test)]
mod tests {
    use super::is_valid;

    #[test]
    fn media_types_have_a_registered_kind() {
        for valid in ["application/json", "text/*", "*/*", "application/vnd.a+json; v=1", "x-own/thing", "Image/PNG"] {
            assert!(is_valid(valid), "{valid}");
        }
        for invalid in ["json", "hello/json", "application/", "application/a b", "application/a/b", ""] {
            assert!(!is_valid(invalid), "{invalid}");
        }
    }
}
