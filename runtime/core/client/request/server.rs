//! What a definition says of its base URI beside the template.

use std::collections::BTreeMap;

use crate::definition::model::{Definition, Parameter};

/// What fills a tag of the base URI that nobody filled: its default, or the only value allowed; `{version}` is that of
/// the API where the base URI itself says nothing of it.
#[must_use]
pub fn defaults(definition: &Definition) -> BTreeMap<String, String> {
    let version = definition.version.clone().map(|version| ("version".to_owned(), version));
    let own = definition.base_uri_parameters.iter();
    let own = own.filter_map(|parameter| Some((parameter.name.clone(), default_of(parameter)?)));
    version.into_iter().chain(own).collect()
}

/// For a base URI that names none.
#[must_use]
pub fn protocol(definition: &Definition) -> &'static str {
    let plain_only = definition.protocols.first().is_some_and(|protocol| protocol.eq_ignore_ascii_case("http"));
    if plain_only { "http" } else { "https" }
}

fn default_of(parameter: &Parameter) -> Option<String> {
    match parameter.values.as_slice() {
        [only] => Some(only.clone()),
        _ => parameter.default.clone(),
    }
}
