//! Paths in JSON values: pointers as JSON paths, and excerpts of the values at them.

use apinb_schema::properties::Step;
use apinb_text::secret::mask::MASK;
use apinb_text::secret::names::{is_credential, is_token_name};
use apinb_text::secret::redactor::Redactor;
use apinb_text::web::display_url::DisplayUrl;
use serde_json::Value;
use url::Url;

/// Maximum length of an excerpt, in characters.
const MAX_EXCERPT: usize = 120;
/// Maximum length of a string in an excerpt of an object or an array, in characters.
const MAX_STRING: usize = 40;
/// Maximum number of items of a list or an object that a message may quote.
const MAX_QUOTED: usize = 100;

/// A JSON path to a part of `root`: `$.items[0].id`. `any_index`: with `[*]` for every index.
pub(super) fn json_path(root: &Value, pointer: &str, any_index: bool) -> String {
    let mut path = "$".to_owned();
    let mut value = Some(root);
    for segment in pointer.split('/').skip(1) {
        let name = segment.replace("~1", "/").replace("~0", "~");
        let is_list = matches!(value, Some(Value::Array(_)));
        value = value.and_then(|value| match value {
            Value::Array(items) => items.get(name.parse::<usize>().ok()?),
            other => other.get(&name),
        });
        if is_list && any_index {
            path.push_str("[*]");
        } else if is_list {
            path.push_str(&format!("[{name}]"));
        } else {
            push_property(&mut path, &name);
        }
    }
    path
}

/// The JSON path to a property of a schema: `$.items[*].id`.
pub(super) fn property_path(steps: &[&Step]) -> String {
    steps.iter().fold("$".to_owned(), |mut path, step| {
        match step {
            Step::Items => path.push_str("[*]"),
            Step::Property(name) => push_property(&mut path, name),
        }
        path
    })
}

fn push_property(path: &mut String, name: &str) {
    if is_identifier(name) {
        path.push('.');
        path.push_str(name);
    } else {
        path.push_str(&format!("[{}]", Value::from(name)));
    }
}

fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|character| character.is_alphanumeric() || character == '_')
}

/// The name of the last part of a pointer.
pub(super) fn last_name(pointer: &str) -> String {
    pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~")
}

/// Whether the name of the last part of a pointer says that its value is a secret.
pub(super) fn is_secret(pointer: &str) -> bool {
    pointer
        .rsplit('/')
        .find(|name| !name.chars().all(|character| character.is_ascii_digit()))
        .is_some_and(is_secret_name)
}

fn is_secret_name(name: &str) -> bool {
    is_credential(name) || is_token_name(name)
}

/// The value at a pointer as truncated JSON without secrets; of a missing one, the object that it is missing from.
pub(super) fn excerpt(root: &Value, pointer: &str, redactor: &Redactor) -> Option<String> {
    if let Some(value) = root.pointer(pointer) {
        if is_secret(pointer) {
            return Some(MASK.to_owned());
        }
        return Some(shown(value, redactor));
    }
    let (above, _) = pointer.rsplit_once('/')?;
    root.pointer(above).map(|value| shown(value, redactor))
}

/// Whether a text or a name in a value has a secret.
pub(super) fn has_secret(value: &Value, redactor: &Redactor) -> bool {
    let is_secret = |text: &str| redactor.redact(text).changed().is_some();
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => is_secret(&number.to_string()),
        Value::String(text) => is_secret(text),
        Value::Array(items) => items.iter().take(MAX_QUOTED).any(|item| has_secret(item, redactor)),
        Value::Object(fields) => {
            fields.iter().take(MAX_QUOTED).any(|(name, value)| is_secret(name) || has_secret(value, redactor))
        }
    }
}

/// The text of a header or a parameter, truncated.
pub(super) fn text_excerpt(text: &str, redactor: &Redactor) -> String {
    redactor.redact(text).truncate(MAX_EXCERPT)
}

