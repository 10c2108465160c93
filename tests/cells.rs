//! Cells: order, scope, results, promises, limits, console output.

use std::time::Duration;

use apinb_record::error::ErrorKind;

use crate::support::{Case, Cells, Server};

#[test]
fn cells_run_in_order_and_continue_after_a_failure() {
    let rows = [("order = 'a'", "\"a\""), ("order += 'b'; null.x", "! TypeError"), ("order += 'c'", "\"abc\"")];
    Case::check(&rows).exit(1);
    let outcome = Case::cells(rows.map(|(code, _)| code)).args(["--fail-fast"]).run();
    outcome.exit(1).cell(1).fails("TypeError").cell(2).is_skipped();
}

#[test]
fn all_cells_share_one_sloppy_global() {
    Case::check(&[
        ("x = 1; var v = 2; function f() { return typeof this }", "1"),
        ("[x, v, f()]", "[ 1, 2, \"object\" ]"),
        ("[window.x, self.v, global.f === f, globalThis === this]", "[ 1, 2, true, true ]"),
        ("window === self && self === global && global === globalThis && window.window === window", "true"),
        ("with ({ w: 1 }) { w + 010 }", "9"),
        ("(function () { return arguments.length })(1, 2)", "2"),
        ("delete window.x; typeof x", "\"undefined\""),
        ("'use strict'; undeclared = 1", "! ReferenceError: undeclared is not defined"),
        ("undeclared = 1", "1"),
        ("eval('var evaluated = 5'); evaluated", "5"),
        ("if (true) { function inner() { return 6 } } inner()", "6"),
    ]);
}

#[test]
fn let_const_and_class_persist_across_cells() {
    Case::check(&[
        ("let a = 1; const b = 2; class C { z = 3 }", ""),
        ("[a, b, new C().z]", "[ 1, 2, 3 ]"),
        ("let a = 10; const b = 20; class C { z = 30 } [a, b, new C().z]", "[ 10, 20, 30 ]"),
        ("a += 1; a", "11"),
        ("b = 3", "! TypeError: Assignment to constant variable."),
        ("const { p, q: [r] } = { p: 1, q: [2] }; [p, r]", "[ 1, 2 ]"),
        ("{ let block = 1 } typeof block", "\"undefined\""),
        ("let twice = 1; let twice = 2", "! SyntaxError: Identifier 'twice' has already been declared"),
    ]);
}

#[test]
fn a_name_can_be_redeclared_with_another_keyword() {
    Case::check(&[
        ("var v = 1, w = 1; function f() { return 'var' } let l = 1, m = 1; class K {}; const c = 1", ""),
        ("let v = 2; v", "2"),
        ("const w = 2; w", "2"),
        ("class f { static x = 3 }\nf.x", "3"),
        ("var l = 4; l", "4"),
        ("function m() { return 5 }\nm()", "5"),
        ("async function K() { return 6 }; await K()", "6"),
        ("const l = 7; l", "7"),
        ("for (var v = 0; v < 3; v++) {} v", "3"),
        ("let { v, l: other } = { v: 8, l: 9 }; [v, other]", "[ 8, 9 ]"),
        ("const c = 10; c", "10"),
        // Several names in one declaration; side effects happen once.
        ("n = 0", "0"),
        ("n++; const v = 'a', w = 'b'; let l = 'c'; class m {} n", "1"),
        ("[v, w, l, typeof m]", "[ \"a\", \"b\", \"c\", \"function\" ]"),
    ]);
    let outcome = Case::check(&[
        ("const c = 1", ""),
        ("let c = 2", "! SyntaxError: Identifier 'c' has already been declared"),
        // An error with the same message at run time does not run the cell again.
        ("n = 0; let k", "0"),
        ("n++; eval('let a; let a')", "! SyntaxError: Identifier 'a' has already been declared"),
        ("n++; eval('var k')", "! SyntaxError: Identifier 'k' has already been declared"),
        ("n", "2"),
    ]);
    assert!(outcome.cell(1).help().contains("with the keyword of the earlier cell"));
}

#[test]
fn the_result_is_the_value_of_the_last_statement() {
    Case::check(&[
        ("{a:1}", "1"),
        ("({a:1})", "{ a: 1 }"),
        ("if (true) { 3 }", "3"),
        ("for (var i = 0; i < 3; i++) i * 2", "4"),
        ("var q = 5", ""),
        ("", ""),
        ("// only a comment", ""),
        ("undefined", ""),
        ("null", "null"),
        ("async () => 1", "[AsyncFunction (anonymous)]"),
        ("10n", "10n"),
        ("let n = -0; n", "-0"),
        ("let big = 2n ** 70n; big", "1180591620717411303424n"),
        ("let nan = NaN; [nan]", "[ NaN ]"),
        ("Symbol('s')", "Symbol(s)"),
        ("let s = 'tab\\t\u{e9}\\ud83d\\ude00'; s", "\"tab\\té😀\""),
        ("throw 5", "! Error: thrown: 5"),
        ("throw null", "! Error: thrown: null"),
        ("throw undefined", "! Error: thrown: undefined"),
        ("throw { a: 1 }", "! Error: thrown: { a: 1 }"),
        ("throw { name: 'Odd', message: 'of a kind' }", "! Odd: of a kind"),
    ]);
}

