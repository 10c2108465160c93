//! Named parameters, URI parameters, and the base URI of the root.

use crate::tests::{check, check_diagnostics};

#[test]
fn every_facet_of_a_named_parameter_is_read() {
    check(
        "/a:\n  get:\n    queryParameters:\n      q:\n        displayName: Query\n        description: what\n        type: string\n\
         \x20       enum: [ x, 2, true ]\n        pattern: ^.$\n        minLength: 1\n        maxLength: 9\n        example: x\n\
         \x20       default: 2\n        repeat: true\n        required: true\n\
         \x20     n: { type: number, minimum: -1.5, maximum: 2 }\n      f: { type: file }\n      d: { type: date }\n      b: { type: boolean }\n\
         \x20     many:\n        - type: string\n        - type: integer\n          minimum: 1\n      bare:\n",
        &[],
        &[
            "/a",
            "  get q(q!*[x,2,true] minLength=1 maxLength=9 pattern=^.$ default=2 example=x name=Query about=what, \
             n:number min=-1.5 max=2, f:file, d:date, b:boolean, many, many:integer min=1, bare)",
        ],
    );
}

#[test]
fn uris_imply_parameters() {
    check(
        "version: 1.0\nbaseUri: https://{region}.h.test/{version}/{x}\n\
         baseUriParameters:\n  x: { required: false }\n\
         /{b}/{a}{mediaTypeExtension}:\n  baseUriParameters: { region: { enum: [ eu ] } }\n\
         \x20 uriParameters:\n    a: { type: integer }\n    mediaTypeExtension: { enum: [ .json, .xml ] }\n\
         \x20 get: { baseUriParameters: { region: { enum: [ us ] } } }\n",
        &[],
        &[
            "version: 1.0",
            "baseUri: https://{region}.h.test/{version}/{x}",
            "baseUriParameters: region, version[1.0], x?",
            "/{b}/{a}{mediaTypeExtension} (b, a:integer, mediaTypeExtension[.json,.xml]) base(region[eu])",
            "  get base(region[us])",
        ],
    );
}

#[test]
fn protocols_are_normalized_to_upper_case() {
    check(
        "protocols: [ http, HTTPS ]\n/a: { get: { protocols: [ HTTPS ] } }\n",
        &[],
        &["protocols: HTTP HTTPS", "/a", "  get HTTPS"],
    );
}

#[test]
fn invalid_parameters_are_reported() {
    check_diagnostics(
        "protocols: [ FTP ]\n/a/{id}:\n  uriParameters:\n    ID: { type: text }\n  get:\n    queryParameters:\n      q: { required: maybe, minimum: low, minLenght: 3, default: [ 1 ] }\n\
         \x20     r: [ string ]\n    headers: none\n",
        &[],
        &[
            "api.raml:3:12: invalid value `FTP` for `protocols` (Use `HTTP` or `HTTPS`.)",
            "api.raml:6:17: invalid value `text` for `type` (Use `string`, `number`, `integer`, `date`, `boolean` or `file`.)",
            "api.raml:6:5: `/a/{id}` has no parameter `ID` (Add `{ID}` to the URI, or remove the parameter.)",
            "api.raml:9:22: invalid value `maybe` for `required` (Use `true` or `false`.)",
            "api.raml:9:38: invalid value `low` for `minimum` (Use a number.)",
            "api.raml:9:43: unknown key `minLenght` in a parameter (Did you mean `minLength`?)",
            "api.raml:10:12: `r` must be a map, not a string (Check the indentation of the lines below the key.)",
            "api.raml:11:14: `headers` must be a map, not a string (Check the indentation of the lines below the key.)",
        ],
        &["/a/{id} (id, ID)", "  get q(q default=[ 1 ], r)"],
    );
}
