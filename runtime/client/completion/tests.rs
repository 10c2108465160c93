//! Texts with the cursor at the end, and their candidates.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::{ProptestConfig, proptest};

use crate::completion::candidate::{Base, Candidate, Command, CommandArgument, CompletionHost, Entry, Found};
use crate::completion::complete;
use crate::walk::ClientPath;
use apinb_definition::model::Definition;
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};

const RAML: &str = r##"#%RAML 0.8
title: Acme
baseUri: https://{region}.acme.test
securitySchemes:
  - oauth_2_0:
      type: OAuth 2.0
      description: For everybody.
  - basic: {type: Basic Authentication}
  - key:
      type: x-key
      describedBy: {headers: {X-Key: {description: Your key.}}}
/users:
  description: "# People\nAll of them."
  get:
    description: Lists people.
    headers: {X-Trace: {}}
    queryParameters:
      page: {type: integer, description: Which page.}
      state: {enum: [open, closed, "it's"]}
      per-page: {required: true}
    responses:
      404: {body: {application/json: {schema: '{"type": "object", "properties": {"error": {}}}'}}}
      200:
        headers: {X-Next: {}}
        body:
          application/json:
            schema: '{"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string", "description": "In full."}, "first-seen": {"type": "string", "format": "date"}, "address": {"type": "object", "properties": {"street": {"type": "string"}}}}}}, "next": {"type": ["string", "null"]}, "total": {"type": "integer"}}}'
  post:
    body:
      application/x-www-form-urlencoded:
        formParameters: {title: {required: true}, colour: {enum: [red, green]}}
      application/json:
        schema: '{"type": "object", "properties": {"name": {"type": "string"}, "address": {"type": "object", "properties": {"street": {}}}, "tags": {"type": "array", "items": {"type": "object", "properties": {"label": {"enum": ["a", "b"]}}}}}, "required": ["name"]}'
  /{user_id}:
    get:
    /groups:
      get:
      /{kind}:
        uriParameters: {kind: {enum: [open, closed]}}
        get:
    /x-y:
      get:
/files{mediaTypeExtension}:
  uriParameters: {mediaTypeExtension: {enum: [.json, .xml]}}
  get:
    queryParameters: {raw: {type: boolean}}
"##;

struct Inline;

impl Loader for Inline {
    fn load(&self, _: &Address) -> Result<String, LoadError> {
        Ok(RAML.to_owned())
    }
}

fn acme() -> Arc<Definition> {
    let loaded = apinb_definition::load::load(&Address::file("/acme.raml"), Arc::new(Inline));
    assert!(
        loaded.diagnostics.is_empty(),
        "{:?}",
        loaded.diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>()
    );
    Arc::new(loaded.definition.expect("a definition"))
}

/// `client` and `apis.acme` are clients, `users` is a node, `answer` is an object.
struct World {
    definition: Arc<Definition>,
    files: BTreeMap<&'static str, Vec<(&'static str, bool)>>,
}

impl World {
    fn new() -> Self {
        let files = BTreeMap::from([
            ("", vec![("api.raml", false), ("lib", true), (".git", true), ("it's", false)]),
            ("lib/", vec![("chai.js", false)]),
        ]);
        Self { definition: acme(), files }
    }
}

impl CompletionHost for World {
    fn look_up(&mut self, path: &[&str], typed: &str) -> Found {
        let root = || ClientPath::client(Arc::clone(&self.definition));
        match path {
            ["client", ..] => Found::Client { path: root(), names: 1 },
            ["apis", "acme", ..] => Found::Client { path: root(), names: 2 },
            ["String", "prototype"] => Found::Value(plain(&["trim", "length"], typed)),
            ["Array", "prototype"] => Found::Value(plain(&["map", "length"], typed)),
            ["Number", "prototype"] => Found::Value(plain(&["toFixed"], typed)),
            ["RegExp", "prototype"] => Found::Value(plain(&["test"], typed)),
            ["Date", "prototype"] | ["lib", "Clock", "prototype"] => Found::Value(plain(&["getTime"], typed)),
            ["$_"] => Found::Value(plain(&["sort", "size"], typed)),
            ["list"] => Found::Value(plain(&["map", "length"], typed)),
            ["list", "0"] => Found::Value(plain(&["id", "title"], typed)),
            ["answer"] => Found::Value(plain(&["status", "body", "content-type", "bell\u{7}"], typed)),
            _ => Found::Nothing,
        }
    }

    fn names(&mut self, typed: &str) -> Vec<Candidate> {
        plain(&["client", "answer", "API", "no name"], typed)
    }

