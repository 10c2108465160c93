//! Converts JSON Schema of any draft to draft 2020-12, so that all other code supports only one draft.
//!
//! The target of a `$ref` is converted on demand and identified by a number: every `$ref` in the result is
//! `#/$defs/NUMBER`. Names, titles and identifiers are removed. `$dynamicRef` and `$recursiveRef` are treated as
//! `$ref`.

use apinb_text::display::truncate::truncate;
use serde_json::{Map, Value, json};

use crate::dialect::Dialect;
use crate::discriminator::{self, Discriminators};
use crate::error::SchemaError;
use crate::origin::ORIGIN;
use crate::resolve::{References, Target};
use crate::schema::{Schema, Schemas};

/// Maximum nesting of one text.
pub(super) const MAX_DEPTH: usize = 192;
/// Maximum number of values in the result.
pub(super) const MAX_NODES: usize = 200_000;
/// The number of the schema that follows a discriminator, less that of the schema that has it.
const DISPATCHED: usize = 1_000_000_000;
/// Maximum length of a reference in a message, in characters.
const MAX_REFERENCE: usize = 200;
/// Cost of a pattern, in values: compiling it takes time.
const PATTERN_NODES: usize = 100;

/// Keywords with the same meaning in all drafts, without subschemas.
const PLAIN: [&str; 27] = [
    "enum",
    "const",
    "default",
    "example",
    "examples",
    "format",
    "pattern",
    "multipleOf",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minContains",
    "maxContains",
    "minProperties",
    "maxProperties",
    "required",
    "dependentRequired",
    "readOnly",
    "writeOnly",
    "deprecated",
    "xml",
];
/// Keywords whose value is a schema.
const ONE: [&str; 10] = [
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "additionalProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "items",
];
/// Keywords whose value is a list of schemas.
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords whose value is a map of schemas.
const MAPS: [&str; 3] = ["properties", "patternProperties", "dependentSchemas"];

/// Converts a schema and the schemas that it references.
pub(super) struct Converter<'a> {
    references: References<'a>,
    nodes: usize,
    /// Whether an unresolvable `$ref` allows any value.
    is_lenient: bool,
    /// Set to follow discriminators.
    discriminators: Option<Discriminators<'a>>,
    /// Whether the schema to convert next is a part of a schema that inherits.
    is_part: bool,
}

impl<'a> Converter<'a> {
    pub(super) fn new(schema: &'a Schema, schemas: &'a Schemas) -> Result<Self, SchemaError> {
        Ok(Self {
            references: References::new(schema, schemas)?,
            nodes: 0,
            is_lenient: false,
            discriminators: None,
            is_part: false,
        })
    }

    /// Like [`Self::new`], but a reference to a schema with a discriminator leads on to the schema that it selects.
    pub(super) fn discriminating(schema: &'a Schema, schemas: &'a Schemas) -> Result<Self, SchemaError> {
        Ok(Self { discriminators: Some(Discriminators::default()), ..Self::new(schema, schemas)? })
    }

