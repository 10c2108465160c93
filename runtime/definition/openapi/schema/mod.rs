//! {schema}: converts the dialects of OpenAPI to JSON Schema 2020-12.
//!
//! In reading order: [`keywords`] converts one schema; [`dialect`] translates the keywords of 2.0 and 3.0;
//! [`discriminator`] makes alternatives that a validator can distinguish; [`names`] assigns a named schema to every
//! `$ref`; [`convert`] converts the named schemas and breaks endless cycles; [`example`] reads values as their schema
//! requires; [`outline`] extracts the fields of a parameter.

mod convert;
mod dialect;
mod discriminator;
mod example;
mod keywords;
mod names;
mod outline;

use std::collections::HashSet;
use std::rc::Rc;

use crate::model::Parameter;
use crate::tree::node::{Entry, Node};
use apinb_schema::schema::{Schema, Schemas};

use crate::openapi::context::Context;
use crate::openapi::state::NodePointer;

pub(super) use example::value as value_of;
pub(super) use keywords::schema_of;
pub(super) use outline::{describe, object_of};

/// The schema in the value of `entry`.
pub(super) fn schema(cx: &mut Context<'_, '_>, entry: &Entry) -> Schema {
    Schema::from_json(keywords::value(cx, &entry.value, true))
}

/// Registers {components.schemas} or {definitions}, before anything refers to them.
pub(super) fn declare(cx: &mut Context<'_, '_>, entry: &Entry, key: NodePointer) {
    names::declare(cx, entry, key);
}

/// All named schemas: the declared ones, and the targets of references. Called last.
pub(super) fn named(cx: &mut Context<'_, '_>) -> Schemas {
    convert::convert_all(cx)
}

/// The parameters of a form: the properties of its schema.
pub(super) fn form_parameters(cx: &mut Context<'_, '_>, node: &Rc<Node>) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    let (found, required) = outline::properties(cx, node);
    let mut seen: HashSet<Rc<str>> = HashSet::new();
    for property in found {
        if !seen.insert(Rc::clone(&property.key)) {
            continue;
        }
        if !cx.spend(property.location) {
            break;
        }
        let mut parameter = Parameter {
            name: property.key.to_string(),
            required: required.contains(&*property.key),
            schema: Some(schema(cx, &property)),
            location: Some(cx.documents.locate(property.location)),
            ..Parameter::default()
        };
        describe(cx, &property.value, &mut parameter);
        parameters.push(parameter);
    }
    parameters
}
