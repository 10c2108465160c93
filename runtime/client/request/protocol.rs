//! The protocol of calls where a base URI names none.

use apinb_definition::model::Definition;

/// The protocol for a base URI without one: the first that the definition declares, or else `https`.
#[must_use]
pub fn protocol(definition: &Definition) -> &'static str {
    let plain_only = definition.protocols.first().is_some_and(|protocol| protocol.eq_ignore_ascii_case("http"));
    if plain_only { "http" } else { "https" }
}
