//! Laying one node over another: how resource types and traits fill what a resource or method leaves open (RAML 0.8,
//! "Resource Types and Traits"; 1.0, "Algorithm of Merging Traits With Methods"), and how two values of one repeated key
//! become one.
//!
//! What the target says holds: its texts win, its maps are completed key by key, its lists of names grow by what they
//! lack. Nothing is copied that does not change.

use std::collections::HashMap;
use std::rc::Rc;

use crate::definition::documents::Documents;
use crate::definition::node::{Entry, Kind, Node, Place};

use super::language::{Version, is_annotation};

/// Values of these keys are taken whole, whatever their kind.
const WHOLE: [&str; 4] = ["example", "schema", "default", "content"];
/// In RAML 1.0 these as well.
const WHOLE_10: [&str; 2] = ["type", "examples"];
/// Lists of these keys are joined.
const JOINED: [&str; 4] = ["is", "securedBy", "protocols", "enum"];

/// The keys of a template that say something about the template itself.
pub(super) const TEMPLATE_KEYS: [&str; 3] = ["usage", "type", "is"];

/// Keys of RAML 1.0 whose values are maps of names that the author chose.
pub(super) const NAMES: [&str; 12] = [
    "properties",
    "queryParameters",
    "headers",
    "uriParameters",
    "baseUriParameters",
    "types",
    "schemas",
    "facets",
    "traits",
    "resourceTypes",
    "securitySchemes",
    "annotationTypes",
];
/// Those of them whose values are declarations of types, for which a type's name can stand.
const DECLARATIONS: [&str; 8] = [
    "properties",
    "queryParameters",
    "headers",
    "uriParameters",
    "baseUriParameters",
    "types",
    "schemas",
    "annotationTypes",
];

/// How two nodes become one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// A resource type or trait completes the target.
    Template(Version),
    /// A repeated key.
    Repeated,
}

impl Way {
    fn is_whole(self, key: &str) -> bool {
        WHOLE.contains(&key) || self == Self::Template(Version::V10) && (WHOLE_10.contains(&key) || is_annotation(key))
    }

    /// A key that ends in `?` applies only where the target has it. (In RAML 1.0 these are methods alone, which are told
    /// apart before they come here; other keys that end so are optional parameters.)
    fn has_optional(self) -> bool {
        self == Self::Template(Version::V08)
    }
}

/// `target`, completed by the resource type or trait `template`.
pub(super) fn completed(
    documents: &mut Documents<'_>,
    target: &Rc<Node>,
    template: &Rc<Node>,
    version: Version,
) -> Rc<Node> {
    value(documents, ("", ""), target, template, Way::Template(version))
}

/// Two values of one key: `over` completed by `under`.
pub(super) fn laid_over(documents: &mut Documents<'_>, over: &Rc<Node>, under: &Rc<Node>) -> Rc<Node> {
    value(documents, ("", ""), over, under, Way::Repeated)
}

/// `node`, as a map when `other` is one and both are declarations of a type: `integer` is `{ type: integer }` (RAML
/// 1.0). `parent` and `key` are the keys that they stand under.
pub(super) fn declaration(node: &Rc<Node>, other: &Node, parent: &str, key: &str) -> Rc<Node> {
    let is_declaration = DECLARATIONS.contains(&parent) || parent == "body" && key.contains('/');
    match (&node.kind, &other.kind) {
        (Kind::Scalar { .. }, Kind::Mapping(_)) if is_declaration => {
            Node::mapping(node.place, vec![Entry { key: "type".into(), place: node.place, value: Rc::clone(node) }])
        }
        _ => Rc::clone(node),
    }
}

/// `keys`: the key that both are the value of, and before it the one above.
fn value(
    documents: &mut Documents<'_>,
    keys: (&str, &str),
    target: &Rc<Node>,
    source: &Rc<Node>,
    way: Way,
) -> Rc<Node> {
    let (parent, key) = keys;
    if way == Way::Template(Version::V10) && !target.is_null() {
        let (own, more) = (declaration(target, source, parent, key), declaration(source, target, parent, key));
        if !Rc::ptr_eq(&own, target) || !Rc::ptr_eq(&more, source) {
            return completed_map(documents, keys, &own, &more, way);
        }
    }
    completed_map(documents, keys, target, source, way)
}

fn completed_map(
    documents: &mut Documents<'_>,
    (parent, key): (&str, &str),
    target: &Rc<Node>,
    source: &Rc<Node>,
    way: Way,
) -> Rc<Node> {
    // A name that the author chose is no keyword.
    let is_name = way == Way::Template(Version::V10) && NAMES.contains(&parent);
    match (&target.kind, &source.kind) {
        (Kind::Null, _) if way.has_optional() => definite(documents, source),
        (Kind::Null, _) => Rc::clone(source),
        (Kind::Mapping(own), Kind::Mapping(more)) if is_name || !way.is_whole(key) => {
            map(documents, (key, target.place), own, more, way).unwrap_or_else(|| Rc::clone(target))
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
fn map(
    documents: &mut Documents<'_>,
    (parent, place): (&str, Place),
    own: &[Entry],
    more: &[Entry],
    way: Way,
) -> Option<Rc<Node>> {
    if !documents.spend_nodes(more.len(), place) {
        return None;
    }
    // `page` and `page?` are one parameter of RAML 1.0.
    let has_marks = way == Way::Template(Version::V10) && DECLARATIONS.contains(&parent);
    let plain = |key: &str| -> usize { if has_marks { key.trim_end_matches('?').len() } else { key.len() } };
    let name = |entry: &'_ Entry| -> String { entry.key.get(..plain(&entry.key)).unwrap_or_default().to_owned() };
    let index: HashMap<String, usize> = match own.len() * more.len() > 64 {
        true => own.iter().enumerate().map(|(at, entry)| (name(entry), at)).collect(),
        false => HashMap::new(),
    };
    let find = |key: &str| match index.is_empty() {
        true => own.iter().position(|entry| entry.key.get(..plain(&entry.key)) == Some(key)),
        false => index.get(key).copied(),
    };
    let mut merged: Option<Vec<Entry>> = None;
    for entry in more {
        let optional = entry.key.strip_suffix('?').filter(|_| way.has_optional());
        let key = optional.or(entry.key.get(..plain(&entry.key))).unwrap_or(&entry.key);
        match find(key) {
            Some(at) => {
                let value = value(documents, (parent, key), &own[at].value, &entry.value, way);
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
                let value =
                    if way.has_optional() { definite(documents, &entry.value) } else { Rc::clone(&entry.value) };
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
