//! RAML 1.0 data types: for now their text, where it is JSON Schema or XML Schema.

use std::rc::Rc;

use crate::definition::model::{Example, Parameter};
use crate::definition::node::{Entry, Kind, Node};
use crate::definition::schema::Schema;

use super::context::Context;
use super::{body, parameter};

/// What the declaration of a type says.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) schema: Option<Schema>,
    pub(super) examples: Vec<Example>,
    pub(super) form_parameters: Vec<Parameter>,
}

/// What is known of all types.
#[derive(Debug, Default)]
pub(super) struct Types {
    declared: usize,
}

/// Reads a declared type.
pub(super) fn declare(cx: &mut Context<'_, '_>, entry: &Entry) {
    let name = cx.qualified(entry.place, &entry.key);
    let typed = typed(cx, &entry.key, &entry.value, false);
    cx.schemas.insert(name, typed.schema.unwrap_or_else(|| Schema::from_json(serde_json::json!({}))));
}

/// Reads the declaration of a type where it is used.
pub(super) fn typed(cx: &mut Context<'_, '_>, _key: &str, node: &Rc<Node>, _form: bool) -> Typed {
    let schema = match &node.kind {
        Kind::Scalar { text, .. } if text.is_document() => body::value_text(cx, node).map(Schema::from_text),
        _ => None,
    };
    Typed { schema, ..Typed::default() }
}

/// Reads the declaration of a parameter.
pub(super) fn parameter(cx: &mut Context<'_, '_>, entry: &Entry, required: bool) -> Parameter {
    let optional = entry.key.strip_suffix('?');
    let name = optional.unwrap_or(&entry.key);
    parameter::parameter(cx, name, &entry.value, required && optional.is_none())
}

/// Does what needs all types.
pub(super) fn finish(cx: &mut Context<'_, '_>) {
    cx.types.declared = cx.schemas.len();
}
