//! Converts a type to JSON Schema 2020-12.

use std::rc::Rc;

use serde_json::{Map, Value, json};

use apinb_schema::origin::ORIGIN;
use apinb_schema::schema::Schema;

use crate::raml::shape::data_type::{Facets, Notes, Shape, TypeRef, TypeRefTarget, weight};

impl TypeRef {
    /// A type with its own shape: an inline or built-in type.
    pub(crate) fn of_shape(shape: Shape, notes: Notes, level: u32, ancestors: Rc<[Rc<str>]>) -> Self {
        let schema = schema(&shape, &notes, &[]);
        let weight = weight(&schema);
        let target = TypeRefTarget::Shape(Rc::new(shape));
        Self { target, schema: Schema::from_json(schema), weight, level, ancestors, notes }
    }
}

/// The JSON Schema of a type. `tags`: the allowed values of its discriminator.
pub(crate) fn schema(shape: &Shape, notes: &Notes, tags: &[Value]) -> Value {
    let mut schema = Map::new();
    title(&mut schema, notes);
    let facets = &shape.facets;
    schema.extend(shape.base.schema(facets.format));
    facets.restrict_scalar(shape.base, &mut schema);
    if !facets.members.is_empty() {
        let members = facets.members.iter().map(|member| json_of(&member.schema)).collect();
        schema.insert("anyOf".to_owned(), Value::Array(members));
    }
    if let Some(items) = &facets.items {
        schema.insert("items".to_owned(), json_of(&items.schema));
    }
    if facets.unique {
        schema.insert("uniqueItems".to_owned(), Value::Bool(true));
    }
    properties(&mut schema, facets, tags);
    if let Some(values) = &facets.values {
        schema.insert("enum".to_owned(), Value::Array(values.to_vec()));
    }
    let more = facets.patterns.iter().skip(1).map(|pattern| json!({ "pattern": &**pattern }));
    let beside: Vec<Value> = shape.beside.iter().cloned().chain(more).collect();
    match (beside.as_slice(), schema.is_empty()) {
        ([], _) => {}
        // A type without additional restrictions.
        ([Value::Object(only)], true) => schema.extend(only.clone()),
        _ => {
            schema.insert("allOf".to_owned(), Value::Array(beside));
        }
    }
    rest(&mut schema, notes);
    if let Some(origin) = &facets.origin {
        schema.insert(ORIGIN.to_owned(), Value::Object((**origin).clone()));
    }
    Value::Object(schema)
}

/// The schema of a type that only adds notes to another schema.
pub(crate) fn alias(mut schema: Map<String, Value>, notes: &Notes) -> Value {
    let mut annotated = Map::new();
    title(&mut annotated, notes);
    annotated.append(&mut schema);
    rest(&mut annotated, notes);
    Value::Object(annotated)
}

/// The JSON form of a type's schema.
pub(crate) fn json_of(schema: &apinb_schema::schema::Schema) -> Value {
    schema.json().cloned().unwrap_or_else(|| json!({}))
}

fn title(schema: &mut Map<String, Value>, notes: &Notes) {
    for (key, text) in [("title", &notes.display_name), ("description", &notes.description)] {
        if let Some(text) = text {
            schema.insert(key.to_owned(), Value::from(text.as_str()));
        }
    }
}

fn rest(schema: &mut Map<String, Value>, notes: &Notes) {
    if let Some(value) = &notes.default {
        schema.insert("default".to_owned(), value.clone());
    }
    if !notes.samples.is_empty() {
        schema.insert("examples".to_owned(), Value::Array(notes.samples.clone()));
    }
    if let Some(xml) = &notes.xml {
        schema.insert("xml".to_owned(), xml.clone());
    }
    for annotation in &notes.annotations {
        schema.insert(format!("x-{}", annotation.name), annotation.value.clone());
    }
}

