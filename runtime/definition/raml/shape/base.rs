//! The built-in types ([1.0 The "Any" Type] to [1.0 File]): their names, their facets, and their JSON Schema.

use serde_json::{Map, Value, json};

use crate::model::ParameterKind;

/// The built-in type that a type is derived from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Base {
    Any,
    Nil,
    Boolean,
    String,
    Number,
    Integer,
    DateOnly,
    TimeOnly,
    DateTimeOnly,
    DateTime,
    File,
    Array,
    Object,
    Union,
    External,
}

/// Facets that describe a type and do not restrict its values.
pub(crate) const NOTES: [&str; 9] =
    ["type", "schema", "displayName", "description", "default", "example", "examples", "xml", "required"];

/// The names of the built-in types, except `null`, which is not in the specification.
pub(crate) const NAMES: [&str; 13] = [
    "any",
    "nil",
    "boolean",
    "string",
    "number",
    "integer",
    "date-only",
    "time-only",
    "datetime-only",
    "datetime",
    "file",
    "array",
    "object",
];

/// `hh:mm:ss[.ff]` ("partial-time" in RFC 3339).
const TIME: &str = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?";
/// `yyyy-mm-dd`.
const DATE: &str = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])";
/// RFC 2616 section 3.3.1, in the RFC 1123 format.
const HTTP_DATE: &str = r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} ([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60) GMT$";

impl Base {
    /// The built-in type with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "any" => Self::Any,
            "nil" | "null" => Self::Nil,
            "boolean" => Self::Boolean,
            "string" => Self::String,
            "number" => Self::Number,
            "integer" => Self::Integer,
            "date-only" => Self::DateOnly,
            "time-only" => Self::TimeOnly,
            "datetime-only" => Self::DateTimeOnly,
            "datetime" => Self::DateTime,
            "file" => Self::File,
            "array" => Self::Array,
            "object" => Self::Object,
            _ => return None,
        })
    }

    /// The noun for a value of this type in messages.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Any => "anything",
            Self::Nil => "nil",
            Self::Boolean => "a boolean",
            Self::String => "a string",
            Self::Number => "a number",
            Self::Integer => "an integer",
            Self::DateOnly => "a date",
            Self::TimeOnly => "a time",
            Self::DateTimeOnly | Self::DateTime => "a date with time",
            Self::File => "a file",
            Self::Array => "an array",
            Self::Object => "an object",
            Self::Union => "a union",
            Self::External => "a JSON or XML schema",
        }
    }

    /// The noun for a declaration of this type in messages.
    pub(crate) fn declaration(self) -> &'static str {
        match self {
            Self::Any => "a type that allows anything",
            Self::Nil => "a nil type",
            Self::Boolean => "a boolean type",
            Self::String => "a string type",
            Self::Number => "a number type",
            Self::Integer => "an integer type",
            Self::DateOnly | Self::TimeOnly | Self::DateTimeOnly | Self::DateTime => "a date type",
            Self::File => "a file type",
            Self::Array => "an array type",
            Self::Object => "an object type",
            Self::Union => "a union type",
            Self::External => "a type that is a schema",
        }
    }

    /// The facets that restrict values of this type.
    pub(crate) fn facets(self) -> &'static [&'static str] {
        match self {
            Self::Any | Self::Nil | Self::Boolean | Self::DateOnly | Self::TimeOnly | Self::DateTimeOnly => &["enum"],
            Self::External => &[],
            Self::String => &["enum", "pattern", "minLength", "maxLength"],
            Self::Number | Self::Integer => &["enum", "minimum", "maximum", "format", "multipleOf"],
            Self::DateTime => &["enum", "format"],
            Self::File => &["fileTypes", "minLength", "maxLength"],
            Self::Array => &["enum", "items", "uniqueItems", "minItems", "maxItems"],
            Self::Object => &[
                "enum",
                "properties",
                "additionalProperties",
                "minProperties",
                "maxProperties",
                "discriminator",
                "discriminatorValue",
            ],
            Self::Union => &[
                "enum",
                "pattern",
                "minLength",
                "maxLength",
                "minimum",
                "maximum",
                "format",
                "multipleOf",
                "items",
                "uniqueItems",
                "minItems",
                "maxItems",
                "properties",
                "additionalProperties",
                "minProperties",
                "maxProperties",
                "fileTypes",
            ],
        }
    }

    /// The kind of a parameter of this type.
    pub(crate) fn kind(self) -> ParameterKind {
        match self {
            Self::Any | Self::Union | Self::External => ParameterKind::Any,
            Self::Nil => ParameterKind::Null,
            Self::Boolean => ParameterKind::Boolean,
            Self::String => ParameterKind::String,
            Self::Number => ParameterKind::Number,
            Self::Integer => ParameterKind::Integer,
            Self::DateOnly | Self::TimeOnly | Self::DateTimeOnly | Self::DateTime => ParameterKind::Date,
            Self::File => ParameterKind::File,
            Self::Array => ParameterKind::Array,
            Self::Object => ParameterKind::Object,
        }
    }

    /// Not an array, object, union or external schema.
    pub(crate) fn is_scalar(self) -> bool {
        !matches!(self, Self::Any | Self::Array | Self::Object | Self::Union | Self::External)
    }

    /// Whether JSON represents values of this type as strings.
    pub(crate) fn is_text(self) -> bool {
        matches!(
            self,
            Self::String | Self::DateOnly | Self::TimeOnly | Self::DateTimeOnly | Self::DateTime | Self::File
        )
    }

    /// The JSON Schema of this type, with no facet but `format`.
    pub(crate) fn schema(self, format: Option<&str>) -> Map<String, Value> {
        let dated = |format: &str, pattern: String| json!({"type": "string", "format": format, "pattern": pattern});
        let schema = match self {
            Self::Any | Self::Union | Self::External => json!({}),
            Self::Nil => json!({"type": "null"}),
            Self::Boolean => json!({"type": "boolean"}),
            Self::String => json!({"type": "string"}),
            Self::Number | Self::Integer => return number(self, format),
            Self::DateOnly => json!({"type": "string", "format": "date"}),
            Self::TimeOnly => dated("time-only", format!("^{TIME}$")),
            Self::DateTimeOnly => dated("datetime-only", format!("^{DATE}T{TIME}$")),
            Self::DateTime if format == Some("rfc2616") => dated("rfc2616", HTTP_DATE.to_owned()),
            Self::DateTime => json!({"type": "string", "format": "date-time"}),
            Self::File => json!({"type": "string", "contentEncoding": "base64"}),
            Self::Array => json!({"type": "array"}),
            Self::Object => json!({"type": "object"}),
        };
        match schema {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }
}

