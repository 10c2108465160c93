//! Named schemas: one for each declaration, and one for each target of a `$ref`.
//!
//! A `$ref` is never expanded: it becomes a reference to a named schema, which is read once. So cycles need no special
//! treatment. [`crate::openapi::schema::convert`] converts the schemas.

use std::rc::Rc;

use crate::tree::node::{Entry, Node, NodeLocation};
use apinb_schema::schema::reference;

use crate::openapi::context::Context;
use crate::openapi::reference::reference_of;
use crate::openapi::state::NodePointer;
use crate::openapi::version::Version;

/// Parts of a pointer that only describe the structure of the document, and are left out of names.
const STRUCTURE: [&str; 22] = [
    "components",
    "schemas",
    "definitions",
    "$defs",
    "paths",
    "schema",
    "properties",
    "content",
    "responses",
    "parameters",
    "requestBody",
    "requestBodies",
    "headers",
    "items",
    "allOf",
    "anyOf",
    "oneOf",
    "application/json",
    "additionalProperties",
    "callbacks",
    "webhooks",
    "pathItems",
];

/// Names the schemas in the map of `entry`, which references find at `key`.
pub(super) fn declare(cx: &mut Context<'_, '_>, entry: &Entry, key: NodePointer) {
    let (mut key, mut map) = (key, Rc::clone(&entry.value));
    if let Some((reference, location)) = reference_of(&map) {
        cx.misplaced(&map, "the declared schemas");
        let Some(target) = cx.target(&reference, location) else { return };
        (key, map) = (target.key, target.node);
    }
    let declared: Vec<Entry> = cx.documents.map(&entry.key, &map).to_vec();
    let names: Vec<Rc<str>> = declared.iter().map(|entry| give(cx, key.child(&entry.key), &entry.key)).collect();
    for (entry, name) in declared.into_iter().zip(names) {
        if !cx.documents.spend_nodes(1, entry.location) {
            return;
        }
        let node = elsewhere(cx, &entry.value, &name).unwrap_or(entry.value);
        cx.names.waiting.push_back((name, node));
    }
}

/// The target of a declared schema that consists only of a `$ref` to another document. The target gets the schema's
/// name.
fn elsewhere(cx: &mut Context<'_, '_>, node: &Rc<Node>, name: &Rc<str>) -> Option<Rc<Node>> {
    let (reference, location) = reference_of(node)?;
    let alone = cx.version < Version::V31 || node.entries().len() == 1;
    if reference.starts_with('#') || !alone {
        return None;
    }
    let target = cx.target(&reference, location)?;
    if cx.names.by_target.contains_key(&target.key) {
        return None;
    }
    cx.names.by_target.insert(target.key, Rc::clone(name));
    Some(target.node)
}

/// A reference to the named schema that `text` refers to. Reports an unresolved reference and returns `None`.
pub(super) fn reference_to(
    cx: &mut Context<'_, '_>,
    text: &str,
    location: NodeLocation,
    in_place: bool,
) -> Option<String> {
    let target = cx.target(text, location)?;
    let name = match cx.names.by_target.get(&target.key) {
        Some(name) => Rc::clone(name),
        None => {
            let wanted = readable(&target.key, text);
            let name = give(cx, target.key, &wanted);
            cx.names.waiting.push_back((Rc::clone(&name), target.node));
            name
        }
    };
    if in_place && let Some(current) = cx.names.current.clone() {
        cx.names.in_place.entry(current).or_default().push((Rc::clone(&name), location, text.into()));
    }
    Some(reference(&name))
}

pub(super) fn is_declared(cx: &Context<'_, '_>, name: &str) -> bool {
    cx.names.by_reference.contains_key(&reference(name))
}

/// The name of the schema that a reference leads to.
pub(super) fn named_by(cx: &Context<'_, '_>, reference: &str) -> Option<Rc<str>> {
    cx.names.by_reference.get(reference).cloned()
}

/// Assigns a unique name, as similar to `wanted` as possible.
fn give(cx: &mut Context<'_, '_>, key: NodePointer, wanted: &str) -> Rc<str> {
    let names = &mut cx.names;
    let mut name = wanted.to_owned();
    while names.by_reference.contains_key(&reference(&name)) {
        let number = names.numbers.entry(wanted.to_owned()).or_insert(1);
        *number += 1;
        name = format!("{wanted}{number}");
    }
    let name: Rc<str> = name.into();
    names.by_reference.insert(reference(&name), Rc::clone(&name));
    names.by_target.insert(key, Rc::clone(&name));
    name
}

/// A name for a target: `Pet` for a declared schema, `pets.get.200` for one in a response, or else the name of its
/// document.
fn readable(key: &NodePointer, text: &str) -> String {
    let segments: Vec<String> =
        key.pointer.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect();
    let telling: Vec<String> = segments
        .iter()
        .filter(|segment| !STRUCTURE.contains(&segment.as_str()))
        .map(|segment| segment.split(['/', '{', '}']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("."))
        .filter(|segment| !segment.is_empty())
        .collect();
    if !telling.is_empty() {
        return telling.join(".");
    }
    let document = text.split('#').next().unwrap_or_default();
    let file = document.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    if stem.is_empty() { "Schema".to_owned() } else { stem.to_owned() }
}
