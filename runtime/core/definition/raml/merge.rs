//! Laying one node over another: how resource types and traits fill what a resource or method leaves open (RAML 0.8,
//! "Resource Types and Traits"), and how two values of one repeated key become one.
//!
//! What the target says holds: its texts win, its maps are completed key by key, its lists of names grow by what they
//! lack. Nothing is copied that does not change.

use std::collections::HashMap;
use std::rc::Rc;

use crate::definition::documents::Documents;
use crate::definition::node::{Entry, Kind, Node, Place};

/// Values of these keys are taken whole, whatever their kind.
const WHOLE: [&str; 4] = ["example", "schema", "default", "content"];
/// Lists of these keys are joined.
const JOINED: [&str; 4] = ["is", "securedBy", "protocols", "enum"];

/// The keys of a template that say something about the template itself.
pub(super) const TEMPLATE_KEYS: [&str; 3] = ["usage", "type", "is"];

/// `target`, completed by the resource type or trait `template`. A template's key with `?` applies only where the
/// target has the key.
pub(super) fn completed(documents: &mut Documents<'_>, target: &Rc<Node>, template: &Rc<Node>) -> Rc<Node> {
    value(documents, "", target, template, true)
}

/// Two values of one key: `over` completed by `under`.
pub(super) fn laid_over(documents: &mut Documents<'_>, over: &Rc<Node>, under: &Rc<Node>) -> Rc<Node> {
    value(documents, "", over, under, false)
}

fn value(documents: &mut Documents<'_>, key: &str, target: &Rc<Node>, source: &Rc<Node>, template: bool) -> Rc<Node> {
    match (&target.kind, &source.kind) {
        (Kind::Null, _) if template => definite(documents, source),
        (Kind::Null, _) => Rc::clone(source),
        (Kind::Mapping(own), Kind::Mapping(more)) if !WHOLE.contains(&key) => {
            map(documents, target.place, own, more, template).unwrap_or_else(|| Rc::clone(target))
        }
        (Kind::Sequence(own), Kind::Sequence(more)) if JOINED.contains(&key) => {
            // Each item of one list is compared with each of the other.
            if !documents.spend_nodes(own.len() * more.len() / 64, target.place) {
                return Rc::clone(target);
            }
            let missing: Vec<_> = more.iter().filter(|item| !own.iter().any(|known| same_text(known, item))).collect();
            if missing.is_empty() || !documents.spend_nodes(own.len() + missing.len(), target.place) {
                return Rc::clone(target);
            }
            Node::sequence(target.place, own.iter().chain(missing).map(Rc::clone).collect())
        }
        _ => Rc::clone(target),
    }
}

/// None when `more` adds nothing.
fn map(documents: &mut Documents<'_>, place: Place, own: &[Entry], more: &[Entry], template: bool) -> Option<Rc<Node>> {
    if !documents.spend_nodes(more.len(), place) {
        return None;
    }
    let index: HashMap<&str, usize> = match own.len() * more.len() > 64 {
        true => own.iter().enumerate().map(|(at, entry)| (&*entry.key, at)).collect(),
        false => HashMap::new(),
    };
    let find = |key: &str| match index.is_empty() {
        true => own.iter().position(|entry| &*entry.key == key),
        false => index.get(key).copied(),
    };
    let mut merged: Option<Vec<Entry>> = None;
    for entry in more {
        let optional = entry.key.strip_suffix('?').filter(|_| template);
        let key = optional.unwrap_or(&entry.key);
        match find(key) {
            Some(at) => {
                let value = value(documents, key, &own[at].value, &entry.value, template);
                if !Rc::ptr_eq(&value, &own[at].value) {
                    let merged = merged.get_or_insert_with(|| own.to_vec());
                    // A template may have both `get` and `get?`: the second completes what the first made.
                    merged[at].value = match Rc::ptr_eq(&merged[at].value, &own[at].value) {
                        true => value,
                        false => laid_over(documents, &merged[at].value, &value),
                    };
                }
            }
            None if optional.is_some() => {}
            None => {
                let value = if template { definite(documents, &entry.value) } else { Rc::clone(&entry.value) };
                let merged = merged.get_or_insert_with(|| own.to_vec());
                merged.push(Entry { value, ..entry.clone() });
            }
        }
    }
    let merged = merged?;
    documents.spend_nodes(merged.len(), place);
    Some(Node::mapping(place, merged))
}

/// A part of a template that goes where nothing is: without its optional keys.
fn definite(documents: &mut Documents<'_>, node: &Rc<Node>) -> Rc<Node> {
    if !node.optional || !documents.spend_nodes(1, node.place) {
        return Rc::clone(node);
    }
    match &node.kind {
        Kind::Mapping(entries) => {
            let kept = entries.iter().filter(|entry| !entry.key.ends_with('?')).map(|entry| {
                let whole = WHOLE.contains(&&*entry.key);
                let value = if whole { Rc::clone(&entry.value) } else { definite(documents, &entry.value) };
                Entry { value, ..entry.clone() }
            });
            Node::mapping(node.place, kept.collect())
        }
        Kind::Sequence(items) => {
            Node::sequence(node.place, items.iter().map(|item| definite(documents, item)).collect())
        }
        _ => Rc::clone(node),
    }
}

fn same_text(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Null, Kind::Null) => true,
        (Kind::Scalar { .. }, Kind::Scalar { .. }) => a.as_str() == b.as_str(),
        // `oauth: { scopes: [a] }` and `oauth: { scopes: [b] }`: the target's choice holds.
        (Kind::Mapping(a), Kind::Mapping(b)) => a.first().map(|entry| &entry.key) == b.first().map(|entry| &entry.key),
        _ => false,
    }
}
