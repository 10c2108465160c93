//! Parses YAML text to a [`Node`] tree: anchors and aliases, merge keys, `!include`, repeated keys. Does not interpret
//! keys.
//!
//! Collects the parser's events first ([`crate::syntax::events`]; [`crate::syntax::repair`] repairs errors), so that
//! the tree is built only once.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use saphyr_parser::Tag;

use crate::limits::MAX_DEPTH;
use crate::syntax::diagnostic::SyntaxDiagnostic;
use crate::syntax::host::DocumentHost;
use crate::syntax::offsets::Offsets;
use crate::tree::merge::laid_over;
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation, Text};
use apinb_text::display::truncate::excerpt;
use apinb_text::source::span::SourceFile;

use crate::syntax::events::{Event, Events, What, Written};
use crate::syntax::repair;

/// Maps with at least this many keys have a hash index.
const INDEXED_FROM: usize = 16;

/// Parses a document that is included at nesting level `depth`, and reports errors.
pub(crate) fn parse<H: DocumentHost>(host: &mut H, file: &Arc<SourceFile>, index: u32, depth: u32) -> Rc<Node> {
    repair::events(host, index, Offsets::new(file.text()), |host, events| {
        let whole = NodeLocation { file: index, start: 0, end: 0 };
        host.prefetch(&includes(events, file), whole);
        let (stack, entries, anchors) = (Vec::new(), Vec::new(), HashMap::new());
        let mut builder = Builder { host, file, index, depth, stack, entries, anchors, root: None };
        for event in events.iter() {
            builder.event(event);
        }
        builder.finish(whole)
    })
}

struct Builder<'b, H> {
    host: &'b mut H,
    file: &'b Arc<SourceFile>,
    index: u32,
    depth: u32,
    stack: Vec<Frame>,
    /// The entries of all maps on the stack, innermost last.
    entries: Vec<Entry>,
    anchors: HashMap<u32, Rc<Node>>,
    root: Option<Rc<Node>>,
}

/// An open collection.
struct Frame {
    location: NodeLocation,
    anchor: u32,
    content: Content,
}

enum Content {
    Sequence(Vec<Rc<Node>>),
    /// The entries of this map start at `first`.
    Mapping {
        first: usize,
        index: HashMap<Rc<str>, usize>,
        key: Option<Key>,
        merged: Vec<Rc<Node>>,
    },
}

/// A key without its value yet. `text` is `None` if the key is invalid.
struct Key {
    text: Option<Rc<str>>,
    location: NodeLocation,
}