#[test]
fn earlier_results_are_numbered_by_code_cell() {
    let notebook = "# Title\n\n```js\n'zero'\n```\n\ntext\n\n```python\nnot counted\n```\n\n```js\nthrow 'one'\n```\n\n\
                    ```js\nlet x = 2; Promise.resolve(x)\n```\n\n```js\n[$_, $0, $1, $2, typeof $3]\n```\n\n```js\n$_[0]\n```\n";
    let outcome = Case::notebook(notebook).run();
    outcome.exit(1).cell(3).is("[ 2, \"zero\", \"one\", 2, \"undefined\" ]").cell(4).is("2");
}

#[test]
fn promises_are_awaited() {
    Case::check(&[
        ("Promise.resolve(4)", "4"),
        ("(async () => ({ a: await 1 }))()", "{ a: 1 }"),
        ("({ then(resolve) { resolve(5) } })", "5"),
        ("({ then: 1 })", "{ then: 1 }"),
        ("await new Promise(r => setTimeout(() => r(6), 5))", "6"),
        ("for (const z of [1, 2, 3]) await z", "3"),
        ("let { a } = await Promise.resolve({ a: 7 }); a", "7"),
        ("[$_, a]", "[ 7, 7 ]"),
        ("Promise.reject(new RangeError('no'))", "! RangeError: no"),
        ("await Promise.reject(new TypeError('no'))", "! TypeError: no"),
        ("Promise.reject(8)", "! Error: thrown: 8"),
        ("({ then() { throw new Error('in then') } })", "! Error: in then"),
        ("({ get then() { throw new Error('getting then') } })", "! Error: getting then"),
        ("new Promise(r => r(Promise.reject(new Error('nested'))))", "! Error: nested"),
        ("Promise.all([1, Promise.resolve(2)])", "[ 1, 2 ]"),
    ]);
}

#[test]
fn an_async_cell_lasts_until_done_is_called() {
    Case::check(&[
        ("done = async(); setTimeout(() => done(null, 7), 5); 1", "7"),
        ("$_", "7"),
        ("done = async(); done(new Error('bad'))", "! Error: bad"),
        ("done = async(); done('text')", "! Error: thrown: \"text\""),
        ("done = async(); done(null, 1); done(null, 2)", "1"),
        ("done = async(); done(null, 1); done(new Error('late'))", "1"),
        ("done = async(); done(new Error('first')); done(null, 1)", "! Error: first"),
        ("done = async(); done(null, Promise.resolve(3))", "3"),
        ("done = async(); done()", ""),
        ("a = async(); b = async(); setTimeout(a, 1); b(null, 'either')", "\"either\""),
        ("async(); timeout(20)", "! Error: Timeout of 20ms exceeded"),
        // A late call does not affect the cell that is running then.
        ("done(null, 'late'); 4", "4"),
        ("setTimeout(() => { try { async() } catch (error) { said = error.message } }, 1); 5", "5"),
    ]);
}

#[test]
fn the_time_limit_can_be_set_and_removed() {
    let rows = [
        ("timeout(20); await new Promise(() => {})", "! Error: Timeout of 20ms exceeded"),
        ("timeout(0.5); while (true) {}", "! Error: Timeout of 0.5ms exceeded"),
        ("timeout(-1)", "! Error: Cannot use timeout of -1ms"),
        ("timeout(NaN)", "! Error: Cannot use timeout of NaNms"),
        ("timeout('soon')", "! Error: Cannot use timeout of soonms"),
        ("timeout()", "! Error: Cannot use timeout of undefinedms"),
        ("timeout(Infinity); await new Promise(r => setTimeout(() => r(1), 400))", "1"),
        ("timeout(20000); await new Promise(r => setTimeout(() => r(2), 300))", "2"),
        // Each cell starts with the configured limit.
        ("await new Promise(() => {})", "! Error: Timeout of 200ms exceeded"),
        // Setting the limit restarts it.
        ("for (let i = 0; i < 4; i++) { timeout(2000); await new Promise(r => setTimeout(r, 1)) } 3", "3"),
        ("timeout(Infinity); new Promise(() => {})", "! Error: the cell awaits a promise that can never settle"),
    ];
    let outcome = Case::check_with(&rows, |case| case.args(["--cell-timeout", "200ms"]));
    assert!(outcome.cell(0).help().contains("`--cell-timeout`"));
}

