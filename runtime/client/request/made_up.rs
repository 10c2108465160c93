//! Values for the base URI of a client in a mocked run: the host, where the definition has none, and the parameters
//! that the notebook does not set.

use std::collections::BTreeMap;

use apinb_definition::model::hosts::uris;
use apinb_definition::model::{Definition, Parameter};
use apinb_text::web::uri::{Piece, pieces};

use super::protocol::protocol;

/// The port of a base URI whose port is a parameter.
const PORT: &str = "8080";

/// Generated parts of base URIs and sign-in endpoints. The same client gets the same ones.
#[derive(Clone, Debug, Default)]
pub struct MadeUpBase {
    /// For a base URI without a host.
    pub host: String,
    /// The values of parameters, by name.
    pub parameters: BTreeMap<String, String>,
}

impl MadeUpBase {
    /// The values for a client of this name.
    #[must_use]
    pub fn new(definition: &Definition, client: &str) -> Self {
        let servers = definition.other_servers.iter().flat_map(|server| &server.parameters);
        let declared: Vec<&Parameter> = definition.base_uri_parameters.iter().chain(servers).collect();
        let mut parameters = BTreeMap::new();
        for uri in uris(definition) {
            for (name, value) in values(uri, protocol(definition)) {
                let of_definition = declared.iter().filter(|parameter| parameter.name == name);
                let mut of_definition = of_definition.filter_map(|parameter| {
                    parameter.default.as_ref().or(parameter.values.first()).or(parameter.example.as_ref())
                });
                parameters.entry(name.to_owned()).or_insert_with(|| of_definition.next().cloned().unwrap_or(value));
            }
        }
        Self { host: host(client), parameters }
    }
}

/// The host of a client whose definition names none.
#[must_use]
pub fn host(client: &str) -> String {
    format!("{}.mock.test", label(client))
}

/// A value for each parameter of a template: `https` in `{scheme}://`, a number in `:{port}`, else a word.
fn values<'t>(template: &'t str, protocol: &str) -> Vec<(&'t str, String)> {
    let pieces = pieces(template);
    let mut values = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Parameter(name) = *piece else { continue };
        let literal = |at: Option<usize>| match at.and_then(|at| pieces.get(at)) {
            Some(Piece::Literal(text)) => *text,
            Some(Piece::Parameter(_)) | None => "",
        };
        let value = if at == 0 && literal(Some(at + 1)).starts_with("://") {
            protocol.to_owned()
        } else if literal(at.checked_sub(1)).ends_with(':') {
            PORT.to_owned()
        } else {
            label(name)
        };
        values.push((name, value));
    }
    values
}

/// A label of a host name (RFC 1123, section 2.1).
fn label(name: &str) -> String {
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let label: String = words.join("-").to_ascii_lowercase().chars().take(40).collect();
    let label = label.trim_matches('-');
    if label.is_empty() { "client".to_owned() } else { label.to_owned() }
}

#[cfg(test)]
mod tests {
    use apinb_definition::model::{Definition, Parameter};

    use super::MadeUpBase;

    fn check(base_uri: &str, parameters: &[Parameter], expected: &[(&str, &str)]) {
        let definition = Definition {
            base_uri: Some(base_uri.to_owned()),
            base_uri_parameters: parameters.to_vec(),
            ..Definition::default()
        };
        let made = MadeUpBase::new(&definition, "My client!");
        let found: Vec<(&str, &str)> =
            made.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(found, expected, "{base_uri}");
        assert_eq!(made.host, "my-client.mock.test");
    }

    #[test]
    fn parameters_have_values_that_fit_their_position() {
        check("/v1", &[], &[]);
        check("https://{domain}.api.test/{version}", &[], &[("domain", "domain"), ("version", "version")]);
        check("{protocol}://{domain}:{port}/x", &[], &[("domain", "domain"), ("port", "8080"), ("protocol", "https")]);
        check("{baseUri}/x", &[], &[("baseUri", "baseuri")]);
    }

    #[test]
    fn declared_values_come_first() {
        let mode = Parameter {
            name: "mode".to_owned(),
            values: vec!["sandbox".to_owned(), "live".to_owned()],
            ..Parameter::default()
        };
        let region = Parameter { name: "region".to_owned(), example: Some("eu".to_owned()), ..Parameter::default() };
        check("https://{mode}.{region}.test", &[mode, region], &[("mode", "sandbox"), ("region", "eu")]);
    }
}
