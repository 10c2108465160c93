//! Parses JSON text to a [`Node`] tree with source positions, which serde_json's values do not have.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::limits::{MAX_DEPTH, max_nodes};
use crate::syntax::diagnostic::SyntaxDiagnostic;
use crate::syntax::host::DocumentHost;
use crate::tree::merge::laid_over;
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation, Text};
use apinb_text::display::truncate::excerpt;
use apinb_text::source::span::SourceFile;

/// Objects with at least this many keys have a hash index.
const INDEXED_FROM: usize = 16;

/// A parsed document.
pub(crate) struct Parsed {
    pub(crate) node: Rc<Node>,
    /// The number of nodes in the tree.
    pub(crate) nodes: usize,
}

/// A violation of JSON syntax (RFC 8259), at a byte offset.
pub(crate) struct InvalidJson {
    pub(crate) at: usize,
    pub(crate) message: &'static str,
}

/// Parses `file`, the document with this index. A byte order mark is allowed.
pub(crate) fn parse<H: DocumentHost>(host: &mut H, file: &Arc<SourceFile>, index: u32) -> Result<Parsed, InvalidJson> {
    let text = file.text();
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let max_nodes = max_nodes(text.len());
    let (entries, items) = (Vec::new(), Vec::new());
    let mut reader = Reader { host, file, text, index, at, nodes: 0, max_nodes, entries, items };
    let node = reader.value(1)?;
    reader.skip_space();
    match reader.at < text.len() {
        true => Err(reader.invalid("unexpected text after the JSON value")),
        false => Ok(Parsed { node, nodes: reader.nodes }),
    }
}

struct Reader<'t, H> {
    host: &'t mut H,
    file: &'t Arc<SourceFile>,
    text: &'t str,
    index: u32,
    at: usize,
    nodes: usize,
    max_nodes: u64,
    /// The entries of all open objects, innermost last.
    entries: Vec<Entry>,
    /// The items of all open arrays, innermost last.
    items: Vec<Rc<Node>>,
}

/// A string.
enum Quoted {
    /// A byte range of the document.
    There { start: u32, end: u32 },
    /// A string with escapes.
    Here(String),
}

impl<H: DocumentHost> Reader<'_, H> {
    fn value(&mut self, depth: u32) -> Result<Rc<Node>, InvalidJson> {
        self.skip_space();
        self.nodes += 1;
        if depth > MAX_DEPTH {
            return Err(self.invalid("JSON is nested too deep"));
        }
        if self.nodes as u64 > self.max_nodes {
            return Err(self.invalid("JSON has too many values"));
        }
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => {
                let text = match self.string()? {
                    Quoted::There { start, end } => Text::Part { file: Arc::clone(self.file), start, end },
                    Quoted::Here(text) => Text::Own(text.into()),
                };
                NodeKind::Scalar { text, plain: false }
            }
            Some(_) => self.word()?,
            None => return Err(self.invalid("unexpected end of JSON")),
        };
        Ok(Rc::new(Node::new(self.location(start), kind)))
    }

    fn object(&mut self, depth: u32) -> Result<NodeKind, InvalidJson> {
        let first = self.entries.len();
        self.at += 1;
        self.skip_space();
        if self.take(b'}') {
            return Ok(NodeKind::Mapping(Vec::new()));
        }
        loop {
            self.skip_space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.invalid("expected a key in double quotes"));
            }
            let key = match self.string()? {
                Quoted::There { start, end } => self.host.key(self.file.part(start, end)),
                Quoted::Here(key) => self.host.key(&key),
            };
            let location = self.location(start);
            self.skip_space();
            if !self.take(b':') {
                return Err(self.invalid("expected `:`"));
            }
            let value = self.value(depth + 1)?;
            self.entries.push(Entry { key, location, value });
            self.skip_space();
            if self.take(b'}') {
                let entries = self.entries.drain(first..).collect();
                return Ok(NodeKind::Mapping(self.unique(entries)));
            }
            if !self.take(b',') {
                return Err(self.invalid("expected `,` or `}`"));
            }
        }
    }

    /// Merges and reports the values of repeated keys.
    fn unique(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        let mut index: HashMap<Rc<str>, usize> = HashMap::new();
        let is_first = |(at, entry): (usize, &Entry)| match entries.len() < INDEXED_FROM {
            true => !entries.iter().take(at).any(|earlier| earlier.key == entry.key),
            false => index.insert(Rc::clone(&entry.key), at).is_none(),
        };
        if entries.iter().enumerate().all(is_first) {
            return entries;
        }
        let mut unique: Vec<Entry> = Vec::with_capacity(entries.len());
        let mut index: HashMap<Rc<str>, usize> = HashMap::new();
        for entry in entries {
            match index.get(&entry.key).and_then(|at| unique.get_mut(*at)) {
                Some(known) => {
                    let (location, key) = (self.host.locate(entry.location), excerpt(&entry.key));
                    let severity = self.host.repeated_key_severity();
                    self.host.report(SyntaxDiagnostic::RepeatedKey { location, key, severity });
                    let value = laid_over(self.host, &entry.value, &known.value);
                    *known = Entry { value, ..entry };
                }
                None => {
                    index.insert(Rc::clone(&entry.key), unique.len());
                    unique.push(entry);
                }
            }
        }
        unique
    }

    fn array(&mut self, depth: u32) -> Result<NodeKind, InvalidJson> {
        let first = self.items.len();
        self.at += 1;
        self.skip_space();
        if self.take(b']') {
            return Ok(NodeKind::Sequence(Vec::new()));
        }
        loop {
            let item = self.value(depth + 1)?;
            self.items.push(item);
            self.skip_space();
            if self.take(b']') {
                return Ok(NodeKind::Sequence(self.items.drain(first..).collect()));
            }
            if !self.take(b',') {
                return Err(self.invalid("expected `,` or `]`"));
            }
        }
    }

    fn string(&mut self) -> Result<Quoted, InvalidJson> {
        let bytes = self.text.as_bytes();
        let mut end = self.at + 1;
        let mut as_it_is = true;
        loop {
            match bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => {
                    as_it_is = false;
                    end += 2;
                }
                Some(byte) => {
                    as_it_is &= *byte >= b' ';
                    end += 1;
                }
                None => return Err(self.invalid("unterminated string")),
            }
        }
        let text = if as_it_is {
            Quoted::There { start: self.at as u32 + 1, end: end as u32 }
        } else {
            let quoted = self.text.get(self.at..=end).unwrap_or_default();
            let text =
                serde_json::from_str(quoted).map_err(|_| self.invalid("invalid escape or line break in a string"))?;
            Quoted::Here(text)
        };
        self.at = end + 1;
        Ok(text)
    }

    fn word(&mut self) -> Result<NodeKind, InvalidJson> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        // The word is not a string, array or object, so it is null, a boolean or a number.
        let Ok(value) = serde_json::from_str::<serde_json::Value>(word) else {
            return Err(self.invalid("expected a JSON value"));
        };
        self.at += end;
        match value.is_null() {
            true => Ok(NodeKind::Null),
            false => {
                let (start, end) = ((self.at - end) as u32, self.at as u32);
                Ok(NodeKind::Scalar { text: Text::Part { file: Arc::clone(self.file), start, end }, plain: true })
            }
        }
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn location(&self, start: usize) -> NodeLocation {
        NodeLocation { file: self.index, start: start as u32, end: self.at as u32 }
    }

    fn invalid(&self, message: &'static str) -> InvalidJson {
        InvalidJson { at: self.at.min(self.text.len()), message }
    }
}