    fn files(&mut self, base: Base, folder: &str) -> Vec<Entry> {
        if base == Base::Program {
            return vec![Entry { name: "saved.md".to_owned(), is_folder: false }];
        }
        let entries = self.files.get(folder).cloned().unwrap_or_default();
        entries.into_iter().map(|(name, is_folder)| Entry { name: name.to_owned(), is_folder }).collect()
    }

    fn commands(&self) -> Vec<Command<'_>> {
        let command = |name, argument| Command { name, description: "does it", argument };
        vec![
            command(".help", CommandArgument::None),
            command(".load", CommandArgument::File),
            command(".doc", CommandArgument::Code),
        ]
    }
}

fn plain(names: &[&str], typed: &str) -> Vec<Candidate> {
    names.iter().filter(|name| name.starts_with(typed)).map(|name| Candidate::plain(*name, None)).collect()
}

/// The text from `start` on with each candidate applied.
fn check(text: &str, expected: &[&str]) {
    let completion = complete(text, &mut World::new());
    let found: Vec<&str> = completion.candidates.iter().map(|candidate| candidate.text.as_str()).collect();
    assert_eq!(found, expected, "{text}");
    if let Some(first) = expected.first() {
        let typed = &text[completion.start..];
        assert!(
            first.to_lowercase().starts_with(&typed.to_lowercase()),
            "{text}: {typed:?} is not replaced by {first:?}"
        );
    }
}

#[test]
fn resources_and_methods_are_members_of_a_client() {
    check("client.", &["users", "files"]);
    check("client.us", &["users"]);
    check("client.US", &["users"]);
    check("client.users.", &["get(", "post(", "user_id("]);
    check("var u = client.users.us", &["user_id("]);
    check("client.users.user_id(5).gr", &["groups"]);
    check("client.users.user_id(f(1, [2, 3]), x).gr", &["groups"]);
    check("client.users\n  .user_id('a)b')\n  .gr", &["groups"]);
    check("client?.users?.user_id?.(5)?.gr", &["groups"]);
    check("f(1, { a: client.users.po", &["post("]);
    check("`a ${client.users.po", &["post("]);
    check("apis.acme.users.po", &["post("]);
    check("client['users'].po", &["post("]);
    check("client.users.user_id(5)['x", &["x-y"]);
    check("client.users.user_id(5).", &[".get(", ".groups", "['x-y']"]);
    check("client.users.user_id(5)\n  ?.", &["?.get(", "?.groups", "?.['x-y']"]);
    check("client.users.user_id(5)./* a */", &["get(", "groups"]);
    check("client.files.", &["json", "xml", "extension("]);
    check("client.files.json.", &["get("]);
    check("client.files.extension('json').", &["get("]);
    check("client('/any').p", &["put(", "post(", "patch("]);
    check("client.users.get().", &["status", "headers", "body", "duration", "request"]);
    check("client('/any').get().b", &["body"]);
    check("client.nothing.", &[]);
    check("client.users.user_id.", &[]);
    check("client.users.post().body.", &[]);
}

#[test]
fn responses_have_the_properties_of_their_schema() {
    check("client.users.get().body.", &["items", "next", "total"]);
    check("client.users.get({ page: 1 }, {}).body.it", &["items"]);
    check("client.users.get().body['", &["items", "next", "total"]);
    check("client.users.get().headers['", &["x-next", "content-type"]);
    check("client.users.get().headers['x", &["x-next"]);
    check("client.users.get().request.", &["method", "url", "headers"]);
    check("client.users.get().status.", &["toFixed"]);
    check("client.users.get().body.items.", &["map", "length"]);
    check("client.users.get().body.items[0].", &[".name", "['first-seen']", ".address"]);
    check("client.users.get().body.items[i + 1].na", &["name"]);
    check("client.users.get().body.items.at(-1).address.", &["street"]);
    check("client.users.get().body.items.filter(x).find(y).name.", &["trim", "length"]);
    check("client.users.get().body.items[0]['first-seen'].t", &["trim"]);
    check("client.users.get().body.items.length.", &["toFixed"]);
    check("client.users.get().body.next.", &["trim", "length"]);
    check("client.users.get().body.items.map(x).", &["map", "length"]);
    check("client.users.get().body.nothing.", &[]);
    check("await client.users.get().body.ne", &["next"]);
    check("(await client.users.get()).body.ne", &["next"]);
    check("(client.users).ge", &["get("]);
}

