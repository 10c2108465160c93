//! The request body and its media type, for a call in the text of a notebook. During a run, `js/prelude/21_body.js`
//! serializes bodies by the same rules.

use apinb_record::piece::{Piece, known_text};
use apinb_record::request::Body;
use apinb_record::value::{Fields, PlannedValue};

/// Why a body cannot be serialized.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Can not serialize content type of \"{content_type}\"")]
pub struct NotSerializable {
    content_type: String,
}

/// The media types that a definition declares for a body.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeclaredTypes<'a> {
    /// For a body that is serialized.
    pub preferred: Option<&'a str>,
    /// For a body that is sent unchanged.
    pub only: Option<&'a str>,
}

/// Serializes the body of a call. Returns it with its media type. `given`: the media type that the caller sets.
///
/// # Errors
/// If the value cannot be serialized in its media type.
pub fn body(
    value: &PlannedValue,
    given: Option<&[Piece]>,
    declared: DeclaredTypes<'_>,
) -> Result<(Body, String), NotSerializable> {
    let is_text = matches!(value, PlannedValue::Text(_) | PlannedValue::Scalar { .. } | PlannedValue::Joined(_));
    let content_type = match given {
        // A media type that is known only at run time is usually JSON.
        Some(given) => known_text(given).map_or_else(|| "application/json".to_owned(), std::borrow::Cow::into_owned),
        None if is_text => declared.only.unwrap_or("text/plain;charset=UTF-8").to_owned(),
        None => declared.preferred.unwrap_or("application/json").to_owned(),
    };
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = matches!(essence.as_str(), "application/json" | "text/json") || essence.ends_with("+json");
    let body = match essence.as_str() {
        _ if is_text => Body::Text(value.string()),
        _ if is_json => Body::Text(value.json()),
        "application/x-www-form-urlencoded" => fields(value).map_or_else(|| Body::Text(value.text()), Body::Form),
        "multipart/form-data" => fields(value).map_or_else(|| Body::Text(value.text()), Body::Multipart),
        text if text.starts_with("text/") && value.fields().is_none() => Body::Text(value.string()),
        _ if matches!(value, PlannedValue::Unknown(_)) => Body::Text(value.text()),
        _ => return Err(NotSerializable { content_type }),
    };
    Ok((body, content_type))
}

/// The fields of a form, without undefined ones. An array repeats its key.
fn fields(value: &PlannedValue) -> Option<Vec<(String, Vec<Piece>)>> {
    let numbered = |items: &[PlannedValue]| {
        let items = items.iter().enumerate();
        items.map(|(index, item)| (index.to_string(), item.clone())).collect::<Fields>()
    };
    let fields = value.items().map(numbered).or_else(|| value.fields())?;
    let pairs = fields.into_iter().filter(|(_, value)| *value != PlannedValue::Undefined).flat_map(|(name, value)| {
        let values = value.items().map_or_else(|| vec![value.clone()], <[_]>::to_vec);
        values.into_iter().map(move |value| (name.clone(), value.text()))
    });
    Some(pairs.collect())
}
