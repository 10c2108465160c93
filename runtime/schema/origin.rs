//! The source positions of keywords, for schemas that were loaded with them.
//!
//! Such a schema has the keyword [`ORIGIN`]: an object from the name of each of its keywords to a place, which
//! [`Sources`] turns into a location. `required/NAME` is the place of a name in `required`, `properties/NAME` that of a
//! property, [`NAME`] the name of the schema. Validators ignore the keyword.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use apinb_text::source::deferred::Text;
use apinb_text::source::span::{Location, SourceFile, Span};
use serde_json::{Map, Value};

/// The keyword that has the source positions of the others.
pub const ORIGIN: &str = "x-apinb-origin";
/// The entry of [`ORIGIN`] with the name of a named schema.
pub const NAME: &str = "#name";
/// The entry of [`ORIGIN`] with the place of the schema itself.
pub const WHOLE: &str = "";

/// The documents that places refer to.
#[derive(Debug, Default)]
pub struct Sources(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    files: Vec<Arc<SourceFile>>,
    /// By the address of the file, which `files` keeps alive.
    numbers: HashMap<usize, usize>,
}

impl Sources {
    /// The place at `location`, as a value of [`ORIGIN`].
    #[must_use]
    pub fn place(&self, location: &Location) -> Value {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = Arc::as_ptr(&location.file).addr();
        let number = match known.numbers.get(&address) {
            Some(number) => *number,
            None => {
                let number = known.files.len();
                known.files.push(Arc::clone(&location.file));
                known.numbers.insert(address, number);
                number
            }
        };
        Value::from(format!("{number}:{}:{}", location.span.start, location.span.end))
    }

    /// The location of a place.
    #[must_use]
    pub fn location(&self, place: &str) -> Option<Location> {
        let mut parts = place.splitn(3, ':').map(str::parse::<usize>);
        let (file, start, end) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Location::new(known.files.get(file)?, Span::new(start, end)))
    }
}

/// Where the text of a schema is written.
#[derive(Clone, Debug)]
pub(super) struct TextOrigin {
    pub(super) sources: Arc<Sources>,
    /// The scalar with the text, or the reference to its document.
    pub(super) location: Location,
}

impl TextOrigin {
    /// Adds [`ORIGIN`] to all schemas of the JSON Schema in `text`.
    pub(super) fn annotate(&self, schema: &mut Value, text: &Text) {
        let lines = Lines::of(text, &self.location);
        let place = |start, end| self.sources.place(&lines.location(start, end));
        let mut scanner = Scanner { text: text.as_str(), at: 0, place: &place, names: Map::new() };
        scanner.value(Some(schema), Kind::Schema);
    }
}

/// The lines of a text in its document.
struct Lines<'t> {
    text: &'t str,
    file: Arc<SourceFile>,
    mapping: Mapping,
}

enum Mapping {
    /// The text begins at this byte of the document.
    Offset(usize),
    /// The first line of the text is this line of the document, with another indentation.
    FirstLine(usize),
    /// Unknown: everything is here.
    Only(Span),
}

impl<'t> Lines<'t> {
    fn of(text: &'t Text, location: &Location) -> Self {
        if let Some((file, start)) = text.source() {
            return Self { text: text.as_str(), file: Arc::clone(file), mapping: Mapping::Offset(start) };
        }
        let (text, file) = (text.as_str(), Arc::clone(&location.file));
        let first = text.lines().next().unwrap_or_default().trim();
        let from = file.position(location.span.start).line;
        let last = (from + 3).min(file.line_count());
        let found = (from..=last).find(|line| !first.is_empty() && file.line(*line).trim() == first);
        let mapping = found.map_or(Mapping::Only(location.span), Mapping::FirstLine);
        Self { text, file, mapping }
    }

