//! Explanations of methods and resources, from inline definitions.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::locate::explain_text;
use crate::walk::{ClientPath, Step};
use apinb_definition::load::load;
use apinb_definition::model::{Body, Definition, Method, Parameter, ParameterKind, Resource, Server};
use apinb_record::explanation::Outline;
use apinb_schema::schema::{Schema, reference};
use apinb_text::source::address::Address;
use apinb_text::source::deferred::Text;
use apinb_text::source::loader::{LoadError, Loader};
use apinb_text::web::verb::Verb;

struct Whole(String);

impl Loader for Whole {
    fn load(&self, _address: &Address) -> Result<String, LoadError> {
        Ok(self.0.clone())
    }
}

fn definition(raml: &str) -> Definition {
    let text = format!("#%RAML 0.8\ntitle: Test\nbaseUri: https://api.test/\n{raml}");
    load(&Address::file("/api.raml"), Arc::new(Whole(text))).definition.unwrap()
}

fn explained(definition: &Definition, place: &str) -> Value {
    serde_json::to_value(explain_text(&Arc::new(definition.clone()), place, "client").unwrap()).unwrap()
}

/// The example call for a text.
#[track_caller]
fn check(raml: &str, place: &str, expected: &str) {
    assert_eq!(explained(&definition(raml), place)["call"], expected, "{place}\n{raml}");
}

