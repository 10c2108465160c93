//! An invalid call of a client is an error before any request is sent, in terms of the client.

use serde_json::json;

use crate::support::{Case, Cells};

const RAML: &str = "\
/users:
  get:
  head:
  /{id}:
    get:
    put:
    /groups:
      get:
/files{mediaTypeExtension}:
  uriParameters:
    mediaTypeExtension: { enum: [ .json ] }
  get:
/odd-name:
  get:
";

const ROOT: &str = "Use a member of client: users, files, ['odd-name'].";
const USERS: &str = "Use a member of client.users: get(), head(), id(id).";

/// Checks the error of a cell and its help.
#[track_caller]
fn check(cells: &mut Cells, code: &str, message: &str, help: &str) {
    let error = cells.failure(code);
    let shown = (format!("{}: {}", error.name, error.message), error.help.unwrap_or_default());
    assert_eq!(shown, (message.to_owned(), help.to_owned()), "{code}");
    assert_eq!(cells.server.requests().len(), 0, "{code}");
}

#[test]
fn an_unknown_resource_is_named() {
    let mut cells = Cells::of(RAML);
    let meant = "TypeError: client has no \"user\", did you mean \"users\"?";
    for code in [
        "client.user.get()",
        "client.user()",
        "client.user.id(5).get()",
        "client.user\n  .get()",
        "client['user'].get()",
        "client.user['get']()",
        "client['user']['get']()",
        "(client.user).get()",
        "client.user.x = 1",
        "let u = client.user.get()",
        "const { get } = client.user",
        "f = function (api) { return api.user.get() }; f(client)",
        "[1].map((id) => client.user.get(id))",
        "await client.user.get()",
        "x = { a: client.other, b: client.user.get() }",
        "client.user.get(client.users)",
        "client.user(client.nothing)",
        "try { client.user.get() } catch (error) { throw error }",
        "setTimeout(() => client.user.get()); new Promise(() => {})",
    ] {
        check(&mut cells, code, meant, ROOT);
    }
    check(&mut cells, "client.tickets.get()", "TypeError: client has no \"tickets\"", ROOT);
    check(
        &mut cells,
        "client['od-name'].get()",
        "TypeError: client has no \"od-name\", did you mean \"odd-name\"?",
        ROOT,
    );
    check(
        &mut cells,
        "client.users.id(5).grups.get()",
        "TypeError: client.users.id(5) has no \"grups\", did you mean \"groups\"?",
        "Use a member of client.users.id(5): get(), put(), groups.",
    );
}

#[test]
fn an_undeclared_method_lists_the_declared_ones() {
    let mut cells = Cells::of(RAML);
    let error = "TypeError: client.users has no method \"post\"; it has get, head";
    check(&mut cells, "client.users.post()", error, USERS);
    check(&mut cells, "client.users.post({ name: 'Ada' }, {}, console.log)", error, USERS);
    check(&mut cells, "users = client.users; users.post(client.users)", error, USERS);
    check(&mut cells, "client.users.pst()", "TypeError: client.users has no \"pst\"", USERS);
    check(&mut cells, "client.users.gett()", "TypeError: client.users has no \"gett\", did you mean \"get\"?", USERS);
    let id = "TypeError: client.users.id has no method \"get\"; client.users.id(id) has get, put";
    check(&mut cells, "client.users.id.get()", id, "Call it as a function: client.users.id(id).");
    let files = "TypeError: client.files has no method \"get\"; client.files.json has get";
    check(&mut cells, "client.files.get()", files, "Use a member of client.files: json, extension(value).");
    let called = "TypeError: client.users is not a function: no URI parameter follows in its path";
    check(&mut cells, "client.users(5)", called, USERS);
}

#[test]
fn the_error_points_at_the_name() {
    let mut cells = Cells::of(RAML);
    for (code, column) in
        [("  client.user.get()", 10), ("'é😀', client.users.id(5).patch()", 26), ("client.users['pst']()", 15)]
    {
        let position = cells.failure(code).position.unwrap();
        assert_eq!(position.column, column, "{code}");
    }
}

#[test]
fn testing_for_a_member_is_not_an_error() {
    let mut cells = Cells::of(RAML);
    for (code, expected) in [
        ("client.user === undefined", json!(true)),
        ("typeof client.foo", json!("undefined")),
        ("'user' in client", json!(false)),
        ("client.user ? 1 : 2", json!(2)),
        ("client.user?.get()", json!(null)),
        ("Promise.resolve(client).then((c) => c === client)", json!(true)),
        ("JSON.stringify({ a: client.users }) === undefined", json!(false)),
    ] {
        cells.gives(code, &expected);
    }
    // The notebook catches the error of V8.
    cells.gives(
        "try { client.user.get() } catch (error) { error.message }",
        &json!("Cannot read properties of undefined (reading 'get')"),
    );
}

#[test]
fn other_errors_are_unchanged() {
    let mut cells = Cells::of(RAML);
    for (code, message) in [
        ("client.user; nothing = {}; nothing.at.all", "Cannot read properties of undefined (reading 'all')"),
        ("client.user; ({ user: undefined }).user.get()", "Cannot read properties of undefined (reading 'get')"),
        ("u = client.user; u.get()", "Cannot read properties of undefined (reading 'get')"),
        ("client.user; o = {}; o.user()", "o.user is not a function"),
        ("client.user, null.get", "Cannot read properties of null (reading 'get')"),
    ] {
        assert_eq!(cells.error(code), format!("TypeError: {message}"), "{code}");
    }
    // Reads of earlier cells do not count.
    cells.run("look = (o) => o.user; look(client)");
    assert_eq!(
        cells.error("(function (o) { return o.user.get() })({})"),
        "TypeError: Cannot read properties of undefined (reading 'get')"
    );
}

#[test]
fn the_report_has_the_error() {
    Case::spec("report/wrong-calls").run().exit(1).golden("report/wrong-calls");
}
