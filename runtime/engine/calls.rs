//! Converts an exchange on the network to its record.

use apinb_auth::wire::register_call_secrets;
use apinb_http::exchange::Call;
use apinb_record::call::{CallPurpose, CallRecord, MessageRecord};
use apinb_text::display::timestamp;
use apinb_text::display::truncate::prefix_bytes;
use apinb_text::secret::names::is_secret_header;
use apinb_text::secret::redactor::{MASK, Redactor};
use encoding_rs::{Encoding, UTF_8};

/// Maximum length of a recorded body, in bytes of text.
const MAX_RECORDED_BODY: usize = 64 << 10;

/// The record of a call, redacted. The redactor then knows the secrets of the call.
pub(crate) fn record(call: &Call, purpose: CallPurpose, redactor: &Redactor) -> CallRecord {
    register_call_secrets(redactor, call);
    let redacted = |text: &str| redactor.redact(text).into_owned();
    let sent_headers = match &call.outcome {
        Ok(response) => &response.sent.headers,
        Err(_) => &call.request.headers,
    };
    let request = message(sent_headers, call.request.body.as_deref().unwrap_or_default(), redactor);
    let response = call.outcome.as_ref().ok();
    CallRecord {
        method: redacted(&call.request.method),
        url: redacted(call.request.url.as_str()),
        path: None,
        purpose,
        mocked: call.mocked,
        replayed: response.is_some_and(|response| response.replayed),
        status: response.map(|response| response.status),
        error: call.outcome.as_ref().err().map(|error| redacted(&error.to_string())),
        started: timestamp::milliseconds(call.started),
        milliseconds: call.elapsed.as_secs_f64() * 1000.0,
        waited: response.map(|response| response.waited.as_secs_f64() * 1000.0),
        http_version: response.map(|response| redacted(&response.version)),
        bytes: response.map_or(0, |response| response.body.len() as u64),
        request,
        response: response.map(|response| message(&response.headers, &response.body, redactor)),
    }
}

fn message(headers: &[(String, String)], body: &[u8], redactor: &Redactor) -> MessageRecord {
    let content_type = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .map_or("", |(_, value)| value.as_str());
    let text = if body.is_empty() { None } else { text_of(content_type, body) };
    let mut truncated = !body.is_empty() && text.is_none();
    let body = text.map(|text| {
        let text = redactor.redact(&text);
        let recorded = prefix_bytes(&text, MAX_RECORDED_BODY);
        truncated |= recorded.len() < text.len();
        recorded.to_owned()
    });
    let headers = headers
        .iter()
        .map(|(name, value)| {
            let value =
                if is_secret_header(name) { secret_header(name, value) } else { redactor.redact(value).into_owned() };
            (redactor.redact(name).changed().unwrap_or_else(|| name.to_ascii_lowercase()), value)
        })
        .collect();
    MessageRecord { headers, body, truncated }
}

/// `Bearer [secret]`: the scheme tells how the caller signed in, the rest is secret.
fn secret_header(name: &str, value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme, _)) if name.to_ascii_lowercase().ends_with("authorization") => format!("{scheme} {MASK}"),
        _ => MASK.to_owned(),
    }
}

/// A body as text, in the encoding of its media type; none for a binary media type. A body with an unknown media type,
/// or without one, is text if it is valid UTF-8.
#[must_use]
pub fn text_of(content_type: &str, body: &[u8]) -> Option<String> {
    let mut parts = content_type.split(';');
    let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    if is_text(&essence) {
        let charset = parts
            .filter_map(|parameter| parameter.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
            .and_then(|(_, value)| Encoding::for_label(value.trim().trim_matches('"').as_bytes()));
        return Some(charset.unwrap_or(UTF_8).decode(body).0.into_owned());
    }
    if is_binary(&essence) || body.contains(&0) {
        return None;
    }
    std::str::from_utf8(body).ok().map(|text| text.trim_start_matches('\u{feff}').to_owned())
}

fn is_text(essence: &str) -> bool {
    essence.starts_with("text/")
        || ["+json", "+xml", "+yaml", "/json", "/xml", "/yaml", "/javascript", "/x-www-form-urlencoded"]
            .iter()
            .any(|ending| essence.ends_with(ending))
}

fn is_binary(essence: &str) -> bool {
    ["image/", "audio/", "video/", "font/", "model/", "multipart/"].iter().any(|start| essence.starts_with(start))
        || ["/octet-stream", "/pdf", "/zip", "/gzip", "+zip", "+gzip", "+cbor", "/cbor", "/x-tar", "/x-protobuf"]
            .iter()
            .any(|ending| essence.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::text_of;

    #[test]
    fn bodies_of_textual_types_are_text_in_their_encoding() {
        assert_eq!(text_of("application/JSON; charset=utf-8", b"{}").as_deref(), Some("{}"));
        assert_eq!(text_of("text/plain; charset=\"iso-8859-1\"", &[0xe9]).as_deref(), Some("é"));
        assert_eq!(text_of("application/vnd.api+json", "é".as_bytes()).as_deref(), Some("é"));
        assert_eq!(text_of("image/png", b"abc"), None);
        assert_eq!(text_of("", b"abc").as_deref(), Some("abc"));
        assert_eq!(text_of("", &[0xff]), None);
        assert_eq!(text_of("text/plain", &[0xff]).as_deref(), Some("\u{fffd}"));
        assert_eq!(text_of("image/svg+xml", b"<svg/>").as_deref(), Some("<svg/>"));
        assert_eq!(text_of("application/octet-stream", b"abc"), None);
        assert_eq!(text_of("application/zip", b"abc"), None);
    }

    #[test]
    fn a_body_of_an_unknown_type_is_text_if_it_is_utf_8() {
        assert_eq!(text_of("application/vnd.test", b"abc").as_deref(), Some("abc"));
        assert_eq!(text_of("application/vnd.test", b"a\0c"), None);
        assert_eq!(text_of("application/vnd.test", &[0xff]), None);
        assert_eq!(text_of("", "\u{feff}abc".as_bytes()).as_deref(), Some("abc"));
    }
}
