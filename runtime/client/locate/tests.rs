//! The path that a text denotes, and messages about unknown paths.

use std::sync::Arc;

use super::explain_text;
use apinb_definition::model::{Definition, Method, Resource};
use apinb_record::explanation::Explanation;
use apinb_text::diagnostic::Diagnostic as _;
use apinb_text::web::verb::Verb;

fn resource(path: &str, methods: &[&str], resources: Vec<Resource>) -> Resource {
    // Such as `get_groups`.
    let display_name = |name: &str| Some(format!("{name}_{}", path.trim_start_matches('/')));
    let method = |name: &&str| Method {
        verb: Verb::from_name(name).unwrap_or_default(),
        display_name: display_name(name),
        ..Method::default()
    };
    let methods = methods.iter().map(method).collect();
    Resource { path: path.to_owned(), methods, resources, ..Resource::default() }
}

fn definition() -> Definition {
    let groups = resource("/groups", &["get"], Vec::new());
    let user = resource("/{id}", &["get", "put"], vec![groups]);
    let resources = vec![
        resource("/users", &["get", "post"], vec![user, resource("/me", &["get"], Vec::new())]),
        resource("/text{a}{b}", &["get"], Vec::new()),
        resource("/x-y/1.1", &["get"], Vec::new()),
        resource("/{p}.txt", &["get"], Vec::new()),
        resource("/{p}", &["delete"], Vec::new()),
    ];
    Definition { resources, ..Definition::default() }
}

/// The method as `GET /path`, the path of a node, or `API`.
fn found(text: &str) -> String {
    match explain_text(&Arc::new(definition()), text, "client") {
        Ok(Explanation::Api(_)) => "API".to_owned(),
        Ok(Explanation::Resource(resource)) => resource.path,
        Ok(Explanation::Method(method)) => format!("{} {}", method.method, method.path),
        Err(unknown) => format!("{unknown}; {}", unknown.help().unwrap_or_default()),
    }
}

#[test]
fn names_of_methods_are_suggested() {
    assert_eq!(found("get_groups"), "GET /users/{id}/groups");
    assert_eq!(found("get_gruops"), "the API has no `get_gruops`; Did you mean `get_groups`?");
}

#[test]
fn a_path_has_many_notations() {
    for (text, expected) in [
        ("", "API"),
        ("/", "API"),
        ("client", "API"),
        ("users", "/users"),
        ("/users/", "/users"),
        ("client.users", "/users"),
        ("acme.users.get", "GET /users"),
        ("users.get", "GET /users"),
        ("users.get({ page: 1 })", "GET /users"),
        ("users.{id}", "/users/{id}"),
        ("users.{userId}.get", "GET /users/{id}"),
        ("users.id", "/users/{id}"),
        ("users.id.groups", "/users/{id}/groups"),
        ("users.id(5).groups.get", "GET /users/{id}/groups"),
        ("client.users.id(5).groups.get();", "GET /users/{id}/groups"),
        ("/users/{id}", "/users/{id}"),
        ("/users/5", "/users/{id}"),
        ("/users/me", "/users/me"),
        ("get /users/5/groups?x=1", "GET /users/{id}/groups"),
        ("users.{id}.groups", "/users/{id}/groups"),
        ("text(1, 2).get", "GET /text{a}{b}"),
        ("/text12", "/text{a}{b}"),
        ("['x-y']['1.1'].get", "GET /x-y/1.1"),
        ("/x-y", "/x-y"),
        ("GET /notes.txt", "GET /{p}.txt"),
        ("DELETE /notes", "DELETE /{p}"),
        ("get_groups", "GET /users/{id}/groups"),
        (" post_users ", "POST /users"),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn an_unknown_path_lists_known_ones() {
    for (text, expected) in [
        ("usrs", "the API has no `usrs`; Did you mean `users`?"),
        ("usrs.{id}.get", "the API has no `usrs`; Did you mean `users.{id}.get`?"),
        ("client.usrs", "the API has no `usrs`; Did you mean `users`?"),
        ("users.{id}.group", "`users.{id}` has no `group`; Did you mean `users.{id}.groups`?"),
        ("users.patch", "`users` has no `patch`; Use one of `get`, `post`, `id(id)` and `me`."),
        ("PATCH /users", "`/users` has no method `patch`; Use one of `get` and `post`."),
        ("/users/5/grups", "`/users/5` has no `grups`; Did you mean `/users/5/groups`?"),
        ("groups.get", "the API has no `groups`; Did you mean `/users/{id}/groups`?"),
        ("/x-y/2", "`/x-y` has no `2`; Use `1.1`."),
        ("users.id.groups.all", "`users.id.groups` has no `all`; Use `get`."),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn any_text_has_a_result() {
    for text in ["((((", "a[[[", "{", "}", "users.(", ".....", "/{", "users.id('", "\u{0}", "é.ü", "a.b.c.d.e.f.g"] {
        found(text);
    }
    found(&"a.".repeat(10_000));
    found(&"users.id(".repeat(10_000));
}

#[test]
fn a_name_that_cannot_be_written_is_tried_once() {
    let definition =
        Arc::new(Definition { resources: vec![resource("/ a", &["get"], Vec::new())], ..Definition::default() });
    let unknown = explain_text(&definition, ".a", "client").unwrap_err();
    assert_eq!(unknown.to_string(), "the API has no `a`");
}
