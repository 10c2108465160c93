//! The tree of a client as an outline: one line per property, with its members below.

mod published;

use std::sync::Arc;

use super::children::Property;
use super::method::method_shape;
use super::position::ParameterSource;
use super::request::error::PlanError;
use super::request::inputs::{CallInputs, Missing};
use super::request::plan::{Target, plan};
use super::request::server::BaseUri;
use super::tree::{CLIENT, ClientTree};
use super::walk::{ClientPath, Step};
use apinb_definition::load::load;
use apinb_definition::model::{Definition, Method, Parameter, Resource};
use apinb_record::value::PlannedValue;
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};

struct Text(String);

impl Loader for Text {
    fn load(&self, _address: &Address) -> Result<String, LoadError> {
        Ok(self.0.clone())
    }
}

/// The client of a RAML 0.8 definition with these lines after its title.
pub(crate) fn client(raml: &str) -> ClientPath {
    client_of(format!("#%RAML 0.8\ntitle: Test\n{raml}"))
}

/// The client of a definition.
pub(crate) fn client_of(text: String) -> ClientPath {
    let loaded = load(&Address::file("/api.raml"), Arc::new(Text(text)));
    ClientPath::client(Arc::new(loaded.definition.unwrap()))
}

/// `name` is a node, `name()` a method with its path, `name(parameters)` a function, `name = .value` an extension. In a path,
/// `=` marks the only value of a parameter and `@` the number of the argument that fills it.
fn outline(path: &ClientPath, depth: usize, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    let children = path.children();
    for Property { name, method, positions, functions } in children.properties() {
        if let Some(method) = method {
            let method = method_shape(path.definition(), method).unwrap();
            let mut path = method.literals[0].clone();
            for (index, (parameter, literal)) in method.parameters.iter().zip(&method.literals[1..]).enumerate() {
                let only = parameter.only.as_ref().map(|only| format!("={only}")).unwrap_or_default();
                let filled = method.filled.iter().find(|filled| filled.parameter as usize == index);
                let filled = filled.map(|filled| match &filled.value {
                    ParameterSource::Argument(at) => format!("@{}", at + 1),
                    ParameterSource::Text(text) => format!("@{text}"),
                });
                path.push_str(&format!("{{{}{only}{}}}{literal}", parameter.name, filled.unwrap_or_default()));
            }
            lines.push(format!("{indent}{name}() {path}"));
        }
        if !positions.is_empty() {
            lines.push(format!("{indent}{name}"));
            outline(&path.at(positions.clone()), depth + 1, lines);
        }
        for function in functions {
            lines.push(format!("{indent}{name}({})", function.parameters.join(", ")));
            outline(&path.called(function), depth + 1, lines);
        }
        lines.extend(children.extension_value(name).map(|value| format!("{indent}{name} = {value}")));
    }
    for name in children.extension_names().filter(|name| children.get(name).is_none()) {
        lines.push(format!("{indent}{name} = {}", children.extension_value(name).unwrap()));
    }
    if !children.extension().is_empty() {
        lines.push(format!("{indent}.extension"));
        outline(&path.extended(), depth + 1, lines);
    }
}

#[track_caller]
fn check(raml: &str, expected: &[&str]) {
    let mut lines = Vec::new();
    outline(&client(raml), 0, &mut lines);
    assert_eq!(lines, expected, "\n{raml}\n{}", lines.join("\n"));
}

#[test]
fn segments_are_properties_and_parameters_are_functions() {
    check(
        "/users:\n  get:\n  /{id}:\n    delete:\n    /groups:\n      get:\n",
        &[
            "users",
            "  get() /users",
            "  id(id)",
            "    delete() /users/{id@1}",
            "    groups",
            "      get() /users/{id@1}/groups",
        ],
    );
    check("/a/b{c}{d}/e:\n  get:\n", &["a", "  b(c, d)", "    e", "      get() /a/b{c@1}{d@2}/e"]);
}

#[test]
fn members_are_in_the_order_of_the_definition() {
    check(
        "/z:\n  put:\n  get:\n  /b:\n    get:\n  /a:\n    get:\n/y:\n  get:\n",
        &["z", "  put() /z", "  get() /z", "  b", "    get() /z/b", "  a", "    get() /z/a", "y", "  get() /y"],
    );
}

