//! The tokens in recorded bodies that no sign-in has announced: the values of fields that are named like one.

use apinb_text::secret::names::is_token_name;
use apinb_text::secret::redactor::Redactor;
use serde_json::Value;

use crate::placeholders::clean;

/// Shorter values are settings rather than secrets.
const SHORTEST: usize = 8;

/// Adds the tokens of a body of JSON to the redactor, named after their fields.
pub(crate) fn register(body: &[u8], redactor: &Redactor) {
    let is_json = matches!(body.trim_ascii_start().first(), Some(b'{' | b'['));
    if let Some(value) = is_json.then(|| serde_json::from_slice::<Value>(body).ok()).flatten() {
        register_value(&value, redactor);
    }
}

fn register_value(value: &Value, redactor: &Redactor) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| register_value(item, redactor)),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if text.len() >= SHORTEST && is_token_name(name) => {
                        redactor.add_received(text);
                        name_token(text, name, redactor);
                    }
                    other => register_value(other, redactor),
                }
            }
        }
        _ => {}
    }
}

/// Names a token after its field; a second one of the name is `-2`.
fn name_token(token: &str, field: &str, redactor: &Redactor) {
    if redactor.name_of(token).is_some() {
        return;
    }
    let plain = format!("token.{}", clean(field));
    let numbered = |number: usize| if number == 1 { plain.clone() } else { format!("{plain}-{number}") };
    let free = (1..=1_000).map(numbered).find(|name| redactor.named(name).is_none());
    redactor.name(token, &free.unwrap_or_else(|| plain.clone()));
}
