//! Detecting the version, and the keys of the root.

use crate::tests::openapi::{check, check_diagnostics, definition, v2, v30, v31};
use crate::tests::{lines, loaded};
use apinb_text::diagnostic::Severity;
use apinb_text::web::verb::Verb;

#[test]
fn the_version_follows_from_the_text() {
    for text in [
        "swagger: '2.0'\ninfo: { title: T, version: '1' }\npaths: { /a: { get: { responses: {} } } }\n",
        "openapi: 3.0.0\ninfo: { title: T, version: '1' }\npaths: { /a: { get: { responses: {} } } }\n",
        "# first\n---\n\"openapi\": \"3.1.0\"\ninfo: { title: T, version: '1' }\npaths: { /a: { get: {} } }\n",
        "info: { title: T, version: '1' }\npaths: { /a: { get: { responses: {} } } }\nopenapi: 3.0.0\n",
        "\u{feff} {\"swagger\": \"2.0\", \"info\": {\"title\": \"T\", \"version\": \"1\"}, \"paths\": {\"/a\": {\"get\": {\"responses\": {}}}}}",
        "{\"openapi\": \"3.1.0\", \"info\": {\"title\": \"T\", \"version\": \"1\"}, \"paths\": {\"/a\": {\"get\": {}}}}",
    ] {
        check(text, &[], &["/a", "  get"]);
    }
}

#[test]
fn unsupported_versions_are_reported() {
    for (text, expected, read) in [
        ("swagger: '1.2'\n", "api.raml:1:10: unsupported version `Swagger 1.2`", false),
        ("openapi: 4.0.0\n", "api.raml:1:10: unsupported version `OpenAPI 4.0.0`", false),
        ("openapi: 3.2.0\ninfo: { title: T }\n", "api.raml:1:10: `OpenAPI 3.2.0` is read as OpenAPI 3.1", true),
    ] {
        let loaded = loaded(text, &[]);
        assert!(lines(&loaded).starts_with(expected), "{}", lines(&loaded));
        assert_eq!(loaded.definition.is_some(), read, "{text}");
    }
}

#[test]
fn a_later_version_is_a_warning() {
    let text = "openapi: 3.2.0\ninfo: { title: T, version: '1' }\npaths: { /a: { get: {} } }\n";
    check_diagnostics(
        text,
        &[],
        &[
            "api.raml:1:10: `OpenAPI 3.2.0` is read as OpenAPI 3.1 (apinb warns about each new part that it does not support.)",
        ],
        &["/a", "  get"],
    );
    assert_eq!(loaded(text, &[]).diagnostics[0].severity(), Severity::Warning);
}

#[test]
fn the_root_describes_the_api() {
    let definition = definition(
        &v31(
            "webhooks: { a: { post: { description: x } } }\njsonSchemaDialect: x\nx-a: { b: [ 1, yes ] }\n\
             tags:\n  - { name: pets, description: About pets, externalDocs: { url: https://d.test/pets } }\n  - name: silent\n\
             externalDocs: { description: More, url: https://d.test }\n",
        )
        .replace("version: '1'", "version: '1', summary: S, description: D, contact: {}, license: {}, termsOfService: x"),
        &[],
    );
    assert_eq!((definition.title.as_str(), definition.version.as_deref()), ("T", Some("1")));
    assert_eq!(definition.description.as_deref(), Some("S\n\nD"));
    let chapters: Vec<_> =
        definition.documentation.iter().map(|part| (part.title.as_str(), part.content.as_str())).collect();
    assert_eq!(
        chapters,
        [("pets", "About pets\n\n<https://d.test/pets>"), ("External documentation", "More: <https://d.test>")]
    );
    assert_eq!(definition.annotations[0].name, "x-a");
    assert_eq!(definition.annotations[0].value, serde_json::json!({"b": [1, "yes"]}));
}

#[test]
fn paths_are_resources_and_operations_methods() {
    let operations = "paths:\n  /pets/{petId}:\n    summary: Pets\n    description: one at a time\n    parameters: [ { name: petId, in: path, required: true, schema: { type: integer } } ]\n\
                      \x20   get: { operationId: showPet, summary: Shows, description: a pet, deprecated: true, tags: [ x ], externalDocs: { url: x }, responses: {}, x-own: 1 }\n\
                      \x20   trace: { responses: {} }\n    x-item: 2\n  x-paths: 3\n";
    let definition = definition(&v30(operations), &[]);
    let [pet] = definition.resources.as_slice() else { panic!("one resource") };
    assert_eq!((pet.path.as_str(), pet.description.as_deref()), ("/pets/{petId}", Some("Pets\n\none at a time")));
    assert_eq!(pet.annotations[0].name, "x-item");
    let get = &pet.methods[0];
    assert_eq!(get.display_name.as_deref(), Some("showPet"));
    assert_eq!(get.description.as_deref(), Some("Shows\n\na pet"));
    assert!(get.deprecated && get.annotations[0].name == "x-own");
    assert_eq!(get.location.as_ref().unwrap().position().line, 8);
    assert_eq!(pet.methods[1].verb, Verb::Trace);
}

