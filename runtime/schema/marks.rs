//! What a valid value has beyond its schema: properties that the schema does not name, that the other direction has, or
//! that are deprecated.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::Value;

use crate::direction::Direction;
use crate::located::SchemaPlace;
use crate::origin::{ORIGIN, WHOLE};
use crate::validator::Validator;

/// Maximum number of marks.
const MAX_MARKS: usize = 500;
/// Maximum number of values that are visited, and their nesting.
const MAX_VISITS: usize = 2_000_000;
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
        let mut search = Search {
            validator: self,
            direction,
            nodes: Vec::new(),
            known: HashMap::new(),
            path: Vec::new(),
            seen: HashSet::new(),
            visits: 0,
            marks: Vec::new(),
        };
        let root = search.node(&[Part { schema: &self.schema, name: self.root.as_deref() }]);
        search.visit(value, root);
        search.marks
    }
}

/// A schema, and the innermost named schema that it is in.
#[derive(Clone, Copy)]
struct Part<'v> {
    schema: &'v Value,
    name: Option<&'v str>,
}

#[derive(Clone, Copy, Hash)]
enum Step<'v> {
    Name(&'v str),
    Index(usize),
}

/// What is known of all values at one place: the schemas that apply to them, with their parts and alternatives.
struct Node<'v> {
    parts: Vec<Part<'v>>,
    /// The part that names the properties, if other ones are undocumented.
    says_all: Option<Part<'v>>,
    /// The nodes of declared properties, and whether they have flags.
    properties: HashMap<&'v str, (usize, bool)>,
    /// The node of other properties, and that of items.
    others: Option<usize>,
    items: Option<Option<usize>>,
}

struct Search<'v> {
    validator: &'v Validator,
    direction: Direction,
    nodes: Vec<Node<'v>>,
    /// The nodes by the addresses of their schemas.
    known: HashMap<Vec<*const Value>, usize>,
    path: Vec<Step<'v>>,
    /// The kinds and paths that are known, whatever the indices are, as hashes.
    seen: HashSet<u64>,
    visits: usize,
    marks: Vec<Mark>,
}