impl<H: DocumentHost> Builder<'_, H> {
    fn event(&mut self, Event { what, start, end }: Event<'_>) {
        let location = NodeLocation { file: self.index, start, end };
        match what {
            What::Scalar { text, plain, anchor: 0, tag: None } if self.is_key_next() => {
                self.host.spend_nodes(1, location);
                let text = repair::restored(written(&text, self.file));
                let text = self.host.key(if plain && is_null(&text) { "" } else { &text });
                self.put_key(Key { text: Some(text), location });
            }
            What::Scalar { text, plain, anchor, tag } => {
                let node = self.scalar(&text, plain, tag, location);
                self.complete(node, anchor);
            }
            What::Alias { anchor } => {
                let node = match self.anchors.get(&anchor).cloned() {
                    Some(node) if self.level() + node.height <= MAX_DEPTH => node,
                    Some(_) => {
                        self.host.too_deep(location);
                        Node::null(location)
                    }
                    None => {
                        let found = "an alias to an enclosing value";
                        self.wrong_kind("*", location, "a complete value", found);
                        Node::null(location)
                    }
                };
                self.complete(node, 0);
            }
            What::SequenceStart { anchor, tag } => {
                self.collection_tag(tag, location);
                self.stack.push(Frame { location, anchor, content: Content::Sequence(Vec::new()) });
            }
            What::MappingStart { anchor, tag } => {
                self.collection_tag(tag, location);
                let (first, index, merged) = (self.entries.len(), HashMap::new(), Vec::new());
                let content = Content::Mapping { first, index, key: None, merged };
                self.stack.push(Frame { location, anchor, content });
            }
            What::End => self.close(end),
        }
    }

    fn is_key_next(&self) -> bool {
        matches!(self.stack.last(), Some(Frame { content: Content::Mapping { key: None, .. }, .. }))
    }

    fn put_key(&mut self, new: Key) {
        if let Some(Frame { content: Content::Mapping { key, .. }, .. }) = self.stack.last_mut() {
            *key = Some(new);
        }
    }

    fn finish(mut self, whole: NodeLocation) -> Rc<Node> {
        while !self.stack.is_empty() {
            self.close(0);
        }
        self.root.unwrap_or_else(|| Node::null(whole))
    }

    fn close(&mut self, end: u32) {
        let Some(Frame { mut location, anchor, content }) = self.stack.pop() else { return };
        location.end = location.end.max(end);
        let node = match content {
            Content::Sequence(mut items) => {
                items.shrink_to_fit();
                Node::sequence(location, items)
            }
            Content::Mapping { first, mut index, merged, .. } => {
                merged.iter().for_each(|node| merge_key(&mut self.entries, first, &mut index, node));
                Node::mapping(location, self.entries.drain(first..).collect())
            }
        };
        self.complete(node, anchor);
    }

    /// Adds a complete node to the innermost open collection.
    fn complete(&mut self, node: Rc<Node>, anchor: u32) {
        self.host.spend_nodes(1, node.location);
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        match self.stack.last_mut().map(|frame| &mut frame.content) {
            None => self.root = self.root.take().or(Some(node)),
            Some(Content::Sequence(items)) => items.push(node),
            Some(Content::Mapping { key: key @ None, .. }) => {
                let text = match &node.kind {
                    NodeKind::Null => Some(self.host.key("")),
                    NodeKind::Scalar { text, .. } => Some(self.host.key(text.as_str())),
                    _ => None,
                };
                let (location, usable, found) = (node.location, text.is_some(), node.noun());
                *key = Some(Key { text, location });
                if !usable {
                    self.wrong_kind("key", location, "a string", found);
                }
            }
            Some(Content::Mapping { first, index, key: key @ Some(_), merged }) => {
                let Some(Key { text: Some(text), location }) = key.take() else { return };
                // An absent value has no source position; it gets that of its key.
                let is_absent = node.is_null() && !self.host.is_silenced(node.location);
                let node = if is_absent { Node::null(location) } else { node };
                if &*text == "<<" && !matches!(node.kind, NodeKind::Scalar { .. }) {
                    match &node.kind {
                        NodeKind::Sequence(items) => merged.extend(items.iter().cloned()),
                        _ => merged.push(node),
                    }
                } else if let Some(known) =
                    find(&self.entries, *first, index, &text).and_then(|at| self.entries.get_mut(at))
                {
                    let key = excerpt(&text);
                    let severity = self.host.repeated_key_severity();
                    let diagnostic =
                        SyntaxDiagnostic::RepeatedKey { location: self.host.locate(location), key, severity };
                    self.host.report(diagnostic);
                    let value = laid_over(self.host, &node, &known.value);
                    *known = Entry { key: text, location, value };
                } else {
                    push(&mut self.entries, *first, index, Entry { key: text, location, value: node });
                }
            }
        }
    }

    fn scalar(&mut self, text: &Written<'_>, plain: bool, tag: Option<&Tag>, location: NodeLocation) -> Rc<Node> {
        let raw = written(text, self.file);
        match tag {
            Some(tag) if is_include(tag) => return self.include(raw.trim(), location),
            Some(tag) if tag.is_yaml_core_schema() => {
                let text = repair::restored(raw);
                return if tag.suffix == "null" {
                    Node::null(location)
                } else {
                    Node::scalar(location, &text, tag.suffix != "str")
                };
            }
            Some(tag) => self.unknown_tag(tag, location),
            None => {}
        }
        if plain && is_null(raw) {
            return Node::null(location);
        }
        let text = match (text, repair::restored(raw)) {
            (Written::There(part), Cow::Borrowed(_)) => {
                Text::Part { file: Arc::clone(self.file), start: part.start, end: part.end }
            }
            (_, restored) => Text::Own(Rc::from(&*restored)),
        };
        Rc::new(Node::new(location, NodeKind::Scalar { text, plain }))
    }

    fn include(&mut self, path: &str, location: NodeLocation) -> Rc<Node> {
        let path = repair::restored(path);
        if path.is_empty() {
            self.wrong_kind("!include", location, "a path", "null");
            return Node::null(location);
        }
        if path.contains("<<") {
            return Rc::new(Node::new(location, NodeKind::Include(path.as_ref().into())));
        }
        let depth = self.level();
        self.host.include(&path, location, depth)
    }

    fn collection_tag(&mut self, tag: Option<&Tag>, location: NodeLocation) {
        match tag {
            Some(tag) if is_include(tag) => {
                self.wrong_kind("!include", location, "a path", "a map or a list");
            }
            Some(tag) if !tag.is_yaml_core_schema() => self.unknown_tag(tag, location),
            _ => {}
        }
    }

    fn unknown_tag(&mut self, tag: &Tag, location: NodeLocation) {
        // A lone `!` only marks the value as a string.
        if tag.suffix != "!" {
            let location = self.host.locate(location);
            self.host.report(SyntaxDiagnostic::UnknownTag { location, tag: tag.to_string() });
        }
    }

    fn wrong_kind(&mut self, key: &str, location: NodeLocation, expected: &'static str, found: &'static str) {
        let location = self.host.locate(location);
        self.host.report(SyntaxDiagnostic::WrongKind { location, key: key.to_owned(), expected, found });
    }

    /// The nesting level of the next node.
    fn level(&self) -> u32 {
        self.depth + self.stack.len() as u32
    }
}

