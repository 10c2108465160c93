//! Checks of declared resource types and traits. Those that no resource uses are read as a resource and a method
//! without the parts that depend on parameters; applying the others has reported their errors.

use std::rc::Rc;

use apinb_text::web::verb::Verb;

use crate::raml::apply::{method_of, type_use, uses};
use crate::raml::context::Context;
use crate::raml::parameter::parameters;
use crate::raml::resource::method;
use crate::raml::scopes::DeclarationKind;
use crate::raml::security::secured_by;
use crate::tree::merge::WHOLE;
use crate::tree::node::{Entry, Node, NodeKind};

const KEYS: [&str; 8] =
    ["displayName", "description", "type", "is", "securedBy", "uriParameters", "baseUriParameters", "usage"];

/// Checks all declared resource types and traits, once all resources are read.
pub(super) fn check(cx: &mut Context<'_, '_>) {
    if cx.any_keys {
        return;
    }
    let mut declared: Vec<(DeclarationKind, Entry)> = Vec::new();
    for scope in &cx.scopes.all {
        let templates = scope
            .declared
            .iter()
            .filter(|((kind, _), _)| matches!(kind, DeclarationKind::ResourceType | DeclarationKind::Trait));
        declared.extend(templates.map(|((kind, _), entry)| (*kind, entry.clone())));
    }
    declared.sort_by_key(|(_, entry)| (entry.location.file, entry.location.start));
    // The schemas and types in the bodies that are read here belong to no resource.
    let schemas = cx.schemas.clone();
    let externals = cx.types.externals;
    for (kind, entry) in declared {
        let is_used = cx.used_templates.contains(&entry.location);
        match kind {
            DeclarationKind::ResourceType => resource_type(cx, &entry, is_used),
            _ if is_used => {}
            _ => described_method(cx, Verb::Get, &entry.value),
        }
    }
    cx.schemas = schemas;
    cx.types.externals = externals;
}

fn resource_type(cx: &mut Context<'_, '_>, entry: &Entry, is_used: bool) {
    for part in entry.value.entries() {
        let key = &*part.key;
        if key.starts_with('/') {
            cx.documents.unknown_key(part, "a resource type", &KEYS);
            continue;
        }
        if is_used || key.contains("<<") {
            continue;
        }
        if let Some(verb) = method_of(key) {
            described_method(cx, verb, &part.value);
            continue;
        }
        let value = match without_parameters(cx, &part.value) {
            Some(value) => value,
            None if KEYS.contains(&key) => continue,
            None => Node::null(part.location),
        };
        let part = Entry { value, ..part.clone() };
        match key {
            "description" | "displayName" | "usage" => {
                cx.text(&part);
            }
            "securedBy" => {
                secured_by(cx, &part);
            }
            "uriParameters" | "baseUriParameters" => {
                parameters(cx, key, &part.value, true);
            }
            "is" => check_uses(cx, DeclarationKind::Trait, &part),
            "type" => check_uses(cx, DeclarationKind::ResourceType, &part),
            _ if cx.is_annotation(&part) => {}
            _ => cx.documents.unknown_key(&part, "a resource type", &KEYS),
        }
    }
}

/// Reads a trait, or a method of a resource type.
fn described_method(cx: &mut Context<'_, '_>, verb: Verb, node: &Rc<Node>) {
    let mut kept = Vec::with_capacity(node.entries().len());
    for part in node.entries().iter().filter(|part| !part.key.contains("<<")) {
        let value = match without_parameters(cx, &part.value) {
            Some(value) => value,
            // Requires a value.
            None if &*part.key == "protocols" => continue,
            None => Node::null(part.location),
        };
        let part = Entry { value, ..part.clone() };
        match &*part.key {
            "is" => check_uses(cx, DeclarationKind::Trait, &part),
            "usage" => {
                cx.text(&part);
            }
            // RAML 0.8 has no `displayName` for methods, but for traits.
            "displayName" if !cx.is_10() => {}
            key if !cx.is_10() && key.ends_with('?') => {
                kept.push(Entry { key: key.trim_end_matches('?').into(), ..part.clone() });
            }
            _ => kept.push(part),
        }
    }
    if cx.documents.spend_nodes(1 + kept.len(), node.location) {
        method(cx, verb, &Node::mapping(node.location, kept), None);
    }
}

/// Reports uses of undeclared names.
fn check_uses(cx: &mut Context<'_, '_>, kind: DeclarationKind, entry: &Entry) {
    let used = match kind {
        DeclarationKind::Trait => uses(cx, &entry.value),
        _ => type_use(cx, entry).into_iter().collect(),
    };
    for one in used {
        if cx.find(kind, &one.name, one.location).is_none() {
            cx.unknown_name(kind, &one.name, one.location);
        }
    }
}

/// The parts of a value that do not depend on parameters; `None` if no part does not.
fn without_parameters(cx: &mut Context<'_, '_>, node: &Rc<Node>) -> Option<Rc<Node>> {
    // In RAML 0.8 any key of a template may be optional.
    if !node.templated && (cx.is_10() || !node.optional) {
        return Some(Rc::clone(node));
    }
    if !cx.documents.spend_nodes(1, node.location) {
        return None;
    }
    match &node.kind {
        NodeKind::Null => Some(Rc::clone(node)),
        NodeKind::Scalar { .. } => (!node.templated).then(|| Rc::clone(node)),
        NodeKind::Include(_) => None,
        NodeKind::Sequence(items) => {
            let kept: Vec<_> = items.iter().filter_map(|item| without_parameters(cx, item)).collect();
            (!kept.is_empty()).then(|| Node::sequence(node.location, kept))
        }
        NodeKind::Mapping(entries) => {
            // The other keys of a declaration depend on its type.
            let depends = |entry: &Entry| matches!(&*entry.key, "type" | "schema") && entry.value.templated;
            if entries.iter().any(depends) {
                return None;
            }
            let mut kept = Vec::with_capacity(entries.len());
            for entry in entries.iter().filter(|entry| !entry.key.contains("<<")) {
                let Some(value) = without_parameters(cx, &entry.value) else { continue };
                let key = match entry.key.strip_suffix('?') {
                    Some(key) if !cx.is_10() && !WHOLE.contains(&key) => key.into(),
                    _ => Rc::clone(&entry.key),
                };
                kept.push(Entry { key, value, ..entry.clone() });
            }
            (!kept.is_empty()).then(|| Node::mapping(node.location, kept))
        }
    }
}