#[test]
fn the_example_call_has_every_required_value() {
    check("/users:\n  /{id}:\n    get:", "users.id.get", "client.users.id('id').get()");
    let id = "uriParameters: { id: { type: integer, example: 5 } }";
    check(&format!("/users:\n  /{{id}}:\n    {id}\n    get:"), "users.id.get", "client.users.id(5).get()");
    check(&format!("/users/{{id}}:\n  {id}\n  /x-y:\n    delete:"), "/users/5/x-y", "client.users.id(5)['x-y']");
    check(
        "/a:\n  get:\n    queryParameters:\n      page: { type: integer, required: true, minimum: 2 }\n      q:",
        "a.get",
        "client.a.get({ page: 2 })",
    );
    check(
        "/a:\n  get:\n    headers:\n      X-A: { required: true, default: b }",
        "a.get",
        "client.a.get({}, { headers: { 'X-A': 'b' } })",
    );
    check(
        "/a:\n  delete:\n    queryParameters:\n      q: { example: x }",
        "a.delete",
        "client.a.delete(undefined, { query: { q: 'x' } })",
    );
    let json = |example: &str| {
        format!(
            "/a:\n  post:\n    body:\n      text/xml:\n      application/json:\n        example: |\n          {example}"
        )
    };
    check(&json(r#"{"name": "Ada", "age": 36}"#), "a.post", "client.a.post({ name: 'Ada', age: 36 })");
    check(&json("no json"), "a.post", "client.a.post('no json')");
    check(&json(&format!("{{\"a\": \"{}\"}}", "x".repeat(3_000))), "a.post", "client.a.post(body)");
    let form = "/a:\n  post:\n    body:\n      multipart/form-data:\n        formParameters:\n          file: { type: file, required: true }\n          note: { example: hi }\n          other:";
    check(form, "a.post", "client.a.post({ file: new Blob(['…']), note: 'hi' })");
    let schema =
        r#"{"type": "object", "required": ["size"], "properties": {"size": {"type": "integer", "minimum": 3}}}"#;
    let sampled = format!("/a:\n  put:\n    body:\n      application/json:\n        schema: |\n          {schema}");
    check(&sampled, "a.put", "client.a.put({ size: 3 })");
    check("/a:\n  get:\n  /get:\n    get:", "a.get.get", "client.a.get.get()");
}

#[test]
fn an_extension_follows_the_path() {
    let users = "/users{mediaTypeExtension}:\n  uriParameters: { mediaTypeExtension: { enum: [ .json ] } }\n  get:\n  /{id}:\n    get:";
    for (place, expected) in [
        ("users.get", "client.users.json.get()"),
        ("users.json.get", "client.users.json.get()"),
        ("users", "client.users"),
        ("users.json", "client.users.json"),
        ("GET /users", "client.users.json.get()"),
        ("/users.json/5", "client.users.json.id('id')"),
        ("/users{mediaTypeExtension}/{id}", "client.users.json.id('id')"),
    ] {
        check(users, place, expected);
    }
    check("/u{mediaTypeExtension}:\n  get:", "u.get", "client.u.extension('json').get()");
}

#[test]
fn an_explained_method_includes_everything_declared() {
    let raml = "version: v2\nmediaType: application/json\nsecuritySchemes:\n  - oauth: { type: OAuth 2.0, settings: { scopes: [ read ] } }\nsecuredBy: [ oauth, null ]\n\
                /users/{id}:\n  uriParameters: { id: { type: integer, minimum: 1 } }\n  get:\n    description: One user.\n    responses:\n      200:\n        body:\n          example: '{}'\n      404:\n        description: None.";
    let method = explained(&definition(raml), "users.id.get");
    assert_eq!(
        (&method["kind"], &method["method"], &method["url"], &method["description"]),
        (&json!("method"), &json!("GET"), &json!("https://api.test/users/{id}"), &json!("One user."))
    );
    assert_eq!(
        method["parameters"]["uri"],
        json!([{
            "name": "id", "required": true, "deprecated": false, "repeat": false, "type": "integer", "minimum": 1,
            "read_only": false, "write_only": false, "fields": [], "alternatives": [], "more": false,
        }])
    );
    assert_eq!(method["secured_by"][0]["schemes"][0]["scopes"], json!(["read"]));
    assert_eq!(method["secured_by"][1]["schemes"], json!([]));
    let statuses: Vec<_> = method["responses"].as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, ["200", "404"]);
    assert_eq!(method["responses"][0]["bodies"][0]["examples"][0]["text"], "{}");
}

#[test]
fn a_resource_lists_its_methods_and_children() {
    let raml = "/users:\n  description: People.\n  get:\n    description: |\n\n      # All of them.\n      More.\n  /{id}:\n    put:\n    /groups:\n  /me:\n    get:";
    let users = explained(&definition(raml), "/users");
    assert_eq!((&users["kind"], &users["description"]), (&json!("resource"), &json!("People.")));
    assert_eq!(
        users["methods"],
        json!([{ "method": "GET", "call": "client.users.get()", "summary": "All of them.", "deprecated": false }])
    );
    assert_eq!(
        users["children"],
        json!([
            { "name": "id(id)", "path": "/users/{id}", "methods": ["put"] },
            { "name": "me", "path": "/users/me", "methods": ["get"] },
        ])
    );
    let api = explained(&definition(raml), "");
    assert_eq!((&api["kind"], &api["resources"], &api["methods"]), (&json!("api"), &json!(4), &json!(3)));
}

#[test]
fn a_chain_and_its_path_have_the_same_explanation() {
    let definition = Arc::new(definition("/users/{id}:\n  get:"));
    let explained = |steps: &[Step<'_>]| {
        let path = ClientPath::client(Arc::clone(&definition)).follow(steps).unwrap();
        Some(super::path(&path, "c"))
    };
    let [users, id, get] = ["users", "id", "get"].map(Step::Property);
    let call = Step::Call { arguments: 1 };
    assert_eq!(explained(&[]), explain_text(&definition, "", "c").ok());
    assert_eq!(explained(&[users]), explain_text(&definition, "users", "c").ok());
    assert_eq!(explained(&[users, id, call]), explain_text(&definition, "users.id", "c").ok());
    assert_eq!(explained(&[users, id, call, get]), explain_text(&definition, "users.id.get", "c").ok());
}

#[test]
fn a_method_may_have_its_own_servers() {
    let mut definition = definition("/a:\n  get:");
    let region = Parameter { name: "region".to_owned(), default: Some("eu".to_owned()), ..Parameter::default() };
    definition.resources[0].methods[0].servers =
        vec![Server { uri: "https://{region}.files.test/".to_owned(), description: None, parameters: vec![region] }];
    let method = explained(&definition, "a.get");
    assert_eq!(method["url"], "https://{region}.files.test/a");
    assert_eq!(method["parameters"]["base_uri"][0]["default"], "eu");
}

fn outline_of(schema: Value) -> Outline {
    let mut definition = Definition::default();
    definition.schemas.insert(
        "User",
        Schema::from_json(json!({
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string"}, "boss": {"$ref": reference("User")}},
        })),
    );
    definition.schemas.insert("Id", Schema::from_json(json!({"type": "integer", "minimum": 1})));
    super::outline::outline(&Schema::from_json(schema), &definition.schemas).unwrap()
}

/// `name* type` of the fields, with nested fields in parentheses.
fn shown(outline: &Outline) -> String {
    let fields = outline.fields.iter().map(|field| {
        let inner = shown(&field.outline);
        let inner = if inner.is_empty() { inner } else { format!(" ({inner})") };
        format!("{}{} {}{inner}", field.name, if field.required { "*" } else { "" }, field.outline.kind)
    });
    let more = outline.more.then(|| "…".to_owned());
    fields.chain(more).collect::<Vec<_>>().join(", ")
}

#[test]
fn schemas_are_outlined() {
    let check = |schema: Value, kind: &str, fields: &str| {
        let outline = outline_of(schema.clone());
        assert_eq!((outline.kind.as_str(), shown(&outline).as_str()), (kind, fields), "{schema}");
    };
    let user = json!({"$ref": reference("User")});
    check(user.clone(), "User", "name* string, boss User (…)");
    check(json!({"type": "array", "items": user}), "array of User", "name* string, boss User (…)");
    check(json!({"$ref": reference("Id")}), "integer", "");
    check(json!({"properties": {"id": {"$ref": reference("Id")}}}), "object", "id integer");
    check(json!({"type": ["string", "null"], "format": "email"}), "string (email) or null", "");
    check(json!({"type": "string", "format": "date-time"}), "date-time", "");
    check(
        json!({"allOf": [user, {"properties": {"age": {"type": "integer"}}}], "required": ["age"]}),
        "User",
        "name* string, boss User (…), age* integer",
    );
    check(json!({"anyOf": [user, {"type": "null"}]}), "User or null", "name* string, boss User (…)");
    check(json!({"type": "object", "additionalProperties": {"type": "string"}}), "object", "[any name] string");
    check(json!({"properties": {"a": {"type": "string", "required": true}}}), "object", "a* string");
    check(json!({"$ref": "#/$defs/Nobody"}), "Nobody", "");
    check(
        json!({"properties": {"a": {"$ref": "#/properties/b"}, "b": {"type": "boolean"}}}),
        "object",
        "a boolean, b boolean",
    );
    check(json!({"$ref": "#"}), "", "…");
    check(json!({}), "any", "");
    let cat = json!({"allOf": [user, {"properties": {"lives": {"type": "integer"}}}]});
    check(
        json!({"properties": {"cat": {"$ref": "#/$defs/Cat"}}, "$defs": {"Cat": cat}}),
        "object",
        "cat Cat (name* string, boss User (…), lives integer)",
    );
    let either = outline_of(json!({"oneOf": [user, {"properties": {"x": {}}}]}));
    assert_eq!((either.kind.as_str(), either.alternatives.len()), ("User", 2));
}

#[test]
fn a_body_without_an_example_is_sampled_from_its_schema() {
    let mut definition = definition("/a:\n  post:");
    definition.schemas.insert(
        "Node",
        Schema::from_json(json!({
            "type": "object",
            "required": ["name", "place"],
            "properties": {
                "name": {"type": "string", "default": "n"},
                "parent": {"$ref": reference("Node")},
                "place": {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}}},
            },
        })),
    );
    definition.resources[0].methods[0].bodies = vec![Body {
        media_type: "application/json".to_owned(),
        schema: Some(Schema::from_json(json!({"$ref": reference("Node")}))),
        ..Body::default()
    }];
    assert_eq!(explained(&definition, "a.post")["call"], "client.a.post({ name: 'n', place: { x: 1 } })");
}

