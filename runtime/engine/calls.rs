//! From an exchange on the network to what the run's record keeps of it.

use apinb_core::record::{CallPurpose, CallRecord, MessageRecord};
use apinb_core::redact::{MASK, Redactor};
use apinb_http::exchange::Call;
use encoding_rs::{Encoding, UTF_8};

/// How much of a body the record keeps, in bytes of text.
const MAX_RECORDED_BODY: usize = 64 << 10;

/// Headers whose value lets somebody in.
const SECRET_HEADERS: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

/// What the record keeps of a call, without its secrets.
pub(crate) fn record(call: &Call, purpose: CallPurpose, redactor: &Redactor) -> CallRecord {
    let redacted = |text: &str| redactor.redact(text).into_owned();
    let sent_headers = match &call.outcome {
        Ok(response) => &response.sent_headers,
        Err(_) => &call.request.headers,
    };
    let request = message(sent_headers, call.request.body.as_deref().unwrap_or_default(), redactor);
    let response = call.outcome.as_ref().ok();
    CallRecord {
        method: call.request.method.clone(),
        url: redacted(call.request.url.as_str()),
        purpose,
        mocked: call.mocked,
        status: response.map(|response| response.status),
        error: call.outcome.as_ref().err().map(|error| redacted(&error.to_string())),
        milliseconds: call.elapsed.as_secs_f64() * 1000.0,
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
        let mut text = redactor.redact(&text).into_owned();
        if text.len() > MAX_RECORDED_BODY {
            text.truncate(text.floor_char_boundary(MAX_RECORDED_BODY));
            truncated = true;
        }
        text
    });
    let headers = headers
        .iter()
        .map(|(name, value)| {
            let name = name.to_ascii_lowercase();
            let value = if SECRET_HEADERS.contains(&name.as_str()) {
                secret_header(&name, value)
            } else {
                redactor.redact(value).into_owned()
            };
            (name, value)
        })
        .collect();
    MessageRecord { headers, body, truncated }
}

/// `Bearer [secret]`: the scheme says how the caller signed in, the rest is nobody's business.
fn secret_header(name: &str, value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme, _)) if name.ends_with("authorization") => format!("{scheme} {MASK}"),
        _ => MASK.to_owned(),
    }
}

/// A body as text where its type is one of text, in the encoding that the type names; none for other types. A body
/// without a type is text when it reads as UTF-8.
pub(crate) fn text_of(content_type: &str, body: &[u8]) -> Option<String> {
    let mut parts = content_type.split(';');
    let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence.is_empty() {
        return std::str::from_utf8(body).ok().map(str::to_owned);
    }
    let is_text = essence.starts_with("text/")
        || essence.ends_with("+json")
        || essence.ends_with("+xml")
        || essence.ends_with("+yaml")
        || matches!(
            essence.strip_prefix("application/"),
            Some(
                "json"
                    | "xml"
                    | "javascript"
                    | "ecmascript"
                    | "x-javascript"
                    | "x-www-form-urlencoded"
                    | "yaml"
                    | "x-yaml"
                    | "ndjson"
                    | "x-ndjson"
                    | "graphql"
                    | "problem"
                    | "sql"
                    | "toml"
            )
        );
    is_text.then(|| {
        let charset = parts
            .filter_map(|parameter| parameter.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
            .and_then(|(_, value)| Encoding::for_label(value.trim().trim_matches('"').as_bytes()));
        charset.unwrap_or(UTF_8).decode(body).0.into_owned()
    })
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
    }
}
