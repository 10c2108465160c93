//! `apinb repl` in a terminal, and its screen.

#![cfg(unix)]

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use regex::Regex;

use crate::support::{Case, Server, Terminal};

const API: &str = r#"#%RAML 0.8
title: Acme
baseUri: BASE
securitySchemes:
  - basic: {type: Basic Authentication}
/echo:
  description: Says what it heard.
  get:
    description: Hears.
    queryParameters:
      word: {description: What to say.}
  post:
    body: {application/json: }
/hang:
  get:
"#;

/// A case over the API of `server`, with these arguments.
fn case(server: &Server, arguments: &[&str]) -> Case {
    let api = API.replace("BASE", &server.url(""));
    Case::command(["repl", "--definition", "client=api.raml"]).args(arguments).file("api.raml", api)
}

/// The escape sequence that the prompt prints when it is ready for input.
const READY: &str = "\u{1b}[?2004h";

/// A session without colors, at its first prompt.
fn session(case: Case) -> Terminal {
    let mut terminal = Terminal::start(case.args(["--color", "never"]), 100);
    terminal.shows(READY).shows("> ");
    terminal
}

/// Ends the session, which exits with 0.
#[track_caller]
fn leave(mut terminal: Terminal) {
    terminal.types("\u{4}");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
}

/// The screen between `from` and the current prompt, with times, sizes and the port of the server masked.
#[track_caller]
fn shown(terminal: &Terminal, from: &str) -> String {
    let rows = terminal.rows();
    let start = rows.rfind(from).unwrap_or_else(|| panic!("no {from:?} in\n{rows}"));
    let rows = rows[start..].trim_end_matches("\n>").to_owned();
    let rows = Regex::new(r"\b\d+(\.\d+)? (ms|s|bytes)").unwrap().replace_all(&rows, "N $2").into_owned();
    Regex::new(r"127\.0\.0\.1:\d+").unwrap().replace_all(&rows, "HOST").into_owned()
}

/// Enters each line, and checks the output up to the next prompt.
#[track_caller]
fn answers(terminal: &mut Terminal, rows: &[(&str, &str)]) {
    for (line, expected) in rows {
        terminal.types(line).types("\r");
        // The prompt is printed last.
        terminal.shows(READY);
        let last = line.rsplit('\r').next().unwrap();
        let all = shown(terminal, &format!("> {last}"));
        let answer = all.split_once('\n').map_or("", |(_, answer)| answer);
        assert_eq!(answer, *expected, "{line}");
    }
}

#[test]
fn code_runs_as_in_cells() {
    let server = Server::start();
    let mut terminal = session(case(&server, &[]));
    answers(
        &mut terminal,
        &[
            ("let a = 1", ""),
            ("let a = await Promise.resolve(40)", ""),
            ("a + 2", "42"),
            ("_ + 1", "43"),
            ("$3 + $4", "85"),
            ("'text'", "\"text\""),
            ("({ deep: { list: [1, 2] } })", "{ deep: { list: [ 1, 2 ] } }"),
            ("console.log('told'); undefined", "told"),
            (
                "a = 1 +* 2",
                "error: SyntaxError: Unexpected token '*'\n  --> repl:9:1:8\n  |\n1 | a = 1 +* 2\n  |        ^",
            ),
            ("  nope()", "error: ReferenceError: nope is not defined"),
            ("_error.message", "\"nope is not defined\""),
        ],
    );
    leave(terminal);
}

#[test]
fn incomplete_input_continues_on_the_next_line() {
    let server = Server::start();
    let mut terminal = session(case(&server, &[]));
    terminal.types("function twice(x) {\r").types("return x * 2\r").types("}\r").shows(READY);
    answers(&mut terminal, &[("twice(21)", "42")]);
    terminal.types("`a\r").types("b`\r").shows("\"a\\nb\"").shows(READY);
    terminal.types("twice(\r").types("4)\r").shows("8").shows(READY);
    leave(terminal);
}