/// A URL without secrets.
pub(super) fn shown_url(url: &str) -> String {
    let Ok(parsed) = Url::parse(url) else { return String::new() };
    let text = DisplayUrl(&parsed).to_string();
    let text = text.split_once('#').map_or(text.as_str(), |(text, _)| text);
    let Some((start, query)) = text.split_once('?') else { return text.to_owned() };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_secret_name(name) || name.eq_ignore_ascii_case("key") => format!("{name}={MASK}"),
        _ => pair.to_owned(),
    });
    format!("{start}?{}", pairs.collect::<Vec<_>>().join("&"))
}

fn shown(value: &Value, redactor: &Redactor) -> String {
    let mut text = String::new();
    write(value, &mut text, redactor);
    redactor.redact(&text).truncate(MAX_EXCERPT)
}

/// Writes a value as JSON until it is longer than an excerpt.
fn write(value: &Value, text: &mut String, redactor: &Redactor) {
    if text.len() > 4 * MAX_EXCERPT {
        return;
    }
    match value {
        Value::Object(fields) => {
            text.push('{');
            for (at, (name, value)) in fields.iter().enumerate() {
                if at > 0 {
                    text.push_str(", ");
                }
                if text.len() > 4 * MAX_EXCERPT {
                    return;
                }
                text.push_str(&Value::from(redactor.redact(name).truncate(MAX_STRING)).to_string());
                text.push_str(": ");
                if is_secret_name(name) && !matches!(value, Value::Object(_) | Value::Array(_)) {
                    text.push_str(MASK);
                } else {
                    write(value, text, redactor);
                }
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push_str(", ");
                }
                if text.len() > 4 * MAX_EXCERPT {
                    return;
                }
                write(item, text, redactor);
            }
            text.push(']');
        }
        Value::String(string) => text.push_str(&Value::from(redactor.redact(string).truncate(MAX_STRING)).to_string()),
        other => text.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use apinb_text::secret::redactor::Redactor;

    use super::{excerpt, json_path};

    #[test]
    fn pointers_are_json_paths() {
        let root = json!({"a b": [{"0": 1}], "items": [[1, 2]]});
        let check = |pointer: &str, exact: &str, any: &str| {
            assert_eq!(json_path(&root, pointer, false), exact);
            assert_eq!(json_path(&root, pointer, true), any);
        };
        check("", "$", "$");
        check("/a b/0/0", "$[\"a b\"][0][\"0\"]", "$[\"a b\"][*][\"0\"]");
        check("/items/0/1", "$.items[0][1]", "$.items[*][*]");
        check("/missing/x~1y", "$.missing[\"x/y\"]", "$.missing[\"x/y\"]");
    }

    #[test]
    fn urls_have_no_secrets() {
        assert_eq!(
            super::shown_url("https://me:pw@a.example/b?access_token=abc&page=2&api_key=x#top"),
            "https://me:[secret]@a.example/b?access_token=[secret]&page=2&api_key=[secret]"
        );
    }

    #[test]
    fn excerpts_are_short_and_without_secrets() {
        let root = json!({"user": {"password": "hunter22", "name": "x".repeat(500)}, "list": vec![1; 1000]});
        let redactor = Redactor::default();
        let text = excerpt(&root, "/user", &redactor).unwrap();
        assert!(text.starts_with("{\"password\": [secret], \"name\": \"xxx"), "{text}");
        assert!(text.chars().count() <= 121 && !text.contains("hunter"), "{text}");
        assert_eq!(excerpt(&root, "/user/password", &redactor).as_deref(), Some("[secret]"));
        assert!(excerpt(&root, "/list", &redactor).unwrap().chars().count() <= 121);
        assert_eq!(excerpt(&root, "/user/missing", &redactor), excerpt(&root, "/user", &redactor));
        let secret = "correct-horse-battery-staple-of-many-characters";
        redactor.add(secret);
        let root = json!({ "note": format!("it is {secret}"), "list": [secret] });
        assert_eq!(excerpt(&root, "/note", &redactor).as_deref(), Some("\"it is [secret]\""));
        assert_eq!(excerpt(&root, "/list", &redactor).as_deref(), Some("[\"[secret]\"]"));
        assert!(super::has_secret(&root, &redactor) && !super::has_secret(&json!([1, "x"]), &redactor));
    }
}
