//! YAML text → [`Node`] tree: anchors and aliases, merge keys, `!include`, repeated keys.
//!
//! The parser's events are gathered first ([`super::mend`] repairs what it can), so that a tree is built once. What
//! the keys mean is not known here.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use saphyr_parser::{Event, ScalarStyle, Span, Tag};

use crate::definition::documents::{Documents, MAX_DEPTH};
use crate::definition::node::{Entry, Kind, Node, Place};
use crate::definition::problem::{Problem, shown};
use crate::span::SourceFile;

use super::{mend, merge};

/// Maps of more keys than this are searched by hash.
const INDEXED_FROM: usize = 16;

/// The tree of a document that is put at level `depth`; faults are reported.
pub(crate) fn parse(documents: &mut Documents<'_>, file: &Arc<SourceFile>, index: u32, depth: u32) -> Rc<Node> {
    let offsets = Offsets::new(file.text());
    mend::events(documents, index, &offsets, |documents, events| {
        let whole = Place { file: index, start: 0, end: 0 };
        let includes: Vec<_> = events.iter().filter_map(|(event, _)| included(event)).collect();
        documents.prefetch(includes.iter().map(|path| &**path), whole);
        let mut builder = Builder {
            documents,
            offsets: &offsets,
            file: index,
            depth,
            stack: Vec::new(),
            anchors: HashMap::new(),
            root: None,
        };
        for (event, span) in events {
            builder.event(event, span);
        }
        builder.finish(whole)
    })
}

/// Byte offsets of the parser's character indexes.
pub(super) struct Offsets<'t> {
    /// The text without a byte order mark, as the parser sees it.
    pub(super) body: &'t str,
    /// Bytes of the byte order mark.
    mark: usize,
    /// The byte offset of every 64th character; empty when every character is one byte.
    steps: Vec<u32>,
}

impl<'t> Offsets<'t> {
    const STEP: usize = 64;

    fn new(text: &'t str) -> Self {
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mark = text.len() - body.len();
        let steps = match body.is_ascii() {
            true => Vec::new(),
            false => body.char_indices().step_by(Self::STEP).map(|(at, _)| at as u32).collect(),
        };
        Self { body, mark, steps }
    }

    /// The byte offset, in the file, of a character.
    pub(super) fn byte(&self, index: usize) -> usize {
        if self.steps.is_empty() {
            return self.mark + index.min(self.body.len());
        }
        let Some(start) = self.steps.get(index / Self::STEP) else { return self.mark + self.body.len() };
        let start = *start as usize;
        let rest = self.body.get(start..).unwrap_or_default();
        let within = rest.char_indices().nth(index % Self::STEP).map_or(rest.len(), |(at, _)| at);
        self.mark + start + within
    }
}

struct Builder<'b, 'd> {
    documents: &'b mut Documents<'d>,
    offsets: &'b Offsets<'b>,
    file: u32,
    depth: u32,
    stack: Vec<Frame>,
    anchors: HashMap<usize, Rc<Node>>,
    root: Option<Rc<Node>>,
}

/// A collection that is not closed yet.
struct Frame {
    place: Place,
    anchor: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Rc<Node>>),
    Mapping { entries: Vec<Entry>, index: HashMap<Rc<str>, usize>, key: Option<Key>, merged: Vec<Rc<Node>> },
}

/// A key that waits for its value; without a text when it cannot be used.
struct Key {
    text: Option<Rc<str>>,
    place: Place,
}

impl Builder<'_, '_> {
    fn event(&mut self, event: Event<'_>, span: Span) {
        let place = self.place(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let node = self.scalar(&text, style, tag.as_deref(), place);
                self.complete(node, anchor);
            }
            Event::Alias(anchor) => {
                let node = match self.anchors.get(&anchor).cloned() {
                    Some(node) if self.level() + node.height <= MAX_DEPTH => node,
                    Some(_) => {
                        self.documents.too_deep(place);
                        Node::null(place)
                    }
                    None => {
                        let found = "a value that holds the alias itself";
                        let location = self.documents.location(place);
                        let key = "*".to_owned();
                        self.documents.report(Problem::WrongKind {
                            location,
                            key,
                            expected: "a finished value",
                            found,
                        });
                        Node::null(place)
                    }
                };
                self.complete(node, 0);
            }
            Event::SequenceStart(anchor, tag) => {
                self.collection_tag(tag.as_deref(), place);
                self.stack.push(Frame { place, anchor, content: Content::Sequence(Vec::new()) });
            }
            Event::MappingStart(anchor, tag) => {
                self.collection_tag(tag.as_deref(), place);
                let (entries, index, merged) = (Vec::new(), HashMap::new(), Vec::new());
                let content = Content::Mapping { entries, index, key: None, merged };
                self.stack.push(Frame { place, anchor, content });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(place.end),
            _ => {}
        }
    }

    fn finish(mut self, whole: Place) -> Rc<Node> {
        while !self.stack.is_empty() {
            self.close(0);
        }
        self.root.unwrap_or_else(|| Node::null(whole))
    }

    fn close(&mut self, end: u32) {
        let Some(Frame { mut place, anchor, content }) = self.stack.pop() else { return };
        place.end = place.end.max(end);
        let node = match content {
            Content::Sequence(items) => Node::sequence(place, items),
            Content::Mapping { mut entries, mut index, merged, .. } => {
                merged.iter().for_each(|node| merge_key(&mut entries, &mut index, node));
                Node::mapping(place, entries)
            }
        };
        self.complete(node, anchor);
    }