fn properties(schema: &mut Map<String, Value>, facets: &Facets, tags: &[Value]) {
    let mut properties = Map::new();
    for property in &facets.properties {
        properties.insert(property.name.to_string(), json_of(&property.value.schema));
    }
    if let Some(name) = &facets.discriminator
        && !tags.is_empty()
    {
        let tagged = properties.entry(&**name).or_insert_with(|| json!({}));
        if let Value::Object(fields) = tagged {
            match tags {
                [only] => fields.insert("const".to_owned(), only.clone()),
                several => fields.insert("enum".to_owned(), Value::Array(several.to_vec())),
            };
        }
    }
    if !properties.is_empty() {
        schema.insert("properties".to_owned(), Value::Object(properties));
    }
    let required = facets.properties.iter().filter(|property| property.required);
    let required: Vec<Value> = required.map(|property| Value::from(&*property.name)).collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), Value::Array(required));
    }
    patterned(schema, facets);
    if facets.closed {
        schema.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
}

/// Pattern properties. In RAML a declared property takes precedence over them, and the first match applies; in JSON
/// Schema all matches apply. A pattern that matches every name becomes `additionalProperties`.
fn patterned(schema: &mut Map<String, Value>, facets: &Facets) {
    /// Maximum number of guards. Further ones would be slow and are unlikely to matter.
    const MAX_GUARDS: usize = 10_000;
    let guards = facets.patterned.len().saturating_mul(facets.properties.len() + facets.patterned.len());
    let mut patterns = Map::new();
    let mut earlier: Vec<&Rc<str>> = Vec::new();
    for (pattern, value) in &facets.patterned {
        if pattern.is_empty() {
            schema.insert("additionalProperties".to_owned(), json_of(&value.schema));
            break;
        }
        let mut guard = String::new();
        let guarding = guards <= MAX_GUARDS;
        let names = facets.properties.iter().map(|property| &*property.name).filter(|_| guarding);
        let names: Vec<String> = names.filter(|name| may_match(pattern, name)).map(escaped).collect();
        if !names.is_empty() {
            guard += &format!("(?!(?:{})$)", names.join("|"));
        }
        for other in earlier.iter().filter(|other| guarding && !apart(other, pattern)) {
            guard += &match other.strip_prefix('^') {
                Some(rest) => format!("(?!{rest})"),
                None => format!("(?!.*(?:{other}))"),
            };
        }
        let guarded = match (guard.is_empty(), pattern.strip_prefix('^')) {
            (true, _) => pattern.to_string(),
            (false, Some(rest)) if !rest.contains('|') => format!("^{guard}{rest}"),
            (false, _) => format!("^{guard}(?=.*(?:{pattern}))"),
        };
        patterns.insert(guarded, json_of(&value.schema));
        earlier.push(pattern);
    }
    if !patterns.is_empty() {
        schema.insert("patternProperties".to_owned(), Value::Object(patterns));
    }
}

/// A prefix of every text that the pattern matches, if it is easy to determine.
fn prefix(pattern: &str) -> &str {
    let Some(rest) = pattern.strip_prefix('^').filter(|rest| !rest.contains('|')) else { return "" };
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(rest.len());
    // A character before `?`, `*` or `{` is optional.
    match rest.get(end..).is_some_and(|rest| rest.starts_with(['?', '*', '{'])) {
        true => rest.get(..end).and_then(|text| text.char_indices().next_back().map(|(at, _)| text.split_at(at).0)),
        false => rest.get(..end),
    }
    .unwrap_or_default()
}

fn may_match(pattern: &str, name: &str) -> bool {
    name.starts_with(prefix(pattern))
}

/// Whether no name matches both patterns.
fn apart(one: &str, other: &str) -> bool {
    let (one, other) = (prefix(one), prefix(other));
    !one.starts_with(other) && !other.starts_with(one)
}

/// A pattern that matches only this name.
fn escaped(name: &str) -> String {
    let mut pattern = String::with_capacity(name.len());
    for c in name.chars() {
        if r"\^$.|?*+()[]{}/".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}
