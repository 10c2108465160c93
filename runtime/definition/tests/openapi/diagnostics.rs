//! Diagnostics have a location, and the rest of the definition is used.

use serde_json::json;

use crate::tests::openapi::{check_diagnostics, named, v2, v30};
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
            "api.raml:16:33: missing `description` in a response (Add it.)",
            "api.raml:18:5: missing `responses` in an operation (Add it.)",
            "api.raml:6:3: undeclared path parameter `b` (Add a parameter with `in: path` and `required: true`.)",
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

#[test]
fn missing_and_duplicate_parts_are_reported() {
    let operation = "operationId: a, responses: { 200: { description: d } }";
    check_diagnostics(
        &v2(&format!(
            "paths:\n  /a/{{id}}/{{x}}:\n    parameters: [ {{ name: x, in: path, required: true, type: string }} ]\n    get: {{ {operation} }}\n    put: {{ responses: {{ 200: {{}} }} }}\n\
             \x20 /a/{{number}}/{{y}}:\n    parameters: [ {{ name: y, in: path, required: true, type: string }} ]\n    get: {{ {operation}, parameters: [ {{ name: number, in: path, required: true, type: string }} ] }}\n    put: {{ responses: {{}} }}\n\
             \x20 /b:\n    post: {{ parameters: [ {{ name: q, in: query, type: string }}, {{ name: q, in: header, type: string }}, {{ name: q, in: query, type: integer }}, {{ name: a, in: body }}, {{ name: b, in: body }} ], responses: {{}} }}\n",
        ))
        .replace(", version: '1'", ""),
        &[],
        &[
            "api.raml:2:1: missing `version` in `info` (Add it.)",
            "api.raml:7:30: missing `description` in a response (Add it.)",
            "api.raml:4:3: undeclared path parameter `id` (Add a parameter with `in: path` and `required: true`.)",
            "api.raml:8:3: duplicate path `/a/{number}/{y}`: it matches what `/a/{id}/{x}` matches (Remove one, or combine their operations.)",
            "api.raml:10:25: duplicate `operationId` `a` (Give each operation a name of its own.)",
            "api.raml:11:5: undeclared path parameter `number` (Add a parameter with `in: path` and `required: true`.)",
            "api.raml:13:104: duplicate parameter `q` (Remove one; apinb uses one of them.)",
            "api.raml:13:166: duplicate parameter `b` (Remove one; apinb uses one of them.)",
        ],
        &[
            "/a/{id}/{x} (id, x)",
            "  get -> 200 \"d\"",
            "  put -> 200",
            "/a/{number}/{y} (number, y)",
            "  get -> 200 \"d\"",
            "  put",
            "/b",
            "  post h(q) q(q:integer) {application/json}",
        ],
    );
}

#[test]
fn duplicate_keys_in_json_are_merged() {
    let loaded = loaded(
        "{\"swagger\": \"2.0\", \"info\": {\"title\": \"T\", \"version\": \"1\"}, \"paths\": {\n\"/a\": {\"get\": {\"responses\": {}}},\n\"/a\": {\"put\": {\"responses\": {}}}}}",
        &[],
    );
    assert_eq!(
        lines(&loaded),
        "api.raml:3:1: duplicate key `/a` (Remove one; apinb merges both, and the later one wins where they differ.)"
    );
    let methods: Vec<_> = loaded.definition.unwrap().resources[0].methods.iter().map(|one| one.verb).collect();
    assert_eq!(methods.len(), 2);
}

#[test]
fn values_in_another_notation_are_read_as_their_type() {
    let text = v30(
        "components:\n  schemas:\n    A:\n      type: object\n      properties:\n        zip: { type: string, example: 90210, enum: [ 90210, '1', true ] }\n        level: { type: string, nullable: true, default: 1.10 }\n        count: { type: integer, example: '7' }\n        broken: { type: integer, example: many, default: 1.5 }\n\
         \x20     example: { zip: 10, count: x, other: 5 }\n    B: { type: array, items: { $ref: '#/components/schemas/A' }, example: [ { level: 2 } ] }\n    C: { type: object, example: '{\"a\": 1}' }\n    D: { example: 5 }\n",
    );
    let reported = [
        "9:39: `90210` is a number, but the example must be a string (Write `\"90210\"`; apinb reads it as that.)",
        "9:54: `90210` is a number, but the value must be a string (Write `\"90210\"`; apinb reads it as that.)",
        "9:66: `true` is a boolean, but the value must be a string (Write `\"true\"`; apinb reads it as that.)",
        "10:57: `1.10` is a number, but the default must be a string (Write `\"1.10\"`; apinb reads it as that.)",
        "11:42: `7` is a string, but the example must be an integer (Write `7`; apinb reads it as that.)",
        "12:43: invalid example: expected an integer, got a string (Fix it.)",
        "12:58: invalid default: expected an integer, got a number (Fix it.)",
        "13:23: `10` is a number, but the example must be a string (Write `\"10\"`; apinb reads it as that.)",
        "13:34: invalid example: expected an integer, got a string (Fix it.)",
        "14:86: `2` is a number, but the example must be a string (Write `\"2\"`; apinb reads it as that.)",
    ];
    let loaded = loaded(&text, &[]);
    assert_eq!(lines(&loaded), reported.map(|line| format!("api.raml:{line}")).join("\n"));
    let definition = loaded.definition.unwrap();
    let a = named(&definition, "A");
    assert_eq!(a["examples"], json!([{ "zip": "10", "count": "x", "other": 5 }]));
    let of = |name: &str, key: &str| a["properties"][name][key].clone();
    assert_eq!([of("zip", "examples"), of("zip", "enum")], [json!(["90210"]), json!(["90210", "1", "true"])]);
    assert_eq!([of("level", "default"), of("count", "examples")], [json!("1.10"), json!([7])]);
    assert_eq!(named(&definition, "B")["examples"], json!([[{ "level": "2" }]]));
    assert_eq!(named(&definition, "D")["examples"], json!([5]));
}

#[test]
fn examples_of_bodies_are_read_as_their_type() {
    check_diagnostics(
        &v30(
            "paths:\n  /a:\n    get:\n      parameters: [ { name: q, in: query, example: 5, schema: { type: string } } ]\n      responses:\n        200: { description: d, content: { application/json: { example: { zip: 1 }, schema: { properties: { zip: { type: string } }, type: object } }, text/plain: { schema: { type: string }, example: 5 } } }\n\
             \x20       201: { description: d, content: { application/json: { schema: { type: string }, examples: { a: { value: 90210 } } } } }\n",
        ),
        &[],
        &[
            "api.raml:6:52: `5` is a number, but the example must be a string (Write `\"5\"`; apinb reads it as that.)",
            "api.raml:8:79: `1` is a number, but the example must be a string (Write `\"1\"`; apinb reads it as that.)",
            "api.raml:9:113: `90210` is a number, but the example must be a string (Write `\"90210\"`; apinb reads it as that.)",
        ],
        &[
            "/a",
            "  get q(q example=5) -> 200 \"d\" {application/json schema={ \"properties\": { \"zip\": { \"type\": \"string\" } }, \"type\": \"object\" } example={\"zip\":\"1\"}} {text/plain schema={ \"type\": \"string\" } example=5} -> 201 \"d\" {application/json schema={ \"type\": \"string\" } example=\"90210\"}",
        ],
    );
}
