//! The body of a request as it is compared: by its media type.

use std::collections::BTreeMap;

use apinb_text::web::multipart;
use serde_json::Value;
use url::form_urlencoded;

use crate::body::sha256;
use crate::xml;

/// The content of a body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Empty,
    Json(Value),
    /// The values of the fields of a form, or of the parts of a multipart body, by name.
    Fields(BTreeMap<String, Vec<String>>),
    /// See [`xml::canonical`].
    Xml(Vec<String>),
    Text(String),
    /// The hash and the length.
    Bytes(String, usize),
}

impl Content {
    /// The content of a body of this media type.
    pub(crate) fn of(media_type: &str, bytes: &[u8]) -> Self {
        if bytes.is_empty() {
            return Self::Empty;
        }
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let is = |name: &str| essence.ends_with(&format!("/{name}")) || essence.ends_with(&format!("+{name}"));
        if essence.starts_with("multipart/") {
            return Self::parts(media_type, bytes).unwrap_or_else(|| Self::opaque(bytes));
        }
        let Ok(text) = std::str::from_utf8(bytes) else { return Self::opaque(bytes) };
        if essence == "application/x-www-form-urlencoded" {
            return Self::Fields(grouped(form_urlencoded::parse(bytes).into_owned()));
        }
        let looks_like_json = essence.is_empty() && text.trim_start().starts_with(['{', '[']);
        let json = (is("json") || looks_like_json).then(|| serde_json::from_str(text).ok()).flatten();
        let read = json.map(Self::Json).or_else(|| is("xml").then(|| xml::canonical(text)).flatten().map(Self::Xml));
        read.unwrap_or_else(|| Self::Text(text.to_owned()))
    }

    fn opaque(bytes: &[u8]) -> Self {
        Self::Bytes(sha256(bytes), bytes.len())
    }

    /// The boundary is not compared: apinb makes it.
    fn parts(media_type: &str, bytes: &[u8]) -> Option<Self> {
        let parts = multipart::parts(media_type, bytes).ok()?;
        let value = |part: &multipart::MultipartPart<'_>| {
            let text = std::str::from_utf8(part.content).ok().filter(|text| text.len() <= 4096);
            let content =
                text.map_or_else(|| format!("{} bytes, {}", part.content.len(), sha256(part.content)), str::to_owned);
            match (&part.file_name, &part.media_type) {
                (None, None) => content,
                (file, media_type) => {
                    format!(
                        "{} {}: {content}",
                        file.as_deref().unwrap_or_default(),
                        media_type.as_deref().unwrap_or_default()
                    )
                }
            }
        };
        Some(Self::Fields(grouped(parts.iter().map(|part| (part.name.clone(), value(part))))))
    }
}

/// The values by name; those of one name in order.
pub(crate) fn grouped(pairs: impl Iterator<Item = (String, String)>) -> BTreeMap<String, Vec<String>> {
    let mut grouped: BTreeMap<String, Vec<String>> = BTreeMap::new();
    pairs.for_each(|(name, value)| grouped.entry(name).or_default().push(value));
    grouped
}
