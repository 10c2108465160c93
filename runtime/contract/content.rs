//! Reads the content of a body by its media type.

use std::sync::Arc;

use apinb_schema::validator::Validator;
use apinb_text::web::multipart;
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::exchange::{Body, Message};
use crate::media::Form;

/// The content of a body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Empty,
    /// Not recorded as a whole, or of a media type that is not checked.
    Opaque,
    Value(Arc<Value>),
    /// It cannot be read by its media type.
    Unreadable(String),
}

impl Content {
    /// The content of the body of `message`. A body without a `Content-Type` is JSON if it looks so.
    pub(crate) fn of(message: &Message) -> Self {
        let text = match &message.body {
            Body::Empty => return Self::Empty,
            Body::Unknown | Body::TooLarge => return Self::Opaque,
            Body::Text(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        };
        let media_type = message.header("content-type");
        let form = match media_type {
            Some(media_type) => Form::of(media_type),
            None if text.trim_start().starts_with(['{', '[']) => Form::Json,
            None => Form::Opaque,
        };
        match form {
            Form::Json => match serde_json::from_str(text) {
                Ok(value) => Self::value(value),
                // Valid JSON may be nested more deeply than the reader allows.
                Err(error) if error.to_string().starts_with("recursion limit exceeded") => Self::Opaque,
                Err(error) => Self::Unreadable(format!("not valid JSON: {error}")),
            },
            Form::Pairs => {
                let pairs = form_urlencoded::parse(text.as_bytes()).into_owned();
                Self::value(Value::Object(fields(pairs)))
            }
            Form::Multipart => match multipart::fields(media_type.unwrap_or_default(), text.as_bytes()) {
                Ok(pairs) => Self::value(Value::Object(fields(pairs.into_iter()))),
                Err(error) => Self::Unreadable(format!("not valid multipart/form-data: {error}")),
            },
            Form::Text => Self::value(Value::from(text)),
            Form::Opaque => Self::Opaque,
        }
    }

    fn value(value: Value) -> Self {
        Self::Value(Arc::new(value))
    }

    /// Whether there is a body.
    pub(crate) fn is_present(&self) -> bool {
        *self != Self::Empty
    }
}

/// The fields of a form. A repeated name becomes a list.
fn fields(pairs: impl Iterator<Item = (String, String)>) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, text) in pairs {
        let value = Value::String(text);
        match fields.get_mut(&name) {
            None => drop(fields.insert(name, value)),
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    fields
}

/// The value of a form or a text as its schema reads it; JSON as it is.
pub(crate) fn typed(value: &Arc<Value>, media_type: &str, validator: &Validator) -> Arc<Value> {
    match Form::of(media_type) {
        Form::Pairs | Form::Multipart | Form::Text => {
            let mut value = Value::clone(value);
            validator.read_texts(&mut value);
            if let Value::Object(fields) = &mut value {
                validator.read_lists(fields);
            }
            Arc::new(value)
        }
        Form::Json | Form::Opaque => Arc::clone(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Content;
    use crate::exchange::{Body, Message};

    #[test]
    fn bodies_are_read_by_their_media_type() {
        let check = |media_type: &str, text: &str, expected: Content| {
            let headers = match media_type {
                "" => Vec::new(),
                named => vec![("Content-Type".to_owned(), named.to_owned())],
            };
            let message = Message { headers, body: Body::Text(text.to_owned()) };
            assert_eq!(Content::of(&message), expected, "{media_type} {text}");
        };
        check("application/json", "\u{feff}{\"a\": 1}", Content::value(json!({"a": 1})));
        check("application/hal+json; charset=utf-8", "[]", Content::value(json!([])));
        check("", " {}", Content::value(json!({})));
        check("", "text", Content::Opaque);
        check(
            "application/x-www-form-urlencoded",
            "a=1&b=x+y&a=2",
            Content::value(json!({"a": ["1", "2"], "b": "x y"})),
        );
        check("text/plain", "5", Content::value(json!("5")));
        check("text/html", "<p>", Content::Opaque);
        let error = "not valid JSON: expected value at line 1 column 1".to_owned();
        check("application/json", "<p>", Content::Unreadable(error));
    }
}
