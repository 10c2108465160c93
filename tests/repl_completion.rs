//! Tab at the prompt of `apinb repl`, in a terminal.

#![cfg(unix)]

use crate::support::{Case, Terminal};

const API: &str = r#"#%RAML 0.8
title: Acme
baseUri: http://127.0.0.1:1
securitySchemes:
  - oauth_2_0: {type: OAuth 2.0, description: For everybody.}
  - basic: {type: Basic Authentication}
/users:
  description: People.
  get:
    description: Lists people.
    queryParameters:
      state: {enum: [open, closed], description: Which of them.}
      page: {type: integer}
      active: {type: boolean}
    responses:
      200:
        body:
          application/json:
            schema: '{"type": "array", "items": {"type": "object", "properties": {"nick-name": {"type": "string"}, "age": {"type": "integer"}}}}'
  /{user_id}:
    /groups:
      get:
"#;

const CELL: &str = "```js\nAPI.createClient('client', 'api.raml')\nvar ran = 0\n\
    var thing = { user: { name: 'Ann' }, get usage() { ran++; return 1 } }\nlet later = { deep: 1 }\n```\n";

fn prompt() -> Terminal {
    let case = Case::command(["repl", "book.md", "--color", "never"]).file("book.md", CELL).file("api.raml", API);
    let case = case.file("scripts/chai.js", "1").file("scripts/other.js", "2");
    let mut terminal = Terminal::start(case, 100);
    terminal.shows("> ");
    terminal
}

/// Types `text` and Tab, checks that the line is `expected`, and clears it.
#[track_caller]
fn completes(terminal: &mut Terminal, text: &str, expected: &str) {
    terminal.types(text).types("\t").shows(&format!("> {expected}")).types("\u{15}");
}

#[test]
fn tab_completes_the_input() {
    let mut terminal = prompt();
    for (text, expected) in [
        ("clie", "client"),
        ("client.us", "client.users"),
        ("client.users.user_id(5).gr", "client.users.user_id(5).groups"),
        ("x = client.users.ge", "x = client.users.get("),
        ("client.users.get({sta", "client.users.get({state: "),
        ("client.users.get({state: 'op", "client.users.get({state: 'open"),
        ("client.users.get({}, {he", "client.users.get({}, {headers: "),
        ("API.auth", "API.authenticate("),
        ("assert.partial", "assert.partialDeepStrictEqual"),
        ("slee", "sleep"),
        ("unti", "until"),
        ("API.authenticate(client, \"oa", "API.authenticate(client, \"oauth_2_0"),
        ("API.authenticate(client, 'basic', {user", "API.authenticate(client, 'basic', {username: "),
        ("load('scr", "load('scripts/"),
        ("load('scripts/ch", "load('scripts/chai.js"),
        ("API.createClient('b', 'api.r", "API.createClient('b', 'api.raml"),
        ("thing.user.na", "thing.user.name"),
        ("client.users.get({active: tr", "client.users.get({active: true"),
        ("client.users.get().body[0].nick", "client.users.get().body[0]['nick-name']"),
        ("client.users.get().body.map(u => u.ag", "client.users.get().body.map(u => u.age"),
        ("let mine = new Date(); mi", "let mine = new Date(); mine"),
        ("let mine = new Date(); mine.getTimez", "let mine = new Date(); mine.getTimezoneOffset"),
        ("'a'.toUpp", "'a'.toUpperCase"),
        ("(await client.users.get()).bo", "(await client.users.get()).body"),
        ("lat", "later"),
        ("later.de", "later.deep"),
        (".cli", ".clients"),
        (".load boo", ".load book.md"),
    ] {
        completes(&mut terminal, text, expected);
    }
    terminal.types("\u{4}");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
}

#[test]
fn candidates_are_listed_with_descriptions() {
    let mut terminal = prompt();
    terminal
        .types("client.users.\t")
        .shows("get()             Lists people.")
        .shows("user_id(user_id)  /users/{user_id}");
    terminal.types("\u{15}client.users.get({\t").shows("state   string: Which of them.").shows("page    integer");
    terminal.types("\u{15}API.authenticate(client, '\t").shows("oauth_2_0  For everybody.").shows("basic");
    terminal.types("\u{15}client.users.get({state: '\t").shows("open").shows("closed");
    terminal.types("\u{15}\u{4}");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
}

#[test]
fn completion_runs_no_getter() {
    let mut terminal = prompt();
    terminal.types("thing.us\t").shows("user   object").shows("usage  getter");
    terminal.types("\u{15}thing.usage.\t\u{15}'ran ' + ran\r").shows("ran 0").shows("> ");
    terminal.types("thing.usage + ' and ' + ran\r").shows("1 and 1").shows("> ").types("\u{4}");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
}

#[test]
fn input_is_highlighted() {
    let case = Case::command(["repl", "book.md", "--color", "always"]).file("book.md", CELL).file("api.raml", API);
    let mut terminal = Terminal::start(case, 100);
    terminal.shows("> ").types("let a = 'b' + 1 // c");
    terminal
        .shows("\u{1b}[35mlet\u{1b}[0m a = \u{1b}[32m'b'\u{1b}[0m + \u{1b}[33m1\u{1b}[0m\u{1b}[2m // c\u{1b}[0m")
        .types("\u{15}\u{4}");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
}
