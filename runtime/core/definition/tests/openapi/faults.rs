//! What is wrong is told with its place, and the rest is used.

use super::{check_faults, v2, v30};
use crate::definition::tests::{lines, loaded};

#[test]
fn unknown_and_missing_keys() {
    check_faults(
        &v30(
            "serverz: []\npaths:\n  pets: { get: {} }\n  /a/{b}:\n    fetch: {}\n    get:\n      operationid: x\n      parameters:\n        - { name: c, in: path, required: true, schema: {} }\n        - { name: d, in: body, schema: {} }\n        - { in: query }\n        - { name: e, in: query, style: matrix, schema: {}, colour: red }\n\
             \x20     requestBody: { contents: {} }\n      responses: { 20: {}, 200: { body: x } }\n      security: [ { keyy: [] }, { key: [] } ]\n    put: {}\n\
             components: { securitySchemes: { key: { type: apiKey, name: k }, other: { type: password } }, schema: {} }\n",
        ),
        &[],
        &[
            "api.raml:19:34: a security scheme of type `apiKey` has no `in` (add it)",
            "api.raml:19:81: `type` cannot be `password` (it can be `http`, `apiKey`, `oauth2`, `openIdConnect` or `mutualTLS`)",
            "api.raml:19:95: unknown key `schema` in the components (did you mean `schemas`?)",
            "api.raml:3:1: unknown key `serverz` in the root (did you mean `servers`?)",
            "api.raml:5:3: `paths` cannot be `pets` (it can be a path that starts with `/`)",
            "api.raml:7:5: unknown key `fetch` in a path item (the key was left out)",
            "api.raml:9:7: unknown key `operationid` in an operation (did you mean `operationId`?)",
            "api.raml:12:26: `in` cannot be `body` (it can be `query`, `path`, `header` or `cookie`)",
            "api.raml:13:11: a parameter has no `name` (add it)",
            "api.raml:14:60: unknown key `colour` in a parameter (the key was left out)",
            "api.raml:14:40: `style` cannot be `matrix` (it can be `form`, `spaceDelimited`, `pipeDelimited` or `deepObject` in a query)",
            "api.raml:15:22: unknown key `contents` in a request body (did you mean `content`?)",
            "api.raml:17:21: there is no security scheme `keyy` (did you mean `key`?)",
            "api.raml:16:20: `responses` cannot be `20` (it can be an HTTP status from `100` to `599`, `1XX` to `5XX`, or `default`)",
            "api.raml:16:35: unknown key `body` in a response (the key was left out)",
            "api.raml:18:5: an operation has no `responses` (add it)",
            "api.raml:11:11: `/a/{b}` has no parameter `c` (write `{c}` in the URI, or remove it)",
        ],
        &["scheme other: Other(\"password\")", "/a/{b} (b, c:any)", "  get q(e:any) secured[key] -> 200", "  put"],
    );
}

#[test]
fn roots_of_the_wrong_kind() {
    for (text, expected) in [
        ("openapi: 3.0.0\n", "api.raml:1:1: the definition has no `info` (add it)"),
        ("openapi: [ 3 ]\n", "api.raml:1:10: `OpenAPI ` is not supported yet (RAML"),
        ("openapi: 3.0.0\ninfo: [ x ]\npaths: x\n", "api.raml:2:7: `info` must be a map, not a list"),
        ("{\"openapi\": \"3.0.0\", \"info\": ", "api.raml:1:30: the JSON ends too early"),
        ("a\nopenapi: 3.0.0\n", "api.raml:"),
    ] {
        let told = lines(&loaded(text, &[]));
        assert!(told.starts_with(expected), "{text}\n{told}");
    }
}

#[test]
fn parameters_of_version_2_that_are_wrong() {
    check_faults(
        &v2(
            "paths:\n  /a:\n    get: { parameters: [ { name: a, in: cookie, type: string }, { name: b, in: query, type: array, items: {}, collectionFormat: x } ], responses: {} }\nschemes: [ ftp ]\n",
        ),
        &[],
        &[
            "api.raml:5:41: `in` cannot be `cookie` (it can be `query`, `path`, `header`, `body` or `formData`)",
            "api.raml:5:129: `collectionFormat` cannot be `x` (it can be `csv`, `ssv`, `tsv`, `pipes`, or `multi` in a query or a form)",
            "api.raml:6:12: `schemes` cannot be `ftp` (it can be `http`, `https`, `ws` or `wss`)",
        ],
        &["/a", "  get q(b:array)"],
    );
}
