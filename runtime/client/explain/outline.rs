//! Converts a schema to an outline.
//!
//! All drafts are read alike: each keyword has its meaning in whichever draft defines it.

use serde_json::{Map, Number, Value};

use apinb_record::explanation::{Field, Outline};
use apinb_schema::schema::{Schema, Schemas};

/// Maximum nesting of objects.
const MAX_DEPTH: usize = 4;
/// Maximum nesting of schemas, including `allOf` and similar keywords.
const MAX_NESTING: usize = 48;
/// Maximum number of schemas in one outline.
const MAX_VISITS: usize = 600;
/// Maximum length of a chain of references.
const MAX_REFERENCES: usize = 16;
/// Maximum number of alternatives.
const MAX_ALTERNATIVES: usize = 8;

/// The outline of a schema; `None` if it is not JSON Schema.
#[must_use]
pub fn outline(schema: &Schema, schemas: &Schemas) -> Option<Outline> {
    let root = schema.json()?;
    let mut outliner = Outliner { schemas, left: MAX_VISITS, above: Vec::new() };
    Some(outliner.outline(At { root, schema: root }, 0))
}

/// A schema and its document, against which its references are resolved.
#[derive(Clone, Copy)]
struct At<'a> {
    root: &'a Value,
    schema: &'a Value,
}

struct Outliner<'a> {
    schemas: &'a Schemas,
    left: usize,
    /// The enclosing schemas: a recursive schema ends there.
    above: Vec<*const Value>,
}

impl<'a> Outliner<'a> {
    fn outline(&mut self, at: At<'a>, depth: usize) -> Outline {
        let Some(fields) = at.schema.as_object() else {
            let kind = if at.schema == &Value::Bool(false) { "nothing" } else { "any" };
            return Outline { kind: kind.to_owned(), ..Outline::default() };
        };
        if self.left == 0 {
            return Outline { kind: "any".to_owned(), more: true, ..Outline::default() };
        }
        self.left -= 1;
        if fields.contains_key("$ref") {
            return self.referenced(at, fields, depth);
        }
        let mut outline = facets(fields);
        let endless = self.above.iter().any(|above| std::ptr::eq(*above, at.schema));
        if endless || depth > MAX_DEPTH || self.above.len() > MAX_NESTING {
            outline.kind = kind_alone(fields);
            outline.more =
                fields.contains_key("properties") || fields.contains_key("items") || fields.contains_key("allOf");
            return outline;
        }
        self.above.push(at.schema);
        self.structure(at, fields, depth, &mut outline);
        self.above.pop();
        outline
    }

    fn referenced(&mut self, at: At<'a>, fields: &'a Map<String, Value>, depth: usize) -> Outline {
        let mut target = at;
        let mut name = String::new();
        for _ in 0..MAX_REFERENCES {
            let Some(reference) = target.schema.get("$ref").and_then(Value::as_str) else { break };
            if name.is_empty() {
                name = last_name(reference);
            }
            match self.resolve(target.root, reference) {
                Some(next) => target = next,
                None => return Outline { kind: name, ..facets(fields) },
            }
        }
        if target.schema.get("$ref").is_some() {
            return Outline { kind: name, more: true, ..facets(fields) };
        }
        let mut outline = self.outline(target, depth);
        let structured = !outline.fields.is_empty() || outline.more;
        let is_object = !outline.kind.starts_with("array") && !outline.kind.contains(" or ");
        if structured && is_object && outline.alternatives.is_empty() && !name.is_empty() {
            outline.kind = name;
        }
        // Keywords next to the reference take precedence.
        let own = facets(fields);
        outline.description = own.description.or(outline.description);
        outline.default = own.default.or(outline.default);
        outline.example = own.example.or(outline.example);
        outline.read_only |= own.read_only;
        outline.write_only |= own.write_only;
        outline
    }