#[test]
fn a_segment_declared_twice_is_one_node() {
    check(
        "/users:\n  post:\n/users{mediaTypeExtension}:\n  uriParameters: { mediaTypeExtension: { enum: [ .json ] } }\n  get:\n",
        &["users", "  post() /users", "  json = .json", "  .extension", "    get() /users{mediaTypeExtension=.json@1}"],
    );
    check(
        "/deep/a/b:\n  get:\n/deep:\n  post:\n  /a:\n    put:\n    /c:\n      get:\n",
        &[
            "deep",
            "  a",
            "    b",
            "      get() /deep/a/b",
            "    put() /deep/a",
            "    c",
            "      get() /deep/a/c",
            "  post() /deep",
        ],
    );
    check(
        "/{id}:\n  get:\n/{id}/a:\n  get:\n/{id}{mediaTypeExtension}:\n  put:\n",
        &[
            "id(id)",
            "  get() /{id@1}",
            "  a",
            "    get() /{id@1}/a",
            "  .extension",
            "    put() /{id@1}{mediaTypeExtension@2}",
        ],
    );
}

#[test]
fn the_first_declaration_of_a_method_wins() {
    check("/a:\n  get:\n/a/:\n  get:\n  put:\n", &["a", "  get() /a", "  put() /a/"]);
}

#[test]
fn functions_differ_by_parameter_positions_not_names() {
    check(
        "/text{a}/x:\n  get:\n/text{b}/y:\n  get:\n/text{a}{b}:\n  get:\n",
        &[
            "text(a)",
            "  x",
            "    get() /text{a@1}/x",
            "  y",
            "    get() /text{b@1}/y",
            "text(a, b)",
            "  get() /text{a@1}{b@2}",
        ],
    );
}

#[test]
fn a_child_without_a_segment_belongs_to_its_parent() {
    check(
        "/:\n  get:\n/users:\n  get:\n  /:\n    get:\n    post:\n    /{id}:\n      get:\n",
        &["get() /", "users", "  get() /users", "  post() /users/", "  id(id)", "    get() /users//{id@1}"],
    );
}

#[test]
fn a_name_can_be_a_node_and_a_function() {
    check(
        "/collection:\n  get:\n  /x:\n    get:\n/{collection}:\n  put:\n",
        &[
            "collection",
            "  get() /collection",
            "  x",
            "    get() /collection/x",
            "collection(collection)",
            "  put() /{collection@1}",
        ],
    );
    check("/text:\n  get:\n/text{a}:\n  get:\n", &["text", "  get() /text", "text(a)", "  get() /text{a@1}"]);
}

#[test]
fn a_name_can_be_a_node_and_a_method() {
    check(
        "/a:\n  get:\n  /get:\n    get:\n    /post:\n      post:\n",
        &["a", "  get() /a", "  get", "    get() /a/get", "    post", "      post() /a/get/post"],
    );
}

#[test]
fn otherwise_unreachable_segments_are_named_after_their_first_parameter() {
    check("/{a}{b}:\n  get:\n", &["a(a, b)", "  get() /{a@1}{b@2}"]);
    check("/{p}.json:\n  get:\n", &["p(p)", "  get() /{p@1}.json"]);
    check("/{x}...{y}:\n  get:\n", &["x(x, y)", "  get() /{x@1}...{y@2}"]);
    check("/mid{x}tail/{y}:\n  get:\n", &["x(x)", "  y(y)", "    get() /mid{x@1}tail/{y@2}"]);
    check("/{p}.json:\n  get:\n/{p}:\n  put:\n", &["p(p)", "  put() /{p@1}", "p(p)", "  get() /{p@1}.json"]);
}

#[test]
fn a_value_of_the_media_type_extension_is_a_property() {
    let with = |parameter: &str| {
        format!("/users{{mediaTypeExtension}}:\n  uriParameters:\n    mediaTypeExtension: {parameter}\n  get:\n")
    };
    check(
        &with("{ enum: [ .json, xml ] }"),
        &["users", "  json = .json", "  xml = .xml", "  .extension", "    get() /users{mediaTypeExtension@1}"],
    );
    // Optional parts can be omitted.
    check(
        &with("{ enum: [ .json ], required: false }"),
        &[
            "users",
            "  get() /users{mediaTypeExtension=.json}",
            "  json = .json",
            "  .extension",
            "    get() /users{mediaTypeExtension=.json@1}",
        ],
    );
    check(&with("{}"), &["users", "  .extension", "    get() /users{mediaTypeExtension@1}"]);
    check(
        "/users{mediaTypeExtension}:\n  get:\n/users/json:\n  get:\n",
        &["users", "  json", "    get() /users/json", "  .extension", "    get() /users{mediaTypeExtension@1}"],
    );
    check(
        "/users:\n  /{mediaTypeExtension}:\n    get:\n",
        &["users", "  .extension", "    get() /users/{mediaTypeExtension@1}"],
    );
}

#[test]
fn a_missing_extension_enum_follows_the_declared_media_types() {
    let expected =
        ["users", "  json = .json", "  xml = .xml", "  .extension", "    get() /users{mediaTypeExtension@1}"];
    check(
        "/users{mediaTypeExtension}:\n  get:\n    responses:\n      200:\n        body:\n          application/json:\n          text/xml:\n",
        &expected,
    );
    check(
        "mediaType: application/vnd.test+json\n/users{mediaTypeExtension}:\n  get:\n    body:\n      application/atom+xml:\n",
        &expected,
    );
    check(
        "mediaType: text/html\n/users{mediaTypeExtension}:\n  get:\n",
        &["users", "  .extension", "    get() /users{mediaTypeExtension@1}"],
    );
}

