//! An outline of a schema: fields with their types, to a limited depth.

use serde::Serialize;
use serde_json::{Number, Value};

/// An outline of a schema.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Outline {
    /// The type in words: `string`, `integer`, `date-time`, `User`, `array of User`, `map of string`, `Cat or Dog`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The description in markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The allowed values. Absent if the schema does not list them, since an empty list would allow nothing.
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
    /// The default value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// An example.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
    /// A regular expression that a string matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The lower bound of a number, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Number>,
    /// The upper bound of a number, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Number>,
    /// The lower bound of a number, exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusive_minimum: Option<Number>,
    /// The upper bound of a number, exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusive_maximum: Option<Number>,
    /// The minimum length of a string, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u64>,
    /// The maximum length of a string, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u64>,
    /// Whether only responses have it: a request must leave it out.
    pub read_only: bool,
    /// Whether only requests have it: a response leaves it out.
    pub write_only: bool,
    /// The fields of an object, or of the items of an array.
    pub fields: Vec<Field>,
    /// The alternatives of a value that may have one of several structures.
    pub alternatives: Vec<Outline>,
    /// Whether fields are omitted: the schema is too deep or too large, or contains itself.
    pub more: bool,
}

/// A field of an object.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Field {
    /// The name; `/…/` is a pattern of names.
    pub name: String,
    /// Whether an object needs it.
    pub required: bool,
    /// The type and the other facets.
    #[serde(flatten)]
    pub outline: Outline,
}