#[test]
fn exclusive_bounds_are_shown() {
    let of = |schema: Value| {
        let outline = outline_of(schema);
        (outline.minimum.map(|bound| bound.to_string()), outline.exclusive_minimum.map(|bound| bound.to_string()))
    };
    assert_eq!(of(json!({"minimum": 1})), (Some("1".to_owned()), None));
    assert_eq!(of(json!({"exclusiveMinimum": 1})), (None, Some("1".to_owned())));
    assert_eq!(of(json!({"minimum": 1, "exclusiveMinimum": true})), (None, Some("1".to_owned())));
}

#[test]
fn recursive_and_deep_schemas_are_cut() {
    let mut deep = json!({"type": "string"});
    for _ in 0..300 {
        deep = json!({"allOf": [deep]});
    }
    assert!(outline_of(deep).more);
    let many: serde_json::Map<_, _> =
        (0..60).map(|n| (format!("p{n}"), json!({"properties": {"x": {"$ref": "#"}, "y": {"$ref": "#"}}}))).collect();
    assert_eq!(outline_of(json!({"properties": many})).fields.len(), 60);
}

#[test]
fn a_schema_that_is_not_json_is_shown_as_text() {
    let body = Body {
        media_type: "text/xml".to_owned(),
        schema: Some(Schema::from_text(Text::from("<xs:schema/>"))),
        ..Body::default()
    };
    let method = Method { verb: Verb::Post, bodies: vec![body], ..Method::default() };
    let resource = Resource { path: "/a".to_owned(), methods: vec![method], ..Resource::default() };
    let definition = Definition { resources: vec![resource], ..Definition::default() };
    let schema = &explained(&definition, "a.post")["bodies"][0]["schema"];
    assert_eq!(*schema, json!({ "schema": "<xs:schema/>" }));
}

#[test]
fn values_have_their_type() {
    let parameter = Parameter {
        name: "a".to_owned(),
        kind: ParameterKind::Array,
        example: Some("[1]".to_owned()),
        schema: Some(Schema::from_json(json!({"type": "array", "items": {"type": "integer"}}))),
        ..Parameter::default()
    };
    let shown = super::parameter::parameters([&parameter], &Definition::default().schemas);
    assert_eq!((shown[0].outline.kind.as_str(), &shown[0].outline.example), ("array of integer", &Some(json!([1]))));
}