    /// Puts a finished node where it belongs.
    fn complete(&mut self, node: Rc<Node>, anchor: usize) {
        self.documents.spend_nodes(1, node.place);
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        match self.stack.last_mut().map(|frame| &mut frame.content) {
            None => self.root = self.root.take().or(Some(node)),
            Some(Content::Sequence(items)) => items.push(node),
            Some(Content::Mapping { key: key @ None, .. }) => {
                let text = match &node.kind {
                    Kind::Null => Some("".into()),
                    Kind::Scalar { text, .. } => Some(Rc::from(text.as_str())),
                    _ => None,
                };
                let (place, usable, found) = (node.place, text.is_some(), node.noun());
                *key = Some(Key { text, place });
                if !usable {
                    let location = self.documents.location(place);
                    let key = "key".to_owned();
                    self.documents.report(Problem::WrongKind { location, key, expected: "a text", found });
                }
            }
            Some(Content::Mapping { entries, index, key: key @ Some(_), merged }) => {
                let Some(Key { text: Some(text), place }) = key.take() else { return };
                // A value that is not there has no place of its own.
                let node = if node.is_null() { Node::null(place) } else { node };
                if &*text == "<<" && !matches!(node.kind, Kind::Scalar { .. }) {
                    match &node.kind {
                        Kind::Sequence(items) => merged.extend(items.iter().cloned()),
                        _ => merged.push(node),
                    }
                } else if let Some(at) = find(entries, index, &text) {
                    let location = self.documents.location(place);
                    self.documents.report(Problem::RepeatedKey { location, key: shown(&text) });
                    let value = merge::laid_over(self.documents, &node, &entries[at].value);
                    entries[at] = Entry { key: text, place, value };
                } else {
                    push(entries, index, Entry { key: text, place, value: node });
                }
            }
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, place: Place) -> Rc<Node> {
        let plain = style == ScalarStyle::Plain;
        match tag {
            Some(tag) if is_include(tag) => return self.include(text.trim(), place),
            Some(tag) if tag.is_yaml_core_schema() => {
                let text = mend::restored(text);
                return if tag.suffix == "null" {
                    Node::null(place)
                } else {
                    Node::scalar(place, &text, tag.suffix != "str")
                };
            }
            Some(tag) => self.unknown_tag(tag, place),
            None => {}
        }
        if plain && matches!(text, "" | "~" | "null" | "Null" | "NULL") {
            return Node::null(place);
        }
        Node::scalar(place, &mend::restored(text), plain)
    }

    fn include(&mut self, path: &str, place: Place) -> Rc<Node> {
        let path = mend::restored(path);
        if path.is_empty() {
            let location = self.documents.location(place);
            let (key, expected, found) = ("!include".to_owned(), "a path", "nothing");
            self.documents.report(Problem::WrongKind { location, key, expected, found });
            return Node::null(place);
        }
        if path.contains("<<") {
            return Rc::new(Node::new(place, Kind::Include(path.as_ref().into())));
        }
        let depth = self.level();
        self.documents.include(&path, place, depth)
    }

    fn collection_tag(&mut self, tag: Option<&Tag>, place: Place) {
        match tag {
            Some(tag) if is_include(tag) => {
                let location = self.documents.location(place);
                let (key, expected, found) = ("!include".to_owned(), "a path", "a map or a list");
                self.documents.report(Problem::WrongKind { location, key, expected, found });
            }
            Some(tag) if !tag.is_yaml_core_schema() => self.unknown_tag(tag, place),
            _ => {}
        }
    }

    fn unknown_tag(&mut self, tag: &Tag, place: Place) {
        // A lone `!` says only that the value is a text.
        if tag.suffix != "!" {
            let location = self.documents.location(place);
            self.documents.report(Problem::UnknownTag { location, tag: tag.to_string() });
        }
    }

    /// The level at which the next node stands.
    fn level(&self) -> u32 {
        self.depth + self.stack.len() as u32
    }

    fn place(&self, span: Span) -> Place {
        let start = self.offsets.byte(span.start.index()) as u32;
        let end = self.offsets.byte(span.end.index()) as u32;
        Place { file: self.file, start, end: end.max(start) }
    }
}

/// The path of an `!include`.
fn included<'e>(event: &'e Event<'_>) -> Option<Cow<'e, str>> {
    match event {
        Event::Scalar(path, _, _, Some(tag)) if is_include(tag) && !path.contains("<<") && !path.trim().is_empty() => {
            Some(mend::restored(path.trim()))
        }
        _ => None,
    }
}

fn is_include(tag: &Tag) -> bool {
    tag.handle == "!" && tag.suffix == "include"
}

fn find(entries: &[Entry], index: &HashMap<Rc<str>, usize>, key: &str) -> Option<usize> {
    match index.is_empty() {
        true => entries.iter().position(|entry| &*entry.key == key),
        false => index.get(key).copied(),
    }
}

fn push(entries: &mut Vec<Entry>, index: &mut HashMap<Rc<str>, usize>, entry: Entry) {
    if !index.is_empty() {
        index.insert(Rc::clone(&entry.key), entries.len());
    }
    entries.push(entry);
    if index.is_empty() && entries.len() == INDEXED_FROM {
        index.extend(entries.iter().enumerate().map(|(at, entry)| (Rc::clone(&entry.key), at)));
    }
}

/// YAML's merge key `<<: *anchor`: adds what the map, once it is complete, does not say itself.
fn merge_key(entries: &mut Vec<Entry>, index: &mut HashMap<Rc<str>, usize>, node: &Node) {
    for entry in node.entries() {
        if find(entries, index, &entry.key).is_none() {
            push(entries, index, entry.clone());
        }
    }
}
