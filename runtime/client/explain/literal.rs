//! Formats values as JavaScript literals.

use apinb_text::javascript::literal::{is_identifier, string_literal};
use serde_json::Value;

/// Maximum width of a value on one line, in characters.
const LINE: usize = 60;
/// Maximum length of a value, in bytes. A longer value would obscure the call around it.
pub(super) const MAX_LENGTH: usize = 2_000;

/// A value, or code that creates one.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Value(Value),
    /// Literal code.
    Code(&'static str),
    /// Properties in order.
    Object(Vec<(String, Literal)>),
}

impl Literal {
    /// JavaScript; lines after the first are indented by `indent` spaces.
    pub(super) fn script(&self, indent: usize) -> String {
        match self {
            Self::Code(code) => (*code).to_owned(),
            Self::Value(value) => script(value, indent),
            Self::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| format!("{}: {}", key(name), value.script(indent + 2)));
                together(&fields.collect::<Vec<_>>(), ['{', '}'], indent)
            }
        }
    }
}

fn script(value: &Value, indent: usize) -> String {
    match value {
        Value::String(text) => string_literal(text),
        Value::Array(items) => {
            together(&items.iter().map(|item| script(item, indent + 2)).collect::<Vec<_>>(), ['[', ']'], indent)
        }
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{}: {}", key(name), script(value, indent + 2)));
            together(&fields.collect::<Vec<_>>(), ['{', '}'], indent)
        }
        other => other.to_string(),
    }
}

/// On one line if it is short enough, or else one line per part.
fn together(parts: &[String], [open, close]: [char; 2], indent: usize) -> String {
    if parts.is_empty() {
        return format!("{open}{close}");
    }
    let space = if open == '{' { " " } else { "" };
    let line = parts.join(", ");
    if !line.contains('\n') && line.chars().count() <= LINE {
        return format!("{open}{space}{line}{space}{close}");
    }
    let margin = " ".repeat(indent);
    format!("{open}\n{margin}  {}\n{margin}{close}", parts.join(&format!(",\n{margin}  ")))
}

fn key(name: &str) -> String {
    // `{ __proto__: … }` sets the prototype, even with quotes.
    match name {
        "__proto__" => "['__proto__']".to_owned(),
        _ if is_identifier(name) => name.to_owned(),
        _ => string_literal(name),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Literal;

    #[test]
    fn literals_follow_common_style() {
        let long = "x".repeat(50);
        for (value, expected) in [
            (json!({"page": 1, "per-page": null}), "{ page: 1, 'per-page': null }".to_owned()),
            (json!([true, 1.5, "it's"]), r#"[true, 1.5, "it's"]"#.to_owned()),
            (json!("it's \"so\""), r#"'it\'s "so"'"#.to_owned()),
            (json!({}), "{}".to_owned()),
            (json!([]), "[]".to_owned()),
            (json!("a\nb\u{1b}"), r"'a\nb\u001b'".to_owned()),
            (json!({"__proto__": 1}), "{ ['__proto__']: 1 }".to_owned()),
            (json!({"a": long, "b": {"c": [1]}}), format!("{{\n  a: '{long}',\n  b: {{ c: [1] }}\n}}")),
        ] {
            assert_eq!(Literal::Value(value).script(0), expected);
        }
    }
}
