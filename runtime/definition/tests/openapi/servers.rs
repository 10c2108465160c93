//! {servers}, and their equivalent in 2.0.

use std::collections::HashMap;
use std::sync::Arc;

use crate::load::load;
use crate::tests::Memory;
use crate::tests::openapi::{definition, v2, v30};
use apinb_text::source::address::Address;

#[test]
fn the_first_server_is_the_base_uri() {
    let definition = definition(
        &v30(
            "servers:\n  - url: https://{region}.h.test/{version}\n    description: live\n    variables:\n      region: { enum: [ eu, us ], default: eu, description: where }\n\
             \x20 - url: http://localhost:8080\n",
        ),
        &[],
    );
    assert_eq!(definition.base_uri.as_deref(), Some("https://{region}.h.test/{version}"));
    let [region, version] = definition.base_uri_parameters.as_slice() else { panic!("two parameters") };
    assert_eq!((region.values.len(), region.default.as_deref()), (2, Some("eu")));
    assert_eq!((version.name.as_str(), version.required), ("version", true));
    assert_eq!(definition.other_servers[0].uri, "http://localhost:8080");
}

#[test]
fn paths_and_operations_may_have_their_own_servers() {
    let definition = definition(
        &v30(
            "servers: [ { url: https://h.test } ]\npaths:\n  /a:\n    servers: [ { url: https://files.h.test } ]\n    get: { responses: {} }\n\
             \x20   put: { responses: {}, servers: [ { url: https://up.h.test, description: uploads } ] }\n  /b: { get: { responses: {} } }\n",
        ),
        &[],
    );
    let servers = |path: usize, method: usize| {
        let servers = &definition.resources[path].methods[method].servers;
        servers.iter().map(|server| server.uri.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(servers(0, 0), ["https://files.h.test"]);
    assert_eq!(servers(0, 1), ["https://up.h.test"]);
    assert!(servers(1, 0).is_empty());
}

/// Checks the base URI of a document at a location.
#[track_caller]
fn check(location: &str, text: &str, expected: Option<&str>) {
    let address = match location.starts_with("http") {
        true => Address::Url(location.parse().unwrap()),
        false => Address::file(location),
    };
    let loader = Memory(HashMap::from([(address.to_string(), text.to_owned())]));
    let definition = load(&address, Arc::new(loader)).definition.unwrap();
    assert_eq!(definition.base_uri.as_deref(), expected, "{location}\n{text}");
}

#[test]
fn relative_servers_resolve_against_the_document() {
    let at = |url: &str| v30(&format!("servers: [ {{ url: '{url}' }} ]\n"));
    let location = "https://h.test:8443/docs/api/openapi.yaml";
    check(location, &at("/v1"), Some("https://h.test:8443/v1"));
    check(location, &at("../v1/{x}"), Some("https://h.test:8443/docs/v1/{x}"));
    check(location, &at("./v1"), Some("https://h.test:8443/docs/api/v1"));
    check(location, &at("//other.test/v1"), Some("https://other.test/v1"));
    check(location, &at("{base}/v1"), Some("{base}/v1"));
    check(location, &v30(""), Some("https://h.test:8443/"));
    check("/d/openapi.yaml", &at("/v1"), Some("/v1"));
    check("/d/openapi.yaml", &at("//other.test/v1"), Some("https://other.test/v1"));
    check("/d/openapi.yaml", &v30(""), None);
}

#[test]
fn the_base_uri_of_version_2_is_composed() {
    let location = "http://h.test/docs/api.json";
    check(location, &v2("host: api.test\nbasePath: v1\n"), Some("http://api.test/v1"));
    check(location, &v2("basePath: /\nschemes: [ https ]\n"), Some("https://h.test"));
    check("/d/api.json", &v2("host: api.test:81\n"), Some("https://api.test:81"));
    check("/d/api.json", &v2("host: api.test\nschemes: [ http ]\n"), Some("http://api.test"));
    check("/d/api.json", &v2("basePath: /v1\n"), Some("/v1"));
    check("/d/api.json", &v2(""), None);
}