#[test]
fn calls_are_shown_and_inspected() {
    let server = Server::start();
    let mut terminal = session(case(&server, &[]));
    assert_eq!(
        shown(&terminal, "apinb"),
        format!(
            "apinb {}; .help lists the commands, Ctrl-D exits\nclient  Acme  http://HOST  (2 resources, 3 methods)",
            env!("CARGO_PKG_VERSION")
        )
    );
    answers(
        &mut terminal,
        &[
            ("client.echo.get({ word: \"it's\" }).status", "200  GET /echo?word=it%27s  N ms  N bytes\n200"),
            (".curl", "curl -X GET 'http://HOST/echo?word=it%27s' \\\n  -H 'accept: */*' \\\n  --compressed"),
            ("client.echo.post({ a: 1 }).body.body", "200  POST /echo  N ms  N bytes\n'{\"a\":1}'"),
            (".clients", "client  Acme  http://HOST  (2 resources, 3 methods)"),
            (".tree", "Acme  http://HOST\n\n/echo  get post\n/hang  get\n\n2 resources, 3 methods"),
            (".auth", "client  basic  not signed in"),
            (".inputs", "no prompts yet"),
            (".nope", "error: unknown command `.nope`\n\nhelp: Enter `.help` for a list of the commands."),
            (".doc client.ech", "error: the API has no `ech`\n\nhelp: Did you mean `echo`?"),
        ],
    );
    terminal.types(".last\r").shows("200  POST http://").shows("> content-type: application/json").shows("> {");
    terminal.shows("< content-type").shows(READY);
    terminal.types(".doc client.echo.get\r").shows("Hears.").shows("word").shows("What to say.").shows(READY);
    terminal.types(".help\r").shows(".save FILE.md").shows("Ctrl-R searches").shows(READY);
    leave(terminal);
}

#[test]
fn a_long_result_is_folded() {
    let server = Server::start();
    let mut terminal = session(case(&server, &[]).env("PAGER", "cat"));
    terminal
        .types("Object.fromEntries(Array.from({ length: 100 }, (_, i) => ['entry ' + i, 'long'.repeat(20)]))\r")
        .shows("entry 0")
        .shows("lines more; .result");
    terminal.shows(READY).types(".result\r").shows("entry 99").shows(READY);
    leave(terminal);
}

