//! Values in a declaration, as JSON.

use serde_json::Value;

use crate::raml::context::Context;
use crate::raml::shape::base::Base;
use crate::tree::node::{Kind, Node};
use crate::tree::value;

/// A value as its type has it: what YAML takes for a number may be a text.
pub(super) fn value_for(cx: &mut Context<'_, '_>, node: &Node, base: Base) -> Value {
    match (&node.kind, base.is_text()) {
        (Kind::Scalar { text, .. }, true) if !text.is_document() => {
            match cx.documents.spend_text(text.as_str().len(), node.location) {
                true => Value::from(text.as_str()),
                false => Value::Null,
            }
        }
        _ => value::json(cx.documents, node),
    }
}
