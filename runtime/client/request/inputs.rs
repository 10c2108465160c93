//! The inputs of a request plan.

use apinb_record::value::{Fields, PlannedValue};

/// The settings of a call: its options merged over the settings of its client.
#[derive(Clone, Debug, Default)]
pub struct CallInputs {
    /// A URI template that overrides the definition's base URI.
    pub base_uri: PlannedValue,
    /// Values of path parameters that the client path does not set.
    pub uri_parameters: Fields,
    pub base_uri_parameters: Fields,
    pub query: Fields,
    /// If names differ only in case, the last one wins.
    pub headers: Fields,
    pub missing: Missing,
}

/// How to handle a missing value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    #[default]
    Refuse,
    /// Keep the value unknown, under the name of the parameter.
    Unknown,
}

/// The last value of a field, unless it is undefined.
pub(super) fn field(fields: &Fields, name: &str) -> Option<PlannedValue> {
    let found = fields.iter().rev().find(|(known, _)| known == name);
    found.map(|(_, value)| value.clone()).filter(|value| *value != PlannedValue::Undefined)
}
