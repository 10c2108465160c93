//! The hosts that the secrets of a client are bound to: those of its API, those of the sign-in, and those that the
//! sign-in's own response names.

use std::collections::BTreeMap;

use apinb_definition::model::hosts::other_servers;
use apinb_definition::model::{Definition, Parameter};
use apinb_text::secret::bound::{Answers, BoundHosts};
use apinb_text::web::uri::{self, UriTemplate};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// How often a base URI is filled in with the values that its parameters allow.
const MAX_ALLOWED_VALUES: usize = 100;

/// The hosts of a client's API: of `base_uri`, which the user has set, else of the definition. Where the definition has
/// no host, that of `notebook`, the base URI that the notebook has set.
#[must_use]
pub fn of_api(definition: &Definition, base_uri: Option<&str>, notebook: Option<&str>, answers: Answers) -> BoundHosts {
    let bound = BoundHosts::new(answers);
    if let Some(base_uri) = base_uri {
        bound.add_template(base_uri, true);
        return bound;
    }
    let is_secure = !definition.protocols.iter().any(|protocol| protocol.eq_ignore_ascii_case("http"));
    let first = definition.base_uri.iter().map(|uri| (uri, definition.base_uri_parameters.as_slice()));
    let others = definition.other_servers.iter().map(|server| (&server.uri, server.parameters.as_slice()));
    for (template, parameters) in first.chain(others) {
        for filled in filled(template, parameters, definition.version.as_deref()) {
            bound.add_template(&filled, is_secure);
        }
    }
    for template in other_servers(definition) {
        bound.add_template(template, is_secure);
    }
    let has_host = definition.base_uri.as_ref().is_some_and(|uri| UriTemplate::parse(uri).host.is_some());
    if let Some(notebook) = notebook.filter(|_| !has_host) {
        bound.add_template(notebook, is_secure);
    }
    bound
}

/// The template itself, and filled in with the values that the definition allows for its parameters.
fn filled(template: &str, parameters: &[Parameter], version: Option<&str>) -> Vec<String> {
    let usual = |parameter: &Parameter| parameter.default.clone().or_else(|| parameter.values.first().cloned());
    let mut defaults: BTreeMap<&str, String> =
        version.map(|version| ("version", version.to_owned())).into_iter().collect();
    defaults.extend(parameters.iter().filter_map(|parameter| Some((parameter.name.as_str(), usual(parameter)?))));
    let fill = |name: &str, value: &str| {
        let of =
            |parameter: &str| if parameter == name { Some(value) } else { defaults.get(parameter).map(String::as_str) };
        uri::parameters(template).all(|parameter| of(parameter).is_some()).then(|| {
            uri::pieces(template)
                .into_iter()
                .map(|piece| match piece {
                    uri::Piece::Literal(text) => text,
                    uri::Piece::Parameter(parameter) => of(parameter).unwrap_or_default(),
                })
                .collect::<String>()
        })
    };
    let allowed = parameters.iter().flat_map(|parameter| parameter.values.iter().map(|value| (&parameter.name, value)));
    let mut all: Vec<String> = allowed.take(MAX_ALLOWED_VALUES).filter_map(|(name, value)| fill(name, value)).collect();
    all.extend(fill("", ""));
    all.push(template.to_owned());
    all
}

/// Adds the hosts of the URLs among the fields of a token response: `instance_url`, `api_domain`, …
pub fn add_response_hosts(bound: &BoundHosts, fields: &[(String, SecretString)]) {
    for (_, value) in fields {
        if let Ok(url) = Url::parse(value.expose_secret())
            && matches!(url.scheme(), "http" | "https")
        {
            bound.add_url(&url);
        }
    }
}

#[cfg(test)]
mod tests {
    use apinb_definition::model::{Definition, Parameter};
    use apinb_text::secret::bound::Answers;
    use url::Url;

    use super::of_api;

    fn definition(base_uri: &str, parameters: &[(&str, &[&str], Option<&str>)]) -> Definition {
        let parameter = |(name, values, default): &(&str, &[&str], Option<&str>)| Parameter {
            name: (*name).to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            default: default.map(str::to_owned),
            ..Parameter::default()
        };
        Definition {
            base_uri: (!base_uri.is_empty()).then(|| base_uri.to_owned()),
            base_uri_parameters: parameters.iter().map(parameter).collect(),
            ..Definition::default()
        }
    }

    #[test]
    fn the_base_uri_determines_the_hosts() {
        let allows = |definition: &Definition, base_uri: Option<&str>, notebook: Option<&str>, url: &str| {
            of_api(definition, base_uri, notebook, Answers::default()).allows(&Url::parse(url).unwrap())
        };
        let fixed = definition("https://api.test/v1", &[]);
        assert!(allows(&fixed, None, Some("https://evil.test"), "https://api.test/"));
        assert!(!allows(&fixed, None, Some("https://evil.test"), "https://evil.test/"));
        assert!(allows(&fixed, Some("http://localhost:81"), None, "http://localhost:81/"));
        assert!(!allows(&fixed, Some("http://localhost:81"), None, "https://api.test/"));
        let none = definition("", &[]);
        assert!(allows(&none, None, Some("https://own.test/x"), "https://own.test/"));
        let hosts: &[&str] = &["eu.test", "us.test"];
        let listed = definition("https://{host}/", &[("host", hosts, None)]);
        for (url, allowed) in [("https://eu.test/", true), ("https://us.test/", true), ("https://evil.test/", false)] {
            assert_eq!(allows(&listed, None, None, url), allowed, "{url}");
        }
        let with_default = definition("{host}/", &[("host", &[], Some("eu.test"))]);
        assert!(allows(&with_default, None, None, "https://eu.test/"));
        assert!(!allows(&with_default, None, Some("https://evil.test"), "https://evil.test/"));
    }
}
