//! RAML 1.0 "Overlays and Extensions": merges a document into the definition that it extends, before resource types,
//! traits and types are applied ("Merging Rules").

use std::collections::HashMap;
use std::rc::Rc;

use crate::documents::Documents;
use crate::documents::diagnostic::{DocumentDiagnostic, Found};
use crate::limits::MAX_CHAIN;
use crate::raml::diagnostic::RamlDiagnostic;
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation};
use apinb_text::display::truncate::excerpt;
use apinb_text::web::verb::Verb;

use crate::documents::header::Fragment;
use crate::raml::context::Context;
use crate::raml::language::is_annotation;
use crate::raml::merge::{NAMES, declaration};

/// A root node merged with all documents that it extends.
pub(super) struct Merged {
    pub(super) root: Rc<Node>,
    /// The files that contribute to the root.
    pub(super) owners: Vec<u32>,
}

/// Keys that an overlay may change and add, besides annotations.
const FREE: [&str; 11] = [
    "title",
    "displayName",
    "description",
    "documentation",
    "usage",
    "example",
    "examples",
    "annotationTypes",
    "uses",
    "extends",
    "content",
];
/// Values that are replaced and never merged: "Simple Properties".
const SIMPLE: [&str; 3] = ["example", "type", "default"];
/// Pairs of mutually exclusive keys.
const CONFLICTS: [(&str, &str); 3] = [("queryString", "queryParameters"), ("example", "examples"), ("type", "schema")];

/// Merges `root` into the definition that it extends; returns an API that extends nothing unchanged.
pub(super) fn merged(cx: &mut Context<'_, '_>, root: &Rc<Node>) -> Merged {
    let mut layers: Vec<(Rc<Node>, Fragment)> = Vec::new();
    let mut base = Rc::clone(root);
    while let Some(kind @ (Fragment::Overlay | Fragment::Extension)) = cx.documents.roles.fragment(base.location.file) {
        let below = extended(cx, &base);
        // If the extended document is unavailable, only this document remains.
        let Some(below) = below else { break };
        layers.push((std::mem::replace(&mut base, below), kind));
    }
    let owners = std::iter::once(&base).chain(layers.iter().map(|(layer, _)| layer)).map(|node| node.location.file);
    let owners = owners.collect();
    let mut merge = Merge { cx, is_overlay: false, way: Vec::new(), base: Rc::clone(&base) };
    let mut root = base;
    while let Some((layer, kind)) = layers.pop() {
        merge.is_overlay = kind == Fragment::Overlay;
        root = merge.maps(&root, &layer, "");
    }
    Merged { root, owners }
}

/// The document that a document extends.
fn extended(cx: &mut Context<'_, '_>, layer: &Rc<Node>) -> Option<Rc<Node>> {
    let Some(entry) = layer.entry("extends") else {
        cx.documents.missing_required("extends", "an overlay or extension", layer.location);
        return None;
    };
    let path = cx.text(entry)?;
    cx.documents.enter(layer.location);
    let node = cx.documents.import(path.trim(), entry.value.location);
    if node.is_null() {
        return None;
    }
    let found = match cx.documents.roles.fragment(node.location.file) {
        Some(Fragment::Overlay | Fragment::Extension) => None,
        Some(fragment) => Some(Found::Fragment(fragment.name().to_owned())),
        None if cx.documents.roles.is_root(node.location.file) => None,
        None => Some(Found::Text(excerpt(&path))),
    };
    if let Some(found) = found {
        let location = cx.documents.locate(entry.value.location);
        cx.documents.report(DocumentDiagnostic::NotADefinition { location, found });
    }
    matches!(node.kind, NodeKind::Mapping(_)).then_some(node)
}

/// The keys whose entries are parameters and properties: `H?` declares an optional one of the name `H`.
const NAMED: [&str; 7] =
    ["properties", "facets", "headers", "queryParameters", "formParameters", "uriParameters", "baseUriParameters"];