#[test]
fn root_keys_of_version_2_are_read() {
    check(
        &v2(
            "host: h.test\nbasePath: /v1/\nschemes: [ http, https, wss ]\nconsumes: [ application/json ]\nproduces: [ application/json, text/xml ]\n\
             parameters: { limit: { name: limit, in: query, type: integer } }\nresponses: { ok: { description: fine } }\n\
             paths:\n  /a:\n    get: { parameters: [ { $ref: '#/parameters/limit' } ], responses: { 200: { $ref: '#/responses/ok' } }, schemes: [ http ] }\n",
        ),
        &[],
        &[
            "baseUri: https://h.test/v1",
            "protocols: HTTP HTTPS",
            "mediaType: application/json text/xml",
            "/a",
            "  get q(limit:integer) HTTP -> 200 \"fine\"",
        ],
    );
}

/// A 3.2 document: its only diagnostic is the one about the version.
#[track_caller]
fn check_3_2(body: &str, diagnostics: &[&str], expected: &[&str]) {
    let text = format!("openapi: 3.2.0\ninfo: {{ title: T, version: '1' }}\n{body}");
    let version = "api.raml:1:10: `OpenAPI 3.2.0` is read as OpenAPI 3.1 (apinb warns about each new part that it does not \
                   support.)";
    let diagnostics: Vec<&str> = std::iter::once(version).chain(diagnostics.iter().copied()).collect();
    check_diagnostics(&text, &[], &diagnostics, expected);
    assert!(loaded(&text, &[]).diagnostics.iter().all(|one| one.severity() == Severity::Warning));
}

#[test]
fn new_keys_of_version_3_2_are_read_or_have_no_effect() {
    check_3_2(
        "$self: https://h.test/api.yaml\nservers: [ { url: https://h.test, name: main } ]\n\
         tags: [ { name: a, summary: A, parent: b, kind: nav }, { name: b } ]\n\
         components:\n  mediaTypes: { m: { schema: { type: object } } }\n  securitySchemes:\n    \
         s: { type: oauth2, deprecated: true, oauth2MetadataUrl: https://h.test/m, flows: { password: { tokenUrl: https://h.test/t, scopes: {} } } }\n\
         paths:\n  /a:\n    query:\n      requestBody: { content: { application/json: { $ref: 'https://h.test/api.yaml#/components/mediaTypes/m' } } }\n      \
         responses: { 200: { summary: found } }\n    \
         additionalOperations: { OPTIONS: { responses: { 200: { description: it } } } }\n  /b:\n    get:\n      \
         parameters: [ { name: all, in: querystring, content: { application/x-www-form-urlencoded: { schema: { type: object } } } } ]\n      \
         responses: { 200: { description: it, content: { text/plain: { examples: { d: { dataValue: x }, s: { serializedValue: y } } } } } }\n",
        &[],
        &[
            "baseUri: https://h.test",
            "scheme s: OAuth2Settings { authorization_uri: None, access_token_uri: (\"https://h.test/t\"), refresh_uri: None, \
             authorization_grants: [\"password\"], scopes: [] }",
            "/a",
            "  query {application/json schema={ \"type\": \"object\" }} -> 200 \"found\"",
            "  options -> 200 \"it\"",
            "/b",
            "  get -> 200 \"it\" {text/plain example=x example=y}",
        ],
    );
}

#[test]
fn unsupported_parts_of_version_3_2_are_warnings_one_for_each_kind() {
    check_3_2(
        "components:\n  securitySchemes:\n    s: { type: oauth2, flows: { deviceAuthorization: { deviceAuthorizationUrl: https://h.test/d, tokenUrl: https://h.test/t, scopes: {} } } }\n\
         paths:\n  /a:\n    additionalOperations: { COPY: {}, LINK: {} }\n    post:\n      \
         parameters: [ { name: c, in: cookie, style: cookie, schema: { type: string } }, { name: q, in: querystring, content: { application/json: {} } } ]\n      \
         responses: { 200: { content: { application/jsonl: { itemSchema: { type: object } }, multipart/mixed: { itemSchema: {}, itemEncoding: {}, prefixEncoding: [] } } } }\n",
        &[
            "api.raml:5:33: `deviceAuthorization` of OpenAPI 3.2 is not supported (apinb ignores it, and others like it.)",
            "api.raml:8:29: `additionalOperations` of OpenAPI 3.2 is not supported (apinb has the methods that OpenAPI 3.2 \
             names; it ignores others.)",
            "api.raml:10:51: `style: cookie` of OpenAPI 3.2 is not supported (apinb reads it as `form`, which encodes values.)",
            "api.raml:10:87: `in: querystring` of OpenAPI 3.2 is not supported (apinb supports it for forms; it ignores other \
             media types.)",
            "api.raml:11:59: `itemSchema` of OpenAPI 3.2 is not supported (apinb ignores it, and others like it.)",
        ],
        &[
            "scheme s: OAuth2Settings { authorization_uri: None, access_token_uri: None, refresh_uri: None, \
             authorization_grants: [], scopes: [] }",
            "/a",
            "  post -> 200 {application/jsonl} {multipart/mixed}",
        ],
    );
}

#[test]
fn new_keys_are_unknown_in_earlier_versions() {
    for (part, body, position) in [
        ("the root", "$self: x\n", "3:1"),
        ("a path item", "paths: { /a: { query: {} } }\n", "3:16"),
        ("a server", "servers: [ { url: /, name: n } ]\n", "3:22"),
    ] {
        let found = lines(&loaded(&v31(body), &[]));
        let key = if part == "the root" {
            "$self"
        } else if part == "a server" {
            "name"
        } else {
            "query"
        };
        let help = "It is new in OpenAPI 3.2: declare that version.";
        assert_eq!(found, format!("api.raml:{position}: unknown key `{key}` in {part} ({help})"));
    }
}