    /// The name of the target of `#/$defs/NUMBER`, if it is a whole named schema.
    pub(super) fn name(&self, number: usize) -> Option<&'a str> {
        self.references.target(number % DISPATCHED)?.name
    }

    /// Like [`Self::new`], but an unresolvable `$ref` allows any value.
    pub(super) fn lenient(schema: &'a Schema, schemas: &'a Schemas) -> Result<Self, SchemaError> {
        Ok(Self { is_lenient: true, ..Self::new(schema, schemas)? })
    }

    /// Converts the root schema.
    pub(super) fn root(&mut self) -> Result<Value, SchemaError> {
        let target = self.references.root().ok_or(SchemaError::NotJson)?;
        self.convert(target, 0)
    }

    /// Converts the target of `#/$defs/NUMBER`.
    pub(super) fn target(&mut self, number: usize) -> Result<Value, SchemaError> {
        let target = self.references.target(number).ok_or(SchemaError::NotJson)?;
        self.convert(target, 0)
    }

    /// The number of targets so far.
    pub(super) fn targets(&self) -> usize {
        self.references.len()
    }

    /// The schema with all referenced schemas in its `$defs`.
    pub(super) fn whole(&mut self) -> Result<Value, SchemaError> {
        let root = self.root()?;
        let mut definitions = Map::new();
        let mut next = 0;
        while next < self.targets() {
            definitions.insert(next.to_string(), self.target(next)?);
            next += 1;
        }
        if let Some(found) = &mut self.discriminators {
            definitions.extend(found.take_dispatched());
        }
        Ok(match root {
            Value::Object(mut fields) => {
                fields.insert("$defs".to_owned(), Value::Object(definitions));
                Value::Object(fields)
            }
            other => other,
        })
    }

    fn convert(&mut self, target: Target<'a>, depth: usize) -> Result<Value, SchemaError> {
        self.spend(1)?;
        if depth > MAX_DEPTH {
            return Err(SchemaError::TooDeep { limit: MAX_DEPTH });
        }
        let Value::Object(fields) = target.json else { return Ok(target.json.clone()) };
        let dialect = self.references.dialect(target.document);
        let mut made = Map::new();
        let is_part = std::mem::take(&mut self.is_part);
        let reference = ["$ref", "$dynamicRef", "$recursiveRef"].iter().find_map(|word| fields.get(*word)?.as_str());
        if let Some(reference) = reference {
            match self.references.resolve(target.document, reference) {
                Some(number) => {
                    let number = if is_part { number } else { self.dispatched(number) };
                    made.insert("$ref".to_owned(), json!(format!("#/$defs/{number}")));
                }
                None if self.is_lenient => {}
                None => return Err(SchemaError::Reference { reference: truncate(reference, MAX_REFERENCE) }),
            }
            if !dialect.reads_beside_reference() {
                return Ok(Value::Object(made));
            }
        }
        for (word, value) in fields {
            self.keyword(word, value, fields, (target.document, dialect, depth), &mut made)?;
        }
        if dialect.is_old() {
            require(fields, &mut made);
        }
        Ok(Value::Object(made))
    }

    /// Converts one keyword. `at`: the document, its draft and the depth.
    fn keyword(
        &mut self,
        word: &str,
        value: &'a Value,
        fields: &'a Map<String, Value>,
        at: (usize, Dialect, usize),
        made: &mut Map<String, Value>,
    ) -> Result<(), SchemaError> {
        let (document, dialect, depth) = at;
        let inner = |json| Target { document, json, name: None };
        match (word, value) {
            (ORIGIN, _) => drop(made.insert(word.to_owned(), value.clone())),
            ("items", Value::Array(_)) if dialect.has_lists_of_items() => {
                let items = self.list(value, document, depth)?;
                if items.as_array().is_some_and(|items| !items.is_empty()) {
                    made.insert("prefixItems".to_owned(), items);
                }
            }
            ("additionalItems", _) if fields.get("items").is_some_and(Value::is_array) => {
                made.insert("items".to_owned(), self.convert(inner(value), depth + 1)?);
            }
            ("type" | "disallow", _) if dialect.is_old() => {
                let Some(kind) = self.kind(value, document, depth)? else { return Ok(()) };
                let kind = if word == "disallow" { json!({ "not": kind }) } else { kind };
                match kind {
                    Value::Object(mut kind) if kind.contains_key("type") => made.extend(kind.remove_entry("type")),
                    kind => add_to_all(made, kind),
                }
            }
            ("type", _) => drop(made.insert(word.to_owned(), value.clone())),
            ("extends", _) => {
                let one = std::slice::from_ref(value);
                for schema in value.as_array().map_or(one, Vec::as_slice) {
                    let schema = self.convert(inner(schema), depth + 1)?;
                    add_to_all(made, schema);
                }
            }
            ("divisibleBy", _) => drop(made.insert("multipleOf".to_owned(), value.clone())),
            ("dependencies", Value::Object(dependencies)) => self.dependencies(dependencies, document, depth, made)?,
            ("exclusiveMinimum" | "exclusiveMaximum", Value::Bool(is_exclusive)) => {
                let bound = if word == "exclusiveMinimum" { "minimum" } else { "maximum" };
                if let Some(limit) = fields.get(bound).filter(|_| *is_exclusive) {
                    made.remove(bound);
                    made.insert(word.to_owned(), limit.clone());
                }
            }
            ("minimum" | "maximum", _) => {
                let exclusive = if word == "minimum" { "exclusiveMinimum" } else { "exclusiveMaximum" };
                if fields.get(exclusive) != Some(&Value::Bool(true)) {
                    made.insert(word.to_owned(), value.clone());
                }
            }
            ("required", Value::Bool(_)) if dialect.is_old() => {}
            ("enum", Value::Array(values)) if dialect.is_old() && values.is_empty() => {}
            ("allOf", Value::Array(schemas)) => {
                for schema in schemas {
                    self.is_part = true;
                    let schema = self.convert(inner(schema), depth + 1);
                    self.is_part = false;
                    add_to_all(made, schema?);
                }
            }
            (word, value) if ONE.contains(&word) => {
                made.insert(word.to_owned(), self.convert(inner(value), depth + 1)?);
            }
            (word, Value::Array(_)) if LISTS.contains(&word) => {
                made.insert(word.to_owned(), self.list(value, document, depth)?);
            }
            (word, Value::Object(schemas)) if MAPS.contains(&word) => {
                let mut converted = Map::new();
                for (name, schema) in schemas {
                    self.spend(if word == "patternProperties" { PATTERN_NODES } else { 0 })?;
                    converted.insert(name.clone(), self.convert(inner(schema), depth + 1)?);
                }
                made.insert(word.to_owned(), Value::Object(converted));
            }
            (word, value) if PLAIN.contains(&word) || LISTS.contains(&word) || MAPS.contains(&word) => {
                self.spend(if word == "pattern" { PATTERN_NODES } else { count(value) })?;
                made.insert(word.to_owned(), value.clone());
            }
            _ => {}
        }
        Ok(())
    }

    /// The number of the schema that follows the discriminator of the target `number`; that number itself without one.
    fn dispatched(&mut self, number: usize) -> usize {
        let Some(mut known) = self.discriminators.take() else { return number };
        let dispatched = number + DISPATCHED;
        if !known.is_known(dispatched) {
            let schema =
                self.references.target(number).and_then(|target| known.read(target, self.references.schemas()));
            let schema = schema.map(|(property, subtypes)| {
                let resolved = subtypes.into_iter().filter_map(|(value, reference)| {
                    let subtype = self.references.resolve(self.references.target(number)?.document, &reference)?;
                    (subtype != number).then_some((value, subtype))
                });
                discriminator::dispatch(number, &property, resolved.collect())
            });
            known.add(dispatched, schema);
        }
        let is_dispatched = known.has(dispatched);
        self.discriminators = Some(known);
        if is_dispatched { dispatched } else { number }
    }

    fn list(&mut self, schemas: &'a Value, document: usize, depth: usize) -> Result<Value, SchemaError> {
        let schemas = schemas.as_array().map(Vec::as_slice).unwrap_or_default();
        let schemas = schemas.iter().map(|json| self.convert(Target { document, json, name: None }, depth + 1));
        schemas.collect::<Result<Vec<_>, _>>().map(Value::Array)
    }

    /// `type` and `disallow` of draft 3: a type, or a list of types and schemas. `None` if it allows every value.
    fn kind(&mut self, value: &'a Value, document: usize, depth: usize) -> Result<Option<Value>, SchemaError> {
        let kinds = match value {
            Value::Object(_) => return self.convert(Target { document, json: value, name: None }, depth + 1).map(Some),
            Value::Array(kinds) => kinds,
            Value::String(name) => return Ok((name != "any").then(|| json!({ "type": value }))),
            _ => return Ok(Some(json!({ "type": value }))),
        };
        if kinds.iter().any(|kind| kind == "any") {
            return Ok(None);
        }
        let (schemas, names): (Vec<&Value>, Vec<&Value>) = kinds.iter().partition(|kind| kind.is_object());
        let mut one_of_them = Vec::new();
        if !names.is_empty() {
            one_of_them.push(json!({ "type": names }));
        }
        for json in schemas {
            one_of_them.push(self.convert(Target { document, json, name: None }, depth + 1)?);
        }
        Ok(match one_of_them.len() {
            0 => None,
            1 => one_of_them.pop(),
            _ => Some(json!({ "anyOf": one_of_them })),
        })
    }

    fn dependencies(
        &mut self,
        dependencies: &'a Map<String, Value>,
        document: usize,
        depth: usize,
        made: &mut Map<String, Value>,
    ) -> Result<(), SchemaError> {
        for (name, wanted) in dependencies {
            let (word, wanted) = match wanted {
                Value::String(_) => ("dependentRequired", json!([wanted])),
                Value::Array(_) => ("dependentRequired", wanted.clone()),
                _ => ("dependentSchemas", self.convert(Target { document, json: wanted, name: None }, depth + 1)?),
            };
            self.spend(count(&wanted))?;
            let known = made.entry(word).or_insert_with(|| json!({}));
            if let Value::Object(known) = known {
                known.insert(name.clone(), wanted);
            }
        }
        Ok(())
    }

    fn spend(&mut self, nodes: usize) -> Result<(), SchemaError> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES { Err(SchemaError::TooLarge { limit: MAX_NODES }) } else { Ok(()) }
    }
}

