//! Converts the values in a declaration to JSON.

use serde_json::Value;

use crate::raml::context::Context;
use crate::raml::shape::base::Base;
use crate::tree::node::{Node, NodeKind};
use crate::tree::value;

/// The JSON value for a base type: a YAML number is a string in a string type.
pub(super) fn value_for(cx: &mut Context<'_, '_>, node: &Node, base: Base) -> Value {
    match (&node.kind, base.is_text()) {
        (NodeKind::Scalar { text, .. }, true) if !text.is_document() => {
            match cx.documents.spend_text(text.as_str().len(), node.location) {
                true => Value::from(text.as_str()),
                false => Value::Null,
            }
        }
        _ => value::json(cx.documents, node),
    }
}
