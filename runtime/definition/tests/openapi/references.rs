//! `$ref`: within the document, into others, cyclic, unresolvable.

use serde_json::json;

use crate::tests::openapi::{check, check_diagnostics, definition, named, v30, v31};
use crate::tests::{lines, loaded};

#[test]
fn references_resolve_into_other_documents() {
    let root = v30(
        "paths:\n  /a: { $ref: 'paths/a.yaml' }\n  /b: { $ref: './paths/b%20b.json#/items/~1b~0', parameters: [ { name: p, in: query, schema: {} } ] }\n\
         components: { schemas: { Pet: { $ref: 'schemas.yaml#/Pet' } } }\n",
    );
    let others = [
        (
            "paths/a.yaml",
            "get:\n  parameters: [ { $ref: '../parameters.json#/limit' } ]\n  responses: { 200: { $ref: '../api.raml#/x-responses/ok' } }\n",
        ),
        (
            "paths/b b.json",
            "{\"items\": {\"/b~\": {\"get\": {\"responses\": {\"200\": {\"description\": \"b\", \"content\": {\"application/json\": {\"schema\": {\"$ref\": \"../schemas.yaml#/Pet\"}}}}}}}}}",
        ),
        (
            "parameters.json",
            "{\"limit\": {\"name\": \"limit\", \"in\": \"query\", \"schema\": {\"$ref\": \"schemas.yaml#/Limit\"}}}",
        ),
        (
            "schemas.yaml",
            "Pet: { type: object, properties: { owner: { $ref: '#/Owner' }, self: { $ref: 'schemas.yaml#/Pet' } } }\nOwner: { type: string }\nLimit: { type: integer }\n",
        ),
    ];
    let root = format!("{root}x-responses: {{ ok: {{ description: fine }} }}\n");
    check(
        &root,
        &others,
        &[
            "schema Pet: { \"type\": \"object\", \"properties\": { \"owner\": { \"$ref\": \"#/$defs/Owner\" }, \"self\": { \"$ref\": \"#/$defs/Pet\" } } }",
            "schema Limit: { \"type\": \"integer\" }",
            "schema Owner: { \"type\": \"string\" }",
            "/a",
            "  get q(limit:integer) -> 200 \"fine\"",
            "/b",
            "  get q(p:any) -> 200 \"b\" {application/json schema={ \"$ref\": \"#/$defs/Pet\" }}",
        ],
    );
}

#[test]
fn referenced_positions_get_readable_names() {
    let text = v30(
        "paths:\n  /pets/{id}:\n    parameters: [ { name: id, in: path, required: true, schema: {} } ]\n    get:\n      responses:\n        200: { description: d, content: { application/json: { schema: { type: object, properties: { tag: { type: string } } } } } }\n\
         \x20       201: { description: d, content: { application/json: { schema: { $ref: '#/paths/~1pets~1%7Bid%7D/get/responses/200/content/application~1json/schema' } } } }\n\
         \x20       202: { description: d, content: { application/json: { schema: { $ref: '#/paths/~1pets~1%7Bid%7D/get/responses/200/content/application~1json/schema/properties/tag' } } } }\n\
         \x20       203: { description: d, content: { application/json: { schema: { $ref: 'pet.json' } } } }\n\
         \x20       204: { description: d, content: { application/json: { schema: { $ref: 'more/pet.json' } } } }\n",
    );
    let definition =
        definition(&text, &[("pet.json", "{\"type\": \"object\"}"), ("more/pet.json", "{\"type\": \"array\"}")]);
    let names: Vec<&str> = definition.schemas.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["pets.id.get.200", "pets.id.get.200.tag", "pet", "pet2"]);
    assert_eq!(named(&definition, "pet2"), json!({"type": "array"}));
}

#[test]
fn siblings_of_a_reference_count_from_3_1() {
    check(
        &v31("components: { schemas: { A: { type: string }, B: { $ref: '#/components/schemas/A', title: b } } }\n"),
        &[],
        &["schema A: { \"type\": \"string\" }", "schema B: { \"$ref\": \"#/$defs/A\", \"title\": \"b\" }"],
    );
}

#[test]
fn unresolvable_references_are_reported() {
    check_diagnostics(
        &v30(
            "paths:\n  /a:\n    get:\n      parameters: [ { $ref: '#/components/parameters/limit' } , { $ref: 'none.yaml' }, { $ref: 'text.txt' }, { $ref: '/outside' } ]\n      responses: { 200: { $ref: '#/components/responses/x' } }\n\
             components:\n  parameters: { limits: { name: l, in: query, schema: { $ref: '#anchor' } } }\n  schemas: { A: { properties: { b: { $ref: '#/components/schemas/B' } } } }\n",
        )
        .replace("'/outside'", "'../outside/x'"),
        &[("text.txt", "words")],
        &[
            "api.raml:6:29: cannot resolve `$ref: #/components/parameters/limit`: `limit` does not exist (Did you mean `limits`?)",
            "api.raml:6:73: cannot include `none.yaml`: there is no file at `/d/none.yaml` (Check the path, which is case-sensitive.)",
            "api.raml:6:96: cannot resolve `$ref: text.txt`: the document is neither YAML nor JSON (Refer to a YAML or JSON document; apinb ignores the reference.)",
            "api.raml:6:118: cannot include `../outside/x`: `/outside/x` is outside of `/d` (Stay inside.)",
            "api.raml:7:33: cannot resolve `$ref: #/components/responses/x`: `responses` does not exist (Check its spelling; apinb ignores the reference.)",
            "api.raml:10:44: cannot resolve `$ref: #/components/schemas/B`: `B` does not exist (Check its spelling; apinb ignores the reference.)",
        ],
        &["schema A: { \"properties\": { \"b\": {} } }", "/a", "  get"],
    );
}