/// The number in `#/$defs/NUMBER`.
pub(super) fn number(reference: &str) -> Option<usize> {
    reference.strip_prefix("#/$defs/")?.parse().ok()
}

/// Converts `required: true` in a property, as in draft 3, to a list of names.
fn require(fields: &Map<String, Value>, made: &mut Map<String, Value>) {
    let properties = fields.get("properties").and_then(Value::as_object).into_iter().flatten();
    let needed = properties.filter(|(_, schema)| schema.get("required") == Some(&Value::Bool(true)));
    let needed: Vec<Value> = needed.map(|(name, _)| json!(name)).collect();
    if needed.is_empty() {
        return;
    }
    if let Value::Array(names) = made.entry("required").or_insert_with(|| json!([])) {
        for name in needed {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
}

fn add_to_all(made: &mut Map<String, Value>, schema: Value) {
    if let Value::Array(all) = made.entry("allOf").or_insert_with(|| json!([])) {
        all.push(schema);
    }
}

/// The number of JSON values in a value, including itself.
pub(super) fn count(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(count).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Converter;
    use crate::error::SchemaError;
    use crate::schema::{Schema, Schemas, reference};
    use apinb_text::source::deferred::Text;

    fn whole(schema: &Value, schemas: &Schemas) -> Result<Value, SchemaError> {
        let schema = Schema::from_text(Text::from(schema.to_string()));
        Converter::new(&schema, schemas).and_then(|mut converter| converter.whole())
    }

    fn check(schema: &Value, expected: Value) {
        let mut expected = expected;
        if expected.get("$defs").is_none() {
            expected["$defs"] = json!({});
        }
        assert_eq!(whole(schema, &Schemas::default()), Ok(expected), "{schema}");
    }

    #[test]
    fn old_keywords_become_new_ones() {
        check(
            &json!({"$schema": "http://json-schema.org/draft-03/schema#", "properties": {
                "a": {"type": "string", "required": true}, "b": {"type": "any"}, "c": {"type": ["integer", "null"]},
                "d": {"type": [{"minimum": 1}, "null"]}, "e": {"disallow": "string"}, "f": {"divisibleBy": 2}}}),
            json!({"required": ["a"], "properties": {
                "a": {"type": "string"}, "b": {}, "c": {"type": ["integer", "null"]},
                "d": {"allOf": [{"anyOf": [{"type": ["null"]}, {"minimum": 1}]}]},
                "e": {"allOf": [{"not": {"type": "string"}}]}, "f": {"multipleOf": 2}}}),
        );
        check(&json!({"extends": {"minLength": 1}}), json!({"allOf": [{"minLength": 1}]}));
        check(&json!({"minimum": 1, "exclusiveMinimum": true, "maximum": 2, "exclusiveMaximum": false}), {
            json!({"exclusiveMinimum": 1, "maximum": 2})
        });
        check(
            &json!({"items": [{"type": "null"}], "additionalItems": false, "dependencies": {"a": ["b"], "c": "d", "e": {}}}),
            json!({"prefixItems": [{"type": "null"}], "items": false,
                "dependentRequired": {"a": ["b"], "c": ["d"]}, "dependentSchemas": {"e": {}}}),
        );
        check(&json!({"items": {}, "additionalItems": false}), json!({"items": {}}));
    }

    #[test]
    fn references_become_numbers() {
        check(
            &json!({"properties": {"a": {"$ref": "#/definitions/x"}, "b": {"$ref": "#"}, "c": {"$ref": "#/definitions/x"}},
                "definitions": {"x": {"enum": [1]}}}),
            json!({"properties": {"a": {"$ref": "#/$defs/0"}, "b": {"$ref": "#/$defs/1"}, "c": {"$ref": "#/$defs/0"}},
                "$defs": {"0": {"enum": [1]}, "1": {"properties":
                    {"a": {"$ref": "#/$defs/0"}, "b": {"$ref": "#/$defs/1"}, "c": {"$ref": "#/$defs/0"}}}}}),
        );
        check(
            &json!({"$schema": "http://json-schema.org/draft-04/schema", "$ref": "#/x", "type": "null", "x": {}}),
            json!({"$ref": "#/$defs/0", "$defs": {"0": {}}}),
        );
        check(
            &json!({"$schema": "https://json-schema.org/draft/2019-09/schema", "$ref": "#a", "type": "null",
                "x": {"$anchor": "a", "const": 1}}),
            json!({"$ref": "#/$defs/0", "type": "null", "$defs": {"0": {"const": 1}}}),
        );
        check(
            &json!({"id": "http://example.com/a/root.json", "items": {"$ref": "b/item.json#/y"},
                "z": {"id": "b/item.json", "y": {"const": 2}}}),
            json!({"items": {"$ref": "#/$defs/0"}, "$defs": {"0": {"const": 2}}}),
        );
    }

    #[test]
    fn named_references_resolve() {
        let mut schemas = Schemas::default();
        let text =
            r##"{"$schema": "http://json-schema.org/draft-03/schema", "$ref": "#/deep", "deep": {"divisibleBy": 3}}"##;
        schemas.insert("a/b", Schema::from_text(Text::from(text)));
        schemas.insert("made", Schema::from_json(json!({"items": {"$ref": reference("a/b") + "/deep"}})));
        let text = r#"{"$id": "http://example.com/other.json", "const": 4}"#;
        schemas.insert("other", Schema::from_text(Text::from(text)));
        let expected = json!({"$ref": "#/$defs/0", "$defs":
            {"0": {"items": {"$ref": "#/$defs/1"}}, "1": {"multipleOf": 3}}});
        assert_eq!(whole(&json!({"$ref": "made"}), &schemas), Ok(expected));
        let expected = json!({"$ref": "#/$defs/0", "$defs": {"0": {"const": 4}}});
        assert_eq!(whole(&json!({"$ref": "http://example.com/other.json#"}), &schemas), Ok(expected));
        for reference in ["nothing", "http://example.com/", "#/x", "#x", "made#/x", "#/items/9999999999999999999999"] {
            let error = SchemaError::Reference { reference: reference.to_owned() };
            assert_eq!(whole(&json!({"$ref": reference}), &schemas), Err(error));
        }
    }

    #[test]
    fn too_large_schemas_are_errors() {
        let mut deep = json!({});
        for _ in 0..100 {
            deep = json!({"not": {"not": deep}});
        }
        let schema = Schema::from_json(deep);
        let converted = Converter::new(&schema, &Schemas::default()).and_then(|mut converter| converter.whole());
        assert_eq!(converted, Err(SchemaError::TooDeep { limit: super::MAX_DEPTH }));
        let many: Vec<Value> = (0..3000).map(|n| json!({"pattern": n.to_string()})).collect();
        assert_eq!(
            whole(&json!({"anyOf": many}), &Schemas::default()),
            Err(SchemaError::TooLarge { limit: super::MAX_NODES })
        );
    }
}
