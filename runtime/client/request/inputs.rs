//! What a call is made with.

use apinb_record::value::{Fields, PlannedValue};

/// The settings of a call: its options over the settings of its client.
#[derive(Clone, Debug, Default)]
pub struct CallInputs {
    /// A URI template in the place of the definition's.
    pub base_uri: PlannedValue,
    /// Values of tags that the client path leaves out.
    pub uri_parameters: Fields,
    /// Values of the base URI's tags.
    pub base_uri_parameters: Fields,
    /// The query.
    pub query: Fields,
    /// The headers. Of a name that comes in several cases the last counts.
    pub headers: Fields,
    /// What is done about values that nobody gives.
    pub missing: Missing,
}

/// What is done about a value that nobody gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// There is no request.
    #[default]
    Refuse,
    /// It stays unknown, under the name of its parameter.
    Unknown,
}

/// A field that is not undefined.
pub(super) fn field(fields: &Fields, name: &str) -> Option<PlannedValue> {
    let found = fields.iter().rev().find(|(known, _)| known == name);
    found.map(|(_, value)| value.clone()).filter(|value| *value != PlannedValue::Undefined)
}
