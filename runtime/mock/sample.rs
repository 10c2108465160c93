//! A value made from a JSON schema, in the drafts 3 and 4 that RAML 0.8 definitions have (and later ones as far as
//! their words are the same). It is an example to look at: it follows types, enumerations, formats and bounds, not
//! patterns or dependencies.

use serde_json::{Map, Number, Value, json};

/// How deep a value may be.
const MAX_DEPTH: usize = 12;
/// How many values one sample may have, so that schemas that fan out stay small.
const MAX_VALUES: usize = 5_000;
/// How many values a reference to a named schema counts for: its text is read anew each time.
const NAMED_COST: usize = 100;
/// How many items and characters a lower bound can ask for.
const MAX_ITEMS: u64 = 10;
const MAX_CHARACTERS: u64 = 1_000;

/// A value for `schema`, a text; none when it is no JSON object. `named` gives the schema of a name, for `$ref`s that
/// name one.
pub(crate) fn sample(schema: &str, named: &dyn Fn(&str) -> Option<String>) -> Option<Value> {
    let root: Value = serde_json::from_str(schema).ok()?;
    root.as_object()?;
    Some(Sampler { root: &root, named, left: MAX_VALUES }.value(&root, "", 0))
}

struct Sampler<'a> {
    root: &'a Value,
    named: &'a dyn Fn(&str) -> Option<String>,
    left: usize,
}

impl Sampler<'_> {
    /// A value for a schema; `name` is the property it is for.
    fn value(&mut self, schema: &Value, name: &str, depth: usize) -> Value {
        let Some(fields) = schema.as_object() else { return Value::Null };
        if depth > MAX_DEPTH || self.left == 0 {
            return Value::Null;
        }
        self.left -= 1;
        if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
            return self.referenced(reference, name, depth);
        }
        for word in ["default", "const", "example"] {
            if let Some(value) = fields.get(word) {
                return value.clone();
            }
        }
        for word in ["enum", "examples"] {
            if let Some(value) = fields.get(word).and_then(Value::as_array).and_then(|values| values.first()) {
                return value.clone();
            }
        }
        if let Some(combined) = self.combined(fields, name, depth) {
            return combined;
        }
        match type_of(fields) {
            Type::Named("object") => self.object(fields, depth),
            Type::Named("array") => self.array(fields, name, depth),
            Type::Named("string") => Value::String(text(fields, name)),
            Type::Named("integer") => number(fields, true),
            Type::Named("number") => number(fields, false),
            Type::Named("boolean") => Value::Bool(true),
            Type::Named("null") => Value::Null,
            Type::Named(_) | Type::Unknown => json!({}),
            Type::Schema(schema) => self.value(schema, name, depth + 1),
        }
    }

    fn referenced(&mut self, reference: &str, name: &str, depth: usize) -> Value {
        let root = self.root;
        if let Some(pointer) = reference.strip_prefix('#') {
            return root.pointer(pointer).map_or_else(|| json!({}), |schema| self.value(schema, name, depth + 1));
        }
        let Some(schema) = (self.named)(reference).and_then(|text| serde_json::from_str::<Value>(&text).ok()) else {
            return json!({});
        };
        let left = self.left.saturating_sub(NAMED_COST);
        let mut inner = Sampler { root: &schema, named: self.named, left };
        let value = inner.value(&schema, name, depth + 1);
        self.left = inner.left;
        value
    }

    /// `allOf` and draft 3's `extends` together, `anyOf` and `oneOf` by their first.
    fn combined(&mut self, fields: &Map<String, Value>, name: &str, depth: usize) -> Option<Value> {
        for word in ["anyOf", "oneOf"] {
            if let Some(first) = fields.get(word).and_then(Value::as_array).and_then(|schemas| schemas.first()) {
                return Some(self.value(first, name, depth + 1));
            }
        }
        let all = fields.get("allOf").or_else(|| fields.get("extends"))?;
        let schemas = all.as_array().map_or(std::slice::from_ref(all), Vec::as_slice);
        let mut together = Map::new();
        for schema in schemas {
            match self.value(schema, name, depth + 1) {
                Value::Object(part) => together.extend(part),
                other if !fields.contains_key("properties") => return Some(other),
                _ => {}
            }
        }
        if let Value::Object(own) = self.object(fields, depth) {
            together.extend(own);
        }
        Some(Value::Object(together))
    }

    fn object(&mut self, fields: &Map<String, Value>, depth: usize) -> Value {
        let mut object = Map::new();
        let required = fields.get("required").and_then(Value::as_array);
        for (name, schema) in fields.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let needed = required.is_some_and(|names| names.iter().any(|known| known == name.as_str()))
                || schema.get("required") == Some(&Value::Bool(true));
            let leaf = schema.get("properties").is_none() && schema.get("items").is_none();
            if needed || leaf || depth < MAX_DEPTH / 2 {
                object.insert(name.clone(), self.value(schema, name, depth + 1));
            }
        }
        Value::Object(object)
    }

    fn array(&mut self, fields: &Map<String, Value>, name: &str, depth: usize) -> Value {
        if depth >= MAX_DEPTH / 2 {
            return json!([]);
        }
        match fields.get("items") {
            Some(Value::Array(schemas)) => {
                let items = schemas.iter().take(MAX_ITEMS as usize).map(|schema| self.value(schema, name, depth + 1));
                Value::Array(items.collect())
            }
            Some(schema) => {
                let count = whole(fields, "minItems").unwrap_or(1).clamp(1, MAX_ITEMS);
                Value::Array((0..count).map(|_| self.value(schema, name, depth + 1)).collect())
            }
            None => json!([]),
        }
    }
}

