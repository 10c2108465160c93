use std::fmt::Write as _;
use std::sync::Arc;

use apinb_analysis::analyse;
use apinb_analysis::model::FaultKind;
use apinb_definition::model::{Definition, Method, Parameter, Resource, SecurityKind, SecurityScheme};
use apinb_notebook::model::Notebook;
use apinb_text::web::verb::Verb;
use proptest::prelude::*;

use super::{fit, judge};

fn notebook(cells: &[&str]) -> Notebook {
    let text = cells.iter().fold(String::new(), |mut text, cell| {
        let _ = write!(text, "text\n\n```js\n{cell}\n```\n");
        text
    });
    Notebook::parse("n.md", text)
}

fn resource(path: &str, methods: &[&str], resources: Vec<Resource>) -> Resource {
    let methods = methods
        .iter()
        .map(|name| Method { verb: Verb::from_name(name).unwrap_or_default(), ..Method::default() })
        .collect();
    let uri_parameters = apinb_client::segment::segments(path)
        .flat_map(|segment| apinb_client::segment::access(segment).tags)
        .map(|tag| Parameter { name: tag.to_owned(), required: true, ..Parameter::default() })
        .collect();
    Resource { path: path.to_owned(), methods, resources, uri_parameters, ..Resource::default() }
}

fn definition() -> Arc<Definition> {
    let mut files = resource("/files{mediaTypeExtension}", &["get"], Vec::new());
    let values = vec![".json".to_owned()];
    files.uri_parameters =
        vec![Parameter { name: "mediaTypeExtension".to_owned(), required: true, values, ..Parameter::default() }];
    let user = resource("/{id}", &["get", "put"], vec![resource("/groups", &["get"], Vec::new())]);
    let search = resource("/search", &["get"], Vec::new());
    let users = resource("/users", &["get", "head"], vec![user, search]);
    let scheme = SecurityScheme {
        name: "oauth_2_0".to_owned(),
        kind: SecurityKind::Basic,
        description: None,
        headers: Vec::new(),
        query_parameters: Vec::new(),
        cookies: Vec::new(),
        location: None,
    };
    Arc::new(Definition { resources: vec![users, files], security_schemes: vec![scheme], ..Definition::default() })
}

const CREATE: &str = "API.createClient('client', 'api.raml')";

/// What is wrong with cells behind that of [`CREATE`]: `text: message`.
#[track_caller]
fn check(cells: &[&str], expected: &[&str]) {
    let cells: Vec<&str> = std::iter::once(CREATE).chain(cells.iter().copied()).collect();
    let notebook = notebook(&cells);
    let analysis = analyse(&notebook);
    let text = notebook.to_markdown();
    let mut found: Vec<String> = judge(&analysis, "client", &definition())
        .into_iter()
        .map(|misuse| format!("{}: {}", &text[misuse.place.start..misuse.place.end], misuse.message))
        .collect();
    found.extend(analysis.faults.iter().map(|fault| match &fault.kind {
        FaultKind::Syntax { message, .. } => format!("{}: {message}", &text[fault.place.start..fault.place.end]),
        FaultKind::Absent { name } => format!("{}: no {name}", &text[fault.place.start..fault.place.end]),
    }));
    assert_eq!(found, expected, "{cells:?}");
}

#[test]
fn wrong_calls_are_found() {
    check(
        &["x = client.users.serch.get({ q: 1 }).body"],
        &["serch: client.users has no \"serch\", did you mean \"search\"?"],
    );
    check(&["client.users.post({})"], &["post: client.users has no method \"post\"; it has get, head"]);
    check(
        &["client.users.id.get()"],
        &["get: client.users.id has no method \"get\"; client.users.id(id) has get, put"],
    );
    check(
        &["client['users']['id'](5).group.get()"],
        &["group: client.users.id(id) has no \"group\", did you mean \"groups\"?"],
    );
    check(&["client.users.id().get()"], &["get: client.users.id() gives no value for \"id\""]);
    check(&["client.users(5).get()"], &["users: client.users is not a function: no URI parameter follows in its path"]);
    check(&["window.client.user.get()"], &["user: client has no \"user\", did you mean \"users\"?"]);
    check(
        &["async function f() { return await client.user.get() }"],
        &["user: client has no \"user\", did you mean \"users\"?"],
    );
    check(&["r = await client.user.get()"], &["user: client has no \"user\", did you mean \"users\"?"]);
    check(&["API.authenticate(client, 'oauth2', {})"], &["'oauth2': there is no security scheme `oauth2`"]);
}

