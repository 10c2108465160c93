//! Resolves `$ref` to a node of this document or another one.
//!
//! A document is read once, when it is first referenced, through [`Documents`](crate::documents::Documents), so the
//! limits and the caller's access rules apply. [`crate::openapi::schema`] handles the `$ref`s of schemas.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::documents::Documents;
use crate::documents::diagnostic::{DocumentDiagnostic, Limit};
use crate::openapi::diagnostic::{OpenApiDiagnostic, Unresolved};
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation};
use apinb_text::display::suggest::suggest;
use apinb_text::display::truncate::excerpt;
use apinb_text::source::address::Address;

use crate::openapi::context::Context;
use crate::openapi::state::{Marks, NodePointer, ReferenceTarget, escaped};
use crate::openapi::version::Version;

/// Maximum length of a chain of references.
const MAX_CHAIN: usize = 64;
/// Maximum number of keys that are compared to suggest one.
const MAX_COMPARED: usize = 1_000;
/// Maps with more keys than this have a hash index.
const INDEXED_FROM: usize = 32;

impl Context<'_, '_> {
    /// Resolves `node`: follows its `$ref`, if it has one, to the last target. Reports an unresolved reference and
    /// returns `None`.
    pub(super) fn object(&mut self, node: &Rc<Node>) -> Option<Rc<Node>> {
        let mut node = Rc::clone(node);
        let mut seen: Vec<NodePointer> = Vec::new();
        while let Some((reference, location)) = reference_of(&node) {
            let target = self.target(&reference, location)?;
            if let Some(at) = seen.iter().position(|key| *key == target.key) {
                let chain = seen.iter().skip(at).chain([&target.key]).map(|key| excerpt(&key.pointer)).collect();
                self.unresolved(&reference, location, Unresolved::Cycle { chain });
                return None;
            }
            if seen.len() == MAX_CHAIN {
                let location = self.documents.locate(location);
                self.documents.report(DocumentDiagnostic::Limit { location, limit: Limit::Chain(MAX_CHAIN) });
                return None;
            }
            seen.push(target.key);
            node = target.node;
        }
        Some(node)
    }

    /// Resolves the `$ref` of `node`; keys next to it take precedence. Reports an unresolved reference and returns
    /// `None` if there is nothing next to it.
    pub(super) fn completed(&mut self, node: &Rc<Node>) -> Option<Rc<Node>> {
        if node.get("$ref").is_none() {
            return Some(Rc::clone(node));
        }
        let beside: Vec<Entry> = node.entries().iter().filter(|entry| &*entry.key != "$ref").cloned().collect();
        let Some(target) = self.object(node) else {
            return (!beside.is_empty()).then(|| Node::mapping(node.location, beside));
        };
        if beside.is_empty() || !matches!(target.kind, NodeKind::Mapping(_)) {
            return Some(target);
        }
        let known: HashSet<Rc<str>> = beside.iter().map(|entry| Rc::clone(&entry.key)).collect();
        let others = target.entries().iter().filter(|entry| !known.contains(&entry.key)).cloned();
        if !self.documents.spend_nodes(target.entries().len(), node.location) {
            return Some(target);
        }
        let entries = beside.into_iter().chain(others).collect();
        Some(Node::mapping(node.location, entries))
    }

    /// `entry` with its `$ref` followed, where OpenAPI allows none. Reports the first in each kind of `place`.
    pub(super) fn followed(&mut self, entry: &Entry, place: &'static str) -> Option<Entry> {
        self.misplaced(&entry.value, place);
        Some(Entry { value: self.completed(&entry.value)?, ..entry.clone() })
    }

    /// Reports the `$ref` of `node` if it is the first in this kind of `place`, where OpenAPI allows none.
    pub(super) fn misplaced(&mut self, node: &Node, place: &'static str) {
        if let Some((_, location)) = reference_of(node)
            && self.references.misplaced.insert(place)
        {
            let location = self.documents.locate(location);
            self.documents.report(OpenApiDiagnostic::MisplacedReference { location, place });
        }
    }

    /// Resolves `reference`, written at `location`. Reports an unresolved reference and returns `None`.
    pub(super) fn target(&mut self, reference: &str, location: NodeLocation) -> Option<ReferenceTarget> {
        self.target_from(reference, location, 0)
    }

    /// As [`Self::target`], after `steps` references on whose way this one is.
    fn target_from(&mut self, reference: &str, location: NodeLocation, steps: usize) -> Option<ReferenceTarget> {
        let (document, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if !document.is_empty()
            && let Some(known) = self.marks(location.file).ids.get(document).cloned()
        {
            return self.below(known, fragment, (reference, location), steps);
        }
        let file = match document.trim() {
            "" => location.file,
            document => self.documents.referenced(&decoded(document), location)?,
        };
        let root = self.tree(file, reference, location)?;
        let root = ReferenceTarget { key: NodePointer { file, pointer: "".into() }, node: root };
        let within = match document.trim().is_empty() && self.version >= Version::V31 {
            true => self.base(fragment, location).unwrap_or(root),
            false => root,
        };
        self.below(within, fragment, (reference, location), steps)
    }

    /// The schema with an `$id` that `fragment`, written at `location`, refers into. None if it is not within such a
    /// schema, or if that schema does not have it: many authors give schemas an `$id` and refer to the root all the same.
    fn base(&mut self, fragment: &str, location: NodeLocation) -> Option<ReferenceTarget> {
        let base = self.marks(location.file).bases.get(&location).cloned()?;
        let fragment = decoded(fragment);
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return None;
        }
        let mut node = Rc::clone(&base.node);
        for segment in fragment.split('/').skip(1) {
            node = self.child(&node, &segment.replace("~1", "/").replace("~0", "~"))?;
        }
        Some(base)
    }