enum Type<'a> {
    Named(&'a str),
    /// Draft 3 allows schemas in a list of types.
    Schema(&'a Value),
    Unknown,
}

fn type_of(fields: &Map<String, Value>) -> Type<'_> {
    match fields.get("type") {
        Some(Value::String(name)) => Type::Named(name),
        Some(Value::Array(types)) => match types.iter().find(|kind| *kind != "null") {
            Some(Value::String(name)) => Type::Named(name),
            Some(schema @ Value::Object(_)) => Type::Schema(schema),
            _ => Type::Unknown,
        },
        _ if fields.contains_key("properties") => Type::Named("object"),
        _ if fields.contains_key("items") => Type::Named("array"),
        _ => Type::Unknown,
    }
}

fn whole(fields: &Map<String, Value>, name: &str) -> Option<u64> {
    fields.get(name).and_then(Value::as_u64)
}

fn text(fields: &Map<String, Value>, name: &str) -> String {
    let format = fields.get("format").and_then(Value::as_str).unwrap_or_default();
    let text = match format {
        "date-time" => "2015-01-01T12:00:00Z",
        "date" => "2015-01-01",
        "time" => "12:00:00",
        "email" => "someone@example.org",
        "uri" | "url" => "https://example.org/",
        "hostname" | "host-name" => "example.org",
        "ipv4" | "ip-address" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "uuid" => "00000000-0000-4000-8000-000000000001",
        "color" => "#336699",
        "phone" => "+1 555 0100",
        _ if name.is_empty() => "text",
        _ => name,
    };
    let mut text = text.to_owned();
    let least = whole(fields, "minLength").unwrap_or(0).min(MAX_CHARACTERS) as usize;
    while text.chars().count() < least {
        text.push('x');
    }
    match whole(fields, "maxLength") {
        Some(most) => text.chars().take(usize::try_from(most).unwrap_or(usize::MAX)).collect(),
        None => text,
    }
}

