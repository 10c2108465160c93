//! The inputs of a request plan.

use apinb_record::value::{Fields, PlannedValue};

/// The settings of a call: its options over the settings of its client.
#[derive(Clone, Debug, Default)]
pub struct CallInputs {
    /// A URI template that replaces the definition's.
    pub base_uri: PlannedValue,
    /// Values of path parameters that the client path leaves out.
    pub uri_parameters: Fields,
    /// Values of base URI parameters.
    pub base_uri_parameters: Fields,
    /// The query.
    pub query: Fields,
    /// The headers. Of names that differ only in case, the last one wins.
    pub headers: Fields,
    /// How to handle missing values.
    pub missing: Missing,
}

/// How to handle a missing value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    #[default]
    Refuse,
    /// Keep it unknown, under the name of its parameter.
    Unknown,
}

/// A field that is not undefined.
pub(super) fn field(fields: &Fields, name: &str) -> Option<PlannedValue> {
    let found = fields.iter().rev().find(|(known, _)| known == name);
    found.map(|(_, value)| value.clone()).filter(|value| *value != PlannedValue::Undefined)
}
