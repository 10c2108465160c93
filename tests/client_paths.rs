//! From resources to properties: the path of each chain of properties, and the inspection of nodes.

use serde_json::json;

use crate::support::Cells;

const USERS: &str = "\
/users:
  get:
  post:
  /{id}:
    get:
    put:
    delete:
    /groups:
      get:
";

/// Checks the request line that a call sends to `/echo` below the server, without that prefix.
#[track_caller]
fn check(raml: &str, code: &str, line: &str) {
    Cells::of(&format!("baseUri: SERVER/echo\n{raml}")).asks(code, &line.replacen(" /", " /echo/", 1));
}

const JSON: &str = "{ mediaTypeExtension: { enum: [ .json ] } }";

#[test]
fn path_segments_are_properties_and_segments_with_tags_are_functions() {
    let mut cells = Cells::of(USERS);
    cells.asks("client.users.get()", "GET /users");
    cells.asks("client.users.id(5).groups.get()", "GET /users/5/groups");
    cells.asks("client['users'].id('a').delete()", "DELETE /users/a");
    check("/{a}:\n  get:", "client.a('v').get()", "GET /v");
    check("/text{a}{b}:\n  get:", "client.text(1, 2).get()", "GET /text12");
    check("/a/b/{c}/d:\n  put:", "client.a.b.c(3).d.put()", "PUT /a/b/3/d");
    check("/1.1/x-y:\n  get:", "client['1.1']['x-y'].get()", "GET /1.1/x-y");
}

#[test]
fn one_property_can_be_both_object_and_function() {
    let raml = "/collection:\n  get:\n  /x:\n    get:\n/{collection}:\n  get:\n  /y:\n    get:";
    check(raml, "client.collection.get()", "GET /collection");
    check(raml, "client.collection.x.get()", "GET /collection/x");
    check(raml, "client.collection('v').get()", "GET /v");
    check(raml, "client.collection('v').y.get()", "GET /v/y");
    check("/text:\n  get:\n/text{a}:\n  get:", "client.text('v').get()", "GET /textv");
}

#[test]
fn otherwise_unreachable_segments_are_functions_named_after_their_first_tag() {
    check("/{a}{b}:\n  get:", "client.a(1, 2).get()", "GET /12");
    check("/{p}.json:\n  get:", "client.p('x').get()", "GET /x.json");
    check("/{x}...{y}:\n  get:", "client.x(1, 2).get()", "GET /1...2");
    check("/mid{x}tail:\n  get:\n  /{y}:\n    get:", "client.x(1).y(2).get()", "GET /mid1tail/2");
    check("/{a}{b}:\n  get:", "client('/{a}{b}', { a: 1, b: 2 }).get()", "GET /12");
    check("/{p}.json:\n  get:", "client('/{p}.json', { p: 'x' }).get()", "GET /x.json");
    check("/{x}...{y}:\n  get:", "client('/{x}...{y}', { x: 1, y: 2 }).get()", "GET /1...2");
    check("/mid{x}tail:\n  get:", "client('/mid{x}tail', { x: 1 }).get()", "GET /mid1tail");
}

#[test]
fn functions_of_one_name_differ_by_number_of_tags() {
    let raml = "/t{a}:\n  get:\n  /x:\n    get:\n/t{a}{b}:\n  get:\n/t{c}:\n  /y:\n    get:";
    check(raml, "client.t(1).get()", "GET /t1");
    check(raml, "client.t(1, 2).get()", "GET /t12");
    check(raml, "client.t(1).x.get()", "GET /t1/x");
    check(raml, "client.t(1).y.get()", "GET /t1/y");
}

