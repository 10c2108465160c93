//! Types of parameters, headers and form fields, reduced to what can be checked on text.

use std::rc::Rc;

use serde_json::Value;

use crate::limits::MODEL_NODES;
use crate::model::{Parameter, ParameterKind};
use crate::raml::context::Context;
use crate::raml::shape::base;
use crate::raml::shape::base::Base;
use crate::raml::shape::bounds::Quantity;
use crate::raml::shape::data_type::{Shape, TypeRef, TypeRefTarget};
use crate::tree::node::{Entry, NodeLocation};

use crate::raml::types::facets::name_of;
use crate::raml::types::inherit::shape_of;
use crate::raml::types::read::{Setting, nested};

/// The parameter declared by an entry of `queryParameters`, `headers`, `uriParameters` or `baseUriParameters`.
pub(in crate::raml) fn parameter(cx: &mut Context<'_, '_>, entry: &Entry, required: bool) -> Parameter {
    let (name, required) = name_of(cx, entry, required);
    let value = nested(cx, entry, Setting::PROPERTY);
    described(cx, name, required, &value, entry.location)
}

/// The properties of an object type as parameters; empty for other types.
pub(super) fn form(cx: &mut Context<'_, '_>, value: &Rc<TypeRef>) -> Vec<Parameter> {
    let Some(shape) = shape_of(cx, value) else { return Vec::new() };
    let mut parameters = Vec::new();
    for property in &shape.facets.properties {
        if !cx.documents.spend_nodes(MODEL_NODES, property.location) {
            break;
        }
        parameters.push(described(cx, &property.name, property.required, &property.value, property.location));
    }
    parameters
}

fn described(
    cx: &mut Context<'_, '_>,
    name: &str,
    required: bool,
    value: &Rc<TypeRef>,
    location: NodeLocation,
) -> Parameter {
    let shape = shape_of(cx, value);
    let own = &value.notes;
    // Falls back to the declared type for a missing default, example and so on.
    let above = match &value.target {
        TypeRefTarget::Name(named) => crate::raml::types::read::declared(cx, named),
        TypeRefTarget::Shape(_) => None,
    };
    let above = above.as_ref().map(|above| &above.notes);
    let default = own.default.as_ref().or_else(|| above.and_then(|notes| notes.default.as_ref()));
    let example = own.examples.first().or_else(|| above.and_then(|notes| notes.examples.first()));
    let mut parameter = Parameter {
        name: name.to_owned(),
        display_name: own.display_name.clone(),
        description: own.description.clone().or_else(|| above.and_then(|notes| notes.description.clone())),
        required,
        default: default.map(text),
        example: example.map(|example| example.text.as_str().to_owned()),
        schema: Some(value.schema.clone()),
        annotations: own.annotations.clone(),
        location: Some(cx.documents.locate(location)),
        ..Parameter::default()
    };
    let copied = [&parameter.default, &parameter.example].into_iter().flatten().map(String::len).sum();
    if !cx.documents.spend_text(copied, location) {
        (parameter.default, parameter.example) = (None, None);
    }
    if let Some(shape) = shape {
        describe(cx, &mut parameter, &shape, location);
    }
    parameter
}

fn describe(cx: &mut Context<'_, '_>, parameter: &mut Parameter, shape: &Rc<Shape>, location: NodeLocation) {
    let facets = &shape.facets;
    parameter.kind = kind(cx, shape);
    parameter.repeat = shape.base == Base::Array;
    let values = facets.values.as_deref().unwrap_or_default();
    if cx.documents.spend_nodes(values.len(), location) {
        parameter.values = values.iter().map(text).collect();
    }
    parameter.pattern = facets.patterns.first().map(ToString::to_string);
    let count = |bound| facets.bounds.get(bound).and_then(serde_json::Number::as_u64);
    parameter.min_length = count(Quantity::Length.lower());
    parameter.max_length = count(Quantity::Length.upper());
    parameter.minimum = facets.bounds.get(Quantity::Number.lower()).and_then(serde_json::Number::as_f64);
    parameter.maximum = facets.bounds.get(Quantity::Number.upper()).and_then(serde_json::Number::as_f64);
    if let Some((least, most)) = facets.format.and_then(base::range) {
        parameter.minimum = Some(parameter.minimum.map_or(least as f64, |own| own.max(least as f64)));
        parameter.maximum = Some(parameter.maximum.map_or(most as f64, |own| own.min(most as f64)));
    }
}

/// The kind of a type; for a union, the common kind of all its members except nil.
fn kind(cx: &mut Context<'_, '_>, shape: &Rc<Shape>) -> ParameterKind {
    let whole = shape.facets.format.and_then(base::range).is_some();
    match shape.base {
        Base::Number if whole => ParameterKind::Integer,
        Base::Union => {
            let mut common = None;
            for member in &shape.facets.members {
                let kind = shape_of(cx, member).map_or(ParameterKind::Any, |shape| shape.base.kind());
                match common {
                    _ if kind == ParameterKind::Null => {}
                    None => common = Some(kind),
                    Some(known) if known == kind => {}
                    Some(_) => return ParameterKind::Any,
                }
            }
            common.unwrap_or(ParameterKind::Null)
        }
        base => base.kind(),
    }
}

/// The text of a value in a URL or header.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
