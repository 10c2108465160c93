//! How much of a definition calls show.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

/// How much of a definition the calls show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DefinitionCoverage {
    /// The title of the API.
    pub title: String,
    /// The file or URL of the definition; definitions of the same title differ in it.
    pub definition: String,
    /// The operations that were called.
    pub operations: Covered,
    /// The declared statuses that were answered.
    pub statuses: Covered,
    /// The declared media types of responses that were answered.
    pub media_types: Covered,
    /// The parameters and headers of requests that were sent.
    pub parameters: Covered,
    /// The values of parameters with an `enum` that were sent.
    pub enum_values: Covered,
    /// The properties of request bodies that were sent.
    pub request_properties: Covered,
    /// The properties of response bodies that were answered.
    pub response_properties: Covered,
}

impl DefinitionCoverage {
    /// Adds what other calls of the same definition show.
    pub(crate) fn merge(&mut self, other: &Self) {
        let Self {
            title: _,
            definition: _,
            operations,
            statuses,
            media_types,
            parameters,
            enum_values,
            request_properties,
            response_properties,
        } = self;
        operations.merge(&other.operations);
        statuses.merge(&other.statuses);
        media_types.merge(&other.media_types);
        parameters.merge(&other.parameters);
        enum_values.merge(&other.enum_values);
        request_properties.merge(&other.request_properties);
        response_properties.merge(&other.response_properties);
    }

    /// Each kind with its plural name.
    #[must_use]
    pub fn kinds(&self) -> [(&'static str, &Covered); 7] {
        [
            ("operations", &self.operations),
            ("statuses", &self.statuses),
            ("media types", &self.media_types),
            ("parameters", &self.parameters),
            ("enum values", &self.enum_values),
            ("request properties", &self.request_properties),
            ("response properties", &self.response_properties),
        ]
    }
}

/// How many parts of a kind are covered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Covered {
    /// The number of covered parts.
    pub covered: usize,
    /// The number of all parts.
    pub total: usize,
    /// The parts that are not covered, in the order of the definition.
    pub missing: Vec<String>,
}

impl Covered {
    /// A part is missing if it is missing in both.
    fn merge(&mut self, other: &Self) {
        let missing: HashSet<&str> = other.missing.iter().map(String::as_str).collect();
        self.missing.retain(|part| missing.contains(part.as_str()));
        self.total = self.total.max(other.total);
        self.covered = self.total.saturating_sub(self.missing.len());
    }
}