impl<'v> Search<'v> {
    /// The node of values to which these schemas apply.
    fn node(&mut self, schemas: &[Part<'v>]) -> usize {
        let key: Vec<*const Value> = schemas.iter().map(|part| std::ptr::from_ref(part.schema)).collect();
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let mut parts = Vec::new();
        schemas.iter().for_each(|schema| self.add_parts(*schema, &mut parts));
        let is_open = |part: &Part<'_>| {
            ["additionalProperties", "patternProperties", "unevaluatedProperties", "propertyNames"]
                .iter()
                .any(|word| part.schema.get(word).is_some())
        };
        let names = parts.iter().find(|part| part.schema.get("properties").is_some());
        let says_all = names.filter(|_| !parts.iter().any(is_open)).copied();
        self.nodes.push(Node { parts, says_all, properties: HashMap::new(), others: None, items: None });
        self.known.insert(key, self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    /// The schemas within the parts of a node, at a keyword of each.
    fn inner(&self, node: usize, schema: impl Fn(&'v Value) -> Option<&'v Value>) -> Vec<Part<'v>> {
        let parts = self.nodes.get(node).map(|node| node.parts.as_slice()).unwrap_or_default();
        parts.iter().filter_map(|part| Some(Part { schema: schema(part.schema)?, ..*part })).collect()
    }

    fn visit(&mut self, value: &'v Value, node: usize) {
        self.visits += 1;
        if self.visits > MAX_VISITS || self.path.len() > MAX_DEPTH || self.marks.len() >= MAX_MARKS {
            return;
        }
        match value {
            Value::Array(items) => {
                let Some(inner) = self.items(node) else { return };
                for (at, item) in items.iter().enumerate().filter(|(_, item)| item.is_array() || item.is_object()) {
                    self.path.push(Step::Index(at));
                    self.visit(item, inner);
                    self.path.pop();
                }
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.path.push(Step::Name(name));
                    self.property(name, value, node);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    /// The node of the items of a list; none if its schemas say nothing about them.
    fn items(&mut self, node: usize) -> Option<usize> {
        if let Some(known) = self.nodes.get(node)?.items {
            return known;
        }
        let inner = self.inner(node, |schema| schema.get("items"));
        let made = (!inner.is_empty()).then(|| self.node(&inner));
        self.nodes.get_mut(node)?.items = Some(made);
        made
    }

    fn property(&mut self, name: &'v str, value: &'v Value, node: usize) {
        let Some(Node { says_all, properties, others, .. }) = self.nodes.get(node) else { return };
        let (says_all, others) = (*says_all, *others);
        let known = properties.get(name).copied();
        let is_container = value.is_array() || value.is_object();
        let Some((inner, has_flags)) = known.or_else(|| self.declare(name, node)) else {
            if let Some(part) = says_all {
                self.mark(MarkKind::Undocumented, &part, "properties", name);
            }
            if is_container {
                let inner = others.unwrap_or_else(|| {
                    let inner = self.inner(node, |schema| schema.get("additionalProperties"));
                    let made = self.node(&inner);
                    if let Some(node) = self.nodes.get_mut(node) {
                        node.others = Some(made);
                    }
                    made
                });
                self.visit(value, inner);
            }
            return;
        };
        if has_flags {
            for (kind, word) in self.words() {
                if let Some(part) = self.flagged(name, node, word) {
                    self.mark(kind, &part, word, name);
                }
            }
        }
        if is_container {
            self.visit(value, inner);
        }
    }

    /// The node of a property, and whether it has flags; none if no schema declares it.
    fn declare(&mut self, name: &'v str, node: usize) -> Option<(usize, bool)> {
        let declared = self.inner(node, |schema| schema.get("properties")?.get(name));
        if declared.is_empty() {
            return None;
        }
        let has_flags = self.validator.has_flags
            && self.words().into_iter().any(|(_, word)| self.flagged(name, node, word).is_some());
        let made = (self.node(&declared), has_flags);
        self.nodes.get_mut(node)?.properties.insert(name, made);
        Some(made)
    }

    /// The keywords that mark a property.
    fn words(&self) -> [(MarkKind, &'static str); 2] {
        [(MarkKind::OtherDirection, self.direction.excluded()), (MarkKind::Deprecated, "deprecated")]
    }

    /// The first part that has a flag, if all declarations of a property have it.
    fn flagged(&self, name: &str, node: usize, word: &str) -> Option<Part<'v>> {
        let flagged = |part: &Part<'v>| {
            let mut parts = Vec::new();
            self.add_parts(*part, &mut parts);
            parts.into_iter().find(|part| part.schema.get(word) == Some(&Value::Bool(true)))
        };
        let declared = self.inner(node, |schema| schema.get("properties")?.get(name));
        let flagged: Option<Vec<Part<'v>>> = declared.iter().map(flagged).collect();
        flagged?.first().copied()
    }

    fn mark(&mut self, kind: MarkKind, part: &Part<'v>, word: &str, name: &str) {
        let mut hasher = DefaultHasher::new();
        kind.hash(&mut hasher);
        self.path.iter().for_each(|step| match step {
            Step::Name(_) => step.hash(&mut hasher),
            Step::Index(_) => Step::Index(0).hash(&mut hasher),
        });
        if self.marks.len() >= MAX_MARKS || !self.seen.insert(hasher.finish()) {
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
        self.marks.push(Mark { kind, pointer: self.pointer(), place });
    }

    fn pointer(&self) -> String {
        self.path.iter().fold(String::new(), |mut pointer, step| {
            pointer.push('/');
            match step {
                Step::Name(name) => pointer.push_str(&name.replace('~', "~0").replace('/', "~1")),
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