#[test]
fn literals_and_new_values_have_the_properties_of_their_class() {
    check("'abc'.", &["trim", "length"]);
    check("x = \"a\".t", &["trim"]);
    check("`a`.t", &["trim"]);
    check("`a ${b}`.t", &["trim"]);
    check("[1, 2].", &["map", "length"]);
    check("f([]).", &[]);
    check("return [1].m", &["map"]);
    check("/a+/g.", &["test"]);
    check("(5).", &["toFixed"]);
    check("new Date().", &["getTime"]);
    check("new Date(1, [2]).g", &["getTime"]);
    check("new lib.Clock('a').", &["getTime"]);
    check("'a b'.split(' ').", &["map", "length"]);
    check("'a b'.split(' ')[0].toUpperCase().", &["trim", "length"]);
    check("'a'.length.", &["toFixed"]);
}

#[test]
fn variables_of_the_same_entry_are_known() {
    check("let page = client.users.get().body; pa", &["page"]);
    check("let page = client.users.get().body; page.", &["items", "next", "total"]);
    check("page = await client.users.get({ page: 1 })\npage.body.items[0].na", &["name"]);
    check("const r = client.users\n  .get()\nconst b = r.body, n = b.next\nn.", &["trim", "length"]);
    check("var d = new Date(); d.", &["getTime"]);
    check("let a = 'x'; a = [1]; a.", &["map", "length"]);
    check("let answer = f(); answer.", &[]);
    check("let answer = 1 + 1; answer.", &[]);
    check("client.users.get().body.items.map(u => u.", &[".name", "['first-seen']", ".address"]);
    check("client.users.get().body.items.map((user, index) => user.na", &["name"]);
    check("for (const u of client.users.get().body.items) { u.na", &["name"]);
    check("list.filter(one => one.t", &["title"]);
    check("list.filter((one) => { o", &["one"]);
    check("const f = (lonely) => lonely.", &[]);
    check("let loop = loop.x; loop.", &[]);
    check("const { body, status: code } = client.users.get(); bo", &["body"]);
    check("const { body, status: code } = client.users.get(); body.", &["items", "next", "total"]);
    check("const { body, status: code } = client.users.get(); code.", &["toFixed"]);
    check("let { body = {} } = await client.users.get()\nbody.items[0].na", &["name"]);
    check("const [first, second] = client.users.get().body.items; second.na", &["name"]);
    check("for (const { name } of client.users.get().body.items) { name.", &["trim", "length"]);
    check("const { 'first-seen': seen } = client.users.get().body.items[0]; seen.t", &["trim"]);
    check("const { a: { b }, ...rest } = client.users.get(); b.", &[]);
    check("const { body } = 5; body.", &[]);
}

#[test]
fn brackets_replace_the_dot() {
    let completion = complete("x = client.users.user_id(5).x", &mut World::new());
    assert_eq!(completion.start, "x = client.users.user_id(5)".len());
    let [only] = completion.candidates.as_slice() else { panic!("{completion:?}") };
    assert_eq!((only.text.as_str(), only.label.as_str()), ("['x-y']", "['x-y']"));
}

#[test]
fn candidates_have_descriptions_of_the_definition() {
    let described = |text: &str| {
        let completion = complete(text, &mut World::new());
        let all = completion.candidates.into_iter();
        all.map(|one| format!("{} - {}", one.label, one.description.unwrap_or_default())).collect::<Vec<_>>()
    };
    assert_eq!(described("client.us"), ["users - People"]);
    assert_eq!(
        described("client.users."),
        ["get() - Lists people.", "post() - POST /users", "user_id(user_id) - /users/{user_id}"]
    );
    assert_eq!(
        described("client.users.get({"),
        ["page - integer: Which page.", "state - string", "per-page - string, required"]
    );
    assert_eq!(described("API.authenticate(client, 'o"), ["oauth_2_0 - For everybody."]);
    assert_eq!(described(".h"), [".help - does it"]);
}

#[test]
fn arguments_are_known() {
    check("client.users.get({", &["page: ", "state: ", "'per-page': "]);
    check("client.users.get({page: 1, ", &["state: ", "'per-page': "]);
    check("client.users.get({'per-page': [1, 2], st", &["state: "]);
    check("client.users.get({'p", &["page", "per-page"]);
    check("client.users.get({state: '", &["open", "closed"]);
    check("client.users.get({state: [\"open\", \"c", &["closed"]);
    check("client.users.get({state: ", &["'open'", "'closed'"]);
    check("client.users.get({state: [", &["'open'", "'closed'"]);
    check("client.files.json.get({ raw: ", &["true", "false"]);
    check("client.files.json.get({ raw: t", &["true"]);
    check("client.users.user_id(5).groups.kind(", &["'open'", "'closed'"]);
    check("client.users.user_id(5).groups.kind('cl", &["closed"]);
    check("client.users.get({page: 1}, {h", &["headers: "]);
    check("client.users.get({}, {headers: {", &["'X-Trace': "]);
    check("client.users.user_id(1).get({}, {uriParameters: {", &["user_id: "]);
    check("client.users.get({}, {baseUriParameters: {", &["region: "]);
    check("client.users.post({}, {query: {", &[]);
    check("client.users.post({", &["name: ", "address: ", "tags: "]);
    check("client.users.post({address: {", &["street: "]);
    check("client.users.post({tags: [{label: '", &["a", "b"]);
    check("client.users.get({page: a", &["answer"]);
    check("client.users.get(a", &["answer"]);
    check("client('/x').get({}, {q", &["query: "]);
}