#[test]
fn no_cell_lifts_the_time_limit_of_the_notebook() {
    let limit = Duration::from_millis(300);
    let mut cells = Cells::with_settings(Server::start(), |settings| settings.notebook_timeout = Some(limit));
    cells.run("1");
    for code in
        ["timeout(Infinity); while (true) {}", "timeout(1e6); await new Promise(() => setTimeout(() => {}, 1e9))"]
    {
        let error = cells.outcome(code).result.expect_err("its time is up");
        assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Timeout, "Timeout of 300ms exceeded"), "{code}");
    }
}

#[test]
fn late_callbacks_belong_to_the_running_cell() {
    let server = Server::start();
    let late = format!("fetch('{}').then(r => {{ status = r.status }}); 1", server.url("/status/201"));
    let hang = format!("timeout(50); fetch('{}').then(() => {{ late = true }})", server.url("/hang"));
    let outcome = Case::check(&[
        ("setInterval(() => console.log('tick'), 1); 1", "1"),
        ("await new Promise(r => setTimeout(r, 30)); 2", "2"),
        // A pending call is awaited.
        (&late, "1"),
        ("status", "201"),
        (&hang, "! Error: Timeout of 50ms exceeded"),
        ("await new Promise(r => setTimeout(r, 30)); typeof late", "\"undefined\""),
    ]);
    assert!(outcome.cell(1).console().contains(&"log: tick".to_owned()));
    assert_eq!(outcome.cell(4).calls(), [format!("GET {} interrupted", server.url("/hang"))]);
    assert!(outcome.cell(5).calls().is_empty());
}

#[test]
fn the_console_is_recorded_per_cell() {
    let outcome = Case::check(&[
        ("console.log('a %s %d', 'b', 3, { c: [1] }); console.info('i'); console.warn('w')", ""),
        ("console.error(new Error('e').message); console.debug(null, undefined); window.alert('hello')", ""),
        (
            "console.group('g'); console.log('in'); console.groupEnd(); console.log('out'); console.assert(false, 'x')",
            "",
        ),
        ("console.log({ get a() { while (true) {} } }, new Proxy({}, { get() { throw 1 } }))", ""),
        ("for (let n = 0; n < 9; n++) console.log('x'.repeat(1e6)); console.log('more')", ""),
    ]);
    let console = |cell: usize| outcome.cell(cell).console();
    assert_eq!(console(0), ["log: a b 3 { c: [ 1 ] }", "log: i", "warn: w"]);
    assert_eq!(console(1), ["error: e", "debug: null undefined", "alert: hello"]);
    assert_eq!(console(2), ["log: g", "log:   in", "log: out", "warn: Assertion failed: x"]);
    assert_eq!(console(3), ["log: { a: [Getter] } {}"]);
    assert_eq!(console(4).len(), 9);
    assert!(console(4)[8].starts_with("log: xxx") && console(4)[8].ends_with("; --max-output MB records more"));
}

#[test]
fn a_notebook_may_redefine_global_names() {
    Case::check(&[
        ("API = 4; load = 5; timeout = 6; prompt = 7; [API, window.load, timeout, prompt]", "[ 4, 5, 6, 7 ]"),
        ("var async = 3; async", "3"),
        ("let console = 1, fetch = 2; const URL = 'u'; class Blob {} [console, fetch, URL]", "[ 1, 2, \"u\" ]"),
        ("Date = Map = Symbol = Promise = 'mine'; undefined", ""),
        ("globalThis = self = window = 5; [globalThis]", "[ 5 ]"),
        ("let x = { a: 1 }; x", "{ a: 1 }"),
        ("await Object.getPrototypeOf(async () => {}).constructor('return 8')()", "8"),
        ("throw new Error('still told')", "! Error: still told"),
    ]);
}

#[test]
fn clients_do_not_depend_on_notebook_variables() {
    let mut cells = Cells::of("/a/{id}:\n  get:\n  post:\n");
    cells.run("API.set(client, 'headers', { 'x-one': 1 }); at = new Date(0)");
    cells.run(
        "Array = ArrayBuffer = Date = JSON = Map = Math = Number = Object = Proxy = Reflect = Set = String = 'mine'; \
         Symbol = TypeError = Uint8Array = WeakMap = WeakSet = decodeURIComponent = encodeURIComponent = 'mine'; 1",
    );
    cells.asks(
        "client.a.id([1, at]).get({ q: 'x y', at })",
        "GET /a/1%2C1970-01-01T00%3A00%3A00.000Z?q=x%20y&at=1970-01-01T00%3A00%3A00.000Z",
    );
    cells.body("client.a.id(5).post({ a: [1] }, { headers: { b: 2 } })", Some(("application/json", r#"{"a":[1]}"#)));
    cells.asks("client('/b/{c}', { c: 1 }).get()", "GET /b/1");
    cells.body(
        "f = new FormData(); f.append('a', 1); fetch('SERVER/a', { method: 'POST', body: 'x' })",
        Some(("text/plain;charset=UTF-8", "x")),
    );
    assert!(cells.error("client.a.id(5).post(client)").starts_with("TypeError: post(): expected data, got client"));
}