    /// Resolves a reference to a part of the document, or else to a named schema and a pointer into it.
    fn resolve(&self, root: &'a Value, reference: &str) -> Option<At<'a>> {
        let Some(fragment) = reference.strip_prefix('#') else {
            let schema = self.schemas.get(reference)?.json()?;
            return Some(At { root: schema, schema });
        };
        let pointer = percent_decoded(fragment);
        if let Some(schema) = root.pointer(&pointer) {
            return Some(At { root, schema });
        }
        let rest = pointer.strip_prefix("/$defs/")?;
        let (name, inner) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let named = self.schemas.get(&name.replace("~1", "/").replace("~0", "~"))?.json()?;
        Some(At { root: named, schema: named.pointer(inner)? })
    }

    fn structure(&mut self, at: At<'a>, fields: &'a Map<String, Value>, depth: usize, outline: &mut Outline) {
        let mut kinds = types(fields);
        let within = |schema| At { root: at.root, schema };
        if let Some(items) =
            fields.get("items").filter(|_| kinds.is_empty() || kinds.iter().any(|kind| kind == "array"))
        {
            // The first schema represents a list of schemas by position.
            let item = items.as_array().map_or(Some(items), |items| items.first());
            let item = item.map(|item| self.outline(within(item), depth + 1)).unwrap_or_default();
            kinds.retain(|kind| kind != "array");
            let item_kind = if item.kind.contains(" or ") { format!("({})", item.kind) } else { item.kind };
            kinds.insert(0, if item_kind.is_empty() { "array".to_owned() } else { format!("array of {item_kind}") });
            outline.fields.extend(item.fields);
            outline.alternatives.extend(item.alternatives);
            outline.more |= item.more;
            if outline.values.is_empty() {
                outline.values = item.values;
            }
        }
        self.own_fields(at, fields, depth, outline);
        for word in ["allOf", "extends"] {
            for part in list(fields.get(word)) {
                let part = self.outline(within(part), depth);
                for field in part.fields {
                    match outline.fields.iter_mut().find(|known| known.name == field.name) {
                        Some(known) => known.required |= field.required,
                        None => outline.fields.push(field),
                    }
                }
                outline.alternatives.extend(part.alternatives);
                outline.more |= part.more;
                outline.read_only |= part.read_only;
                outline.write_only |= part.write_only;
                outline.description = outline.description.take().or(part.description);
                if kinds.is_empty() && part.kind != "any" {
                    kinds.push(part.kind);
                }
            }
        }
        // `required` applies to the fields from `allOf`, too.
        for name in required(fields) {
            if let Some(field) = outline.fields.iter_mut().find(|field| field.name == name) {
                field.required = true;
            }
        }
        self.alternatives(at, fields, depth, outline, &mut kinds);
        if kinds.is_empty() {
            let kind = if outline.fields.is_empty() { of_values(&outline.values) } else { "object" };
            kinds.push(kind.to_owned());
        }
        if fields.get("nullable") == Some(&Value::Bool(true)) {
            kinds.push("null".to_owned());
        }
        kinds.dedup();
        outline.kind = kinds.join(" or ");
    }

    fn own_fields(&mut self, at: At<'a>, fields: &'a Map<String, Value>, depth: usize, outline: &mut Outline) {
        let within = |schema| At { root: at.root, schema };
        let names = required(fields);
        for (name, schema) in object(fields, "properties") {
            let required = names.contains(&name.as_str()) || schema.get("required") == Some(&Value::Bool(true));
            let field = self.outline(within(schema), depth + 1);
            outline.fields.push(Field { name: name.clone(), required, outline: field });
        }
        for (pattern, schema) in object(fields, "patternProperties") {
            let field = self.outline(within(schema), depth + 1);
            outline.fields.push(Field { name: format!("/{pattern}/"), required: false, outline: field });
        }
        if let Some(schema @ Value::Object(_)) = fields.get("additionalProperties") {
            let field = self.outline(within(schema), depth + 1);
            outline.fields.push(Field { name: "[any name]".to_owned(), required: false, outline: field });
        }
    }

    /// Adds alternatives: `anyOf`, `oneOf`, and the schemas in `type` of draft 3.
    fn alternatives(
        &mut self,
        at: At<'a>,
        fields: &'a Map<String, Value>,
        depth: usize,
        outline: &mut Outline,
        kinds: &mut Vec<String>,
    ) {
        let in_types = list(fields.get("type")).iter().filter(|kind| kind.is_object());
        let listed = ["anyOf", "oneOf"].iter().flat_map(|word| list(fields.get(*word)));
        let all: Vec<&'a Value> = listed.chain(in_types).collect();
        if all.is_empty() {
            return;
        }
        outline.more |= all.len() > MAX_ALTERNATIVES;
        let mut outlines: Vec<Outline> = all
            .into_iter()
            .take(MAX_ALTERNATIVES)
            .map(|schema| self.outline(At { root: at.root, schema }, depth))
            .collect();
        for alternative in &outlines {
            for kind in alternative.kind.split(" or ") {
                if !kinds.iter().any(|known| known == kind) {
                    kinds.push(kind.to_owned());
                }
            }
        }
        // The names of the objects are more informative than `object`.
        if kinds.len() > 1
            && outlines.iter().any(|alternative| alternative.kind != "object" && !alternative.fields.is_empty())
        {
            kinds.retain(|kind| kind != "object");
        }
        outlines.retain(|alternative| !alternative.fields.is_empty() || alternative.more);
        match outlines.len() {
            0 => {}
            1 if outline.fields.is_empty() => {
                let only = outlines.remove(0);
                outline.fields = only.fields;
                outline.more |= only.more;
            }
            _ => outline.alternatives.append(&mut outlines),
        }
    }
}

/// The description and constraints of a schema.
fn facets(fields: &Map<String, Value>) -> Outline {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| fields.get(name).and_then(Value::as_number).cloned();
    let whole = |name: &str| fields.get(name).and_then(Value::as_u64);
    let values = match (fields.get("enum"), fields.get("const")) {
        (Some(Value::Array(values)), _) => values.clone(),
        (_, Some(value)) => vec![value.clone()],
        _ => Vec::new(),
    };
    // Before draft 6, `exclusiveMinimum` is a boolean that modifies `minimum`.
    let bounds = |name: &str, exclusive: &str| match fields.get(exclusive) {
        Some(Value::Bool(true)) => (None, number(name)),
        _ => (number(name), number(exclusive)),
    };
    let (minimum, exclusive_minimum) = bounds("minimum", "exclusiveMinimum");
    let (maximum, exclusive_maximum) = bounds("maximum", "exclusiveMaximum");
    Outline {
        kind: kind_alone(fields),
        description: text("description").or_else(|| text("title")).filter(|text| !text.trim().is_empty()),
        values,
        default: fields.get("default").cloned(),
        example: fields.get("example").or_else(|| fields.get("examples")?.as_array()?.first()).cloned(),
        pattern: text("pattern"),
        minimum,
        maximum,
        exclusive_minimum,
        exclusive_maximum,
        min_length: whole("minLength"),
        max_length: whole("maxLength"),
        read_only: fields.get("readOnly") == Some(&Value::Bool(true)),
        write_only: fields.get("writeOnly") == Some(&Value::Bool(true)),
        ..Outline::default()
    }
}

fn kind_alone(fields: &Map<String, Value>) -> String {
    let mut kinds = types(fields);
    if kinds.is_empty() {
        kinds.push(if fields.contains_key("properties") { "object" } else { "any" }.to_owned());
    }
    kinds.join(" or ")
}

/// The names of the types, with their formats: `integer`, `string (email)`, `date-time`.
fn types(fields: &Map<String, Value>) -> Vec<String> {
    let format = fields.get("format").and_then(Value::as_str).filter(|format| !format.is_empty());
    let named = |kind: &str| match (kind, format) {
        ("string", Some(format)) if format.starts_with("date") || format.starts_with("time") => format.to_owned(),
        ("string" | "number" | "integer", Some(format)) => format!("{kind} ({format})"),
        _ => kind.to_owned(),
    };
    match fields.get("type") {
        Some(Value::String(kind)) => vec![named(kind)],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).map(named).collect(),
        _ => Vec::new(),
    }
}

/// The common type of all values.
fn of_values(values: &[Value]) -> &'static str {
    let kind = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let mut kinds = values.iter().map(kind);
    match kinds.next() {
        Some(first) if kinds.all(|kind| kind == first) => first,
        _ => "any",
    }
}

fn required(fields: &Map<String, Value>) -> Vec<&str> {
    list(fields.get("required")).iter().filter_map(Value::as_str).collect()
}

/// A list, or a single value as a list.
fn list(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(values)) => values,
        Some(value @ Value::Object(_)) => std::slice::from_ref(value),
        _ => &[],
    }
}

fn object<'a>(fields: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    fields.get(name).and_then(Value::as_object).into_iter().flatten()
}

/// The last segment of a reference.
fn last_name(reference: &str) -> String {
    let last = reference.rsplit(['/', '#']).next().unwrap_or(reference);
    percent_decoded(last).replace("~1", "/").replace("~0", "~")
}

/// Decodes percent-encoding (RFC 3986 section 2.1). Invalid escapes stay unchanged.
fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Converts a number to JSON; integers have no fraction.
pub(super) fn number(value: f64) -> Option<Number> {
    // Every integer below 2^53 is exact.
    if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
        return Some(Number::from(value as i64));
    }
    Number::from_f64(value)
}