/// The smallest number from 1 (or the minimum) on that the bounds allow.
fn number(fields: &Map<String, Value>, integer: bool) -> Value {
    let bound = |name: &str| fields.get(name).and_then(Value::as_f64);
    let is_exclusive = |name: &str| fields.get(name) == Some(&Value::Bool(true));
    let step = bound("multipleOf").or_else(|| bound("divisibleBy")).filter(|step| *step > 0.0);
    let step_or_one = step.unwrap_or(1.0);
    let least = match (bound("minimum"), bound("exclusiveMinimum")) {
        (Some(least), _) if is_exclusive("exclusiveMinimum") => Some(least + step_or_one),
        (least @ Some(_), _) => least,
        (None, least) => least.map(|least| least + step_or_one),
    };
    let most = bound("maximum").or_else(|| bound("exclusiveMaximum").map(|most| most - step_or_one));
    let mut value = least.unwrap_or_else(|| most.map_or(1.0, |most| most.min(1.0)));
    if let Some(step) = step {
        value = (value / step).ceil() * step;
        if value == 0.0 && least.is_none() {
            value = step;
        }
    }
    if integer || value.fract() == 0.0 && value.abs() < 9e15 {
        return json!(value.ceil() as i64);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::sample;

    fn check(schema: &Value, expected: Value) {
        let named = |name: &str| (name == "user").then(|| r#"{"properties": {"id": {"type": "integer"}}}"#.to_owned());
        assert_eq!(sample(&schema.to_string(), &named), Some(expected), "{schema}");
    }

    #[test]
    fn types_and_formats() {
        check(&json!({"type": "string"}), json!("text"));
        check(&json!({"type": "string", "format": "email"}), json!("someone@example.org"));
        check(&json!({"type": "string", "minLength": 6}), json!("textxx"));
        check(&json!({"type": "string", "maxLength": 2}), json!("te"));
        check(&json!({"type": ["null", "boolean"]}), json!(true));
        check(&json!({"type": "null"}), json!(null));
        check(&json!({"type": [{"type": "integer"}]}), json!(1));
        check(&json!({}), json!({}));
        check(&json!({"enum": ["red", "blue"]}), json!("red"));
        check(&json!({"type": "string", "default": "here"}), json!("here"));
    }

    #[test]
    fn numbers_keep_their_bounds() {
        check(&json!({"type": "integer"}), json!(1));
        check(&json!({"type": "integer", "minimum": 10}), json!(10));
        check(&json!({"type": "integer", "minimum": 10, "exclusiveMinimum": true}), json!(11));
        check(&json!({"type": "integer", "maximum": -3}), json!(-3));
        check(&json!({"type": "integer", "minimum": 11, "divisibleBy": 5}), json!(15));
        check(&json!({"type": "number", "minimum": 0.5}), json!(0.5));
        check(&json!({"type": "integer", "multipleOf": 7}), json!(7));
    }

    #[test]
    fn objects_arrays_and_references() {
        let user = json!({"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}});
        check(&user, json!({"name": "name", "age": 1}));
        check(&json!({"items": user}), json!([{"name": "name", "age": 1}]));
        check(&json!({"type": "array", "minItems": 2, "items": {"type": "boolean"}}), json!([true, true]));
        check(&json!({"type": "array", "items": [{"type": "boolean"}, {"type": "integer"}]}), json!([true, 1]));
        check(
            &json!({"properties": {"a": {"$ref": "#/definitions/x"}}, "definitions": {"x": {"enum": [7]}}}),
            json!({"a": 7}),
        );
        check(&json!({"$ref": "user"}), json!({"id": 1}));
        check(&json!({"$ref": "elsewhere.json"}), json!({}));
        check(
            &json!({"allOf": [{"properties": {"a": {"type": "integer"}}}, {"properties": {"b": {"enum": [2]}}}]}),
            json!({"a": 1, "b": 2}),
        );
        check(&json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}), json!("text"));
    }

    #[test]
    fn endless_and_broken_schemas_end() {
        let value = sample(r##"{"properties": {"child": {"$ref": "#"}, "n": {"type": "integer"}}}"##, &|_| None);
        assert_eq!(value.and_then(|value| value.pointer("/child/child/n").cloned()), Some(json!(1)));
        assert!(sample(r##"{"$ref": "#"}"##, &|_| None).is_some());
        let many: serde_json::Map<_, _> = (0..50).map(|n| (format!("p{n}"), json!({"$ref": "#"}))).collect();
        assert!(sample(&json!({"properties": many}).to_string(), &|_| None).is_some());
        assert_eq!(sample("<xs:schema/>", &|_| None), None);
        assert_eq!(sample("[]", &|_| None), None);
    }
}
