//! JSON text → [`Node`] tree with places, which serde_json's values do not keep.

use std::rc::Rc;

use crate::definition::documents::{MAX_DEPTH, max_nodes};
use crate::definition::node::{Entry, Kind, Node, Place, Text};

/// A parsed text.
pub(crate) struct Parsed {
    pub(crate) node: Rc<Node>,
    /// How many nodes there are.
    pub(crate) nodes: usize,
}

/// What breaks the rules of JSON (RFC 8259), and at which byte.
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) message: &'static str,
}

/// The value that `text` holds, byte order mark or not. `file` is the index of its document.
pub(crate) fn parse(text: &str, file: u32) -> Result<Parsed, Fault> {
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut reader = Reader { text, file, at, nodes: 0, max_nodes: max_nodes(text.len()) };
    let node = reader.value(1)?;
    reader.skip_space();
    match reader.at < text.len() {
        true => Err(reader.fault("there is more after the end of the JSON value")),
        false => Ok(Parsed { node, nodes: reader.nodes }),
    }
}

struct Reader<'t> {
    text: &'t str,
    file: u32,
    at: usize,
    nodes: usize,
    max_nodes: u64,
}

impl Reader<'_> {
    fn value(&mut self, depth: u32) -> Result<Rc<Node>, Fault> {
        self.skip_space();
        self.nodes += 1;
        if depth > MAX_DEPTH {
            return Err(self.fault("this JSON is nested too deep"));
        }
        if self.nodes as u64 > self.max_nodes {
            return Err(self.fault("this JSON has too many values"));
        }
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Kind::Scalar { text: Text::Own(self.string()?.into()), plain: false },
            Some(_) => self.word()?,
            None => return Err(self.fault("the JSON ends too early")),
        };
        Ok(Rc::new(Node::new(self.place(start), kind)))
    }

    fn object(&mut self, depth: u32) -> Result<Kind, Fault> {
        let mut entries = Vec::new();
        self.at += 1;
        loop {
            self.skip_space();
            if entries.is_empty() && self.take(b'}') {
                return Ok(Kind::Mapping(entries));
            }
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.fault("a key in `\"` has to stand here"));
            }
            let key = self.string()?;
            let place = self.place(start);
            self.skip_space();
            if !self.take(b':') {
                return Err(self.fault("a `:` has to stand here"));
            }
            let value = self.value(depth + 1)?;
            entries.push(Entry { key: key.into(), place, value });
            self.skip_space();
            if self.take(b'}') {
                return Ok(Kind::Mapping(entries));
            }
            if !self.take(b',') {
                return Err(self.fault("a `,` or `}` has to stand here"));
            }
        }
    }

    fn array(&mut self, depth: u32) -> Result<Kind, Fault> {
        let mut items = Vec::new();
        self.at += 1;
        loop {
            self.skip_space();
            if items.is_empty() && self.take(b']') {
                return Ok(Kind::Sequence(items));
            }
            items.push(self.value(depth + 1)?);
            self.skip_space();
            if self.take(b']') {
                return Ok(Kind::Sequence(items));
            }
            if !self.take(b',') {
                return Err(self.fault("a `,` or `]` has to stand here"));
            }
        }
    }

    fn string(&mut self) -> Result<String, Fault> {
        let bytes = self.text.as_bytes();
        let mut end = self.at + 1;
        loop {
            match bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => end += 2,
                Some(_) => end += 1,
                None => return Err(self.fault("this text has no closing `\"`")),
            }
        }
        let quoted = self.text.get(self.at..=end).unwrap_or_default();
        let text =
            serde_json::from_str(quoted).map_err(|_| self.fault("this text has a faulty escape or a line end"))?;
        self.at = end + 1;
        Ok(text)
    }

    fn word(&mut self) -> Result<Kind, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        // It is no text, list or object, so that it is null, a boolean or a number.
        let Ok(value) = serde_json::from_str::<serde_json::Value>(word) else {
            return Err(self.fault("no JSON value starts like this"));
        };
        self.at += end;
        match value.is_null() {
            true => Ok(Kind::Null),
            false => Ok(Kind::Scalar { text: Text::Own(word.into()), plain: true }),
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

    fn place(&self, start: usize) -> Place {
        Place { file: self.file, start: start as u32, end: self.at as u32 }
    }

    fn fault(&self, message: &'static str) -> Fault {
        Fault { at: self.at.min(self.text.len()), message }
    }
}
