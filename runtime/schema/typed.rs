//! Reads the texts of a parameter, a header or a form as the types that their schema has.

use serde_json::{Map, Value};

use crate::convert::number;
use crate::validator::Validator;

/// Maximum number of schemas that are visited for one text.
const MAX_SCHEMAS: usize = 200;

/// The types that a schema allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Types {
    text: bool,
    /// `number` or `integer`.
    number: bool,
    boolean: bool,
    null: bool,
    array: bool,
    object: bool,
}

impl Validator {
    /// Whether the schema allows arrays, and no other type but null.
    #[must_use]
    pub fn is_list(&self) -> bool {
        let types = self.types(&self.schema);
        types.array && !types.text && !types.object && !types.number && !types.boolean
    }

    /// Whether the schema allows objects, and no other type but null.
    #[must_use]
    pub fn is_object(&self) -> bool {
        let types = self.types(&self.schema);
        types.object && !types.text && !types.array && !types.number && !types.boolean
    }

    /// Converts the strings in `value` to numbers, booleans and null where the schema has those types and no strings.
    pub fn read_texts(&self, value: &mut Value) {
        self.read(value, &[&self.schema], 0);
    }

    /// Wraps each field whose schema has arrays only, and that a form has once.
    pub fn read_lists(&self, fields: &mut Map<String, Value>) {
        let mut parts = Vec::new();
        self.parts(&self.schema, &mut parts);
        for (name, value) in fields.iter_mut().filter(|(_, value)| !value.is_array()) {
            let mut own = Vec::new();
            let schemas = parts.iter().filter_map(|part| part.get("properties")?.get(name));
            schemas.for_each(|schema| self.parts(schema, &mut own));
            let types = types_of(&own);
            if types.array && !types.text && !types.object {
                let mut list = Value::Array(vec![value.take()]);
                let schemas: Vec<&Value> = parts.iter().filter_map(|part| part.get("properties")?.get(name)).collect();
                self.read(&mut list, &schemas, 0);
                *value = list;
            }
        }
    }

    fn read(&self, value: &mut Value, schemas: &[&Value], depth: usize) {
        if depth > 8 {
            return;
        }
        let mut parts = Vec::new();
        schemas.iter().for_each(|schema| self.parts(schema, &mut parts));
        match value {
            Value::String(text) => {
                let types = types_of(&parts);
                let is_any = types == Types::default();
                if types.text || is_any {
                    return;
                }
                let read = serde_json::from_str::<Value>(text).ok();
                let fits = |read: &Value| match read {
                    Value::Number(_) => types.number,
                    Value::Bool(_) => types.boolean,
                    Value::Null => types.null,
                    _ => false,
                };
                if let Some(read) = read.filter(fits) {
                    *value = read;
                } else if text.is_empty() && types.null {
                    *value = Value::Null;
                }
            }
            Value::Array(items) => {
                let schemas: Vec<&Value> = parts.iter().filter_map(|part| part.get("items")).collect();
                items.iter_mut().for_each(|item| self.read(item, &schemas, depth + 1));
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    let named = parts.iter().filter_map(|part| part.get("properties")?.get(name));
                    let mut schemas: Vec<&Value> = named.collect();
                    if schemas.is_empty() {
                        schemas.extend(parts.iter().filter_map(|part| part.get("additionalProperties")));
                    }
                    self.read(value, &schemas, depth + 1);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn types(&self, schema: &Value) -> Types {
        let mut parts = Vec::new();
        self.parts(schema, &mut parts);
        types_of(&parts)
    }

    /// The schemas that apply to the same value: this one, its parts and alternatives.
    pub(super) fn parts<'s>(&'s self, schema: &'s Value, parts: &mut Vec<&'s Map<String, Value>>) {
        let Value::Object(fields) = schema else { return };
        if parts.len() >= MAX_SCHEMAS {
            return;
        }
        parts.push(fields);
        if let Some(target) = self.target(schema)
            && !target.as_object().is_some_and(|target| parts.iter().any(|known| std::ptr::eq(*known, target)))
        {
            self.parts(target, parts);
        }
        for word in ["allOf", "anyOf", "oneOf"] {
            for part in fields.get(word).and_then(Value::as_array).into_iter().flatten() {
                self.parts(part, parts);
            }
        }
    }

    /// The target of a schema's `$ref`.
    pub(super) fn target(&self, schema: &Value) -> Option<&Value> {
        let number = number(schema.get("$ref")?.as_str()?)?;
        self.schema.get("$defs")?.get(number.to_string())
    }
}

fn types_of(parts: &[&Map<String, Value>]) -> Types {
    let mut types = Types::default();
    let mut add = |name: &str| match name {
        "string" => types.text = true,
        "number" | "integer" => types.number = true,
        "boolean" => types.boolean = true,
        "null" => types.null = true,
        "array" => types.array = true,
        "object" => types.object = true,
        _ => {}
    };
    for part in parts {
        match part.get("type") {
            Some(Value::String(name)) => add(name),
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).for_each(&mut add),
            _ => {
                let constant = part.get("const").into_iter();
                let listed = part.get("enum").and_then(Value::as_array).into_iter().flatten();
                constant.chain(listed).for_each(|value| {
                    add(match value {
                        Value::String(_) => "string",
                        Value::Number(_) => "number",
                        Value::Bool(_) => "boolean",
                        Value::Null => "null",
                        Value::Array(_) => "array",
                        Value::Object(_) => "object",
                    });
                });
            }
        }
    }
    types
}