    /// The location of the bytes `start..end` of the text, which are on one line.
    fn location(&self, start: usize, end: usize) -> Location {
        let span = match self.mapping {
            Mapping::Offset(offset) => Span::new(offset + start, offset + end),
            Mapping::Only(span) => span,
            Mapping::FirstLine(first) => {
                let before = self.text.get(..start).unwrap_or_default();
                let number = first + before.matches('\n').count();
                let line = before.rfind('\n').map_or(0, |at| at + 1);
                let own = self.text.get(line..).and_then(|rest| rest.lines().next()).unwrap_or_default();
                let indentation = |line: &str| line.len() - line.trim_start().len();
                let column = (start - line).saturating_sub(indentation(own)) + indentation(self.file.line(number));
                let position = apinb_text::source::span::Position { line: number, column: 1 };
                let at = self.file.offset(position) + column;
                Span::new(at, at + (end - start))
            }
        };
        Location::new(&self.file, span)
    }
}

/// What the value of a keyword is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A schema, a list of schemas, or something unknown that a `$ref` may lead into.
    Schema,
    /// An object whose values are schemas.
    Map,
    /// A value that is not a schema.
    Other,
}

impl Kind {
    fn of(keyword: &str) -> Self {
        match keyword {
            "properties" | "patternProperties" | "dependentSchemas" | "definitions" | "$defs" | "dependencies" => {
                Self::Map
            }
            "enum" | "const" | "default" | "example" | "examples" | "required" | "xml" => Self::Other,
            _ => Self::Schema,
        }
    }
}

/// Reads valid JSON once more, for its positions. Nesting is limited by the reader that made the value.
struct Scanner<'t> {
    text: &'t str,
    at: usize,
    /// The place of some bytes of the text.
    place: &'t dyn Fn(usize, usize) -> Value,
    /// The places of the keys of the last map that ended.
    names: Map<String, Value>,
}

