//! `apinb repl` without a terminal: code from a pipe, and from the command line.

use crate::support::{Case, Outcome, Server};

const API: &str = "#%RAML 0.8\ntitle: Acme\nbaseUri: BASE\n/echo:\n  get:\n  post:\n/hang:\n  get:\n";

fn case(server: &Server, arguments: &[&str]) -> Case {
    let api = API.replace("BASE", &server.url(""));
    Case::command(["repl", "--definition", "client=api.raml"]).args(arguments).file("api.raml", api)
}

fn piped(server: &Server, code: impl AsRef<[u8]>) -> Outcome {
    case(server, &[]).stdin(code).run()
}

#[track_caller]
fn check(outcome: &Outcome, code: i32, stdout: &str, stderr: &str) {
    assert_eq!(outcome.exit(code).stdout, stdout, "{}", outcome.stderr);
    assert!(outcome.stderr.contains(stderr), "{}", outcome.stderr);
    assert!(!stderr.is_empty() || outcome.stderr.is_empty(), "{}", outcome.stderr);
}

#[test]
fn results_are_plain() {
    let server = Server::start();
    check(&piped(&server, "client.echo.get().status"), 0, "200\n", "");
    let code = "let a = {\n  b: 1,\n}\n\n// nothing\na\nconsole.log('told')\n`x\ny`\n";
    check(&piped(&server, code), 0, "{ b: 1 }\ntold\n\"x\\ny\"\n", "");
    let list = "Array.from({ length: 99 }, (_, i) => 'entry ' + i)";
    let outcome = piped(&server, list);
    assert!(outcome.stdout.contains("entry 98") && !outcome.stdout.contains('…'), "{}", outcome.stdout);
    check(&piped(&server, ""), 0, "", "");
    check(&piped(&server, "1\n.exit\n2\n"), 0, "1\n", "");
    let tree = format!("Acme  {}\n\n/echo  get post\n/hang  get\n\n2 resources, 3 methods\n", server.url(""));
    check(&piped(&server, ".tree"), 0, &tree, "");
}

#[test]
fn entries_may_have_several_lines() {
    let server = Server::start();
    for (code, stdout) in [
        ("Math.max(\n 1,\n 2\n)\n", "2\n"),
        ("console.log(\n  'a',\n  `b\n${1}`\n)\n", "a b\n1\n"),
        ("[3, 1]\n  .sort()\n\n  // doubled\n  .map(x => x * 2)\n'end'\n", "[ 2, 6 ]\n\"end\"\n"),
        ("client.echo\n.get()\n?.status", "200\n"),
        ("let a = [1]\n  .concat(2)\na\n.length\n.exit\n", "2\n"),
        ("'abc'\n  .length\n.last\n", "3\n"),
        ("/* a\n.b\n*/ 1\n", "1\n"),
        ("f = x => x\n\nf(2)\n", "[Function: f]\n2\n"),
    ] {
        let outcome = piped(&server, code);
        assert_eq!(outcome.stdout, stdout, "{code}{}", outcome.stderr);
    }
    check(&case(&server, &["-e", "client.echo", "-e", ".get()", "-e", ".status"]).run(), 0, "200\n", "");
    // Nothing precedes the chain.
    check(&piped(&server, ".get()\n"), 1, "", "unknown command `.get()`");
    check(&piped(&server, "let a = 1;\n.get()\n"), 1, "", "unknown command `.get()`");
}

#[test]
fn timers_run_until_the_end() {
    let server = Server::start();
    let code = "setTimeout(() => console.log('late'), 1); console.log('first')";
    check(&case(&server, &["-e", code]).run(), 0, "first\nlate\n", "");
    check(&piped(&server, code), 0, "first\nlate\n", "");
    check(
        &case(&server, &["-e", "setTimeout(() => fail(), 1); 0"]).run(),
        1,
        "0\n",
        "fail is not defined\n  --> repl:1:1:18",
    );
}

#[test]
fn warnings_and_errors_of_the_console_go_to_stderr() {
    let server = Server::start();
    let outcome = piped(&server, "console.warn('w'); console.error('e'); console.info('i')");
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("i\n", "w\ne\n"));
}

