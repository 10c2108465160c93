//! The named schemas: one for each that is declared, and one for each place that a `$ref` leads to.
//!
//! A `$ref` never expands: it becomes the reference of a name, and what the name stands for is read once. So circles are
//! no more work than lines. Only one that leads back to the same value has no end (a schema that is `allOf` itself): it
//! is reported and broken.

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use serde_json::Value;

use crate::definition::node::{Entry, Kind, Node, Place};
use crate::definition::problem::{ReferenceFault, shown};
use crate::definition::schema::{Schema, Schemas, reference};

use super::super::context::{Context, Version};
use super::super::reference::{Key, escaped, reference_of};
use super::keywords;

/// Parts of a pointer that say where a schema stands, and not what it is.
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

/// The names given so far.
#[derive(Default)]
pub(in super::super) struct Names {
    by_target: HashMap<Key, Rc<str>>,
    by_reference: HashMap<String, Rc<str>>,
    /// In the order in which they were given.
    waiting: VecDeque<(Rc<str>, Rc<Node>)>,
    /// The last number that a name was given, where several places wanted it.
    numbers: HashMap<String, u32>,
    /// The schema that is being read, and where its value refers on for the very same value.
    current: Option<Rc<str>>,
    in_place: HashMap<Rc<str>, Vec<Onward>>,
}

/// A reference to a schema for the same value: its name, and where and how it is written.
type Onward = (Rc<str>, Place, Rc<str>);

pub(super) fn declare(cx: &mut Context<'_, '_>, entry: &Entry, pointer: &str) {
    let declared: Vec<Entry> = cx.map(&entry.key, &entry.value).to_vec();
    let file = entry.value.place.file;
    let names: Vec<Rc<str>> = declared
        .iter()
        .map(|entry| {
            let pointer = format!("{pointer}/{}", escaped(&entry.key)).into();
            give(cx, Key { file, pointer }, &entry.key)
        })
        .collect();
    for (entry, name) in declared.into_iter().zip(names) {
        if !cx.documents.spend_nodes(1, entry.place) {
            return;
        }
        let node = elsewhere(cx, &entry.value, &name).unwrap_or(entry.value);
        cx.names.waiting.push_back((name, node));
    }
}

/// What a declared schema stands for that is nothing but a `$ref` into another document: that place gets its name.
fn elsewhere(cx: &mut Context<'_, '_>, node: &Rc<Node>, name: &Rc<str>) -> Option<Rc<Node>> {
    let (reference, place) = reference_of(node)?;
    let alone = cx.version != Version::V31 || node.entries().len() == 1;
    if reference.starts_with('#') || !alone {
        return None;
    }
    let target = cx.target(&reference, place)?;
    if cx.names.by_target.contains_key(&target.key) {
        return None;
    }
    cx.names.by_target.insert(target.key, Rc::clone(name));
    Some(target.node)
}

/// The reference of the named schema that `text` leads to; none, and reported, when it leads nowhere.
pub(super) fn reference_to(cx: &mut Context<'_, '_>, text: &str, place: Place, in_place: bool) -> Option<String> {
    let target = cx.target(text, place)?;
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
        cx.names.in_place.entry(current).or_default().push((Rc::clone(&name), place, text.into()));
    }
    Some(reference(&name))
}

pub(super) fn is_declared(cx: &Context<'_, '_>, name: &str) -> bool {
    cx.names.by_reference.contains_key(&reference(name))
}

/// The name that a reference names.
pub(super) fn named_by(cx: &Context<'_, '_>, reference: &str) -> Option<Rc<str>> {
    cx.names.by_reference.get(reference).cloned()
}

/// A name that nothing else has, as close to `wanted` as can be.
fn give(cx: &mut Context<'_, '_>, key: Key, wanted: &str) -> Rc<str> {
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

/// What a place may be called: `Pet` for a declared one, `pets.get.200` for one in a response, else its document's name.
fn readable(key: &Key, text: &str) -> String {
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

pub(super) fn convert_all(cx: &mut Context<'_, '_>) -> Schemas {
    let mut values: Vec<(Rc<str>, Value)> = Vec::new();
    while let Some((name, node)) = cx.names.waiting.pop_front() {
        cx.names.current = Some(Rc::clone(&name));
        let value = match node.kind {
            // In another document anything can stand there.
            Kind::Sequence(_) => {
                cx.wrong_kind(&name, &node, "a map");
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

/// The references that close a circle of schemas for one value, by the schema that has them; each is reported.
fn endless(cx: &mut Context<'_, '_>, values: &[(Rc<str>, Value)]) -> HashMap<Rc<str>, Vec<Rc<str>>> {
    let edges = std::mem::take(&mut cx.names.in_place);
    let mut closing: HashMap<Rc<str>, Vec<Rc<str>>> = HashMap::new();
    let mut done: HashSet<Rc<str>> = HashSet::new();
    for (start, _) in values {
        if done.contains(start) {
            continue;
        }
        // The schemas from the start to here, each with the number of its references that were followed.
        let mut path: Vec<(Rc<str>, usize)> = vec![(Rc::clone(start), 0)];
        let mut on_path: HashSet<Rc<str>> = HashSet::from([Rc::clone(start)]);
        while let Some((name, followed)) = path.last_mut() {
            let Some((target, place, text)) = edges.get(name).and_then(|edges| edges.get(*followed)) else {
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
                let chain = names.map(|name| shown(name)).collect();
                cx.reference_fault(text, *place, ReferenceFault::Cycle { chain });
            } else if !done.contains(target) {
                on_path.insert(Rc::clone(target));
                path.push((Rc::clone(target), 0));
            }
        }
    }
    closing
}

/// Takes away what refers to `target` for the same value.
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