/// The text of a scalar in the document `file`.
fn written<'e>(text: &'e Written<'_>, file: &'e SourceFile) -> &'e str {
    match text {
        Written::There(part) => file.part(part.start, part.end),
        Written::Here(text) => text,
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// The paths of all `!include` tags.
fn includes(events: &Events, file: &SourceFile) -> Vec<String> {
    let path = |event: Event<'_>| match event.what {
        What::Scalar { text, tag: Some(tag), .. } if is_include(tag) => {
            let path = repair::restored(written(&text, file).trim()).into_owned();
            (!path.is_empty() && !path.contains("<<")).then_some(path)
        }
        _ => None,
    };
    events.iter().filter_map(path).collect()
}

fn is_include(tag: &Tag) -> bool {
    tag.handle == "!" && tag.suffix == "include"
}

/// The index of the entry with this key, among the entries from `first` on.
fn find(entries: &[Entry], first: usize, index: &HashMap<Rc<str>, usize>, key: &str) -> Option<usize> {
    match index.is_empty() {
        true => entries.iter().skip(first).position(|entry| &*entry.key == key).map(|at| first + at),
        false => index.get(key).copied(),
    }
}

fn push(entries: &mut Vec<Entry>, first: usize, index: &mut HashMap<Rc<str>, usize>, entry: Entry) {
    if !index.is_empty() {
        index.insert(Rc::clone(&entry.key), entries.len());
    }
    entries.push(entry);
    if index.is_empty() && entries.len() - first == INDEXED_FROM {
        index.extend(entries.iter().enumerate().skip(first).map(|(at, entry)| (Rc::clone(&entry.key), at)));
    }
}

/// YAML's merge key, `<<: *anchor`: adds the entries of `node` whose keys the map does not have. Called once the map is
/// complete.
fn merge_key(entries: &mut Vec<Entry>, first: usize, index: &mut HashMap<Rc<str>, usize>, node: &Node) {
    for entry in node.entries() {
        if find(entries, first, index, &entry.key).is_none() {
            push(entries, first, index, entry.clone());
        }
    }
}
