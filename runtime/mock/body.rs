//! Reads the fields of a request body: JSON, form or multipart.

use apinb_schema::write_only::WriteOnly;
use apinb_text::web::multipart;
use serde_json::{Map, Value};

use crate::error_response::error_response;
use crate::exchange::{Request, Response, decode_pairs};
use crate::overlay::Fields;

/// The body of a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RequestBody {
    /// No body, or one of another media type.
    Nothing,
    Value(Value),
    /// A form in either encoding. Its values are strings; a file is represented by its name.
    Form(Fields),
}

impl RequestBody {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// The response to invalid JSON or invalid multipart.
    pub(crate) fn of(request: &Request) -> Result<Self, Response> {
        let media_type = request.media_type();
        let body = request.body.as_ref();
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::Nothing);
        }
        let looks_like_json = || matches!(body.trim_ascii_start().first(), Some(b'{' | b'['));
        match media_type.as_str() {
            "application/x-www-form-urlencoded" => Ok(Self::Form(form(decode_pairs(body)))),
            "multipart/form-data" => {
                match multipart::fields(request.header("content-type").unwrap_or_default(), body) {
                    Ok(pairs) => Ok(Self::Form(form(pairs))),
                    Err(fault) => {
                        Err(error_response(400, &format!("the body is not valid multipart/form-data: {fault}"), None))
                    }
                }
            }
            kind if kind.ends_with("/json") || kind.ends_with("+json") => json(body),
            "" if looks_like_json() => json(body),
            _ => Ok(Self::Nothing),
        }
    }
}

impl RequestBody {
    /// Removes properties that are never in responses.
    pub(crate) fn remove(&mut self, write_only: &WriteOnly) {
        match self {
            Self::Nothing => {}
            Self::Value(value) => write_only.remove_from(value),
            Self::Form(fields) => write_only.remove_from_fields(fields),
        }
    }
}

fn json(body: &[u8]) -> Result<RequestBody, Response> {
    let value = serde_json::from_slice(body);
    value
        .map(RequestBody::Value)
        .map_err(|fault| error_response(400, &format!("the body is not valid JSON: {fault}"), None))
}

/// Converts pairs to fields. A repeated name becomes a list.
fn form(pairs: Vec<(String, String)>) -> Fields {
    let mut fields = Map::new();
    for (name, text) in pairs {
        let value = Value::String(text);
        match fields.get_mut(&name) {
            None => {
                fields.insert(name, value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RequestBody;
    use crate::exchange::Request;

    fn sent(media_type: &str, body: &str) -> Result<RequestBody, String> {
        let request = Request {
            headers: vec![("content-type".to_owned(), media_type.to_owned())],
            body: body.to_owned().into(),
            ..Request::default()
        };
        RequestBody::of(&request).map_err(|response| String::from_utf8_lossy(&response.body).into_owned())
    }

    fn form(value: &Value) -> Result<RequestBody, String> {
        Ok(RequestBody::Form(value.as_object().cloned().unwrap_or_default()))
    }

    #[test]
    fn bodies_are_read_by_their_type() {
        assert_eq!(sent("application/json", " "), Ok(RequestBody::Nothing));
        assert_eq!(sent("application/vnd.x+JSON; charset=utf-8", "[1]"), Ok(RequestBody::Value(json!([1]))));
        assert_eq!(sent("", "{}"), Ok(RequestBody::Value(json!({}))));
        assert_eq!(sent("text/plain", "{"), Ok(RequestBody::Nothing));
        assert_eq!(
            sent("application/x-www-form-urlencoded", "a=1&b=x+y&a=2"),
            form(&json!({"a": ["1", "2"], "b": "x y"}))
        );
    }

    #[test]
    fn invalid_bodies_are_reported() {
        let fault = sent("application/json", "{\n  \"a\": }").expect_err("no JSON");
        assert!(fault.contains("the body is not valid JSON: expected value at line 2 column 8"), "{fault}");
        let deep = "[".repeat(100_000);
        assert!(sent("application/json", &deep).is_err());
        assert!(sent("multipart/form-data", "x").is_err());
    }
}
