//! Bodies, responses, schemas, examples.

use crate::tests::{check, check_diagnostics};

#[test]
fn a_body_names_media_types_or_relies_on_the_default() {
    check(
        "mediaType: application/json\nschemas: [ user: '{ \"a\": 1 }' ]\n\
         /a:\n  post:\n    body:\n      schema: user\n      text/xml: { schema: <x/>, example: <a/> }\n\
         \x20 put:\n    body: { application/json: { schema: '{}' }, example: '{\"b\": 2}', schema: user }\n\
         \x20 patch:\n    body:\n      application/x-www-form-urlencoded:\n        formParameters: { f: { required: true } }\n\
         \x20     multipart/form-data: { formParameters: { g: { type: file } } }\n      '*/*':\n",
        &[],
        &[
            "mediaType: application/json",
            "schema user: { \"a\": 1 }",
            "/a",
            "  post {text/xml schema=<x/> example=<a/>} {application/json schema={ \"a\": 1 }}",
            "  put {application/json schema={} example={\"b\": 2}}",
            "  patch {application/x-www-form-urlencoded form(f!)} {multipart/form-data form(g:file)} {*/*}",
        ],
    );
}

#[test]
fn responses_have_headers_bodies_and_descriptions() {
    check(
        "/a:\n  get:\n    responses:\n      200:\n        description: fine\n        headers: { X-Rate: { type: integer } }\n\
         \x20       body: { application/json: { example: '1' } }\n      204:\n      '404': { description: gone }\n",
        &[],
        &["/a", "  get -> 200 \"fine\" h(X-Rate:integer) {application/json example=1} -> 204 -> 404 \"gone\""],
    );
}

#[test]
fn structured_examples_become_json() {
    check(
        "/a:\n  post:\n    body:\n      application/json:\n        example:\n          id: 7\n          big: 12345678901234567890\n\
         \x20         name: \"7\"\n          ok: true\n          none: ~\n          list: [ 1.50, x, .5 ]\n        schema: { type: object }\n",
        &[],
        &[
            "/a",
            "  post {application/json schema={ \"type\": \"object\" } example={ \"id\": 7, \"big\": 12345678901234567890, \
             \"name\": \"7\", \"ok\": true, \"none\": null, \"list\": [ 1.5, \"x\", \".5\" ] }}",
        ],
    );
}

#[test]
fn invalid_bodies_are_reported() {
    check_diagnostics(
        "schemas: [ user: '{}' ]\n\
         /a:\n  post:\n    body: { schema: usr, exmple: x, application/json: { shema: user } }\n    responses: { ok: , 999: , 200: { boby: } }\n\
         \x20 put: { body: text }\n",
        &[],
        &[
            "api.raml:6:26: unknown key `exmple` in a body (Did you mean `example`?)",
            "api.raml:6:57: unknown key `shema` in a body (Did you mean `schema`?)",
            "api.raml:6:13: missing `mediaType` in the root, for a body without a media type (Add it.)",
            "api.raml:6:21: unknown schema `usr` (Did you mean `user`?)",
            "api.raml:7:18: invalid value `ok` for `responses` (Use an HTTP status from `100` to `599`.)",
            "api.raml:7:24: invalid value `999` for `responses` (Use an HTTP status from `100` to `599`.)",
            "api.raml:7:38: unknown key `boby` in a response (Did you mean `body`?)",
            "api.raml:8:16: `body` must be a map, not a string (Check the indentation of the lines below the key.)",
        ],
        &["schema user: {}", "/a", "  post {application/json} -> 200", "  put"],
    );
}