    /// Resolves the `fragment` of a reference within the node `within`. A `$ref` on the way is followed.
    fn below(
        &mut self,
        within: ReferenceTarget,
        fragment: &str,
        (reference, location): (&str, NodeLocation),
        steps: usize,
    ) -> Option<ReferenceTarget> {
        let fragment = decoded(fragment);
        if fragment.is_empty() {
            return Some(within);
        }
        if !fragment.starts_with('/') {
            let anchor = self.marks(within.key.file).anchors.get(fragment.as_str()).cloned();
            if anchor.is_none() {
                self.unresolved(reference, location, Unresolved::NoAnchor);
            }
            return anchor;
        }
        let (mut node, NodePointer { mut file, pointer }) = (within.node, within.key);
        let mut pointer = pointer.to_string();
        for segment in fragment.split('/').skip(1) {
            let name = segment.replace("~1", "/").replace("~0", "~");
            let mut child = self.child(&node, &name);
            if child.is_none()
                && let Some((onward, from)) = reference_of(&node)
                && steps < MAX_CHAIN
                && self.documents.spend_nodes(1, location)
            {
                let target = self.target_from(&onward, from, steps + 1)?;
                (node, file, pointer) = (target.node, target.key.file, target.key.pointer.to_string());
                child = self.child(&node, &name);
            }
            pointer.push('/');
            pointer.push_str(segment);
            match child {
                Some(child) => node = child,
                None => {
                    let compared = if self.documents.is_full() { 0 } else { MAX_COMPARED };
                    let known = node.entries().iter().take(compared).map(|entry| &*entry.key);
                    let suggestion = suggest(&name, known).map(str::to_owned);
                    self.unresolved(reference, location, Unresolved::Nothing { missing: excerpt(&name), suggestion });
                    return None;
                }
            }
        }
        Some(ReferenceTarget { key: NodePointer { file, pointer: pointer.into() }, node })
    }

    fn child(&mut self, node: &Rc<Node>, name: &str) -> Option<Rc<Node>> {
        match &node.kind {
            NodeKind::Sequence(items) => items.get(name.parse::<usize>().ok()?).cloned(),
            NodeKind::Mapping(entries) if entries.len() > INDEXED_FROM => {
                let (_, index) = self.references.indexes.entry(Rc::as_ptr(node)).or_insert_with(|| {
                    let keys = entries.iter().enumerate().map(|(at, entry)| (Rc::clone(&entry.key), at));
                    (Rc::clone(node), keys.collect())
                });
                entries.get(*index.get(name)?).map(|entry| Rc::clone(&entry.value))
            }
            _ => node.get(name).cloned(),
        }
    }

    /// The tree of a document, which is parsed when it is first needed.
    fn tree(&mut self, file: u32, reference: &str, location: NodeLocation) -> Option<Rc<Node>> {
        if let Some(known) = self.references.trees.get(&file) {
            return known.clone();
        }
        let tree =
            self.documents.tree(file).filter(|tree| matches!(tree.kind, NodeKind::Mapping(_) | NodeKind::Sequence(_)));
        match &tree {
            Some(tree) => self.prefetch(tree),
            None => self.unresolved(reference, location, Unresolved::NoTree),
        }
        self.references.trees.insert(file, tree.clone());
        tree
    }

    /// Starts fetching the documents that a tree refers to, if they are remote.
    pub(super) fn prefetch(&self, root: &Rc<Node>) {
        if !matches!(self.documents.address_of(root.location.file), Some(Address::Url(_))) {
            return;
        }
        let mut wanted: Vec<String> = Vec::new();
        walk(root, |node, _| {
            let reference = node.get("$ref").and_then(|value| value.as_str()).unwrap_or_default();
            let document = reference.split('#').next().unwrap_or_default().trim();
            if !document.is_empty() && wanted.last().is_none_or(|last| last != document) {
                wanted.push(document.to_owned());
            }
        });
        self.documents.prefetch_trees(wanted.iter().map(String::as_str), root.location);
    }

    /// The anchors and ids of a document, which are collected when they are first needed.
    fn marks(&mut self, file: u32) -> Rc<Marks> {
        if let Some(marks) = self.references.marks.get(&file) {
            return Rc::clone(marks);
        }
        let mut marks = Marks::default();
        if let Some(Some(root)) = self.references.trees.get(&file) {
            gather(self.documents, file, &Rc::clone(root), &mut marks);
        }
        let marks = Rc::new(marks);
        self.references.marks.insert(file, Rc::clone(&marks));
        marks
    }

