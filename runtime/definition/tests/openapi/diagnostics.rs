//! Diagnostics have a location, and the rest of the definition is used.

use crate::tests::openapi::{check_diagnostics, v2, v30};
use crate::tests::{lines, loaded};

#[test]
fn unknown_and_missing_keys_are_reported() {
    check_diagnostics(
        &v30(
            "serverz: []\npaths:\n  pets: { get: {} }\n  /a/{b}:\n    fetch: {}\n    get:\n      operationid: x\n      parameters:\n        - { name: c, in: path, required: true, schema: {} }\n        - { name: d, in: body, schema: {} }\n        - { in: query }\n        - { name: e, in: query, style: matrix, schema: {}, colour: red }\n\
             \x20     requestBody: { contents: {} }\n      responses: { 20: {}, 200: { body: x } }\n      security: [ { keyy: [] }, { key: [] } ]\n    put: {}\n\
             components: { securitySchemes: { key: { type: apiKey, name: k }, other: { type: password } }, schema: {} }\n",
        ),
        &[],
        &[
            "api.raml:19:34: missing `in` in a security scheme of type `apiKey` (Add it.)",
            "api.raml:19:81: invalid value `password` for `type` (Use `http`, `apiKey`, `oauth2`, `openIdConnect` or `mutualTLS`.)",
            "api.raml:19:95: unknown key `schema` in the components (Did you mean `schemas`?)",
            "api.raml:3:1: unknown key `serverz` in the root (Did you mean `servers`?)",
            "api.raml:5:3: invalid value `pets` for `paths` (Use a path that starts with `/`.)",
            "api.raml:7:5: unknown key `fetch` in a path item (Check its spelling; apinb ignores it.)",
            "api.raml:9:7: unknown key `operationid` in an operation (Did you mean `operationId`?)",
            "api.raml:12:26: invalid value `body` for `in` (Use `query`, `path`, `header` or `cookie`.)",
            "api.raml:13:11: missing `name` in a parameter (Add it.)",
            "api.raml:14:60: unknown key `colour` in a parameter (Check its spelling; apinb ignores it.)",
            "api.raml:14:40: invalid value `matrix` for `style` (Use `form`, `spaceDelimited`, `pipeDelimited` or `deepObject` in a query.)",
            "api.raml:15:22: unknown key `contents` in a request body (Did you mean `content`?)",
            "api.raml:17:21: unknown security scheme `keyy` (Did you mean `key`?)",
            "api.raml:16:20: invalid value `20` for `responses` (Use an HTTP status from `100` to `599`, `1XX` to `5XX`, or `default`.)",
            "api.raml:16:35: unknown key `body` in a response (Check its spelling; apinb ignores it.)",
            "api.raml:18:5: missing `responses` in an operation (Add it.)",
            "api.raml:11:11: `/a/{b}` has no parameter `c` (Add `{c}` to the URI, or remove the parameter.)",
        ],
        &["scheme other: Other(\"password\")", "/a/{b} (b, c:any)", "  get q(e:any) secured[key] -> 200", "  put"],
    );
}

#[test]
fn roots_of_the_wrong_kind_are_reported() {
    for (text, expected) in [
        ("openapi: 3.0.0\n", "api.raml:1:1: missing `info` in the definition (Add it.)"),
        ("openapi: [ 3 ]\n", "api.raml:1:10: unsupported version `OpenAPI ` (Use RAML"),
        ("openapi: 3.0.0\ninfo: [ x ]\npaths: x\n", "api.raml:2:7: `info` must be a map, not a list"),
        ("{\"openapi\": \"3.0.0\", \"info\": ", "api.raml:1:30: unexpected end of JSON"),
        ("a\nopenapi: 3.0.0\n", "api.raml:"),
    ] {
        let reported = lines(&loaded(text, &[]));
        assert!(reported.starts_with(expected), "{text}\n{reported}");
    }
}

#[test]
fn invalid_parameters_of_version_2_are_reported() {
    check_diagnostics(
        &v2(
            "paths:\n  /a:\n    get: { parameters: [ { name: a, in: cookie, type: string }, { name: b, in: query, type: array, items: {}, collectionFormat: x } ], responses: {} }\nschemes: [ ftp ]\n",
        ),
        &[],
        &[
            "api.raml:5:41: invalid value `cookie` for `in` (Use `query`, `path`, `header`, `body` or `formData`.)",
            "api.raml:5:129: invalid value `x` for `collectionFormat` (Use `csv`, `ssv`, `tsv`, `pipes`, or `multi` in a query or a form.)",
            "api.raml:6:12: invalid value `ftp` for `schemes` (Use `http`, `https`, `ws` or `wss`.)",
        ],
        &["/a", "  get q(b:array)"],
    );
}
