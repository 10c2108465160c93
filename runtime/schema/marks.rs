//! What a valid value has beyond its schema: properties that the schema does not name, that the other direction has, or
//! that are deprecated.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::direction::Direction;
use crate::located::SchemaPlace;
use crate::origin::{ORIGIN, WHOLE};
use crate::validator::Validator;

/// Maximum number of marks.
const MAX_MARKS: usize = 500;
/// Maximum number of values that are visited, and their nesting.
const MAX_VISITS: usize = 200_000;
const MAX_DEPTH: usize = 64;

/// A property of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub kind: MarkKind,
    /// The JSON pointer to the first such property.
    pub pointer: String,
    pub place: SchemaPlace,
}

/// Why a property is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkKind {
    /// The schema names other properties, and does not say that it allows more.
    Undocumented,
    /// `readOnly` in a request, `writeOnly` in a response.
    OtherDirection,
    Deprecated,
}

impl Validator {
    /// The marked properties of `value`, each once for all items of a list.
    #[must_use]
    pub fn marks(&self, value: &Value, direction: Direction) -> Vec<Mark> {
        let mut search =
            Search { validator: self, direction, path: Vec::new(), seen: HashSet::new(), visits: 0, marks: Vec::new() };
        search.visit(value, &[Part { schema: &self.schema, name: self.root.as_deref() }]);
        search.marks
    }
}

/// A schema, and the innermost named schema that it is in.
#[derive(Clone, Copy)]
struct Part<'v> {
    schema: &'v Value,
    name: Option<&'v str>,
}

#[derive(Clone, Copy)]
enum Step<'v> {
    Name(&'v str),
    Index(usize),
}

struct Search<'v> {
    validator: &'v Validator,
    direction: Direction,
    path: Vec<Step<'v>>,
    /// The kinds and paths that are known, with `*` for indices.
    seen: HashSet<(MarkKind, String)>,
    visits: usize,
    marks: Vec<Mark>,
}

impl<'v> Search<'v> {
    fn visit(&mut self, value: &'v Value, schemas: &[Part<'v>]) {
        self.visits += 1;
        if self.visits > MAX_VISITS || self.path.len() > MAX_DEPTH || self.marks.len() >= MAX_MARKS {
            return;
        }
        if !matches!(value, Value::Array(_) | Value::Object(_)) {
            return;
        }
        let mut parts = Vec::new();
        schemas.iter().for_each(|schema| self.add_parts(*schema, &mut parts));
        match value {
            Value::Array(items) => {
                let inner = |part: &Part<'v>| Some(Part { schema: part.schema.get("items")?, ..*part });
                let inner: Vec<Part<'v>> = parts.iter().filter_map(inner).collect();
                for (at, item) in items.iter().enumerate().filter(|_| !inner.is_empty()) {
                    self.path.push(Step::Index(at));
                    self.visit(item, &inner);
                    self.path.pop();
                }
            }
            Value::Object(fields) => self.object(fields, &parts),
            _ => {}
        }
    }

    fn object(&mut self, fields: &'v Map<String, Value>, parts: &[Part<'v>]) {
        let is_open = |part: &Part<'_>| {
            ["additionalProperties", "patternProperties", "unevaluatedProperties", "propertyNames"]
                .iter()
                .any(|word| part.schema.get(word).is_some())
        };
        let names = parts.iter().find(|part| part.schema.get("properties").is_some());
        let says_all = names.filter(|_| !parts.iter().any(is_open));
        for (name, value) in fields {
            self.path.push(Step::Name(name));
            let declared = |part: &Part<'v>| Some(Part { schema: part.schema.get("properties")?.get(name)?, ..*part });
            let declared: Vec<Part<'v>> = parts.iter().filter_map(declared).collect();
            if declared.is_empty() {
                if let Some(part) = says_all {
                    self.mark(MarkKind::Undocumented, part, "properties", name);
                }
                let more = |part: &Part<'v>| Some(Part { schema: part.schema.get("additionalProperties")?, ..*part });
                let more: Vec<Part<'v>> = parts.iter().filter_map(more).collect();
                self.visit(value, &more);
            } else {
                self.flags(&declared, name);
                self.visit(value, &declared);
            }
            self.path.pop();
        }
    }

    /// Marks a property whose declarations all have the same flag.
    fn flags(&mut self, declared: &[Part<'v>], name: &str) {
        for (kind, word) in
            [(MarkKind::OtherDirection, self.direction.excluded()), (MarkKind::Deprecated, "deprecated")]
        {
            let flagged = |part: &Part<'v>| {
                let mut parts = Vec::new();
                self.add_parts(*part, &mut parts);
                parts.into_iter().find(|part| part.schema.get(word) == Some(&Value::Bool(true)))
            };
            let flagged: Option<Vec<Part<'v>>> = declared.iter().map(flagged).collect();
            if let Some(part) = flagged.and_then(|parts| parts.first().copied()) {
                self.mark(kind, &part, word, name);
            }
        }
    }

    fn mark(&mut self, kind: MarkKind, part: &Part<'v>, word: &str, name: &str) {
        if self.marks.len() >= MAX_MARKS || !self.seen.insert((kind, self.pointer(true))) {
            return;
        }
        let origin = part.schema.get(ORIGIN);
        let source = origin.and_then(|origin| origin.get(word).or_else(|| origin.get(WHOLE)));
        let trail = part.name.into_iter().chain([word, name]).map(str::to_owned).collect();
        let place = SchemaPlace {
            trail,
            names: part.name.into_iter().map(str::to_owned).collect(),
            source: source.and_then(Value::as_str).map(str::to_owned),
        };
        self.marks.push(Mark { kind, pointer: self.pointer(false), place });
    }

    fn pointer(&self, any_index: bool) -> String {
        self.path.iter().fold(String::new(), |mut pointer, step| {
            pointer.push('/');
            match step {
                Step::Name(name) => pointer.push_str(&name.replace('~', "~0").replace('/', "~1")),
                Step::Index(_) if any_index => pointer.push('*'),
                Step::Index(at) => pointer.push_str(&at.to_string()),
            }
            pointer
        })
    }

    /// The schema, its parts and its alternatives.
    fn add_parts(&self, schema: Part<'v>, parts: &mut Vec<Part<'v>>) {
        const MAX_PARTS: usize = 200;
        let Value::Object(fields) = schema.schema else { return };
        if parts.len() >= MAX_PARTS || parts.iter().any(|known| std::ptr::eq(known.schema, schema.schema)) {
            return;
        }
        parts.push(schema);
        if let Some((target, name)) = self.validator.named_target(schema.schema) {
            self.add_parts(Part { schema: target, name: name.or(schema.name) }, parts);
        }
        for word in ["allOf", "anyOf", "oneOf"] {
            for part in fields.get(word).and_then(Value::as_array).into_iter().flatten() {
                self.add_parts(Part { schema: part, ..schema }, parts);
            }
        }
        for word in ["then", "else"] {
            if let Some(part) = fields.get(word) {
                self.add_parts(Part { schema: part, ..schema }, parts);
            }
        }
    }
}

impl Validator {
    /// The target of a schema's `$ref`, and its name.
    fn named_target(&self, schema: &Value) -> Option<(&Value, Option<&str>)> {
        let target = self.target(schema)?;
        let number = crate::convert::number(schema.get("$ref")?.as_str()?)?;
        Some((target, self.names.get(&number).map(String::as_str)))
    }
}