#[test]
fn results_can_be_json() {
    let server = Server::start();
    let json = |entries: &[&str]| {
        let evals = entries.iter().flat_map(|entry| ["-e", entry]);
        case(&server, &["--json"]).args(evals).run()
    };
    for (code, stdout) in [
        ("[1, { a: 'é\\n\\u001b' }, null, true]", "[1,{\"a\":\"é\\n\\u001b\"},null,true]\n"),
        ("client.echo.get().status", "200\n"),
        ("new Date(0)", "\"1970-01-01T00:00:00.000Z\"\n"),
        ("client.echo.get().headers['content-type'] !== ''", "true\n"),
        ("Object.keys(JSON.parse(JSON.stringify(client.echo.get())))", "[\"status\",\"headers\",\"body\"]\n"),
    ] {
        check(&json(&[code]), 0, stdout, "");
    }
    // An entry without a result prints nothing, and the console has stderr.
    check(&json(&["let a = 1", "console.log('told')", "a"]), 0, "1\n", "told\n");
    check(&case(&server, &["--json"]).stdin("1\n[\n2]\n.clients\n").run(), 0, "1\n[2]\n", "client  Acme");
    for (code, reason) in [
        ("1n", "the result is a BigInt"),
        ("[() => 1]", "`[0]` of the result is a function"),
        ("({ a: [0 / 0] })", "`a[0]` of the result is NaN"),
        ("({ 'b c': { d: undefined, e: [undefined] } })", "`[\"b c\"].e[0]` of the result is undefined"),
        ("({ get a() { throw 1 } })", "`a` of the result is a getter"),
        ("[,]", "`[0]` of the result is empty"),
        ("new Date(NaN)", "the result is an invalid Date"),
        ("class Point {}; new Point()", "the result is an instance of Point"),
        ("new Map()", "the result is an instance of Map"),
        ("client.echo", "the result is a part of a client"),
        ("let b = 1", "the last entry has no result"),
        ("a = []; a.push(a); a", "`[0]` of the result has a circular structure"),
        ("({ toJSON() { throw new Error('no') } })", "`toJSON` of the result is a function"),
    ] {
        check(&json(&[code]), 1, "", reason);
    }
}

#[test]
fn a_definition_can_take_the_place_of_the_notebook() {
    let api = API.replace("BASE", "https://acme.test");
    let session =
        |name: &str, code: &str| Case::command(["repl", "--mock", name, "-e", code]).file(name, api.clone()).run();
    check(&session("pet-store.raml", "petStore.echo.get().status"), 0, "200\n", "");
    check(&session("api.raml", "client.echo.get().status"), 0, "200\n", "");
    check(&session("api.raml", ".search hang"), 0, "GET /hang\n    client.hang.get()\n", "");
    check(&session("api.raml", ".search nothing"), 1, "", "no method matches `nothing`");
}

#[test]
fn the_first_error_ends_the_session() {
    let server = Server::start();
    check(&piped(&server, "1\nnope()\n2\n"), 1, "1\n", "ReferenceError: nope is not defined\n  --> repl:2:1:1\n");
    check(&piped(&server, "f(\n"), 1, "", "SyntaxError: Unexpected end of input");
    check(&piped(&server, ".nope\n2\n"), 1, "", "unknown command `.nope`");
    check(&piped(&server, b"1\n\xff\n2\n"), 1, "1\n", "cannot read `<stdin>`");
    check(&piped(&server, "client.nope.get()"), 1, "", "client has no \"nope\"");
    check(&piped(&server, "prompt('Who?')"), 1, "", "--input 'Who?=…'");
}

#[test]
fn code_can_be_an_option() {
    let server = Server::start();
    check(&case(&server, &["-e", "x = 20", "--eval", "x + 1"]).run(), 0, "20\n21\n", "");
    check(&case(&server, &["-e", "fail()", "-e", "2"]).run(), 1, "", "fail is not defined");
    let mocked = case(&server, &["--mock", "-e", "client.echo.get().status", "-e", ".curl"]).run();
    assert!(mocked.stdout.starts_with("200\ncurl -X GET '"), "{}", mocked.stdout);
    assert!(server.requests().is_empty());
    let head = format!("(await fetch('{}', {{ method: 'HEAD' }})).status", server.url("/echo"));
    let head = case(&server, &["-e", &head, "-e", ".curl"]).run();
    assert!(head.stdout.starts_with("200\ncurl --head '"), "{}{}", head.stdout, head.stderr);
}

#[test]
fn a_failed_notebook_ends_the_session() {
    let book =
        |code: &str| Case::command(["repl", "a.md", "-e", "'typed'"]).file("a.md", format!("```js\n{code}\n```\n"));
    check(&book("1").run(), 0, "\"typed\"\n", "");
    check(&book("fail()").run(), 1, "", "a.md:2:1");
    check(&book("1").args(["--until", "Nowhere"]).run(), 2, "", "Nowhere");
}

#[test]
fn an_invalid_session_is_an_error() {
    let session = |arguments: &[&str]| Case::command(["repl"]).args(arguments).stdin("1").run();
    check(&session(&["-"]), 2, "", "`-` is stdin, from which the session reads its input");
    check(&session(&["."]), 2, "", "`.` is a folder");
    check(&session(&["no.md"]), 2, "", "cannot read `no.md`");
    check(&session(&["--definition", "client=no.raml"]), 2, "", "cannot read `no.raml`");
    check(&session(&["--until", "1"]), 2, "", "NOTEBOOK");
}

#[test]
fn inputs_are_available_and_redacted() {
    let server = Server::start();
    let case = case(&server, &["--input", "API_TOKEN=hunter2-and-more", "--base-uri"])
        .args([format!("client={}", server.url("/echo"))]);
    let outcome = case
        .stdin("API_TOKEN = prompt('token')\nclient.echo.get({}, { headers: { 'X-Key': API_TOKEN } }).status\n.curl\n.last\n.history\n")
        .run();
    outcome.exit(0);
    let request = &server.requests()[0];
    assert_eq!((request.url.as_str(), request.header("x-key")), ("/echo/echo", Some("hunter2-and-more")));
    assert!(!outcome.stdout.contains("hunter2"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains(r#"-H 'x-key: '"$SECRET""#), "{}", outcome.stdout);
}
