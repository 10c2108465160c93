//! The examples and defaults of RAML 0.8 parameters ("Named Parameters"), which are of the parameter's type.

use serde_json::{Map, Value};

use apinb_schema::schema::Schema;

use crate::documents::checks::{Check, CheckedValue, Subject};
use crate::model::{Parameter, ParameterKind};
use crate::raml::context::Context;
use crate::tree::node::{Node, NodeKind};
use crate::tree::value;

/// Queues a check of the example and the default in `node`, the declaration of `parameter`.
pub(super) fn defer_check(cx: &mut Context<'_, '_>, parameter: &Parameter, node: &Node) {
    let Some(schema) = schema(parameter) else { return };
    let mut values = Vec::new();
    for (key, subject) in [("example", Subject::Example), ("default", Subject::Default)] {
        let Some(node) = node.get(key) else { continue };
        let NodeKind::Scalar { text, .. } = &node.kind else { continue };
        // A boolean of YAML 1.1.
        if parameter.kind == ParameterKind::Boolean && matches!(text.as_str(), "yes" | "no" | "on" | "off") {
            continue;
        }
        let Some(text) = value::value_text(cx.documents, node) else { continue };
        // Every value is a text in the request.
        let plain = parameter.kind != ParameterKind::String;
        values.push(CheckedValue {
            text,
            plain,
            subject,
            location: cx.documents.locate(node.location),
            is_incomplete: cx.documents.has_unread(node),
        });
    }
    if !values.is_empty() {
        cx.documents.defer_check(Check { schema: Schema::from_json(schema), values });
    }
}

/// The JSON Schema of a parameter; `None` for a type whose values are not checked.
fn schema(parameter: &Parameter) -> Option<Value> {
    let mut schema = Map::new();
    let name = match parameter.kind {
        ParameterKind::String => "string",
        ParameterKind::Number => "number",
        ParameterKind::Integer => "integer",
        ParameterKind::Boolean => "boolean",
        _ => return None,
    };
    schema.insert("type".to_owned(), Value::from(name));
    let mut add = |key: &str, value: Option<Value>| schema.extend(value.map(|value| (key.to_owned(), value)));
    match parameter.kind {
        ParameterKind::String => {
            add("minLength", parameter.min_length.map(Value::from));
            add("maxLength", parameter.max_length.map(Value::from));
            add("pattern", parameter.pattern.clone().map(Value::from));
            add("enum", (!parameter.values.is_empty()).then(|| Value::from(distinct(&parameter.values))));
        }
        _ => {
            add("minimum", parameter.minimum.map(Value::from));
            add("maximum", parameter.maximum.map(Value::from));
        }
    }
    Some(Value::Object(schema))
}

/// JSON Schema requires distinct values.
fn distinct(values: &[String]) -> Vec<String> {
    let mut known = std::collections::HashSet::new();
    values.iter().filter(|value| known.insert(*value)).cloned().collect()
}
