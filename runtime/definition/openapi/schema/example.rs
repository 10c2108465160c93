//! Examples, defaults and enumerated values, read as their schema requires.
//!
//! `type: string, example: 90210` is a number by the rules of YAML and JSON, but only its text can be meant. A scalar
//! that is written as a value of another type is read as the type of its schema, with a diagnostic; one that cannot be
//! is reported. Other keywords of the schema are not checked.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::documents::checks::scalar_noun;
use crate::documents::diagnostic::DocumentDiagnostic;
use crate::tree::node::{Entry, Node, NodeKind};
use crate::tree::value;
use apinb_text::diagnostic::Severity;
use apinb_text::display::truncate::excerpt;

use crate::openapi::context::Context;
use crate::openapi::schema::outline::object_of;

/// The type of a schema that has one, apart from null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueKind {
    String,
    Number,
    Integer,
    Boolean,
    Array,
    Object,
}

impl ValueKind {
    /// The type of the schema with these keywords.
    pub(super) fn of(schema: &[Entry]) -> Option<Self> {
        let kind = &schema.iter().find(|entry| &*entry.key == "type")?.value;
        let name = match &kind.kind {
            NodeKind::Sequence(items) => {
                let mut names = items.iter().filter_map(|item| item.as_str()).filter(|name| *name != "null");
                names.next().filter(|_| names.next().is_none())
            }
            _ => kind.as_str(),
        };
        Some(match name? {
            "string" => Self::String,
            "number" => Self::Number,
            "integer" => Self::Integer,
            "boolean" => Self::Boolean,
            "array" => Self::Array,
            "object" => Self::Object,
            _ => return None,
        })
    }

    fn noun(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Number => "a number",
            Self::Integer => "an integer",
            Self::Boolean => "a boolean",
            Self::Array => "a list",
            Self::Object => "a map",
        }
    }

    /// Whether `value` is one of this kind.
    fn has(self, value: &Value) -> bool {
        match self {
            Self::String => value.is_string(),
            Self::Number => value.is_number(),
            Self::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            Self::Boolean => value.is_boolean(),
            Self::Array => value.is_array(),
            Self::Object => value.is_object(),
        }
    }
}

/// The value of `node` as JSON, for a value of `schema`. `subject` names it in diagnostics.
pub(in super::super) fn value(
    cx: &mut Context<'_, '_>,
    schema: &Rc<Node>,
    node: &Rc<Node>,
    subject: &'static str,
) -> Value {
    if !cx.documents.spend_nodes(1, node.location) {
        return Value::Null;
    }
    let schema = object_of(cx, schema);
    let kind = ValueKind::of(schema.entries());
    match (&node.kind, kind) {
        (NodeKind::Scalar { text, .. }, Some(kind)) => {
            let found = value::json(cx.documents, node);
            // Many authors write JSON as a string.
            let is_json = matches!(kind, ValueKind::Array | ValueKind::Object)
                && found.as_str().is_some_and(|text| serde_json::from_str(text).is_ok_and(|value| kind.has(&value)));
            if kind.has(&found) || is_json {
                return found;
            }
            scalar(cx, kind, node, text.as_str(), found, subject)
        }
        (NodeKind::Sequence(items), Some(ValueKind::Array)) => match schema.get("items") {
            Some(of_items) => items.iter().map(|item| value(cx, of_items, item, subject)).collect(),
            None => value::json(cx.documents, node),
        },
        (NodeKind::Mapping(entries), Some(ValueKind::Object)) => {
            let properties = schema.get("properties");
            let mut fields = Map::new();
            for entry in entries {
                let own = properties.and_then(|properties| properties.get(&entry.key));
                let field = match own {
                    Some(own) => value(cx, own, &entry.value, subject),
                    None => value::json(cx.documents, &entry.value),
                };
                fields.insert(entry.key.to_string(), field);
            }
            Value::Object(fields)
        }
        (NodeKind::Sequence(_) | NodeKind::Mapping(_), Some(kind)) => {
            invalid(cx, node, subject, node.noun(), kind);
            value::json(cx.documents, node)
        }
        _ => value::json(cx.documents, node),
    }
}

/// The scalar `found`, written as `text`, as a value of another kind.
fn scalar(
    cx: &mut Context<'_, '_>,
    kind: ValueKind,
    node: &Node,
    text: &str,
    found: Value,
    subject: &'static str,
) -> Value {
    let meant = match (kind, &found) {
        (ValueKind::String, Value::Number(_) | Value::Bool(_)) => Some(Value::from(text)),
        (ValueKind::Number | ValueKind::Integer | ValueKind::Boolean, Value::String(text)) => {
            value::bare(text.trim()).filter(|value| kind.has(value))
        }
        _ => None,
    };
    let noun = scalar_noun(&found).unwrap_or_default();
    match meant {
        Some(meant) => {
            let (location, written) = (cx.documents.locate(node.location), excerpt(text));
            let (expected, right) = (kind.noun(), excerpt(&meant.to_string()));
            let severity = Severity::Warning;
            let diagnostic = DocumentDiagnostic::OtherNotation {
                location,
                subject,
                written,
                found: noun,
                expected,
                right,
                severity,
            };
            cx.documents.report_value(diagnostic);
            meant
        }
        None => {
            invalid(cx, node, subject, noun, kind);
            found
        }
    }
}

fn invalid(cx: &mut Context<'_, '_>, node: &Node, subject: &'static str, found: &str, kind: ValueKind) {
    let location = cx.documents.locate(node.location);
    let cause = format!("expected {}, got {found}", kind.noun());
    cx.documents.report_value(DocumentDiagnostic::InvalidExample {
        location,
        subject,
        cause,
        may_be_lax: false,
        severity: Severity::Warning,
    });
}