#[test]
fn aliases_are_followed() {
    check(
        &["var u = client.users", "u.id(1).group.get()"],
        &["group: client.users.id(id) has no \"group\", did you mean \"groups\"?"],
    );
    check(&["var u; u = client.user; u.get()"], &["user: client has no \"user\", did you mean \"users\"?"]);
    check(&["var r = client.users.get()", "r.body.whatever.get()"], &[]);
    check(&["var u = client.users; u = other; u.serch.get()"], &[]);
    check(&["a = b; b = a; a.get()"], &[]);
    check(&["client.user.name = 1"], &["user: client has no \"user\", did you mean \"users\"?"]);
    // A function's own names are no others'.
    let user = "user: client has no \"user\", did you mean \"users\"?";
    check(&["function f(client) { return client.user.get() }", "client.user.get()"], &[user]);
    check(&["function f() { function g(client) { client.user.get() }; client.user.get(); var client }"], &[]);
    check(&["(function () { var client = 1; return () => client.user.get() })()", "client.user.get()"], &[user]);
}

#[test]
fn right_calls_are_right() {
    check(
        &[
            "client.users.get({ page: 1 }); client.users.id(5).groups.get(); client.users.id(5).get().body.x.y()",
            "client.files.json.get(); client.files.extension('json').get(); client('/any/{x}', { x: 1 }).patch({})",
            "client.users.get(function (error, response) { response.body.nothing() })",
            "client.users.id(...ids).get(); client.users.toString(); client.users.whatever",
            "API.authenticate(client, 'oauth_2_0', { clientId: ID }); API.authenticate(client)",
        ],
        &[],
    );
}

#[test]
fn what_cannot_be_known_is_no_fault() {
    for code in [
        "function f(client) { client.user.get() }",
        "client = other; client.user.get()",
        "[client] = list; client.user.get()",
        "({ client } = box); client.user.get()",
        "window.client = other; client.user.get()",
        "for (client of clients) client.user.get()",
        "try { client.user.get() } catch (error) { }",
        "assert.throws(function () { client.user.get() })",
        "expect(function () { client.user.get() }).to.throw()",
        "if (client.user) client.user.get()",
        "if ('user' in client) { client.user.get() }",
        "typeof client.user === 'undefined' || client.user.get()",
        "client.user?.get()",
        "client[name].get(); client.users[verb]()",
        "client.user = { get: f }; client.user.get()",
        "Object.assign(client, { user: 1 }); client.user.get()",
        "eval(code); client.user.get()",
        "API.createClient(name, url); client.user.get()",
        "API.createClient('client', 'other.raml'); client.user.get()",
        "u = { get: f }; u.get(); var v = u; v.get()",
    ] {
        check(&[code], &[]);
    }
    check(&["API.set(client, 'uriParameters', { id: 5 })", "client.users.id().get()"], &[]);
}

#[test]
fn how_well_a_definition_fits() {
    let cells = [CREATE, "client.users.get(); client.users.id(1).put({}); client.tickets.get(); client('/x').get()"];
    assert_eq!(fit(&analyse(&notebook(&cells)), "client", &definition()), (2, 3));
}

#[test]
fn long_chains_end_no_process() {
    let mut hostile: Vec<String> = Vec::new();
    hostile.push(format!("{}a{}", "(function(){client.a(".repeat(800), ")})".repeat(800)));
    hostile.push(format!("client{}", ".a(client.b)".repeat(10_000)));
    hostile.push(format!("client{}.get()", ".a".repeat(100_000)));
    for code in &hostile {
        let notebook = Notebook::parse("n.md", format!("```js\n{code}\n```\n```js\n{CREATE}\n```\n"));
        let analysis = analyse(&notebook);
        assert!(judge(&analysis, "client", &definition()).len() <= analysis.uses.len());
    }
}

proptest! {
    /// Whatever stands in a cell, its places are places of the file.
    #[test]
    fn any_text_is_read(cell in "(client|users|\\.|id|get|\\(|\\)|\\{|\\}|\\[|\\]|=|'|`|\\$\\{|/|;|\n|é| |await |var |,|prompt|API\\.createClient|=>|function |:|\\?){0,40}") {
        let notebook = Notebook::parse("n.md", format!("```js\n{CREATE}\n```\n```js\n{cell}\n```\n"));
        let text = notebook.to_markdown();
        let analysis = analyse(&notebook);
        for misuse in judge(&analysis, "client", &definition()) {
            prop_assert!(text.get(misuse.place.start..misuse.place.end).is_some());
        }
    }
}
