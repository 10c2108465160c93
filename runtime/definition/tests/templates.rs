//! Resource types and traits: parameters, functions, inheritance, optional keys, merging.

use crate::tests::{check, check_diagnostics};

#[test]
fn parameters_are_replaced_everywhere() {
    check(
        "schemas: [ user: '{}', users: '{ }' ]\n\
         resourceTypes:\n  - collection:\n      description: all <<things>> of <<resourcePath>>\n\
         \x20     get:\n        description: <<methodName>> <<resourcePathName | !singularize>>\n\
         \x20       responses:\n          <<status>>:\n            body:\n              application/json:\n\
         \x20               schema: <<item | !pluralize>>\n\
         /v1:\n  /users{mediaTypeExtension}:\n    type: { collection: { things: users, status: 200, item: user } }\n",
        &[],
        &[
            "schema user: {}",
            "schema users: { }",
            "/v1",
            "/v1/users{mediaTypeExtension} (mediaTypeExtension) \"all users of /v1/users\"",
            "  get \"get user\" -> 200 {application/json schema={ }}",
        ],
    );
}

#[test]
fn the_path_name_is_the_last_segment_without_a_parameter() {
    check(
        "traits:\n  - named: { description: <<resourcePathName>> }\n\
         /users/{id}:\n  get: { is: [ named ] }\n/{a}:\n  get: { is: [ named ] }\n",
        &[],
        &["/users/{id} (id)", "  get \"users\"", "/{a} (a)", "  get \"\""],
    );
}

#[test]
fn a_parameter_can_be_a_structure() {
    check(
        "traits: { secured: { queryParameters: { <<name>>: <<shape>> } } }\n\
         /a:\n  get:\n    is: [ secured: { name: token, shape: { type: integer, required: true } } ]\n",
        &[],
        &["/a", "  get q(token!:integer)"],
    );
}

#[test]
fn include_paths_may_contain_parameters() {
    check(
        "resourceTypes:\n  base: !include types/base.raml\n/users:\n  type: { base: { name: user } }\n",
        &[
            (
                "types/base.raml",
                "get:\n  responses:\n    200:\n      body:\n        application/json:\n          example: !include ../examples/<<name>>.json\n",
            ),
            ("examples/user.json", "{\"id\": 1}"),
        ],
        &["/users", "  get -> 200 {application/json example={\"id\": 1}}"],
    );
}

#[test]
fn types_inherit_and_the_nearest_declaration_wins() {
    check(
        "resourceTypes:\n\
         \x20 - base: { description: base, get: { description: base, headers: { A: , B: } }, delete: }\n\
         \x20 - mid: { type: base, get: { description: mid, headers: { B: { type: integer } } } }\n\
         /own:\n  type: mid\n  get:\n    description: own\n/mid: { type: mid }\n",
        &[],
        &[
            "/own \"base\"",
            "  get \"own\" h(B:integer, A)",
            "  delete",
            "/mid \"base\"",
            "  get \"mid\" h(B:integer, A)",
            "  delete",
        ],
    );
}

#[test]
fn optional_keys_apply_only_where_the_key_is() {
    check(
        "resourceTypes:\n\
         \x20 - base: { get?: { description: read, headers: { A?: { type: integer }, B: } }, post?: { description: made } }\n\
         \x20 - more: { type: base, post: { responses: { 201?: { description: no }, 202: } } }\n\
         /a: { type: base, get: }\n/b: { type: base, get: { headers: { A: } } }\n/c: { type: more }\n",
        &[],
        &["/a", "  get \"read\" h(B)", "/b", "  get \"read\" h(A:integer, B)", "/c", "  post \"made\" -> 202"],
    );
}

#[test]
fn traits_come_from_the_method_its_resource_and_its_types() {
    check(
        "traits:\n  - m: { description: m, queryParameters: { m: } }\n  - r: { description: r, queryParameters: { r: } }\n\
         \x20 - tm: { description: tm, queryParameters: { tm: } }\n  - tr: { description: tr, queryParameters: { tr: } }\n\
         resourceTypes:\n  - t: { is: [ tr ], get: { is: [ tm ] } }\n\
         /a:\n  type: t\n  is: [ r ]\n  get: { is: [ m ] }\n  post:\n",
        &[],
        &["/a", "  get \"m\" q(m, r, tm, tr)", "  post \"r\" q(r, tr)"],
    );
}

#[test]
fn one_trait_can_be_applied_twice_with_different_parameters() {
    check(
        "traits: [ q: { queryParameters: { <<n>>: } } ]\n/a:\n  get: { is: [ q: { n: x }, q: { n: y } ] }\n",
        &[],
        &["/a", "  get q(x, y)"],
    );
}

#[test]
fn lists_of_names_are_merged_and_other_values_replaced() {
    check(
        "securitySchemes: [ a: { type: Basic Authentication }, b: { type: x-b } ]\n\
         traits:\n  - t:\n      securedBy: [ a, b ]\n      queryParameters: { q: { enum: [ x, y ] } }\n\
         \x20     responses: { 200: { body: { application/json: { example: { a: 1, b: 2 } } } } }\n\
         /r:\n  get:\n    is: [ t ]\n    securedBy: [ b ]\n    queryParameters: { q: { enum: [ y, z ] } }\n\
         \x20   responses: { 200: { body: { application/json: { example: { c: 3 } } } } }\n",
        &[],
        &[
            "scheme a: Basic",
            "scheme b: Other(\"x-b\")",
            "/r",
            "  get q(q[y,z,x]) secured[b a] -> 200 {application/json example={ \"c\": 3 }}",
        ],
    );
}

#[test]
fn traits_and_types_are_lists_or_maps() {
    for form in [
        "traits: [ t: { description: d } ]",
        "traits: { t: { description: d } }",
        "traits:\n  - t: { description: d }\n  - u: {}",
    ] {
        check(&format!("{form}\n/a: {{ get: {{ is: t }} }}\n"), &[], &["/a", "  get \"d\""]);
    }
}

#[test]
fn errors_in_templates_are_reported_once_at_their_position() {
    check_diagnostics(
        "traits:\n  - t:\n      usage: always\n      description: <<about>> <<about | !plural>>\n\
         resourceTypes:\n  - one: { type: two }\n  - two: { type: one, get: }\n\
         /a: { type: one, is: [ t ] }\n/b: { type: on, get: { is: [ tt, [ t ] ] } }\n/c: { is: [ t: { about: x } ], get: }\n",
        &[],
        &[
            "api.raml:9:18: resource type cycle: `one` → `two` → `one` (Remove one of these `type` lines; apinb ignores this one.)",
            "api.raml:6:20: missing parameter `about` of trait `t` (Pass it where the template is used: `{ about: … }`.)",
            "api.raml:11:13: unknown resource type `on` (Declare it in the root document, or check its spelling.)",
            "api.raml:11:34: `is` must be a name, or a name with parameters, not a list (Check the indentation of the lines below the key.)",
            "api.raml:11:30: unknown trait `tt` (Declare it in the root document, or check its spelling.)",
            "api.raml:6:20: unknown function `!plural` (Did you mean `pluralize`?)",
        ],
        &["/a", "  get \"<<about>> <<about | !plural>>\"", "/b", "  get", "/c", "  get \"x x\""],
    );
}