#[test]
fn ctrl_c_stops_only_the_running_code() {
    let server = Server::start();
    let mut terminal = session(case(&server, &[]));
    terminal.types("kept = 'still here'\r").shows(READY);
    for (line, running) in [
        ("while (true) {}", 300),
        // A call without a response blocks the engine thread.
        ("client.hang.get()", 300),
        ("await new Promise(() => setTimeout(() => {}, 1e6))", 300),
        ("prompt('Who?')", 0),
        ("prompt('The password?')", 0),
    ] {
        terminal.types(line).types("\r");
        if running == 0 {
            terminal.shows("? ");
        } else {
            let started = || !line.contains("hang") || server.requests().iter().any(|request| request.url == "/hang");
            while !started() {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            std::thread::sleep(std::time::Duration::from_millis(running));
        }
        terminal.types("\u{3}").shows("error: ").shows("nterrupted").shows(READY);
        answers(&mut terminal, &[("kept", "\"still here\"")]);
    }
    leave(terminal);
}

#[test]
fn ctrl_c_twice_at_the_prompt_exits() {
    let server = Server::start();
    let mut terminal = session(case(&server, &[]));
    terminal.types("half a line\u{3}").shows("Ctrl-C again exits").shows(READY);
    answers(&mut terminal, &[("1 + 1", "2")]);
    terminal.types("\u{3}").shows("Ctrl-C again exits").shows(READY).types("\u{3}");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
}

#[test]
fn history_has_lines_but_no_secrets() {
    let server = Server::start();
    let case = case(&server, &["--input", "TOKEN=hunter2-and-more"]);
    let mut terminal = session(case);
    answers(
        &mut terminal,
        &[("first = 'apple'", "\"apple\""), ("first.length", "5"), ("TOKEN = prompt('Token')", "\"[secret]\"")],
    );
    terminal.types("'x' + 'hunter2-and-more'\r").shows(READY);
    terminal.types("apiKey = 'never told'\r").shows(READY);
    let history = terminal.folder().join("data/history");
    let mode = history.metadata().unwrap().mode();
    assert_eq!(mode & 0o777, 0o600, "{mode:o}");
    let history = terminal.file("data/history");
    assert!(history.contains("first = 'apple'") && history.contains("prompt('Token')"), "{history}");
    assert!(!history.contains("hunter2") && !history.contains("never told"), "{history}");
    leave(terminal);

    let mut terminal = session(case_with_history(&server, &history));
    // The previous line, a search, and a hint accepted with the arrow key.
    terminal.types("\u{1b}[A").shows("TOKEN = prompt('Token')").types("\u{15}");
    terminal.types("\u{12}apple").shows("first = 'apple'").types("\r").shows("\"apple\"").shows(READY);
    terminal.types("first.le").shows("ngth").types("\u{1b}[C\r").shows("5").shows(READY);
    leave(terminal);
}

fn case_with_history(server: &Server, history: &str) -> Case {
    case(server, &[]).file("data/history", history)
}

#[test]
fn no_history_stores_nothing() {
    let server = Server::start();
    let mut terminal = session(case(&server, &["--no-history"]));
    answers(&mut terminal, &[("1 + 1", "2")]);
    assert!(!terminal.folder().join("data/history").exists());
    leave(terminal);
}

#[test]
fn a_saved_session_makes_the_same_calls() {
    let server = Server::start();
    let mut terminal = session(case(&server, &[]));
    terminal.types("word = prompt('Word')\r").shows("? Word").types("hello\r").shows(READY);
    terminal.types("client.echo.get({ word: word }).status\r").shows("200").shows(READY);
    terminal.types("client.nope.get()\r").shows("error: ").shows(READY);
    terminal.types("password = 'hunter2-and-more'\r").shows(READY);
    terminal.types("client.echo.post({ n: $2, word }).status\r").shows("200").shows(READY);
    terminal.types(".inputs\r").shows("word = hello").shows(READY);
    terminal.types(".history\r").shows("! $3").shows(READY);
    terminal.types(".save mine.md\r").shows("6 cells in mine.md; `apinb run mine.md` runs them");
    terminal.shows("its secrets are replaced by prompts").shows("skipped: 1 that failed").shows(READY);
    terminal.types(".save mine.md\r").shows("`mine.md` already exists").shows(READY);
    let saved = terminal.file("mine.md");
    assert!(saved.contains("word = prompt('Word')") && !saved.contains("hunter2"), "{saved}");
    leave(terminal);

    let seen = |from: usize| -> Vec<(String, String, String)> {
        let requests = server.requests();
        requests[from..].iter().map(|one| (one.method.clone(), one.url.clone(), one.text())).collect()
    };
    let entered = seen(0);
    assert_eq!(entered.len(), 2);
    let again = Case::command(["run", "mine.md", "--input", "word=hello", "--input", "password=x"]);
    let outcome = again.file("mine.md", saved).file("api.raml", API.replace("BASE", &server.url(""))).run();
    outcome.exit(0);
    assert_eq!(seen(2), entered);
}

#[test]
fn code_comes_from_an_editor_and_from_files() {
    let server = Server::start();
    let case = case(&server, &[])
        .file("editor.sh", "#!/bin/sh\ncat \"$2\" > was.txt; echo \"edited = '$1'\" > \"$2\"\n")
        .file("script.js", "loaded = 1\nloaded + 1\n")
        .file("other.md", "```js\nfrom = 'a notebook'\n```\n\n```js\nfail()\n```\n\n```js\nfrom = 'too far'\n```\n")
        .env("EDITOR", "./editor.sh --wait");
    let editor = case.folder().join("editor.sh");
    std::fs::set_permissions(editor, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut terminal = session(case);
    answers(&mut terminal, &[("6 * 7", "42"), (".edit", "\"--wait\""), ("edited", "\"--wait\"")]);
    assert_eq!(terminal.file("was.txt"), "6 * 7");
    answers(&mut terminal, &[(".load script.js", "2"), ("loaded", "1")]);
    terminal.types(".load other.md\r").shows("ReferenceError: fail").shows(READY);
    answers(
        &mut terminal,
        &[
            ("from", "\"a notebook\""),
            (".load no.js", "error: cannot read `no.js`\ncaused by: no such file or directory"),
        ],
    );
    leave(terminal);
}

#[test]
fn timers_and_promises_go_on_while_the_prompt_waits() {
    let server = Server::start();
    let mut terminal = session(case(&server, &[]));
    // Each line of output appears while nothing is typed, above the prompt and what is typed.
    terminal
        .types("n = 0; id = setInterval(() => { console.log('tick ' + ++n); if (n === 3) clearInterval(id) }, 1); 0\r");
    terminal.shows("tick 3\r\n").types("n\r").shows("\r\n3\r\n").shows(READY);
    terminal.types("setTimeout(() => fail(), 1); 0\r").shows("ReferenceError: fail is not defined").shows("^\r\n");
    terminal.types("setTimeout(() => client.echo.get({ word: 'late' }), 1); 0\r").shows("200  GET /echo?word=late");
    terminal.types("setTimeout(() => prompt('Who?'), 1); 0\r").shows("the terminal is in use by the prompt");
    terminal.types(".curl\r").shows("word=late").shows(READY);
    leave(terminal);
}

#[test]
fn ctrl_c_stops_code_that_keeps_the_prompt_waiting() {
    let server = Server::start();
    let mut terminal = session(case(&server, &[]));
    for (number, typed) in ["", "'typed'\r"].into_iter().enumerate() {
        terminal.types("setTimeout(() => client.hang.get(), 1); 0\r").shows("\r\n0\r\n").shows(READY);
        while server.requests().len() <= number {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        // An entry has to wait for the call.
        terminal.types(typed);
        if !typed.is_empty() {
            terminal.takes_signals();
        }
        terminal.types("\u{3}").shows("Interrupted");
    }
    terminal.types("6 * 7\r").shows("42").shows(READY);
    leave(terminal);
}

#[test]
fn input_that_is_typed_while_an_entry_runs_is_not_lost() {
    let server = Server::start();
    let mut terminal = session(case(&server, &[]));
    terminal.types("await new Promise(r => setTimeout(r, 1)); 'first'\r'sec' + 'ond'\r'thi' + 'rd'\r");
    terminal.shows("\"first\"").shows("\"second\"").shows("\"third\"").shows(READY);
    leave(terminal);
}

#[test]
fn errors_at_the_prompt_are_short() {
    let server = Server::start();
    let mut terminal = session(case(&server, &[]));
    answers(
        &mut terminal,
        &[
            ("f = () => fail()", "[Function: f]"),
            ("boks()", "error: ReferenceError: boks is not defined"),
            (
                "f()",
                "error: ReferenceError: fail is not defined\n  --> repl:1:1:11\n  |\n1 | f = () => fail()\n  |           ^",
            ),
            (".hlep", "error: unknown command `.hlep`\n\nhelp: Did you mean `.help`?"),
        ],
    );
    leave(terminal);
}

#[test]
fn a_long_result_is_shown_in_the_pager() {
    let server = Server::start();
    let pager = "#!/bin/sh\ncat > paged.txt\necho paged by \"$1\"\n";
    let case = case(&server, &[]).file("pager.sh", pager).env("PAGER", "./pager.sh -x");
    let path = case.folder().join("pager.sh");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut terminal = session(case);
    terminal
        .types("Array.from({ length: 300 }, (_, i) => 'entry number ' + i)\r")
        .shows(".result shows all")
        .shows(READY);
    terminal.types(".result\r").shows("paged by -x").shows(READY);
    assert!(terminal.file("paged.txt").contains("entry number 199"));
    // A short one is printed.
    answers(&mut terminal, &[("1", "1"), (".result", "1")]);
    leave(terminal);
}

#[test]
fn the_prompt_prints_no_json() {
    let server = Server::start();
    let (code, screen) = Terminal::start(case(&server, &["--json"]), 100).end();
    assert_eq!(code, 2, "{screen}");
    assert!(screen.contains("--eval"), "{screen}");
}

#[test]
fn a_chain_continues_from_the_last_result() {
    let server = Server::start();
    let mut terminal = session(case(&server, &[]));
    answers(
        &mut terminal,
        &[
            ("[3, 1]", "[ 3, 1 ]"),
            (".sort()", "[ 1, 3 ]"),
            ("  .length", "2"),
            (".quit", "error: unknown command `.quit`\n\nhelp: Enter `.help` for a list of the commands."),
            (".last", "error: no call yet"),
        ],
    );
    leave(terminal);
}

#[test]
fn the_prompt_has_no_spinner() {
    let server = Server::start();
    let mut terminal = session(case(&server, &[]));
    // A spinner appears after 200 ms.
    std::thread::sleep(std::time::Duration::from_millis(500));
    terminal.types("\u{4}");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    let prompt = screen.rfind(READY).unwrap();
    assert!(!screen[prompt..].contains("API.createClient"), "{screen:?}");
}

#[test]
fn a_notebook_runs_first() {
    let notebook = "---\ntitle: Before\n---\n```js\none = 1\n```\n\n```js\nfail()\n```\n\n```js\nthree = 3\n```\n";
    let case = Case::command(["repl", "book.md", "--until", "1"]).file("book.md", notebook);
    let mut terminal = session(case);
    let before = shown(&terminal, "Before");
    assert!(before.starts_with("Before  book.md\n  ✓ $0 ") && before.contains("\n  ✗ $1 "), "{before}");
    assert!(before.contains("book.md:9:1"), "{before}");
    answers(&mut terminal, &[("one", "1"), ("typeof three", "\"undefined\""), ("$0 + $3", "2")]);
    leave(terminal);
}

#[test]
fn terminals_without_colors_or_keys_work() {
    let server = Server::start();
    let colours = Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    for (name, value, flags) in [
        ("NO_COLOR", "1", &[][..]),
        ("TERM", "dumb", &[]),
        ("FORCE", "", &["--no-color"]),
        ("FORCE", "", &["--color=never"]),
    ] {
        let mut terminal = Terminal::start(case(&server, flags).env(name, value), 100);
        terminal.shows("> ").types("['a', 1]\r").shows("[ \"a\", 1 ]").shows("> ").types(".exit\r");
        let (code, screen) = terminal.end();
        assert_eq!(code, 0, "{screen}");
        assert!(!colours.is_match(&screen), "{name}: {screen:?}");
        assert!(value != "dumb" || !screen.contains('\u{1b}'), "{screen:?}");
    }
    let mut terminal = Terminal::start(case(&server, &[]), 100);
    terminal.shows("> ").types("['a', 1]\r").shows("\u{1b}[32m\"a\"\u{1b}[0m").shows(READY);
    terminal.types(".clear\r").shows("\u{1b}[2J\u{1b}[H").shows(READY);
    leave(terminal);
}

#[test]
fn matching_brackets_are_highlighted() {
    let server = Server::start();
    let mut terminal = Terminal::start(case(&server, &[]), 100);
    terminal.shows("> ").types("f(a[0])").shows("f\u{1b}[1m\u{1b}[34m(\u{1b}[0m").types("\u{15}");
    leave(terminal);
}