struct Merge<'m, 'c, 'd> {
    cx: &'m mut Context<'c, 'd>,
    is_overlay: bool,
    /// The keys from the root to the current node.
    way: Vec<Rc<str>>,
    /// The root that all layers extend.
    base: Rc<Node>,
}

impl Merge<'_, '_, '_> {
    /// Merges the map `layer` into `target`. `parent` is the key of both.
    fn maps(&mut self, target: &Rc<Node>, layer: &Node, parent: &str) -> Rc<Node> {
        let known = target.entries();
        if !self.cx.documents.spend_nodes(known.len() + layer.entries().len(), layer.location) {
            return Rc::clone(target);
        }
        let index: HashMap<&str, usize> = known.iter().enumerate().map(|(at, entry)| (&*entry.key, at)).collect();
        let mut merged: Vec<Entry> = known.to_vec();
        let mut removed: Vec<&str> = Vec::new();
        for entry in layer.entries() {
            let is_name = NAMES.contains(&parent);
            if !is_name && matches!(&*entry.key, "usage" | "extends") {
                continue;
            }
            self.way.push(Rc::clone(&entry.key));
            let optional = if NAMED.contains(&parent) { index.get(format!("{}?", entry.key).as_str()) } else { None };
            match index.get(&*entry.key).or(optional).and_then(|at| merged.get_mut(*at)) {
                Some(own) => {
                    let value = self.value(own, entry, parent, is_name);
                    own.value = value;
                }
                None if self.describes_method(target, entry, parent) || self.may_add(entry, parent, is_name) => {
                    let conflicts = CONFLICTS.iter().filter_map(|(a, b)| match &*entry.key {
                        key if key == *a => Some(*b),
                        key if key == *b => Some(*a),
                        _ => None,
                    });
                    if !is_name {
                        removed.extend(conflicts);
                    }
                    merged.push(entry.clone());
                }
                None => {}
            }
            self.way.pop();
        }
        merged.retain(|entry| !removed.contains(&&*entry.key));
        Node::mapping(target.location, merged)
    }

    /// Merges the values of a key that both have.
    fn value(&mut self, own: &Entry, entry: &Entry, parent: &str, is_name: bool) -> Rc<Node> {
        let key = &*entry.key;
        if key == "uses" && parent.is_empty() && self.way.len() == 1 {
            return self.libraries(&own.value, &entry.value);
        }
        let is_free = !is_name && (FREE.contains(&key) || is_annotation(key));
        let is_simple = !is_name && (SIMPLE.contains(&key) || is_annotation(key)) || parent == "examples";
        let own_form = declaration(&own.value, &entry.value, parent, key);
        let form = declaration(&entry.value, &own.value, parent, key);
        match (&own_form.kind, &form.kind) {
            _ if is_simple => self.replaced(&own.value, &entry.value, is_free || parent == "examples", entry.location),
            (NodeKind::Mapping(_), NodeKind::Null) => Rc::clone(&own.value),
            (NodeKind::Mapping(_) | NodeKind::Null, NodeKind::Mapping(_)) => self.maps(&own_form, &form, key),
            (NodeKind::Sequence(items), NodeKind::Sequence(more)) => {
                if !self
                    .cx
                    .documents
                    .spend_nodes(items.len() + more.len() + items.len() * more.len() / 16, form.location)
                {
                    return own_form;
                }
                let documents = &mut *self.cx.documents;
                let mut is_known = |item: &Rc<Node>| items.iter().any(|known| same(documents, known, item));
                let missing: Vec<_> = more.iter().filter(|item| !is_known(item)).cloned().collect();
                if missing.is_empty() || !is_free && !self.may_change(entry.location, "change") {
                    return own_form;
                }
                Node::sequence(own_form.location, items.iter().cloned().chain(missing).collect())
            }
            _ => self.replaced(&own.value, &entry.value, is_free, entry.location),
        }
    }

    fn replaced(&mut self, own: &Rc<Node>, value: &Rc<Node>, is_free: bool, location: NodeLocation) -> Rc<Node> {
        if same(self.cx.documents, own, value) || !is_free && !self.may_change(location, "change") {
            return Rc::clone(own);
        }
        Rc::clone(value)
    }

    /// Merges `uses`: a namespace must refer to the same library in both.
    fn libraries(&mut self, own: &Rc<Node>, more: &Rc<Node>) -> Rc<Node> {
        let mut merged = own.entries().to_vec();
        for entry in more.entries() {
            let Some(known) = own.entry(&entry.key) else {
                merged.push(entry.clone());
                continue;
            };
            if let (Some(a), Some(b)) = (known.value.as_str(), entry.value.as_str())
                && !self.cx.documents.same((a, known.value.location), (b, entry.value.location))
            {
                let expected = format!("`{}`, as in the extended document, or another name", excerpt(a));
                self.cx.documents.invalid(&entry.key, b, entry.value.location, &expected);
            }
        }
        Node::mapping(own.location, merged)
    }

    /// Whether an entry only describes a method that the resource `target`, with the key `parent`, has by its type.
    fn describes_method(&self, target: &Node, entry: &Entry, parent: &str) -> bool {
        if !parent.starts_with('/') || Verb::of_raml(&entry.key).is_none() || !is_description(&entry.value) {
            return false;
        }
        let mut used = target.get("type");
        for _ in 0..MAX_CHAIN {
            let name = match used.map(|node| &node.kind) {
                Some(NodeKind::Scalar { text, .. }) => text.as_str(),
                Some(NodeKind::Mapping(entries)) => entries.first().map_or("", |entry| &entry.key),
                _ => return false,
            };
            let declared = self.base.get("resourceTypes").and_then(|types| types.get(name));
            // A resource type of a library is not looked up.
            let Some(declared) = declared else { return name.contains('.') };
            if declared.get(&entry.key).is_some() {
                return true;
            }
            used = declared.get("type");
        }
        false
    }

    fn may_add(&mut self, entry: &Entry, parent: &str, is_name: bool) -> bool {
        let is_free = !is_name && (FREE.contains(&&*entry.key) || is_annotation(&entry.key));
        let is_declared = matches!(parent, "types" | "schemas" | "annotationTypes") && self.way.len() == 2;
        let declares = self.way.len() == 1 && matches!(&*entry.key, "types" | "schemas");
        is_free || is_declared || declares || parent == "examples" || self.may_change(entry.location, "add")
    }

    /// Whether the layer may change the behavior of the API. Reports the change if the layer is an overlay.
    fn may_change(&mut self, location: NodeLocation, change: &'static str) -> bool {
        if self.is_overlay {
            let location = self.cx.documents.locate(location);
            let key = excerpt(&self.way.join(" "));
            self.cx.documents.report(RamlDiagnostic::OverlayChange { location, key, change });
        }
        !self.is_overlay
    }
}

/// Whether a value has only keys that an overlay may change, at any depth.
fn is_description(node: &Node) -> bool {
    let is_free = |entry: &Entry| FREE.contains(&&*entry.key) || is_annotation(&entry.key);
    let is_map = |node: &Node| !node.entries().is_empty();
    node.is_null()
        || is_map(node)
            && node.entries().iter().all(|entry| is_free(entry) || is_map(&entry.value) && is_description(&entry.value))
}

/// Whether two values are equal. False once the node budget is spent.
fn same(documents: &mut Documents<'_>, a: &Rc<Node>, b: &Rc<Node>) -> bool {
    if Rc::ptr_eq(a, b) {
        return true;
    }
    if !documents.spend_nodes(1, b.location) {
        return false;
    }
    match (&a.kind, &b.kind) {
        (NodeKind::Null, NodeKind::Null) => true,
        (NodeKind::Scalar { .. }, NodeKind::Scalar { .. }) => a.as_str() == b.as_str(),
        (NodeKind::Sequence(a), NodeKind::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(documents, a, b))
        }
        (NodeKind::Mapping(a), NodeKind::Mapping(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.key == b.key && same(documents, &a.value, &b.value))
        }
        _ => false,
    }
}