/// The schema of a number with this format. `int`, `int32` and similar formats make a `number` an integer.
fn number(base: Base, format: Option<&str>) -> Map<String, Value> {
    let whole = base == Base::Integer || format.is_some_and(|format| format.starts_with("int") || format == "long");
    let mut schema = Map::new();
    schema.insert("type".to_owned(), Value::from(if whole { "integer" } else { "number" }));
    if let Some(format) = format {
        schema.insert("format".to_owned(), Value::from(format));
    }
    schema
}

/// The minimum and maximum of an integer format; `None` for other formats.
pub(crate) fn range(format: &str) -> Option<(i64, i64)> {
    match format {
        "int8" => Some((i8::MIN.into(), i8::MAX.into())),
        "int16" => Some((i16::MIN.into(), i16::MAX.into())),
        "int" | "int32" => Some((i32::MIN.into(), i32::MAX.into())),
        "int64" | "long" => Some((i64::MIN, i64::MAX)),
        _ => None,
    }
}

/// The formats of numbers, narrower formats first.
pub(crate) const NUMBER_FORMATS: [&str; 8] = ["int8", "int16", "int32", "int", "int64", "long", "float", "double"];
/// The formats of `datetime`.
pub(crate) const DATE_FORMATS: [&str; 2] = ["rfc3339", "rfc2616"];
