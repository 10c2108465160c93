//! Converts all named schemas to JSON Schema. Only a cycle that applies to the same value never ends (a schema that is
//! `allOf` itself): it is reported and broken.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use crate::openapi::diagnostic::Unresolved;
use crate::tree::node::NodeKind;
use apinb_schema::schema::{Schema, Schemas, reference};
use apinb_text::display::truncate::excerpt;

use crate::openapi::context::Context;
use crate::openapi::schema::keywords;

/// Converts the named schemas that were declared or referenced.
pub(super) fn convert_all(cx: &mut Context<'_, '_>) -> Schemas {
    let mut values: Vec<(Rc<str>, Value)> = Vec::new();
    while let Some((name, node)) = cx.names.waiting.pop_front() {
        cx.names.current = Some(Rc::clone(&name));
        let value = match node.kind {
            // A reference to another document can lead to any kind of node.
            NodeKind::Sequence(_) => {
                cx.documents.wrong_kind(&name, &node, "a map");
                Value::Bool(true)
            }
            _ => keywords::value(cx, &node, true),
        };
        values.push((name, value));
    }
    cx.names.current = None;
    let endless = endless(cx, &values);
    let mut schemas = Schemas::default();
    for (name, mut value) in values {
        for target in endless.get(&name).into_iter().flatten() {
            without(&mut value, &reference(target));
        }
        schemas.insert(&*name, Schema::from_json(value));
    }
    schemas
}

/// The references that close a cycle of schemas for the same value, by the schema that contains them. Reports each.
fn endless(cx: &mut Context<'_, '_>, values: &[(Rc<str>, Value)]) -> HashMap<Rc<str>, Vec<Rc<str>>> {
    let edges = std::mem::take(&mut cx.names.in_place);
    let mut closing: HashMap<Rc<str>, Vec<Rc<str>>> = HashMap::new();
    let mut done: HashSet<Rc<str>> = HashSet::new();
    for (start, _) in values {
        if done.contains(start) {
            continue;
        }
        // The schemas from the start to the current one, each with the number of references followed.
        let mut path: Vec<(Rc<str>, usize)> = vec![(Rc::clone(start), 0)];
        let mut on_path: HashSet<Rc<str>> = HashSet::from([Rc::clone(start)]);
        while let Some((name, followed)) = path.last_mut() {
            let Some((target, location, text)) = edges.get(name).and_then(|edges| edges.get(*followed)) else {
                on_path.remove(name);
                done.insert(Rc::clone(name));
                path.pop();
                continue;
            };
            *followed += 1;
            if on_path.contains(target) {
                closing.entry(Rc::clone(name)).or_default().push(Rc::clone(target));
                let from = path.iter().position(|(name, _)| name == target).unwrap_or_default();
                let names = path.iter().skip(from).take(8).map(|(name, _)| name).chain([target]);
                let chain = names.map(|name| excerpt(name)).collect();
                cx.unresolved(text, *location, Unresolved::Cycle { chain });
            } else if !done.contains(target) {
                on_path.insert(Rc::clone(target));
                path.push((Rc::clone(target), 0));
            }
        }
    }
    closing
}

/// Removes the references to `target` that apply to the same value.
fn without(schema: &mut Value, target: &str) {
    let Some(fields) = schema.as_object_mut() else { return };
    if fields.get("$ref").is_some_and(|reference| reference == target) {
        fields.remove("$ref");
    }
    for (keyword, value) in fields.iter_mut() {
        match (keyword.as_str(), value) {
            ("allOf" | "anyOf" | "oneOf", Value::Array(items)) => {
                items.iter_mut().for_each(|item| without(item, target));
            }
            ("dependentSchemas", Value::Object(schemas)) => {
                schemas.values_mut().for_each(|schema| without(schema, target));
            }
            ("not" | "if" | "then" | "else", schema) => without(schema, target),
            _ => {}
        }
    }
}