#[test]
fn a_parameter_with_a_single_value_needs_no_argument() {
    check(
        "/{v}:\n  uriParameters:\n    v: { enum: [ v1 ] }\n  get:\n/{w}:\n  uriParameters:\n    w: { enum: [ 1, 2 ] }\n  get:\n",
        &["v(v)", "  get() /{v=v1@1}", "w(w)", "  get() /{w@1}"],
    );
}

#[test]
fn each_parameter_has_its_argument() {
    let optional = "uriParameters: { mediaTypeExtension: { enum: [ .json ], required: false } }";
    check(
        &format!("/a{{mediaTypeExtension}}:\n  {optional}\n  /b{{mediaTypeExtension}}:\n    get:\n"),
        &[
            "a",
            "  b",
            "    .extension",
            "      get() /a{mediaTypeExtension=.json}/b{mediaTypeExtension@1}",
            "  json = .json",
            "  .extension",
            "    b",
            "      .extension",
            "        get() /a{mediaTypeExtension=.json@1}/b{mediaTypeExtension@2}",
        ],
    );
}

#[track_caller]
fn method(raml: &str) -> super::method::MethodShape {
    let client = client(raml);
    let steps = [Step::Property("a"), Step::Property("get")];
    let path = client.follow(&steps).or_else(|| client.follow(&[Step::Property("a"), Step::Property("post")]));
    method_shape(client.definition(), path.unwrap().method().unwrap()).unwrap()
}

#[test]
fn the_preferred_type_is_json_then_form_then_multipart_then_the_first() {
    let check = |types: &str, expected: Option<&str>| {
        let method = method(&format!("/a:\n  post:\n    body:\n{types}"));
        assert_eq!(method.content_type.as_deref(), expected, "{types}");
    };
    let (json, form, multipart) = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data");
    let body = |types: &[&str]| types.iter().map(|name| format!("      {name}:\n")).collect::<String>();
    check(&body(&["text/xml", multipart, form, json]), Some(json));
    check(&body(&["text/xml", multipart, form]), Some(form));
    check(&body(&["text/xml", multipart]), Some(multipart));
    check(&body(&["text/xml", "text/plain"]), Some("text/xml"));
    check(&body(&[form, "application/vnd.test+json"]), Some("application/vnd.test+json"));
    check("", None);
}

#[test]
fn a_body_that_is_sent_unchanged_has_the_only_declared_type() {
    let check = |types: &[&str], expected: Option<&str>| {
        let body: String = types.iter().map(|name| format!("      \"{name}\":\n")).collect();
        let method = method(&format!("/a:\n  post:\n    body:\n{body}"));
        assert_eq!(method.only_content_type.as_deref(), expected, "{types:?}");
    };
    check(&["text/csv"], Some("text/csv"));
    check(&["application/json"], Some("application/json"));
    check(&["text/csv", "text/xml"], None);
    check(&["*/*"], None);
    check(&["image/*"], None);
    check(&["multipart/form-data"], None);
}

#[test]
fn base_uri_parameters_of_a_method_override_those_of_its_resource() {
    let raml = "baseUri: http://{host}.test/{region}\n/a:\n  baseUriParameters:\n    host: { enum: [ files ] }\n    region: { default: eu }\n";
    assert!(
        method(&format!("{raml}  get:\n"))
            .base_uri_parameters
            .iter()
            .eq([(&"host".to_owned(), &"files".to_owned()), (&"region".to_owned(), &"eu".to_owned())])
    );
    let own = method(&format!("{raml}  get:\n    baseUriParameters:\n      host: {{ enum: [ up ] }}\n"));
    assert_eq!(own.base_uri_parameters["host"], "up");
}

#[test]
fn nodes_are_created_on_first_use() {
    let mut raml = String::new();
    for group in 0..100 {
        raml.push_str(&format!("/group{group}:\n"));
        for item in 0..50 {
            raml.push_str(&format!("  /item{item}/{{id}}:\n    get:\n"));
        }
    }
    let mut tree = ClientTree::new(Arc::clone(client(&raml).definition()));
    assert!(tree.path(1).is_none());
    let group = tree.step(CLIENT, Step::Property("group99")).unwrap();
    assert!((group, tree.path(2).is_none()) == (1, true));
    assert_eq!(tree.names(group, "client").unwrap().properties.len(), 50);
    assert_eq!(tree.names(CLIENT, "client").unwrap().properties.len(), 100);
    // Equal chains have equal ids, regardless of their arguments.
    let item =
        tree.step(group, Step::Property("item0")).and_then(|item| tree.step(item, Step::Property("id"))).unwrap();
    let called = [0, 1, 2].map(|arguments| tree.step(item, Step::Call { arguments }));
    assert!(called[0].is_some() && called.iter().all(|one| *one == called[0]), "{called:?}");
    assert_eq!(tree.step(CLIENT, Step::Property("group99")), Some(group));
    assert_eq!(tree.step(u32::MAX, Step::Property("group99")), None);
}