impl Scanner<'_> {
    fn peek(&mut self) -> Option<u8> {
        while self.text.as_bytes().get(self.at)?.is_ascii_whitespace()
            || self.text.as_bytes().get(self.at) == Some(&b',')
        {
            self.at += 1;
        }
        self.text.as_bytes().get(self.at).copied()
    }

    /// Reads a value. `value`: the same value as the reader made it.
    fn value(&mut self, value: Option<&mut Value>, kind: Kind) {
        match self.peek() {
            Some(b'{') => self.object(value, kind),
            Some(b'[') => {
                self.at += 1;
                let mut items = value.and_then(Value::as_array_mut).map(|items| items.iter_mut());
                while self.peek().is_some_and(|byte| byte != b']') {
                    let item = items.as_mut().and_then(Iterator::next);
                    self.value(item, kind);
                }
                self.at += 1;
            }
            Some(b'"') => drop(self.string()),
            Some(_) => self.skip_literal(),
            None => {}
        }
    }

    fn object(&mut self, value: Option<&mut Value>, kind: Kind) {
        let whole = self.at;
        self.at += 1;
        let mut fields = value.and_then(Value::as_object_mut);
        let mut origin = Map::new();
        while self.peek().is_some_and(|byte| byte != b'}') {
            let start = self.at;
            let Some(key) = self.string() else { return };
            let end = self.at;
            if self.peek() == Some(b':') {
                self.at += 1;
            }
            let is_scalar = !matches!(self.peek(), Some(b'{' | b'['));
            let inner = match kind {
                Kind::Schema => Kind::of(&key),
                Kind::Map => Kind::Schema,
                Kind::Other => Kind::Other,
            };
            if kind == Kind::Schema && key == "required" && !is_scalar {
                self.names(&mut origin);
            } else {
                self.value(fields.as_mut().and_then(|fields| fields.get_mut(&key)), inner);
            }
            if kind == Kind::Schema && key == "properties" && !is_scalar {
                let names = std::mem::take(&mut self.names).into_iter();
                origin.extend(names.map(|(name, place)| (format!("properties/{name}"), place)));
            }
            let is_on_line = is_scalar && !self.text.get(start..self.at).unwrap_or_default().contains('\n');
            origin.insert(key, (self.place)(start, if is_on_line { self.at } else { end }));
        }
        self.at += 1;
        if kind == Kind::Map {
            self.names = origin;
        } else if let Some(fields) = fields.filter(|_| kind == Kind::Schema) {
            origin.insert(WHOLE.to_owned(), (self.place)(whole, whole + 1));
            fields.insert(ORIGIN.to_owned(), Value::Object(origin));
        }
    }

    /// The names in a list of `required`.
    fn names(&mut self, origin: &mut Map<String, Value>) {
        self.at += 1;
        while self.peek().is_some_and(|byte| byte != b']') {
            let start = self.at;
            match self.peek() {
                Some(b'"') => {
                    if let Some(name) = self.string() {
                        origin.insert(format!("required/{name}"), (self.place)(start, self.at));
                    }
                }
                _ => self.value(None, Kind::Other),
            }
        }
        self.at += 1;
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.text.as_bytes().get(self.at)? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        serde_json::from_str(self.text.get(start..self.at)?).ok()
    }

    fn skip_literal(&mut self) {
        self.at += 1;
        while self
            .text
            .as_bytes()
            .get(self.at)
            .is_some_and(|byte| !matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'))
        {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use apinb_text::source::deferred::Text;
    use apinb_text::source::span::{Location, SourceFile, Span};
    use serde_json::Value;

    use super::{ORIGIN, Sources, TextOrigin};

    const SCHEMA: &str = r#"{
  "type": "object",
  "required": ["id", "a\"b"],
  "properties": { "id": { "type": "integer", "enum": [{"type": 1}] } }
}"#;

    #[track_caller]
    fn check(text: &Text, location: Location, pointer: &str, keyword: &str, line: usize, expected: &str) {
        let sources = Arc::new(Sources::default());
        let mut schema: Value = serde_json::from_str(text.as_str()).unwrap();
        TextOrigin { sources: Arc::clone(&sources), location }.annotate(&mut schema, text);
        let place = schema.pointer(pointer).unwrap()[ORIGIN][keyword].as_str().unwrap();
        let found = sources.location(place).unwrap();
        assert_eq!(found.position().line, line, "{pointer} {keyword}");
        assert_eq!(&found.file.text()[found.span.start..found.span.end], expected);
    }

    #[test]
    fn keywords_have_places_in_their_document() {
        let file = Arc::new(SourceFile::new("user.json", SCHEMA));
        let at = || Location::new(&file, Span::default());
        let text = Text::from(Arc::clone(&file));
        check(&text, at(), "", "type", 2, "\"type\": \"object\"");
        check(&text, at(), "", "required/a\"b", 3, "\"a\\\"b\"");
        check(&text, at(), "", "properties/id", 4, "\"id\"");
        check(&text, at(), "/properties/id", "type", 4, "\"type\": \"integer\"");
        check(&text, at(), "/properties/id", "enum", 4, "\"enum\"");
        check(&text, at(), "/properties/id", "", 4, "{");
    }

    #[test]
    fn an_indented_block_is_found_again() {
        let block: String = SCHEMA.lines().map(|line| format!("      {line}\n")).collect();
        let document = format!("#%RAML 0.8\nschemas:\n  - user: |\n{block}");
        let start = document.find("|\n").unwrap();
        let file = Arc::new(SourceFile::new("api.raml", document));
        let location = Location::new(&file, Span::new(start, start + 1));
        check(&Text::from(SCHEMA), location.clone(), "", "type", 5, "\"type\": \"object\"");
        check(&Text::from(SCHEMA), location, "/properties/id", "type", 7, "\"type\": \"integer\"");
    }

    #[test]
    fn values_that_are_not_schemas_stay() {
        let file = Arc::new(SourceFile::new("user.json", SCHEMA));
        let mut schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let origin = TextOrigin { sources: Arc::default(), location: Location::new(&file, Span::default()) };
        origin.annotate(&mut schema, &Text::from(Arc::clone(&file)));
        assert_eq!(schema["properties"]["id"]["enum"], serde_json::json!([{"type": 1}]));
        assert!(schema["properties"].get(ORIGIN).is_none());
    }
}