#[test]
fn functions_of_the_notebook_are_known() {
    check("API.", &["createClient(", "authenticate(", "set(", "get(", "unset("]);
    check("API.authenticate(client, \"", &["oauth_2_0", "basic", "key"]);
    check("API.authenticate(client, ", &["'oauth_2_0'", "'basic'", "'key'"]);
    check("API.authenticate(apis.acme, 'b", &["basic"]);
    check("API.authenticate(client, 'basic', {", &["username: ", "password: "]);
    check("API.authenticate(client, 'oauth_2_0', {clientId: 1, clientS", &["clientSecret: "]);
    check("API.authenticate(client, 'key', {", &["'X-Key': "]);
    check("API.authenticate(client, {cl", &["clientId: ", "clientSecret: "]);
    check("API.set(client, 'base", &["baseUriParameters", "baseUri"]);
    check("load(\"", &["api.raml", "lib/"]);
    check("load('lib/c", &["chai.js"]);
    check("load('.", &[".git/"]);
    check("load('https://x/", &[]);
    check("API.createClient('acme', 'ap", &["api.raml"]);
    check("API.createClient('ap", &[]);
    check("API.createClient('a', 'b', {hea", &["headers: "]);
}

#[test]
fn names_and_values_come_from_the_host() {
    check("", &["client", "answer", "API"]);
    check("x = an", &["answer"]);
    check("answer.", &[".status", ".body", "['content-type']"]);
    check("answer['", &["status", "body", "content-type"]);
    check("f({ an", &["answer"]);
    check("if (x) { an", &["answer"]);
    check("let an", &[]);
    check("answer().", &[]);
}

#[test]
fn commands_and_their_arguments() {
    check(".", &[".help", ".load", ".doc"]);
    check("  .l", &[".load"]);
    check(".load sa", &["saved.md"]);
    check(".load ../x/s", &["saved.md"]);
    check(".doc client.users.po", &["post("]);
    check(".help x", &[]);
    check(".so", &["sort"]);
    check("  .si", &["size"]);
    check(".sort(an", &["answer"]);
    check("...an", &["answer"]);
    check(".5.", &[]);
}

#[test]
fn comments_strings_and_numbers_have_no_candidates() {
    for text in [
        "// client.",
        "/* client.",
        "a /* b */ // client.",
        "'client.",
        "`client.",
        "/client.",
        "1.",
        "1.5",
        "'a'",
        "f(1)",
        "}.",
        ").",
        "client.users.get({...",
        "client.users.get({page: 'x' + '",
    ] {
        let found = complete(text, &mut World::new()).candidates;
        let texts: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
        assert!(texts.iter().all(|one| ["client", "answer", "API"].contains(one)), "{text}: {texts:?}");
    }
    check("/* a */ cl", &["client"]);
    check("// a\ncl", &["client"]);
    check("f(1)", &[]);
}

#[test]
fn long_and_deep_texts_complete_quickly() {
    let deep = |open: &str, count: usize, end: &str| format!("{}{end}", open.repeat(count));
    for text in [
        deep("(", 1 << 20, "client."),
        deep("client.users.get({a: ", 1 << 16, ""),
        deep("a.", 1 << 20, ""),
        deep("f(", 1 << 19, "'"),
        deep("[", 1 << 20, "{"),
        deep("`${", 1 << 18, "client."),
        deep("a = a.b; ", 1 << 17, "a."),
        deep("let a = (x) => ", 1 << 16, "a."),
        deep("f(a(", 1 << 17, "x."),
        deep("x", 1 << 20, ""),
        deep("é", 1 << 19, "."),
        format!("'{}", "a".repeat(1 << 20)),
        format!(".load {}", "../".repeat(1 << 16)),
    ] {
        let completion = complete(&text, &mut World::new());
        assert!(completion.start <= text.len() && text.is_char_boundary(completion.start));
    }
    let line = format!("{}client.us", "x = 1; ".repeat(1 << 17));
    check(&line, &["users"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_a_valid_start_for_its_candidates(text in "(client|users|API|get|load|authenticate|post|\\PC|[.(){}\\[\\]'\"`$/,: \n?*])*") {
        let completion = complete(&text, &mut World::new());
        assert!(completion.start <= text.len() && text.is_char_boundary(completion.start));
    }
}