#[test]
fn many_extensions_follow_each_other() {
    let extension =
        Parameter { name: "mediaTypeExtension".to_owned(), values: vec![".json".to_owned()], ..Parameter::default() };
    let resource = Resource {
        path: "/{mediaTypeExtension}".repeat(20_000),
        uri_parameters: vec![extension],
        methods: vec![Method { ..Method::default() }],
        ..Resource::default()
    };
    let definition = Definition { resources: vec![resource], ..Definition::default() };
    let client = ClientPath::client(Arc::new(definition));
    let names: Vec<&str> = client.names().map(|one| one.name).collect();
    assert_eq!(names, ["get", "json", "extension"]);
    assert!(!client.extended().children().extension().is_empty());
}

#[test]
fn a_path_continues_from_every_meaning_of_a_name() {
    let json = "uriParameters: { mediaTypeExtension: { enum: [ .json ] } }";
    let raml = format!(
        "/users/json:\n  /a:\n    get:\n  /{{id}}:\n    get:\n\
         /users{{mediaTypeExtension}}:\n  {json}\n  put:\n  /a:\n    get:\n    /x:\n      get:\n  /{{id}}/y{{n}}:\n    get:\n"
    );
    let client = client(&raml);
    let filled = |path: &ClientPath| {
        let method = path.method().unwrap();
        method.filled.iter().map(|one| (one.parameter, one.value.clone())).collect::<Vec<_>>()
    };
    let json = client.follow(&["users", "json"].map(Step::Property)).unwrap();
    let of = |steps: &[Step<'_>]| json.follow(steps).unwrap();
    let extension = (0, ParameterSource::Text(".json".to_owned()));
    assert_eq!(filled(&of(&[Step::Property("put")])), std::slice::from_ref(&extension));
    // The first of the two methods is that of the segment.
    assert_eq!(filled(&of(&[Step::Property("a"), Step::Property("get")])), []);
    assert_eq!(filled(&of(&["a", "x", "get"].map(Step::Property))), std::slice::from_ref(&extension));
    let [id, call] = [Step::Property("id"), Step::Call { arguments: 1 }];
    assert_eq!(filled(&of(&[id, call, Step::Property("get")])), [(0, ParameterSource::Argument(0))]);
    let y = [id, call, Step::Property("y"), call, Step::Property("get")];
    assert_eq!(filled(&of(&y)), [extension, (1, ParameterSource::Argument(0)), (2, ParameterSource::Argument(1))]);
}

/// The URL of `a(…).get()` in RAML with these lines, with `values` by the index of the parameter.
fn url(raml: &str, values: &[(u32, &str)], missing: Missing) -> Result<Option<String>, PlanError> {
    let client = client(&format!("baseUri: http://h\n{raml}"));
    let steps = [Step::Property("a"), Step::Call { arguments: 0 }, Step::Property("get")];
    let path = client.follow(&steps).unwrap();
    let method = method_shape(client.definition(), path.method().unwrap()).unwrap();
    let values = values.iter().map(|(index, value)| (*index, PlannedValue::Text((*value).to_owned()))).collect();
    let base = BaseUri::new(client.definition(), None);
    let inputs = CallInputs { missing, ..CallInputs::default() };
    let target = Target::Method { method: &method, values: &values };
    Ok(plan(&base, target, &inputs)?.url())
}

#[test]
fn a_parameter_without_a_value_is_empty_if_its_segment_is_not() {
    let known = |url: &str| Ok(Some(url.to_owned()));
    for missing in [Missing::Refuse, Missing::Unknown] {
        assert_eq!(url("/a{x}:\n  get:", &[], missing), known("http://h/a"));
        assert_eq!(url("/a{x}{y}:\n  get:", &[(1, "2")], missing), known("http://h/a2"));
        assert_eq!(url("/a{x}:\n  uriParameters:\n    x: { default: d }\n  get:", &[], missing), known("http://h/ad"));
        assert_eq!(url("/{a}:\n  uriParameters:\n    a: { default: d }\n  get:", &[], missing), known("http://h/d"));
    }
    let error = PlanError::UriParameter { name: "a".to_owned() };
    assert_eq!(url("/{a}:\n  get:", &[], Missing::Refuse), Err(error));
    assert_eq!(url("/{a}:\n  get:", &[], Missing::Unknown), Ok(None));
}