#[test]
fn endless_cycles_are_broken() {
    check_diagnostics(
        &v30(
            "paths:\n  /a: { $ref: '#/paths/~1b' }\n  /b: { $ref: '#/paths/~1a' }\n  /c: { get: { parameters: [ { $ref: '#/components/parameters/p' } ], responses: {} } }\n\
             components:\n  parameters: { p: { $ref: '#/components/parameters/p' } }\n  schemas:\n    A: { allOf: [ { $ref: '#/components/schemas/B' }, { type: object } ] }\n    B: { $ref: '#/components/schemas/A' }\n    C: { $ref: '#/components/schemas/C' }\n",
        ),
        &[],
        &[
            "api.raml:4:15: cannot resolve `$ref: #/paths/~1b`: cycle: `/paths/~1b` → `/paths/~1a` → `/paths/~1b` (Remove one of these references; apinb ignores this one.)",
            "api.raml:5:15: cannot resolve `$ref: #/paths/~1a`: cycle: `/paths/~1a` → `/paths/~1b` → `/paths/~1a` (Remove one of these references; apinb ignores this one.)",
            "api.raml:8:28: cannot resolve `$ref: #/components/parameters/p`: cycle: `/components/parameters/p` → `/components/parameters/p` (Remove one of these references; apinb ignores this one.)",
            "api.raml:11:16: cannot resolve `$ref: #/components/schemas/A`: cycle: `A` → `B` → `A` (Remove one of these references; apinb ignores this one.)",
            "api.raml:12:16: cannot resolve `$ref: #/components/schemas/C`: cycle: `C` → `C` (Remove one of these references; apinb ignores this one.)",
        ],
        &[
            "schema A: { \"allOf\": [ { \"$ref\": \"#/$defs/B\" }, { \"type\": \"object\" } ] }",
            "schema B: {}",
            "schema C: {}",
            "/c",
            "  get",
        ],
    );
}

#[test]
fn references_in_the_place_of_a_map_are_followed() {
    let operations = "list:\n  operationId: list\n  parameters: { $ref: 'api.raml#/x-all' }\n  responses: { $ref: '#/responses' }\nresponses:\n  200: { description: d, content: { application/json: { schema: { $ref: 'api.raml#/components/schemas/A' } } } }\n";
    let text = v30(
        "paths:\n  /a:\n    get:\n      $ref: 'operations.yaml#/list'\n    put:\n      $ref: 'operations.yaml#/list'\n      operationId: put\n  /b: { get: { $ref: 'operations.yaml#/none' }, put: { responses: {} } }\nx-all: [ { name: q, in: query, schema: {} } ]\n\
         components:\n  schemas: { $ref: 'schemas.yaml' }\n",
    );
    let help = "apinb follows it, and others like it; other tools may not.";
    check_diagnostics(
        &text,
        &[("operations.yaml", operations), ("schemas.yaml", "A: { type: string }\nB: { $ref: '#/A' }\n")],
        &[
            &format!("api.raml:13:20: `$ref` in the place of the declared schemas ({help})"),
            &format!("api.raml:6:13: `$ref` in the place of an operation ({help})"),
            &format!("operations.yaml:3:23: `$ref` in the place of `parameters` ({help})"),
            &format!("operations.yaml:4:22: `$ref` in the place of `responses` ({help})"),
            "api.raml:10:22: cannot resolve `$ref: operations.yaml#/none`: `none` does not exist (Check its spelling; apinb ignores the reference.)",
        ],
        &[
            "schema A: { \"type\": \"string\" }",
            "schema B: { \"$ref\": \"#/$defs/A\" }",
            "/a",
            "  get q(q:any) -> 200 \"d\" {application/json schema={ \"$ref\": \"#/$defs/A\" }}",
            "  put q(q:any) -> 200 \"d\" {application/json schema={ \"$ref\": \"#/$defs/A\" }}",
            "/b",
            "  put",
        ],
    );
}

#[test]
fn references_that_follow_themselves_end() {
    for (a, b) in [("'#/x-a/b'", "1"), ("'#/x-b/c'", "'#/x-a/d'"), ("'#/x-b/c/c/c'", "'#/x-b/c/c/c'")] {
        let text = v30(&format!(
            "x-a: {{ $ref: {a} }}\nx-b: {{ $ref: {b} }}\ncomponents: {{ schemas: {{ A: {{ $ref: '#/x-a/b/c' }} }} }}\n"
        ));
        let reported = lines(&loaded(&text, &[]));
        assert!(reported.contains("does not exist"), "{reported}");
    }
}

#[test]
fn pointers_in_a_schema_with_an_id_start_there() {
    let text = v31(
        "components:\n  schemas:\n    Tree:\n      $id: https://s.test/tree\n      $defs: { Leaf: { type: string } }\n      type: object\n      \
         properties:\n        leaf: { $ref: '#/$defs/Leaf' }\n        inner: { $ref: '#' }\n        owner: { $ref: '#/components/schemas/Owner' }\n    \
         Owner: { type: object, properties: { leaf: { $ref: 'https://s.test/tree#/$defs/Leaf' } } }\n",
    );
    let definition = definition(&text, &[]);
    assert_eq!(
        named(&definition, "Tree")["properties"],
        json!({
            "leaf": { "$ref": "#/$defs/Tree.Leaf" },
            "inner": { "$ref": "#/$defs/Tree" },
            "owner": { "$ref": "#/$defs/Owner" },
        })
    );
    assert_eq!(named(&definition, "Owner")["properties"]["leaf"]["$ref"], "#/$defs/Tree.Leaf");
}
