//! The properties that a schema names, as a tree, and which of them values have.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::convert::{Converter, number};
use crate::direction::Direction;
use crate::error::SchemaError;
use crate::origin::{ORIGIN, WHOLE};
use crate::schema::{Schema, Schemas};

/// Maximum number of properties, and their nesting. Lists count as a level.
const MAX_PROPERTIES: usize = 500;
const MAX_DEPTH: usize = 8;
/// Maximum number of parts (`allOf`, `$ref`, …) of a schema.
const MAX_PARTS: usize = 200;
/// Maximum number of values of an `enum`.
const MAX_VALUES: usize = 100;
/// Maximum number of values that are visited in one value.
const MAX_VISITS: usize = 200_000;

/// The properties that a schema names, each with the properties of its values. A type within itself is not repeated.
#[derive(Debug, Default)]
pub struct Properties {
    nodes: Vec<Node>,
    truncated: bool,
}

/// A schema: that of the whole value, of a property, or of the items of a list.
#[derive(Debug)]
struct Node {
    step: Option<Step>,
    /// The nodes around it, outermost first, without the root.
    above: Vec<usize>,
    source: Option<String>,
    properties: HashMap<String, usize>,
    /// In the order of the schema.
    order: Vec<usize>,
    items: Option<usize>,
    /// The `enum`, as text.
    values: Vec<String>,
}

/// A step of the path to a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Property(String),
    /// The items of a list.
    Items,
}

/// A property of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property<'p> {
    /// Identifies it in [`SeenProperties`].
    pub number: usize,
    pub path: Vec<&'p Step>,
    /// The source position, for [`Sources`](crate::origin::Sources); none if the schema has none.
    pub source: Option<&'p str>,
    /// The values of its `enum`, as text.
    pub values: &'p [String],
}

/// The properties that values have.
#[derive(Clone, Debug, Default)]
pub struct SeenProperties {
    nodes: Vec<SeenNode>,
}

#[derive(Clone, Debug, Default)]
struct SeenNode {
    own: bool,
    values: Vec<bool>,
    /// Whether it is seen with everything in it.
    done: bool,
}

impl SeenProperties {
    /// Whether a value has the property.
    #[must_use]
    pub fn has(&self, number: usize) -> bool {
        self.nodes.get(number).is_some_and(|node| node.own)
    }

    /// Whether a property has the value at `index` of its `enum`.
    #[must_use]
    pub fn has_value(&self, number: usize, index: usize) -> bool {
        self.nodes.get(number).and_then(|node| node.values.get(index)).copied().unwrap_or_default()
    }
}

impl Schema {
    /// The properties that the schema names for values of this direction.
    ///
    /// # Errors
    /// If the schema cannot be used: see [`SchemaError`].
    pub fn properties(&self, schemas: &Schemas, direction: Direction) -> Result<Properties, SchemaError> {
        let whole = Converter::new(self, schemas)?.whole()?;
        let definitions = whole.get("$defs").and_then(Value::as_object);
        let mut tree = Tree { definitions, excluded: direction.excluded(), properties: Properties::default() };
        tree.build(&whole);
        Ok(tree.properties)
    }
}

impl Properties {
    /// Whether the schema has more properties than are listed.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// All of them, each before those within it.
    #[must_use]
    pub fn all(&self) -> Vec<Property<'_>> {
        let mut all = Vec::new();
        self.list(0, &mut all);
        all
    }

    fn list<'p>(&'p self, number: usize, all: &mut Vec<Property<'p>>) {
        let Some(node) = self.nodes.get(number) else { return };
        if let Some(Step::Property(_)) = &node.step {
            let way = node.above.iter().filter_map(|above| self.nodes.get(*above)?.step.as_ref());
            let path = way.chain(&node.step).collect();
            all.push(Property { number, path, source: node.source.as_deref(), values: &node.values });
        }
        node.order.iter().chain(&node.items).for_each(|inner| self.list(*inner, all));
    }

    /// Adds the properties that `value` has to `seen`. What is seen already is not visited again.
    pub fn see(&self, value: &Value, seen: &mut SeenProperties) {
        if seen.nodes.is_empty() {
            let node = |node: &Node| SeenNode { values: vec![false; node.values.len()], ..SeenNode::default() };
            seen.nodes = self.nodes.iter().map(node).collect();
        }
        self.visit(0, value, seen, &mut 0);
    }

    fn visit(&self, number: usize, value: &Value, seen: &mut SeenProperties, visits: &mut usize) {
        let Some(node) = self.nodes.get(number) else { return };
        *visits += 1;
        if *visits > MAX_VISITS || seen.nodes.get(number).is_none_or(|node| node.done) {
            return;
        }
        if !node.values.is_empty()
            && let Some(text) = text(value)
            && let Some(index) = node.values.iter().position(|known| *known == text)
            && let Some(value) = seen.nodes.get_mut(number).and_then(|node| node.values.get_mut(index))
        {
            *value = true;
        }
        match value {
            Value::Array(items) => {
                let Some(inner) = node.items else { return };
                for item in items {
                    if *visits > MAX_VISITS || seen.nodes.get(inner).is_none_or(|inner| inner.done) {
                        break;
                    }
                    self.visit(inner, item, seen, visits);
                }
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    let Some(inner) = node.properties.get(name).copied() else { continue };
                    if let Some(inner) = seen.nodes.get_mut(inner) {
                        inner.own = true;
                    }
                    self.visit(inner, value, seen, visits);
                }
            }
            _ => {}
        }
        let is_done = |inner: &usize| seen.nodes.get(*inner).is_some_and(|inner| inner.done);
        let all_done = node.order.iter().all(is_done) && node.items.iter().all(is_done);
        if let Some(own) = seen.nodes.get_mut(number) {
            let is_property = matches!(node.step, Some(Step::Property(_)));
            own.done = all_done && (own.own || !is_property) && own.values.iter().all(|seen| *seen);
        }
    }
}

