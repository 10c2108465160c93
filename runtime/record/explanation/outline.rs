//! A schema in short: fields with their types, to a sane depth.

use serde::Serialize;
use serde_json::{Number, Value};

/// What a value has to be.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Outline {
    /// `string`, `integer`, `date-time`, `User`, `array of User`, `map of string`, `Cat or Dog`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The only values allowed; absent where there is no such list, since an empty one would allow nothing.
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
    /// The value that counts when none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// An example.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
    /// A regular expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The least number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Number>,
    /// The greatest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Number>,
    /// What a number has to be above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusive_minimum: Option<Number>,
    /// What a number has to be below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusive_maximum: Option<Number>,
    /// In characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u64>,
    /// In characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u64>,
    /// The fields of an object, or of the items of a list.
    pub fields: Vec<Field>,
    /// Where it may be one of several structures: each of them.
    pub alternatives: Vec<Outline>,
    /// Whether fields are left out: it is too deep or too large, or the same type stands above.
    pub more: bool,
}

/// A field of an object.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Field {
    /// Its name; `/…/` for a pattern of names.
    pub name: String,
    /// Whether it has to be there.
    pub required: bool,
    /// What it has to be.
    #[serde(flatten)]
    pub outline: Outline,
}