    pub(super) fn unresolved(&mut self, reference: &str, location: NodeLocation, cause: Unresolved) {
        let location = self.documents.locate(location);
        self.documents.report(OpenApiDiagnostic::Reference { location, reference: excerpt(reference), cause });
    }
}

/// The text and the position of a node's `$ref`.
pub(super) fn reference_of(node: &Node) -> Option<(Rc<str>, NodeLocation)> {
    let value = node.get("$ref")?;
    Some((value.as_str()?.trim().into(), value.location))
}

/// Collects all nodes with an anchor or id.
fn gather(documents: &mut Documents<'_>, file: u32, root: &Rc<Node>, marks: &mut Marks) {
    // The schemas with an `$id`, by their steps.
    let mut bases: HashMap<usize, ReferenceTarget> = HashMap::new();
    walk(root, |node, trail| {
        if let Some((reference, location)) = reference_of(node)
            && reference.starts_with('#')
            && let Some(base) = trail.above().find_map(|step| bases.get(&step))
        {
            if !documents.spend_nodes(1, node.location) {
                return;
            }
            marks.bases.insert(location, base.clone());
        }
        for entry in node.entries() {
            let (known, text) = match (&*entry.key, entry.value.as_str()) {
                ("$anchor" | "$dynamicAnchor", Some(text)) => (&mut marks.anchors, text),
                ("$id", Some(text)) => (&mut marks.ids, text.trim_end_matches('#')),
                // OpenAPI 3.2.
                ("$self", Some(text)) if trail.last == 0 => (&mut marks.ids, text.trim_end_matches('#')),
                _ => continue,
            };
            let is_base = &*entry.key == "$id" && !text.is_empty() && trail.last > 0;
            if known.contains_key(text) && !is_base {
                continue;
            }
            let pointer = trail.pointer();
            if !documents.spend_nodes(1, node.location) || !documents.spend_text(pointer.len(), node.location) {
                return;
            }
            let key = NodePointer { file, pointer: pointer.into() };
            let target = ReferenceTarget { key, node: Rc::clone(node) };
            if is_base {
                bases.insert(trail.last, target.clone());
            }
            known.entry(text.into()).or_insert(target);
        }
    });
}

/// The path from the root to a node: the index of the parent among the steps, and the last step.
struct Trail<'t> {
    steps: &'t [(usize, Step)],
    last: usize,
}

enum Step {
    Key(Rc<str>),
    Index(usize),
}

impl Trail<'_> {
    /// The indices of the steps to the node and to those above it, without the root.
    fn above(&self) -> impl Iterator<Item = usize> {
        let above = |at: &usize| self.steps.get(*at).map(|(above, _)| *above);
        std::iter::successors(Some(self.last), above).take_while(|at| *at > 0)
    }

    fn pointer(&self) -> String {
        let mut names = Vec::new();
        let mut at = self.last;
        while let Some((above, step)) = self.steps.get(at).filter(|_| at > 0) {
            names.push(match step {
                Step::Key(name) => escaped(name),
                Step::Index(index) => index.to_string(),
            });
            at = *above;
        }
        names.iter().rev().fold(String::new(), |pointer, name| pointer + "/" + name)
    }
}

/// Calls `visit` once for every map below `root`, with its path. An alias leads to a node that was already visited.
fn walk(root: &Rc<Node>, mut visit: impl FnMut(&Rc<Node>, &Trail<'_>)) {
    let mut seen: HashSet<*const Node> = HashSet::new();
    let mut steps = vec![(0, Step::Index(0))];
    let mut open: Vec<(Rc<Node>, usize)> = vec![(Rc::clone(root), 0)];
    while let Some((node, last)) = open.pop() {
        if !seen.insert(Rc::as_ptr(&node)) {
            continue;
        }
        let mut below = |step: Step, child: &Rc<Node>| {
            if matches!(child.kind, NodeKind::Mapping(_) | NodeKind::Sequence(_)) && !seen.contains(&Rc::as_ptr(child))
            {
                open.push((Rc::clone(child), steps.len()));
                steps.push((last, step));
            }
        };
        match &node.kind {
            NodeKind::Mapping(entries) => {
                entries.iter().for_each(|entry| below(Step::Key(Rc::clone(&entry.key)), &entry.value));
                visit(&node, &Trail { steps: &steps, last });
            }
            NodeKind::Sequence(items) => {
                items.iter().enumerate().for_each(|(at, item)| below(Step::Index(at), item));
            }
            _ => {}
        }
    }
}

/// Percent-decodes a text; unchanged if the result is not UTF-8.
fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
        let byte = match (first, after.split_at_checked(2)) {
            (b'%', Some((digits, beyond))) if digits.iter().all(u8::is_ascii_hexdigit) => {
                rest = beyond;
                hex(digits).unwrap_or(b'%')
            }
            _ => {
                rest = after;
                *first
            }
        };
        bytes.push(byte);
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