#[test]
fn a_missing_argument_uses_the_only_value_then_the_setting_or_is_an_error() {
    let raml = "/{version}/{id}:\n  uriParameters:\n    version: { enum: [ v1 ] }\n    id: { enum: [ 1, 2 ] }\n  get:";
    let mut cells = Cells::of(raml);
    assert_eq!(cells.error("client.version().id().get()"), r#"TypeError: URI parameter "id" is missing"#);
    cells.asks("client.version().id(2).get()", "GET /v1/2");
    cells.asks("client.version('v2').id(2).get()", "GET /v2/2");
    cells.asks("client.version().id().get({}, { uriParameters: { id: 7 } })", "GET /v1/7");
    cells.run("API.set(client, 'uriParameters', { id: 8, version: 'v9' })");
    cells.asks("client.version().id().get()", "GET /v1/8");
    cells.asks("client.version().id(undefined).get()", "GET /v1/8");
    cells.asks("client.version().id().get({}, { uriParameters: { id: 9 } })", "GET /v1/9");
    cells.asks("client.version().id(5).get()", "GET /v1/5");
}

#[test]
fn a_missing_argument_leaves_the_rest_of_its_segment() {
    let raml = "/t{a}{b}:\n  uriParameters:\n    b: { required: false }\n  get:\n/{a}{b}:\n  get:";
    let mut cells = Cells::of(raml);
    cells.asks("client.t(1).get()", "GET /t1");
    cells.asks("client.t(undefined, 2).get()", "GET /t2");
    cells.asks("client.t().get()", "GET /t");
    cells.asks("client.a(1).get()", "GET /1");
    assert_eq!(cells.error("client.a().get()"), r#"TypeError: URI parameter "a" is missing"#);
    cells.asks("client('/people-search{fieldSelectors}').get()", "GET /people-search");
    cells.asks(
        "client('/people-search{fieldSelectors}', { fieldSelectors: ':(id)' }).get()",
        "GET /people-search%3A(id)",
    );
}

#[test]
fn a_missing_argument_uses_the_declared_default() {
    let raml = "/{region}/x{page}:\n  uriParameters:\n    region: { default: eu }\n    page: { default: '1' }\n  get:";
    let mut cells = Cells::of(raml);
    cells.asks("client.region().x().get()", "GET /eu/x1");
    cells.asks("client.region('us').x(2).get()", "GET /us/x2");
    cells.asks("client.region().x().get({}, { uriParameters: { region: 'jp' } })", "GET /jp/x1");
}

#[test]
fn the_media_type_extension_is_not_part_of_the_name() {
    let raml = format!("/users{{mediaTypeExtension}}:\n  uriParameters: {JSON}\n  get:\n  /{{id}}:\n    get:");
    check(&raml, "client.users.json.get()", "GET /users.json");
    check(&raml, "client.users.extension('json').get()", "GET /users.json");
    check(&raml, "client.users.extension('.json').get()", "GET /users.json");
    check(&raml, "client.users.extension('csv').get()", "GET /users.csv");
    check(&raml, "client.users.extension('').get()", "GET /users");
    // A missing argument defaults to the only allowed value.
    check(&raml, "client.users.extension().get()", "GET /users.json");
    check(&raml, "client.users.json.id(5).get()", "GET /users.json/5");
    let two =
        "/u/{id}{mediaTypeExtension}:\n  uriParameters:\n    mediaTypeExtension: { enum: [ json, .xml ] }\n  get:";
    check(two, "client.u.id(5).json.get()", "GET /u/5.json");
    check(two, "client.u.id(5).xml.get()", "GET /u/5.xml");
    check(two, "client.u.id(5).extension('xml').get()", "GET /u/5.xml");
}

#[test]
fn methods_of_an_optional_extension_are_on_the_node_too() {
    let optional = "{ mediaTypeExtension: { enum: [ .json ], required: false } }";
    let raml = format!("/users{{mediaTypeExtension}}:\n  uriParameters: {optional}\n  get:");
    check(&raml, "client.users.get()", "GET /users");
    check(&raml, "client.users.json.get()", "GET /users.json");
    let nested = format!(
        "/a{{mediaTypeExtension}}:\n  uriParameters: {optional}\n  /b{{mediaTypeExtension}}:\n    uriParameters: {optional}\n    get:"
    );
    check(&nested, "client.a.b.json.get()", "GET /a/b.json");
    check(&nested, "client.a.json.b.get()", "GET /a.json/b");
    check(&nested, "client.a.json.b.json.get()", "GET /a.json/b.json");
    check(&nested, "client.a.b.get()", "GET /a/b");
}

#[test]
fn an_extension_without_values_has_only_its_function() {
    let raml = "/users{mediaTypeExtension}:\n  get:";
    check(raml, "client.users.extension('json').get()", "GET /users.json");
    check(
        raml,
        "client.users.extension().get({}, { uriParameters: { mediaTypeExtension: 'json' } })",
        "GET /users.json",
    );
    let mut cells = Cells::of(raml);
    assert_eq!(
        cells.error("client.users.extension().get()"),
        r#"TypeError: URI parameter "mediaTypeExtension" is missing"#
    );
    cells.gives("client.users.json === undefined", &json!(true));
    // A declared media type replaces a missing enum.
    let declared = "mediaType: application/json\n/users{mediaTypeExtension}:\n  get:";
    check(declared, "client.users.json.get()", "GET /users.json");
    let bodies = "/users{mediaTypeExtension}:\n  post:\n    body:\n      text/xml:";
    check(bodies, "client.users.xml.post()", "POST /users.xml");
}

#[test]
fn any_path_below_the_base_uri_has_every_method() {
    let mut cells = Cells::of(USERS);
    for method in ["get", "head", "put", "post", "patch", "delete"] {
        cells.asks(&format!("client('/x').{method}()"), &format!("{} /x", method.to_uppercase()));
    }
    cells.gives("Object.keys(client('/x')).sort()", &json!(["delete", "get", "head", "patch", "post", "put"]));
    cells.asks("client('x/y').get()", "GET /x/y");
    cells.asks("client('//x').get()", "GET /x");
    cells.asks("client('///a/{b}', { b: 'c' }).get()", "GET /a/c");
    cells.asks("client('/').get()", "GET /");
    cells.asks("client('').get()", "GET /");
    cells.asks("client('/x?a=1').get({ b: 2 })", "GET /x?a=1&b=2");
    cells.asks("client('//a/{b}{mediaTypeExtension}', { b: 1, mediaTypeExtension: '.json' }).get()", "GET /a/1.json");
    cells.asks("client('/a/{b}{mediaTypeExtension}', { b: 1, mediaTypeExtension: 'json' }).get()", "GET /a/1.json");
    cells.asks("client('/a/{b}{mediaTypeExtension}', { b: 1 }).get()", "GET /a/1");
    cells.asks("client('/a/{b}').get({}, { uriParameters: { b: 'c' } })", "GET /a/c");
    cells.asks("client('/a/{b}', { b: '' }).get()", "GET /a/");
    cells.asks("client('/{a}/{b}/{c}', { a: 0, b: false, c: ['x y', 2] }).get()", "GET /0/false/x%20y%2C2");
    assert_eq!(cells.error("client('/a/{b}').get()"), r#"TypeError: URI parameter "b" is missing"#);
    assert_eq!(cells.error("client('/a/{b}', { b: null }).get()"), r#"TypeError: URI parameter "b" is missing"#);
    // The object can be stored and reused.
    cells.run("any = client('/kept')");
    cells.asks("any.get(); any.put()", "PUT /kept");
}

#[test]
fn two_declarations_of_a_segment_share_one_node() {
    let raml = format!(
        "/users:\n  post:\n  /me:\n    get:\n/users{{mediaTypeExtension}}:\n  uriParameters: {JSON}\n  get:\n\
         /deep/a/b:\n  get:\n/deep:\n  get:\n  /a:\n    get:\n"
    );
    check(&raml, "client.users.post()", "POST /users");
    check(&raml, "client.users.me.get()", "GET /users/me");
    check(&raml, "client.users.json.get()", "GET /users.json");
    check(&raml, "client.deep.get()", "GET /deep");
    check(&raml, "client.deep.a.get()", "GET /deep/a");
    check(&raml, "client.deep.a.b.get()", "GET /deep/a/b");
}

#[test]
fn a_child_slash_adds_its_methods_to_the_parent() {
    let raml = "/users:\n  get:\n  /:\n    get:\n    post:\n";
    check(raml, "client.users.get()", "GET /users");
    check(raml, "client.users.post()", "POST /users/");
    check("/:\n  get:", "client.get()", "GET /");
}

#[test]
fn a_resource_named_like_a_method_does_not_hide_it() {
    let raml = "/a:\n  get:\n  /get:\n    get:\n    post:\n";
    check(raml, "client.a.get()", "GET /a");
    check(raml, "client.a.get.get()", "GET /a/get");
    check(raml, "client.a.get.post()", "POST /a/get");
    check("/get:\n  get:\n", "client.get.get()", "GET /get");
}

#[test]
fn a_resource_may_have_any_name() {
    for name in ["name", "length", "apply", "constructor", "toString", "prototype", "__proto__", "extension", "then"] {
        check(&format!("/{name}:\n  get:\n"), &format!("client.{name}.get()"), &format!("GET /{name}"));
    }
}

#[test]
fn every_node_is_independent() {
    let mut cells = Cells::of(USERS);
    cells.run("a = client.users.id(1); b = client.users.id(2)");
    cells.asks("a.get()", "GET /users/1");
    cells.asks("b.get()", "GET /users/2");
    cells.asks("a.groups.get()", "GET /users/1/groups");
    cells.run("groups = a.groups; get = b.get");
    cells.asks("groups.get()", "GET /users/1/groups");
    // A method can be detached from its node.
    cells.asks("get()", "GET /users/2");
    cells.asks("[1, 2, 3].map((id) => client.users.id(id)).map((user) => user.get())[2], a.get()", "GET /users/1");
    cells.client("other", "/users:\n  get:\n");
    cells.run("API.set(other, 'query', { other: 1 })");
    cells.asks("client.users.get()", "GET /users");
    cells.asks("other.users.get()", "GET /users?other=1");
}

#[test]
fn keys_are_exactly_the_children_and_methods() {
    let mut cells = Cells::of(USERS);
    cells.gives("Object.keys(client)", &json!(["users"]));
    cells.gives("Object.keys(client.users)", &json!(["get", "post", "id"]));
    cells.gives("Object.keys(client.users.id)", &json!([]));
    cells.gives("Object.keys(client.users.id(5))", &json!(["get", "put", "delete", "groups"]));
    cells.gives("k = []; for (const key in client.users) k.push(key); k", &json!(["get", "post", "id"]));
    cells.gives("Reflect.ownKeys(client.users)", &json!(["get", "post", "id"]));
    cells.gives(
        "Object.entries(client.users).map(([key, value]) => typeof value)",
        &json!(["function", "function", "function"]),
    );
    cells.gives(
        "['get', 'id', 'delete', 'name', 'x'].map((key) => key in client.users)",
        &json!([true, true, false, false, false]),
    );
    cells.gives("Object.hasOwn(client.users, 'get')", &json!(true));
    cells.gives("client.users.nothing === undefined", &json!(true));
    assert_eq!(cells.error("client.users.nothing.get()").split(':').next(), Some("TypeError"));
    let mut cells = Cells::of(&format!("/u{{mediaTypeExtension}}:\n  uriParameters: {JSON}\n  get:\n"));
    cells.gives("Object.keys(client.u)", &json!(["json", "extension"]));
    cells.gives("'extension' in client.u && !('extension' in client.u.json)", &json!(true));
}

#[test]
fn an_inspected_node_lists_its_members() {
    let mut cells = Cells::of(USERS);
    assert_eq!(cells.run("client"), "client { users }, for example client.users.get()");
    assert_eq!(cells.run("client.users"), "client.users { get(), post(), id(id) }");
    assert_eq!(cells.run("client.users.id"), "client.users.id(id)");
    assert_eq!(cells.run("client.users.id(5)"), "client.users.id(5) { get(), put(), delete(), groups }");
}

#[test]
fn a_node_without_tags_is_not_a_function() {
    let mut cells = Cells::of(USERS);
    assert_eq!(
        cells.error("client.users(5)"),
        "TypeError: client.users is not a function: no URI parameter follows in its path"
    );
}

#[test]
fn a_tag_cannot_escape_its_segment() {
    let mut cells = Cells::of(USERS);
    cells.asks("client.users.id('../x').get()", "GET /users/..%2Fx");
    for value in [".", ".."] {
        assert_eq!(
            cells.error(&format!("client.users.id('{value}').delete()")),
            format!("TypeError: URI parameter \"id\" cannot be \"{value}\", which means another path")
        );
    }
}

#[test]
fn a_notebook_may_set_properties_of_a_node() {
    let mut cells = Cells::of(USERS);
    cells.run("client.users.byName = (name) => client.users.get({ name })");
    cells.asks("client.users.byName('ada')", "GET /users?name=ada");
    cells.gives("Object.keys(client.users)", &json!(["get", "post", "id", "byName"]));
    cells.gives("client.users = 5; client.users", &json!(5));
    cells.asks("delete client.users; client.users.get()", "GET /users");
    cells
        .asks("Object.defineProperty(client, 'x', { value: 1, configurable: true }); client.users.get()", "GET /users");
    // Changes that would break it partially are rejected.
    assert!(cells.error("Object.freeze(client)").starts_with("TypeError"));
    cells.asks("client.users.get()", "GET /users");
}

#[test]
fn a_path_that_is_not_a_string_is_an_error() {
    let mut cells = Cells::of(USERS);
    for path in ["null", "5", "{}"] {
        let error = cells.error(&format!("client({path}).get()"));
        assert!(
            error.starts_with("TypeError: client(path, parameters): expected a string as the path, got "),
            "{error}"
        );
    }
}