/// A scalar as text.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

struct Tree<'v> {
    definitions: Option<&'v Map<String, Value>>,
    excluded: &'static str,
    properties: Properties,
}

impl<'v> Tree<'v> {
    /// Level by level, so that the limit leaves out the innermost ones.
    fn build(&mut self, whole: &'v Value) {
        let mut open = vec![(self.add(None, Vec::new(), None), vec![whole], Vec::new())];
        while !open.is_empty() {
            let mut next = Vec::new();
            for (number, schemas, around) in open {
                self.expand(number, &schemas, &around, &mut next);
            }
            open = next;
        }
    }

    fn add(&mut self, step: Option<Step>, above: Vec<usize>, source: Option<String>) -> usize {
        self.properties.nodes.push(Node {
            step,
            above,
            source,
            properties: HashMap::new(),
            order: Vec::new(),
            items: None,
            values: Vec::new(),
        });
        self.properties.nodes.len() - 1
    }

    /// Adds what is directly within a node. `around`: the schemas with properties that it is within.
    fn expand(
        &mut self,
        number: usize,
        schemas: &[&'v Value],
        around: &[&'v Value],
        next: &mut Vec<(usize, Vec<&'v Value>, Vec<&'v Value>)>,
    ) {
        let mut parts = Vec::new();
        schemas.iter().for_each(|schema| self.parts(schema, &mut parts));
        let Some(node) = self.properties.nodes.get_mut(number) else { return };
        let values = parts.iter().filter_map(|part| part.get("enum")?.as_array()).flatten().filter_map(text);
        for value in values.take(MAX_VALUES) {
            if !node.values.contains(&value) {
                node.values.push(value);
            }
        }
        let above: Vec<usize> = node.above.iter().copied().chain(node.step.as_ref().map(|_| number)).collect();
        parts.retain(|part| !around.iter().any(|known| std::ptr::eq(*known, *part)));
        let is_object = |part: &&&'v Value| part.get("properties").is_some();
        let around: Vec<&'v Value> = around.iter().chain(parts.iter().filter(is_object)).copied().collect();
        let mut names: Vec<(&'v String, Vec<&'v Value>, Option<String>)> = Vec::new();
        let mut known: HashMap<&'v str, usize> = HashMap::new();
        for part in &parts {
            for (name, schema) in part.get("properties").and_then(Value::as_object).into_iter().flatten() {
                let place = *known.entry(name).or_insert(names.len());
                if place == names.len() {
                    names.push((name, Vec::new(), source(part, name, schema)));
                }
                names.get_mut(place).into_iter().for_each(|(_, schemas, _)| schemas.push(schema));
            }
        }
        for (name, schemas, source) in names {
            if schemas.iter().all(|schema| self.is_excluded(schema)) {
                continue;
            }
            if self.properties.nodes.len() > MAX_PROPERTIES || above.len() >= MAX_DEPTH {
                self.properties.truncated = true;
                break;
            }
            let inner = self.add(Some(Step::Property(name.clone())), above.clone(), source);
            if let Some(node) = self.properties.nodes.get_mut(number) {
                node.properties.insert(name.clone(), inner);
                node.order.push(inner);
            }
            next.push((inner, schemas, around.clone()));
        }
        let items: Vec<&'v Value> = parts.iter().filter_map(|part| part.get("items")).collect();
        if !items.is_empty() && above.len() < MAX_DEPTH {
            let inner = self.add(Some(Step::Items), above, None);
            if let Some(node) = self.properties.nodes.get_mut(number) {
                node.items = Some(inner);
            }
            next.push((inner, items, around));
        }
    }

    fn is_excluded(&self, schema: &'v Value) -> bool {
        let mut parts = Vec::new();
        self.parts(schema, &mut parts);
        parts.iter().any(|part| part.get(self.excluded) == Some(&Value::Bool(true)))
    }

    /// The schema, its parts and its alternatives.
    fn parts(&self, schema: &'v Value, parts: &mut Vec<&'v Value>) {
        let Value::Object(fields) = schema else { return };
        if parts.len() >= MAX_PARTS || parts.iter().any(|known| std::ptr::eq(*known, schema)) {
            return;
        }
        parts.push(schema);
        let target = fields.get("$ref").and_then(Value::as_str).and_then(number);
        if let Some(target) = target.and_then(|number| self.definitions?.get(&number.to_string())) {
            self.parts(target, parts);
        }
        for word in ["allOf", "anyOf", "oneOf"] {
            let inner = fields.get(word).and_then(Value::as_array).into_iter().flatten();
            inner.for_each(|part| self.parts(part, parts));
        }
        for word in ["then", "else"] {
            fields.get(word).into_iter().for_each(|part| self.parts(part, parts));
        }
    }
}

/// The source position of a property: of its name, else of its schema.
fn source(part: &Value, name: &str, schema: &Value) -> Option<String> {
    let own = part.get(ORIGIN).and_then(|origin| origin.get(format!("properties/{name}")));
    let place = own.or_else(|| schema.get(ORIGIN)?.get(WHOLE))?;
    place.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Properties, SeenProperties, Step};
    use crate::direction::Direction;
    use crate::schema::{Schema, Schemas, reference};

    fn properties(schema: Value, named: &[(&str, Value)]) -> Properties {
        let mut schemas = Schemas::default();
        named.iter().for_each(|(name, schema)| schemas.insert(*name, Schema::from_json(schema.clone())));
        Schema::from_json(schema).properties(&schemas, Direction::Response).unwrap()
    }

    fn names(properties: &Properties, wanted: impl Fn(usize) -> bool) -> Vec<String> {
        let name = |step: &&Step| match step {
            Step::Property(name) => name.clone(),
            Step::Items => "*".to_owned(),
        };
        let all = properties.all().into_iter().filter(|property| wanted(property.number));
        all.map(|property| property.path.iter().map(name).collect::<Vec<_>>().join(".")).collect()
    }

    #[test]
    fn the_properties_of_all_parts_are_listed() {
        let user = json!({
            "properties": {
                "id": { "type": "integer" },
                "password": { "writeOnly": true },
                "friends": { "type": "array", "items": { "$ref": reference("User") } },
                "address": { "oneOf": [{ "properties": { "city": {} } }, { "properties": { "box": {} } }] },
            },
        });
        let list = properties(json!({ "items": { "$ref": reference("User") } }), &[("User", user)]);
        // A type within itself is not repeated.
        let expected = ["*.id", "*.friends", "*.address", "*.address.city", "*.address.box"];
        assert_eq!(names(&list, |_| true), expected);
        assert!(!list.is_truncated());
    }

    #[test]
    fn what_values_have_is_seen() {
        let schema = json!({ "properties": {
            "state": { "enum": ["on", "off", 1] },
            "items": { "items": { "properties": { "id": {}, "name": {} } } },
        } });
        let properties = properties(schema, &[]);
        let mut seen = SeenProperties::default();
        properties.see(&json!({ "state": "off", "items": [{ "id": 1 }], "other": 1 }), &mut seen);
        assert_eq!(names(&properties, |number| seen.has(number)), ["state", "items", "items.*.id"]);
        properties.see(&json!({ "items": [{}, { "id": 1 }, { "name": null }] }), &mut seen);
        assert_eq!(names(&properties, |number| !seen.has(number)), Vec::<String>::new());
        let state = properties.all()[0].clone();
        let has: Vec<_> = (0..3).map(|at| seen.has_value(state.number, at)).collect();
        assert_eq!((state.values, has), (["on", "off", "1"].map(str::to_owned).as_slice(), vec![false, true, false]));
    }

    #[test]
    fn no_schema_and_no_value_takes_long() {
        let wide: Value = (0..5_000).map(|at| (format!("p{at}"), json!({ "$ref": reference("T") }))).collect();
        let tree = properties(json!({ "$ref": reference("T") }), &[("T", json!({ "properties": wide }))]);
        assert!(tree.is_truncated() && tree.all().len() <= 500);
        // Each type has all others.
        let types: Vec<String> = (0..30).map(|at| format!("T{at}")).collect();
        let all: Value = types.iter().map(|name| (name.clone(), json!({ "$ref": reference(name) }))).collect();
        let named: Vec<_> = types.iter().map(|name| (name.as_str(), json!({ "properties": all }))).collect();
        let tree = properties(json!({ "$ref": reference("T0") }), &named);
        assert!(tree.is_truncated());
        let list: Value = (0..300_000).map(|at| json!({ "T1": at })).collect();
        let mut seen = SeenProperties::default();
        tree.see(&json!({ "T1": list }), &mut seen);
        tree.see(&list, &mut seen);
        assert!(tree.all().iter().any(|property| seen.has(property.number)));
    }
}
